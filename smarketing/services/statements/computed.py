"""What one remedy gives for one month, before incidents, caps and claims, and how it is told."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from smarketing.domain.metrics import Metric
from smarketing.domain.remedies import (
    RemedyKind,
    full_credit,
    make_good,
    share_by_gap,
    share_by_points,
    share_by_schedule,
)
from smarketing.domain.targets import next_month
from smarketing.services.agreements.words import percent
from smarketing.services.statements.words import LEADS, amount_words, level_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smarketing.domain.levels import CellLevel, Level
    from smarketing.domain.remedies import Fee, Remedy
    from smarketing.services.statements.accounts import Breaches

_NOTHING = Fraction(0)


class Computed(NamedTuple):
    """An amount in the unit of the remedy, and the sentence that says how it came about."""

    amount: Fraction
    told: str


def computed(
    remedy: Remedy, level: Level, breaches: Breaches, fee: Fee | None, currency: str
) -> Computed:
    """Return what a remedy gives for a level, exactly."""
    if remedy.kind is RemedyKind.MAKE_GOOD:
        return _made_good(remedy, level, currency)
    if fee is None:  # an agreement with a credit has a fee: it is refused without
        return Computed(_NOTHING, "There is nothing to take a part of.")
    part = _part_of_month(level)
    full = full_credit(fee.invoice * part, fee.at_risk, remedy.pool, remedy.allocation)
    share, why = _share(remedy, level, breaches)
    whole = amount_words(full, currency)
    if not share:
        return Computed(_NOTHING, f"{why}: no credit.")
    parts = " x ".join(
        percent(part) for part in (fee.at_risk, remedy.pool, remedy.allocation) if part != 1
    )
    invoice = amount_words(fee.invoice, currency)
    if part != 1:
        invoice += f" x {part.numerator}/{part.denominator} of the month"
    base = f"{invoice}{f' x {parts}' if parts else ''} = {whole}"
    amount = full * share
    return Computed(
        amount, f"{why}: {percent(share)} of {base} is {amount_words(amount, currency)}."
    )


def _part_of_month(level: Level) -> Fraction:
    """Return which part of the days of its month a level is about: all, but for an amendment."""
    first = level.starts_on.replace(day=1)
    return Fraction((level.ends_on - level.starts_on).days, (next_month(first) - first).days)


def _share(remedy: Remedy, level: Level, breaches: Breaches) -> tuple[Fraction, str]:
    """Return the share of the full credit, and what it follows from."""
    if remedy.points is not None:
        total = remedy.points.total(breaches.counted)
        return share_by_points(remedy.points.steps, total), f"{total} points"
    if level.met is not False:
        return _NOTHING, "Not broken" if level.met else "Nothing can be judged"
    share = level.share or _NOTHING
    if remedy.schedule:
        return share_by_schedule(remedy.schedule, share), _level(level)
    if remedy.by_gap and level.promised is not None:
        gap = share_by_gap(level.promised, share)
        return gap, f"{float(gap * 100):.6g} points below {percent(level.promised)}"
    return Fraction(1), "Not met"


def _level(level: Level) -> str:
    return f"A level of {level_words(level, '')}"


def _made_good(remedy: Remedy, level: Level, currency: str) -> Computed:
    """Return what is owed of each cell; one for all leads stands for the others where it is more.

    Leads are counted in whole ones, rounded down at the end.
    """
    if not level.is_over:
        return Computed(_NOTHING, "It is computed when the month is over.")
    if level.met is None:
        return Computed(_NOTHING, "Nothing can be judged: nothing is owed.")
    whole = [cell for cell in level.cells if cell.segment is None and cell.tier is None]
    single = [cell for cell in level.cells if cell not in whole]
    cells = max((whole, single), key=lambda some: _owed(remedy, some))
    amount = _owed(remedy, cells)
    exact = amount
    if level.commitment.metric is Metric.LEADS_DELIVERED:
        currency, amount = LEADS, Fraction(floor(amount))
    if not exact:
        return Computed(_NOTHING, "Nothing is short by more than the band.")
    told = "; ".join(_cell(remedy, cell, currency) for cell in cells if not cell.met)
    cut = "" if amount == exact else ", rounded down to whole ones"
    return Computed(amount, f"{told}. Together {amount_words(amount, currency)}{cut}.")


def _owed(remedy: Remedy, cells: Iterable[CellLevel]) -> Fraction:
    owed = (make_good(cell.target, cell.counted, remedy.band, remedy.cap) for cell in cells)
    return sum(owed, _NOTHING)


def _cell(remedy: Remedy, cell: CellLevel, unit: str) -> str:
    name = " / ".join((part or "all").replace("_", " ") for part in (cell.segment, cell.tier))
    short, target = amount_words(cell.shortfall, unit), amount_words(cell.target, unit)
    band = f", less the band of {percent(remedy.band)}" if remedy.band else ""
    owed = _owed(remedy, [cell])
    if not owed:
        return f"{name}: {short} short of {target}, within the band of {percent(remedy.band)}: 0"
    cap = f", at most {percent(remedy.cap)}" if owed == remedy.cap * cell.target else ""
    return f"{name}: {short} short of {target}{band}{cap}: {amount_words(owed, unit)}"
