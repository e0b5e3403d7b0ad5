"""What pydantic finds wrong with the shape of an agreement file, said for its author."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, get_args

from pydantic import BaseModel

from smarketing.domain.errors import AgreementProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

EXAMPLES: Final = {
    "name": 'name = "sales-marketing"',
    "title": 'title = "Agreement between Marketing and Sales"',
    "timezone": 'timezone = "Europe/Berlin"',
    "currency": 'currency = "EUR"',
    "term": "[term] with starts_on = 2026-01-01",
    "starts_on": "starts_on = 2026-01-01",
    "parties": "[parties.marketing] and [parties.sales]",
    "calendars": "[calendars.office]",
    "segments": "[[segments]]",
    "tiers": "[[tiers]]",
    "acceptance": '[acceptance] with calendar = "office"',
    "commitments": "[commitments.leads]",
    "side": 'side = "sales"',
    "metric": 'metric = "acknowledged_within"',
    "by": 'by = "sales"',
    "to": 'to = "marketing"',
    "calendar": 'calendar = "office"',
    "when": 'when = "employees >= 1000"',
    "revenue": "revenue = 250000",
    "marketing_share": 'marketing_share = "60 %"',
    "cells": "[[goal.cells]]",
    "segment": 'segment = "enterprise"',
    "tier": 'tier = "manager"',
    "share": 'share = "50 %"',
    "window": 'window = "10 days"',
    "answer": 'answer = "5 days"',
    "kind": 'kind = "outage"',
    "email": 'email = "name@company.example"',
    "text": 'text = "What is needed"',
    "commitment": 'commitment = "report"',
    "at": 'at = "80 %"',
    "tell": 'tell = ["holder"]',
}
"""What a key that is missing looks like."""
_KINDS: Final = {
    "string_type": ("is not text", "Put it in quotes"),
    "string_too_short": ("is blank", "Write something, or leave the key out"),
    "list_type": ("is not a list", "Put it in [brackets]"),
    "too_short": ("is empty", "Name at least one"),
    "dict_type": ("is not a table", "Give it a [heading] of its own and one line a value"),
    "model_type": ("is not a table", "Give it a [heading] of its own and one line a value"),
    "bool_type": ("is neither true nor false", "Write true or false, without quotes"),
    "literal_error": ("is not known", 'Write "month": targets are monthly'),
}


def shape_problems(error: ValidationError, shape: type[BaseModel]) -> Iterator[AgreementProblem]:
    """Yield one problem for each fault of the shape, in the order of `shape`'s keys."""
    for found in error.errors(include_url=False):
        yield AgreementProblem(dotted(found["loc"]), *_reason_and_mend(found, shape))


def dotted(path: Sequence[str | int]) -> str:
    """Return a place in the file as `parties.sales.signatories[2]`, counted from 1."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).lstrip(".")


def nearest(found: str, known: Sequence[str]) -> str:
    """Return the known name that is close, as a question, and all of them."""
    close = get_close_matches(found.casefold(), known, n=1)
    question = f"Did you mean {close[0]}? " if close else ""
    return f"{question}Known are {', '.join(known)}" if known else f"{question}None is defined"


def _reason_and_mend(found: ErrorDetails, shape: type[BaseModel]) -> tuple[str, str]:
    kind, key = found["type"], str(found["loc"][-1])
    context = found.get("ctx", {})
    if kind == "fault":
        return context["reason"], context["mend"]
    if kind == "missing":
        return "is missing", f"Add {EXAMPLES.get(key, key)}"
    if kind == "extra_forbidden":
        return "no such key", nearest(key, _keys_at(found["loc"][:-1], shape))
    return _KINDS.get(kind, (found["msg"], "Look at config/agreements/example.toml"))


def _keys_at(path: Sequence[str | int], shape: object) -> tuple[str, ...]:
    """Return the keys of the table at that place."""
    for part in path:
        table = _table(shape)
        if table is not None and isinstance(part, str):
            shape = table.model_fields[part].annotation
        else:  # an entry of a list, or a table that is named by its author
            shape = get_args(_plain(shape))[-1]
    table = _table(shape)
    return tuple(table.model_fields) if table else ()


def _table(shape: object) -> type[BaseModel] | None:
    plain = _plain(shape)
    return plain if isinstance(plain, type) and issubclass(plain, BaseModel) else None


def _plain(shape: object) -> object:
    """Return the kind without the None that says that it may be left out."""
    kinds = get_args(shape)
    if type(None) in kinds:
        return next(kind for kind in kinds if kind is not type(None))
    return shape
