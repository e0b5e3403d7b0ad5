"""Why a record was left out, in words for the person who mends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from connectors.protocol import INSTANTS, RowProblem

if TYPE_CHECKING:
    from connectors.mapping import Plan
    from connectors.raw import Fault

FOUND_LENGTH: Final = 200
"""Characters of a value that are shown."""

_ORDERED: Final = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b", re.ASCII)


def of_shape(row: int, fault: Fault) -> RowProblem:
    """Return the problem of a record that is no proper record."""
    return RowProblem(row, "", fault.found[:FOUND_LENGTH], fault.reason, fault.mend)


def of_value(row: int, header: str, text: str | None, *, name: str, plan: Plan) -> RowProblem:
    """Return the problem of a value that cannot be read, or is missing.

    Args:
        row: Number of the record.
        header: The column in the file.
        text: What stands there; None: nothing.
        name: The canonical column.
        plan: How the file is read.
    """
    reason, mend = _why(name, text, plan)
    return RowProblem(row, header, (text or "")[:FOUND_LENGTH], reason, mend)


def not_an_email(row: int, header: str, text: str) -> RowProblem:
    """Return the problem of an e-mail address that is none."""
    mend = "write it as name@company.example, or leave it blank"
    return RowProblem(row, header, text[:FOUND_LENGTH], "not an e-mail address", mend)


def _why(name: str, text: str | None, plan: Plan) -> tuple[str, str]:
    if text is None:
        return (
            f"{name} is blank, and {plan.kind} need it",
            "fill it in, or map another column to it",
        )
    if name not in INSTANTS:
        what = "whole number" if name == "employees" else "amount of money"
        return f"not a {what} ({name})", "correct the value, or leave the column unmapped"
    if plan.date_order == "ymd" and _ORDERED.match(text):
        return (
            f"day and month of {name} could be either way round",
            'write date_order = "dmy" or "mdy" into the mapping',
        )
    return (
        f"not a date or time between 1971 and 2200 ({name}, read as {plan.date_order})",
        "correct the value, or the mapping's date_order",
    )
