"""What history says of rates, lags and deals, cell by cell: the statistics of a goal plan.

Leads that had no time to close are corrected for (`domain.lag`), small cells borrow from their
tier (`domain.pooling`), and a cure model looks at the whole as a check.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from smarketing.domain.confidence import widened
from smarketing.domain.cure import Cure, cured, disagree, follow_up
from smarketing.domain.deals import deal_size
from smarketing.domain.good_months import USUAL
from smarketing.domain.lag import FEWEST_WINS, Development, Finding, developed
from smarketing.domain.pooling import Cell as Exposed
from smarketing.domain.pooling import pooled
from smarketing.domain.ultimate import Cohort, Corrected, corrected, shared_doubt
from smarketing.services.agreements.words import per_cent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from smarketing.domain.deals import DealSize
    from smarketing.domain.pooling import Pooled
    from smarketing.services.conclusions.book import Cell
    from smarketing.services.goals.history import CellHistory, GoalHistory

INTERVAL: Final = 0.8
"""Of the rates that are shown."""
_OWN_LAG: Final = 20
"""Wins from which on a cell tells its own lag."""
_MONEY: Final = 10_000


@dataclass(frozen=True)
class CellRate:
    """The close rate of a cell as its history has it.

    Attributes:
        leads: Of the cell.
        wins: Seen.
        pooled: The rate that its future leads are expected to have; its `raw` is that of the
            cell's own leads, corrected.
        low: Lower end of its interval.
        high: Upper end; None: the record is too short to say more than "at least".
    """

    leads: int
    wins: int
    pooled: Pooled
    low: float
    high: float | None

    @property
    def naive(self) -> float | None:
        """Return wins / leads, as if none would come any more; None without leads."""
        return self.wins / self.leads if self.leads else None


@dataclass(frozen=True)
class CellLag:
    """How long a win of a cell takes.

    Attributes:
        days: Median, of the wins that come in time.
        wins: That it was read from.
        is_own: Whether these are the cell's own; else those of all cells.
    """

    days: int
    wins: int
    is_own: bool


@dataclass(frozen=True, eq=False)
class Statistics:
    """What the history of an agreement comes to.

    Attributes:
        curve: How wins come with age, all cells together; or why nobody can say.
        rates: Every cell of the history and those asked for; empty without a lead or a win.
        lags: The same, where anything is known.
        deals: Of the cells asked for, those with a customer whose amount is known.
        spread: How far all rates may be wrong together (`ultimate.shared_doubt`); without a curve
            what is usual of months: to know less is no smaller doubt.
        whole: All leads together; None without a curve.
        cure: The check of them in a second way, or why there is none; None without a curve.
    """

    history: GoalHistory
    curve: Development | Finding
    rates: Mapping[Cell, CellRate]
    lags: Mapping[Cell, CellLag]
    deals: Mapping[Cell, DealSize]
    spread: float
    whole: Corrected | None
    cure: Cure | Finding | None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what speaks against the corrected rates, a sentence each."""
        return tuple(_warnings(self))


def statistics_of(history: GoalHistory, asked: Sequence[Cell] = ()) -> Statistics:
    """Return what a history comes to.

    Args:
        history: Of all cells.
        asked: Cells of the goal; they may have no lead yet.
    """
    all_leads = history.together
    curve = developed(all_leads.lead_days, all_leads.win_days, history.record_from, history.ends)
    cells = dict.fromkeys((*history.cells, *asked))
    spread, whole, cure = USUAL, None, None
    if isinstance(curve, Development):
        spread = shared_doubt(curve, all_leads.lead_days, all_leads.win_days)
        (whole,) = corrected(curve, [Cohort("all", all_leads.lead_days, all_leads.win_days)])
        cure = cured(follow_up(curve.window, all_leads.lead_days, all_leads.win_days))
    return Statistics(
        history=history,
        curve=curve,
        rates=_rates(cells, history, curve, spread) if all_leads.customers else {},
        lags=dict(_lags(cells, history, curve)),
        deals=dict(_deals(history, asked)),
        spread=spread,
        whole=whole,
        cure=cure,
    )


def _rates(
    cells: Iterable[Cell], history: GoalHistory, curve: Development | Finding, spread: float
) -> dict[Cell, CellRate]:
    """Return the rate of each cell; its interval holds what all rates share, too, as targets do."""
    is_short = isinstance(curve, Finding) or curve.is_short
    found = {}
    for cell, rate in pooled_rates(cells, history, curve).items():
        alpha, beta = widened(rate.alpha, rate.beta, spread)
        low, high = replace(rate, alpha=alpha, beta=beta).interval(INTERVAL)
        mine = history.cells.get(cell)
        leads, wins = (mine.leads, mine.customers) if mine else (0, 0)
        found[cell] = CellRate(leads, wins, rate, low, None if is_short else high)
    return found


def pooled_rates(
    cells: Iterable[Cell], history: GoalHistory, curve: Development | Finding
) -> dict[Cell, Pooled]:
    """Return what the future rate of each cell is expected to be; some may have no lead yet."""
    known = list(cells)
    exposed = [_exposed(cell, history.cells.get(cell), curve) for cell in known]
    return dict(zip(known, pooled(exposed), strict=True))


def _exposed(cell: Cell, mine: CellHistory | None, curve: Development | Finding) -> Exposed:
    """Return the leads of a cell that had time to close, and the wins seen while they had it.

    Of those whose first days the record saw, as for `ultimate.corrected`: what older ones bought
    is read from their late wins alone. Where these are too few, of all of them.
    """
    if mine is None:
        return Exposed(*cell, 0.0, 0.0)
    if isinstance(curve, Finding):
        return Exposed(*cell, mine.customers, mine.leads)
    whole = mine.lead_days >= curve.window.starts
    if curve.exposure(mine.lead_days[whole]) * curve.rate < FEWEST_WINS:
        whole[:] = True
    leads, wins = mine.lead_days[whole], mine.win_days[whole]
    return Exposed(*cell, curve.wins_of(leads, wins), curve.exposure(leads))


def _lags(
    cells: Iterable[Cell], history: GoalHistory, curve: Development | Finding
) -> Iterator[tuple[Cell, CellLag]]:
    if isinstance(curve, Finding):
        return
    whole = CellLag(curve.median_lag, int(curve.wins.sum()), is_own=False)
    for cell in cells:
        mine = history.cells.get(cell)
        yield cell, (_own_lag(mine, history) if mine else None) or whole


def _own_lag(mine: CellHistory, history: GoalHistory) -> CellLag | None:
    if mine.customers < _OWN_LAG:
        return None
    curve = developed(mine.lead_days, mine.win_days, history.record_from, history.ends)
    if isinstance(curve, Finding) or curve.wins.sum() < _OWN_LAG:
        return None
    return CellLag(curve.median_lag, int(curve.wins.sum()), is_own=True)


def _deals(history: GoalHistory, asked: Iterable[Cell]) -> Iterator[tuple[Cell, DealSize]]:
    for cell in asked:
        mine = history.cells.get(cell)
        size = deal_size((mine.brought / _MONEY).tolist()) if mine else None
        if size is not None:
            yield cell, size


def _warnings(found: Statistics) -> Iterator[str]:
    if isinstance(found.curve, Finding):
        plain = " Until then the rates are not corrected for open leads." if found.rates else ""
        yield f"{found.curve.says}{plain}"
        return
    if found.curve.is_short:
        yield (
            f"Deals are recorded for leads of up to {found.curve.covers} days, and half of the "
            f"wins take {found.curve.median_lag} days or more: the rates are a lower bound, and "
            "the targets may be too high."
        )
    if isinstance(found.cure, Finding):
        yield found.cure.says
    elif found.cure and found.whole and _disagree(found.cure, found.whole):
        low, high = per_cent(found.cure.low), per_cent(found.cure.high)
        yield (
            f"Counted in a second way, {per_cent(found.cure.rate)} of all leads would be won in "
            f"the end ({low} to {high}), where the targets take "
            f"{per_cent(found.whole.corrected)}. Ask for the higher number of leads, or wait a "
            "month."
        )


def _disagree(cure: Cure, whole: Corrected) -> bool:
    return disagree(cure, whole.corrected, whole.low, whole.high)
