"""What somebody tries on the page "What if": its fields as they stand, and what a form says.

A field that is blank or says what stands is not tried, so the number keeps its origin.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import CapacityTerms
from smarketing.domain.confidence import BEYOND, is_within
from smarketing.services.agreements import typed_numbers
from smarketing.services.agreements.capacity_terms import LIMITS
from smarketing.services.agreements.typed_numbers import MarkError, plain
from smarketing.services.goals.inputs import TypedCell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction

    from smarketing.services.conclusions.book import Cell

SHARE, DEAL, RATE = "share", "deal", "rate"
"""How the fields of a cell begin: `share.<segment>.<tier>`."""

MOST_ATTEMPTS: Final = 50
_WHOLE: Final = {**LIMITS, "attempts": MOST_ATTEMPTS}
_LONGEST: Final = 24


class Kind(StrEnum):
    """What a field holds."""

    MONEY = "money"
    SHARE = "share"
    CONFIDENCE = "confidence"
    COUNT = "count"


@dataclass(frozen=True)
class Field:
    """One number that may be tried.

    Attributes:
        name: In the form.
        label: With its unit.
        stands: As a field shows it; empty: nobody knows the number.
        origin: Where it comes from.
        cell: Whose number it is; None: of the whole.
    """

    name: str
    label: str
    kind: Kind
    stands: str
    origin: str
    cell: Cell | None = None


@dataclass(frozen=True)
class Tried:
    """What somebody tries; None, and cells that are missing: as it is.

    Attributes:
        revenue: Of the month that is planned.
        shares: Of marketing's part.
        attempts: To each lead.
    """

    revenue: Decimal | None = None
    marketing_share: Fraction | None = None
    confidence: Fraction | None = None
    shares: Mapping[Cell, Fraction] = field(default_factory=dict)
    cells: Mapping[Cell, TypedCell] = field(default_factory=dict)
    terms: CapacityTerms = field(default_factory=CapacityTerms)
    attempts: int | None = None

    @property
    def has_goal(self) -> bool:
        """Return whether anything of the goal is another one."""
        told = (self.revenue, self.marketing_share, self.confidence)
        return bool(self.shares or self.cells) or any(one is not None for one in told)


def field_of_cell(kind: str, cell: Cell) -> str:
    """Return the name of a field of a cell."""
    return f"{kind}.{cell[0]}.{cell[1]}"


def words_tried(fields: Sequence[Field], form: Mapping[str, str]) -> dict[str, str]:
    """Return what is written in fields and differs from what stands, by the field's name."""
    said = {one.name: form.get(one.name, "").strip() for one in fields}
    return {
        one.name: said[one.name]
        for one in fields
        if said[one.name] and not _stands(said[one.name], one)
    }


def tried_from(fields: Sequence[Field], words: Mapping[str, str]) -> tuple[Tried, dict[str, str]]:
    """Return what is tried, and a sentence for each field that cannot be used.

    Args:
        fields: Those of the page.
        words: As `words_tried`.
    """
    read, problems = _Read(), dict[str, str]()
    for one in fields:
        if one.name not in words:
            continue
        try:
            read.take(one, words[one.name])
        except MarkError as error:
            said = _short(words[one.name])
            problems[one.name] = f"“{said}” may be read in two ways: {error}."
        except ValueError:
            problems[one.name] = _problem(one, _short(words[one.name]))
    return read.tried(dict.fromkeys(one.cell for one in fields if one.cell)), problems


@dataclass(frozen=True)
class _Read:
    """Numbers by the name of their field."""

    money: dict[str, Decimal] = field(default_factory=dict)
    shares: dict[str, Fraction] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def take(self, one: Field, text: str) -> None:
        if one.kind is Kind.MONEY:
            self.money[one.name] = typed_numbers.amount(text)
        elif one.kind is Kind.COUNT:
            self.counts[one.name] = typed_numbers.count(text, _WHOLE[one.name])
        elif one.kind is Kind.CONFIDENCE:
            self.shares[one.name] = _confidence(text)
        else:
            self.shares[one.name] = typed_numbers.share(text)

    def tried(self, cells: Iterable[Cell]) -> Tried:
        money, shares, counts = self.money.get, self.shares.get, self.counts.get
        by_cell = {
            cell: (
                shares(field_of_cell(SHARE, cell)),
                TypedCell(money(field_of_cell(DEAL, cell)), shares(field_of_cell(RATE, cell))),
            )
            for cell in cells
        }
        return Tried(
            revenue=money("revenue"),
            marketing_share=shares("marketing_share"),
            confidence=shares("confidence"),
            shares={cell: share for cell, (share, _) in by_cell.items() if share is not None},
            cells={cell: typed for cell, (_, typed) in by_cell.items() if typed != TypedCell()},
            terms=CapacityTerms(
                reps=counts("reps"),
                time_for_leads=shares("time_for_leads"),
                minutes=counts("minutes_an_attempt"),
            ),
            attempts=counts("attempts"),
        )


def _stands(text: str, one: Field) -> bool:
    """Return whether a text is the number that stands, as 7.50 is 7.5."""
    bare = plain(text, is_share=one.kind in (Kind.SHARE, Kind.CONFIDENCE))
    try:
        return Decimal(bare) == Decimal(one.stands)
    except InvalidOperation:
        return bare == one.stands


def _confidence(text: str) -> Fraction:
    share = typed_numbers.share(text)
    if not is_within(share):
        raise ValueError
    return share


_MENDS: Final = {
    Kind.MONEY: "is no amount above zero, or too large: enter one, up to 4 decimals, as 1200.50",
    Kind.SHARE: "is not above 0 % and at most 100 %: enter per cent, at most 4 decimals, as 7.5",
    Kind.CONFIDENCE: f"{BEYOND}: enter per cent, as 80",
}


def _problem(one: Field, said: str) -> str:
    if one.kind is Kind.COUNT:
        return f"“{said}” is not from 1 to {_WHOLE[one.name]:,}: enter a whole number."
    return f"“{said}” {_MENDS[one.kind]}."


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
