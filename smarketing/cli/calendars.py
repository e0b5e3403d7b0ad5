"""`smarketing calendar`: working time for cases on stdin."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command("calendar")
def calendar_command() -> None:
    """Compute working time for cases on stdin, a JSON line each (or one JSON list).

    A case has `id, calendar, op, start` and, for `add`, `seconds`, for `between`, `end`; `pauses`
    do not count. The answer is a line `{id, result}`: an instant, or seconds.
    """
    for case in _cases(sys.stdin.read()):
        click.echo(json.dumps(_answer(case)))


def _cases(text: str) -> list[Mapping[str, Any]]:
    if text.lstrip().startswith("["):
        cases: list[Mapping[str, Any]] = json.loads(text)
        return cases
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _answer(case: Mapping[str, Any]) -> dict[str, Any]:
    from smarketing.domain.errors import SmarketingError

    try:
        return {"id": case.get("id"), "result": _result(case)}
    except (SmarketingError, ValueError, KeyError, TypeError) as error:
        told = {"type": type(error).__name__, "message": str(error)}
        return {"id": case.get("id"), "error": told}


def _result(case: Mapping[str, Any]) -> str | int:
    from smarketing.domain import calendar
    from smarketing.domain.calendar_spec import calendar_from

    hours = calendar_from(case["calendar"])
    pauses = tuple((_seconds(a), _seconds(b)) for a, b in case.get("pauses", ()))
    start = datetime.fromisoformat(case["start"])
    if case["op"] == "add":
        due = calendar.due_at(start, timedelta(seconds=case["seconds"]), hours, pauses)
        return f"{due:%Y-%m-%dT%H:%M:%SZ}"
    if case["op"] == "between":
        end = datetime.fromisoformat(case["end"])
        worked = calendar.working_time_between(start, end, hours, pauses)
        return int(worked.total_seconds())
    raise ValueError(f"op is {case['op']!r}; use add or between")


def _seconds(text: str) -> int:
    from smarketing.domain.calendar import seconds

    return seconds(datetime.fromisoformat(text))
