"""Levels and amounts in words: for the page, the command and every step of a computation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.numbers import count, percent, rate
from smarketing.domain.metrics import Measure, Metric
from smarketing.domain.remedies import rounded
from smarketing.services.agreements.words import amount as written

if TYPE_CHECKING:
    from fractions import Fraction

    from smarketing.domain.levels import Level

LEADS = "leads"
"""The unit of what is counted, not paid."""


def amount_words(amount: Fraction, unit: str) -> str:
    """Return `12 leads`, `2,000 EUR`: rounded to hundredths, half to even, only here."""
    shown = written(rounded(amount))
    if unit == LEADS and shown == "1":
        return "1 lead"
    return f"{shown} {unit}".strip()


def level_words(level: Level, currency: str) -> str:
    """Return what was kept of what was due: `41 of 50 (82 %), 90 % promised`."""
    if level.measure is Measure.VOLUME:
        unit = LEADS if level.commitment.metric is Metric.LEADS_DELIVERED else currency
        counted = f"{written(rounded(level.numerator))} of {amount_words(level.denominator, unit)}"
        return f"{counted}{_short(level)}"
    if level.share is None or level.promised is None:
        return "nothing was due"
    if level.measure is Measure.EVENNESS:
        strays = float(level.share * 100)
        return f"up to {strays:.4g} % of the target off the pace, {rate(level.promised)} allowed"
    kept, due = int(level.numerator), int(level.denominator)
    share = percent(kept, due, level.promised)
    return f"{count(kept)} of {count(due)} ({share}), {rate(level.promised)} promised"


def _short(level: Level) -> str:
    """Return in how many cells a volume is short: each one has to be reached."""
    short = sum(not cell.met for cell in level.cells)
    if not short or not level.is_over or len(level.cells) == 1:
        return ""
    return f", short in {short} of {len(level.cells)} segments and tiers"


def verdict_words(level: Level) -> str:
    """Return `Met`, `Not met`, `Met so far`, `Too early to say`, `Nothing was due` or the like.

    `Excused`: all that was due is. `Not judged`: there was a target, and nothing is known of these
    days.
    """
    if level.met is None:
        has_target = bool(level.cells) or bool(level.denominator)
        if not has_target:
            return "Excused" if level.excused else "Nothing was due"
        return "Not judged: nothing is known" if level.is_over else "Too early to say"
    said = "Met" if level.met else "Not met"
    if level.is_over:
        return said
    return f"{said} so far"
