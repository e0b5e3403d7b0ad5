"""What the address of a list of leads asks for; see `web.asked` for its days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import NotFoundError
from smarketing.domain.lead_lists import CELL_PARTS, Question, What
from smarketing.domain.targets import next_month
from smarketing.web.asked import asked_from
from smarketing.web.ways import is_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_LONGEST: Final = 200
"""Characters of a text that is looked for."""

MORE: Final = ("source", "lead_source", "provider", "owner", "country", "agreement")
"""The parts of a cell that a link may ask for, and the form has no field for."""

KEPT: Final = ("month", "from", "to", "what", "holder", "q", *CELL_PARTS)
"""What a link to another page of the same list takes along."""


def question_from(args: Mapping[str, str], today: date) -> Question:
    """Return what a query asks for; without days it is the month of today.

    Raises:
        NotFoundError: A day, a month, or what is asked about leads cannot be read.
    """
    asked = asked_from(args)
    month = asked.month or today.replace(day=1)
    starts, ends = asked.span or (month, next_month(month))
    if args.get("what") == What.OPEN and not (asked.month or asked.span):
        # What is owed now is owed whatever the month of the hand-off; few leads owe anything.
        starts = starts.replace(year=starts.year - 1)
    return Question(
        starts=starts,
        ends=ends,
        what=_what(args.get("what") or What.DELIVERED),
        cell={part: args[part].replace("\0", "") for part in CELL_PARTS if args.get(part)},
        holder=_holder(args.get("holder", "")),
        text=args.get("q", "").strip()[:_LONGEST],
    )


def _what(name: str) -> What:
    if name not in tuple(What):
        raise NotFoundError(
            f"“{name}” is nothing to ask about leads; use one of {', '.join(What)}", name
        )
    return What(name)


def _holder(number: str) -> int | None:
    return int(number) if is_number(number) else None
