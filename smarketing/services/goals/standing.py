"""The fields of the page "What if", with the numbers as they stand: agreed, or of history."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from smarketing.services.agreements.words import percent
from smarketing.services.goals.inputs import inputs_of
from smarketing.services.goals.plan import USUAL
from smarketing.services.goals.tried import DEAL, RATE, SHARE, Field, Kind, field_of_cell
from smarketing.services.goals.words import origin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

    from smarketing.domain.agreement import Agreement, Goal, GoalCell
    from smarketing.services.capacity.inputs import Input
    from smarketing.services.capacity.inputs import Inputs as People
    from smarketing.services.goals.rates import Statistics

AGREED: Final = "agreed"
UNKNOWN: Final = "nobody knows"
_CENTS: Final = 2
_HUNDREDTHS: Final = 10_000


def goal_fields(agreement: Agreement, found: Statistics, month: date) -> Iterator[Field]:
    """Yield the fields of the goal, as it stands in a month, and then those of its cells.

    Args:
        agreement: With a goal.
        found: What its history comes to.
        month: First day of the month of the revenue.
    """
    if agreement.goal is None:
        return
    goal, currency = agreement.goal.of_month(month), agreement.currency
    revenue = f"Revenue of the month, {currency}"
    yield Field("revenue", revenue, Kind.MONEY, _plain(goal.revenue), AGREED)
    share = percent_field(goal.marketing_share)
    yield Field("marketing_share", "Share from marketing, %", Kind.SHARE, share, AGREED)
    yield _confidence(goal)
    for cell in goal.cells:
        yield from _cell_fields(cell, agreement, found)


def people_fields(people: People, attempts: int | None) -> Iterator[Field]:
    """Yield the fields of those who work the leads.

    Args:
        people: What is known of them.
        attempts: That are promised to a lead, the most; None: no number is.
    """
    yield _number("reps", "Reps", people.reps)
    share = people.time_for_leads
    yield Field(
        "time_for_leads",
        "Their time for leads, %",
        Kind.SHARE,
        percent_field(share.value) if share else "",
        _whence(share),
    )
    yield _number("minutes_an_attempt", "Minutes an attempt", people.minutes)
    told = "" if attempts is None else str(attempts)
    yield Field("attempts", "Attempts a lead", Kind.COUNT, told, AGREED if told else UNKNOWN)


def percent_field(share: Fraction) -> str:
    """Return a share in per cent as a field shows it, with as few decimals as are exact."""
    return percent(share).removesuffix(" %")


def _confidence(goal: Goal) -> Field:
    stands = percent_field(goal.confidence or USUAL)
    whence = AGREED if goal.confidence else "nothing is agreed: the usual one"
    return Field("confidence", "Confidence, %", Kind.CONFIDENCE, stands, whence)


def _cell_fields(cell: GoalCell, agreement: Agreement, found: Statistics) -> Iterator[Field]:
    key = (cell.segment, cell.tier)
    yield Field(
        field_of_cell(SHARE, key),
        "Share, %",
        Kind.SHARE,
        percent_field(cell.share),
        AGREED,
        key,
    )
    deal, whence = _deal(cell, found)
    label = f"Average deal, {agreement.currency}"
    yield Field(field_of_cell(DEAL, key), label, Kind.MONEY, deal, whence, key)
    rate, whence = _rate(cell, found)
    label = "Close rate, %"
    yield Field(field_of_cell(RATE, key), label, Kind.SHARE, rate, whence, key)


def _deal(cell: GoalCell, found: Statistics) -> tuple[str, str]:
    if cell.average_deal is not None:
        return _plain(cell.average_deal), AGREED
    known = inputs_of(found.history, (cell.segment, cell.tier)).average_deal
    if known is None:
        return "", UNKNOWN
    return f"{float(known.value):.{_CENTS}f}", origin(known)


def _rate(cell: GoalCell, found: Statistics) -> tuple[str, str]:
    if cell.close_rate is not None:
        return percent_field(cell.close_rate), AGREED
    known = found.rates.get((cell.segment, cell.tier))
    if known is None:
        return "", UNKNOWN
    rounded = Fraction(round(known.pooled.rate * _HUNDREDTHS), _HUNDREDTHS)
    return percent_field(rounded), f"history: {known.leads:,} up to {found.history.last_day}"


def _number(name: str, label: str, known: Input | None) -> Field:
    stands = "" if known is None else str(int(known.value))
    return Field(name, label, Kind.COUNT, stands, _whence(known))


def _whence(known: Input | None) -> str:
    if known is None:
        return UNKNOWN
    return AGREED if known.origin == "agreement" else str(known.origin)


def _plain(money: Decimal) -> str:
    whole = money == money.to_integral_value()
    return f"{money:.0f}" if whole else f"{money.normalize():f}"
