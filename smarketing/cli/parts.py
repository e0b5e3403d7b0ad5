"""What several calls need: the installation, the clock, days on the command line, output."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smarketing.bootstrap import House


def house() -> House:
    """Return the installation that the environment names."""
    from smarketing.bootstrap import open_house
    from smarketing.settings import settings_from_environment

    return open_house(settings_from_environment())


def now() -> datetime:
    """Return this instant: the one place of the command that reads the clock."""
    return datetime.now(UTC)


def say(text: str) -> None:
    """Talk to the person at the terminal."""
    click.echo(text, err=True)


def put_json(document: object) -> None:
    """Write one JSON document."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False, default=str))


def put_table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table; columns of numbers stand to the right."""
    from rich.console import Console
    from rich.table import Table

    told = [[_cell(value) for value in row] for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for n, header in enumerate(headers):
        numeric = all(row[n][:1].isdigit() or row[n][:1] in "-–" for row in told)
        table.add_column(header, justify="right" if numeric else "left", no_wrap=True)
    for row in told:
        table.add_row(*row)
    # As wide as it is: a terminal wraps, a file keeps whole lines.
    Console(width=_WIDEST).print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else str(value)


class Day(click.ParamType[date]):
    """A day, as 2026-11-23."""

    name = "day"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the date of a text."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2026-11-23", param, ctx)


class Month(click.ParamType[date]):
    """A month, as 2026-10: its first day."""

    name = "month"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the first day of the month of a text."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(f"{value}-01")
        except ValueError:
            self.fail(f"{value!r} is not a month; write it as 2026-10", param, ctx)


class Instant(click.ParamType[datetime]):
    """An instant, as 2026-11-23T09:00:00Z; one without a zone is in UTC."""

    name = "instant"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the aware instant of a text."""
        try:
            at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an instant; write 2026-11-23T09:00:00Z", param, ctx)
        return at if at.tzinfo else at.replace(tzinfo=UTC)


_WIDEST: Final = 1_000
DAY: Final = Day()
INSTANT: Final = Instant()
MONTH: Final = Month()
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
