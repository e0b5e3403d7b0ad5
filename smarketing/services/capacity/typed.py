"""What somebody typed in to ask "what if": a form to numbers, or sentences about its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import CapacityTerms
from smarketing.services.agreements import typed_numbers
from smarketing.services.agreements.capacity_terms import LIMITS
from smarketing.services.agreements.typed_numbers import MarkError
from smarketing.services.capacity.page import Typed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from smarketing.services.conclusions.book import Cell

MOST: Final = "most."
"""How the field of the most leads of a cell begins: `most.<segment>.<tier>`."""

_MOST_LEADS: Final = 10_000_000


def typed_from(form: Mapping[str, str]) -> tuple[Typed, dict[str, str]]:
    """Return what a form says, and a sentence for each field that cannot be used.

    Args:
        form: `reps, hours_a_month, minutes_an_attempt` as whole numbers, `time_for_leads` in per
            cent, and the most of cells; blank or missing: nothing is tried.
    """
    problems: dict[str, str] = {}
    whole = {name: _whole(form, name, most, problems) for name, most in LIMITS.items()}
    terms = CapacityTerms(
        reps=whole["reps"],
        hours=whole["hours_a_month"],
        time_for_leads=_share(form, problems),
        minutes=whole["minutes_an_attempt"],
    )
    most: dict[Cell, int] = {}
    for name in form:
        segment, _, tier = name.removeprefix(MOST).partition(".")
        if name.startswith(MOST) and tier:
            found = _whole(form, name, _MOST_LEADS, problems)
            if found is not None:
                most[segment, tier] = found
    return Typed(terms, most), problems


def _whole(form: Mapping[str, str], name: str, most: int, problems: dict[str, str]) -> int | None:
    text = form.get(name, "").strip()
    try:
        return typed_numbers.count(text, most) if text else None
    except ValueError:
        problems[name] = f"Enter a whole number from 1 to {most:,}."
        return None


def _share(form: Mapping[str, str], problems: dict[str, str]) -> Fraction | None:
    text = form.get("time_for_leads", "").strip()
    try:
        return typed_numbers.share(text) if text else None
    except MarkError as error:
        problems["time_for_leads"] = f"“{text}” may be read in two ways: {error}."
    except ValueError:
        problems["time_for_leads"] = (
            "Enter per cent above 0 and up to 100, with at most 4 decimals, as 50."
        )
    return None
