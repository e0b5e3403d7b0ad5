"""The mail to those who signed: a promise has failed so often that credits will not mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.mail import rendered
from reports.numbers import clean

if TYPE_CHECKING:
    from reports.mail import RenderedDigest


@dataclass(frozen=True)
class FailedMonth:
    """One of the months that are looked at.

    Attributes:
        name: As `October 2026`.
        level: What was kept of what was due, in words.
        failed: None: nothing could be judged.
    """

    name: str
    level: str
    failed: bool | None


@dataclass(frozen=True)
class Chronic:
    """What one mail tells: one remedy of one agreement.

    Attributes:
        agreement: Its title; commitment: what was promised; party: who promised it.
        rule: What the agreement says of it, as a sentence.
        months: The oldest first.
        url: The statement; empty: the reader cannot open it.
    """

    agreement: str
    commitment: str
    party: str
    rule: str
    months: tuple[FailedMonth, ...]
    url: str


def render_chronic(told: Chronic) -> RenderedDigest:
    """Return the mail, without what is personal."""
    failed = sum(bool(month.failed) for month in told.months)
    what = f"“{clean(told.commitment)}” failed in {failed} of {len(told.months)} months"
    return rendered(
        "chronic",
        subject=f"[Chronic] {what}",
        preheader=f"{clean(told.party)} promised it in {clean(told.agreement)}.",
        headline=f"{what}.",
        months=tuple((month.name, clean(month.level), verdict(month)) for month in told.months),
        rule=clean(told.rule),
        url=told.url,
        reason=(
            f"You get this because you may sign for a party of {clean(told.agreement)}. The mail "
            "comes once for each month in which the rule holds."
        ),
    )


def verdict(month: FailedMonth) -> str:
    """Return what became of a promise in a month."""
    if month.failed is None:
        return "nothing was due"
    return "failed" if month.failed else "kept"
