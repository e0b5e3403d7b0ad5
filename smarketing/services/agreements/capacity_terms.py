"""What an agreement says of the people who work the leads: `[capacity]`, from file to words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import CapacityTerms
from smarketing.domain.errors import AgreementProblem
from smarketing.services.agreements.words import listed, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.services.agreements.shape import AgreementShape, CapacityShape

LIMITS: Final = {"reps": 100_000, "hours_a_month": 744, "minutes_an_attempt": 480}
"""The most that may be written or typed for each whole number; the least is 1."""

_MEND: Final = {
    "reps": "Write how many people work leads, or leave it out to have them counted",
    "hours_a_month": "Write the hours of one person in a month, or leave them to the calendar",
    "minutes_an_attempt": "Write the minutes that an attempt takes, as 8",
}


def capacity_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with `[capacity]`; nothing where there is none."""
    for name, most in LIMITS.items():
        found = getattr(shape.capacity, name, None)
        if found is not None and not 1 <= found <= most:
            yield AgreementProblem(
                f"capacity.{name}", f"{found:,} is not from 1 to {most:,}", _MEND[name]
            )


def terms_of(shape: CapacityShape) -> CapacityTerms:
    """Return the terms that a section writes down."""
    return CapacityTerms(
        shape.reps, shape.hours_a_month, shape.time_for_leads, shape.minutes_an_attempt
    )


def capacity_facts(terms: CapacityTerms) -> dict[str, str]:
    """Return label to words of what is said, to be compared with another version."""
    said = {
        "reps": None if terms.reps is None else f"{terms.reps:,}",
        "hours a month": None if terms.hours is None else f"{terms.hours:,}",
        "time for leads": None if terms.time_for_leads is None else percent(terms.time_for_leads),
        "minutes an attempt": None if terms.minutes is None else f"{terms.minutes:,}",
    }
    return {label: words for label, words in said.items() if words is not None}


def capacity_text(terms: CapacityTerms) -> str:
    """Return what both sides take for granted, in one sentence."""
    reps = "the reps whom the portal knows" if terms.reps is None else _counted(terms.reps, "rep")
    hours = (
        "the hours of the calendar"
        if terms.hours is None
        else f"{terms.hours:,} hours a month each"
    )
    said = [reps, hours]
    if terms.time_for_leads is not None:
        said.append(f"{percent(terms.time_for_leads)} of them for leads")
    if terms.minutes is not None:
        said.append(f"{_counted(terms.minutes, 'minute')} an attempt")
    return f"Whether the promises can be kept is reckoned with {listed(said, 'and')}."


def _counted(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"
