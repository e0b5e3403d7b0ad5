"""Capacity in sentences: whether it is enough, and what would make it enough."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.numbers import MONTHS, count, leads, percent, rate
from smarketing.services.agreements.words import spoken_time
from smarketing.services.capacity.inputs import Origin

if TYPE_CHECKING:
    from smarketing.services.capacity.capacity import Capacity, Depth, Speed

_STEPS: Final = 10_000
_COME: Final = {
    Origin.COUNTED: "are expected",
    Origin.AGREEMENT: "are promised",
    Origin.TYPED: "would come",
}


def headline(found: Capacity) -> str:
    """Return the answer in plain words; of what is missing, that first."""
    if found.depth is None:
        return found.missing[0]
    depth, month = found.depth, MONTHS[found.inputs.month.starts.month - 1]
    come = _COME[found.flow.origin]
    people = depth.feasibility.people
    who = "This 1 person" if people == 1 else f"These {count(people)} people"
    said = f"{who} can work {leads(depth.workable)} in {month}; {count(depth.expected)} {come}"
    slow = next((speed for speed in found.speeds if not speed.feasibility.is_enough), None)
    if not depth.feasibility.is_enough:
        return f"{said}: {_mended(depth)}."
    if slow is not None:
        return f"{said}, which is enough, but {speed_sentence(slow)}"
    return f"{said}: the promise can be kept."


def speed_sentence(speed: Speed) -> str:
    """Return how first attempts come in time, and what would be needed; with a small letter."""
    within, promised = spoken_time(speed.allowance), rate(speed.share)
    found = speed.feasibility
    if found.now is None:
        return (
            f"more comes than they can work, so the queue grows and {within} cannot be promised: "
            f"{_more(found.missing)}."
        )
    share = percent(round(found.now.in_time * _STEPS), _STEPS, speed.share)
    said = f"{share} of first attempts come within {within}, {promised} are promised"
    if found.is_enough:
        return f"{said}."
    other = spoken_time(_rounded(found.allowance or 0))
    return f"{said}: {_more(found.missing)}, or an allowance of {other}."


def _mended(depth: Depth) -> str:
    more = _more(depth.feasibility.missing)
    if depth.fewer is None:
        return more
    unit = "attempt" if depth.fewer == 1 else "attempts"
    return f"{more}, or {depth.fewer} {unit} instead of {depth.most}"


def _more(missing: int) -> str:
    return "one more rep" if missing == 1 else f"{count(missing)} more reps"


def _rounded(minutes: float) -> timedelta:
    """Return an allowance rounded up to quarters of an hour: one that would be kept."""
    return timedelta(minutes=15 * -(-minutes // 15))
