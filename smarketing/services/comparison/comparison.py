"""Providers, sites and others under the same promise, over some days."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.agreement import PartyKind
from smarketing.domain.comparison import Group, difference, remarkable
from smarketing.domain.days import day_number
from smarketing.domain.errors import InvalidError
from smarketing.domain.metrics import CATALOGUE, Metric
from smarketing.services.progress.targets import spans

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from smarketing.domain.comparison import Difference
    from smarketing.services.conclusions.book import Book
    from smarketing.services.progress.progress import Facts

METRICS: Final = (
    Metric.ACKNOWLEDGED_WITHIN,
    Metric.FIRST_ATTEMPT_WITHIN,
    Metric.ACCEPTANCE_RATE,
)
"""What can be compared: the shares that the facts of days hold."""

KEYS: Final = ("agreement", "provider", "source", "lead_source", "country", "owner")
"""By what; an agreement stands for the site or the provider that it is made with."""

FEWEST: Final = 10
"""Due in a group: below it, a rate is no more than an anecdote."""


@dataclass(frozen=True)
class Comparison:
    """Groups under the same promise.

    Attributes:
        promised: The rate that is promised, where all agreements promise the same; else None.
        pooled: The rate of all groups together; None where nothing was due.
        groups: By name, not by rate.
        outside: Those that chance alone does not explain.
    """

    metric: Metric
    by: str
    starts: date
    ends: date
    promised: Fraction | None
    pooled: Fraction | None
    groups: tuple[Group, ...]
    outside: tuple[Group, ...]

    @property
    def centre(self) -> Fraction | None:
        """Return the rate that a group is held against: what was promised, else the pooled one."""
        return self.promised if self.promised is not None else self.pooled

    @property
    def pair(self) -> Difference | None:
        """Return the difference of the first group from the second, where there are just two."""
        due = [group for group in self.groups if group.due]
        return difference(due[0], due[1]) if len(due) == 2 else None  # noqa: PLR2004

    @property
    def is_too_few(self) -> bool:
        """Return whether no two groups have enough to be compared."""
        return sum(group.due >= FEWEST for group in self.groups) < 2  # noqa: PLR2004


def compare(
    facts: Facts, book: Book, metric: Metric, by: str, days: tuple[date, date]
) -> Comparison:
    """Return how groups kept the same promise on some days.

    Args:
        facts: The facts of days.
        book: The agreements in force.
        metric: One of METRICS.
        by: One of KEYS.
        days: First day of the hand-offs, and first day after them.

    Raises:
        InvalidError: It cannot be compared, or not by that.
    """
    if metric not in METRICS:
        raise InvalidError(f"Compare one of {', '.join(METRICS)}.", "metric")
    if by not in KEYS:
        raise InvalidError(f"Compare by one of {', '.join(KEYS)}.", "by")
    starts, ends = days
    daily = facts.daily(day_number(starts), day_number(ends), () if by == "agreement" else (by,))
    agreed = daily.filter(pl.col("version_id") > 0)
    named = agreed.with_columns(_names(book)) if by == "agreement" else agreed
    kept, due = _figures(metric)
    sums = named.group_by(by).agg(kept.alias("kept"), due.alias("due")).sort(by)
    external = _external(book, by)
    groups = tuple(Group(name, kept, due, name in external) for name, kept, due in sums.iter_rows())
    total = sum(group.due for group in groups)
    pooled = Fraction(sum(group.kept for group in groups), total) if total else None
    promised = _promised(book, metric, days)
    centre = promised if promised is not None else pooled
    outside = remarkable(groups, float(centre)) if centre is not None else ()
    return Comparison(metric, by, starts, ends, promised, pooled, groups, outside)


def _figures(metric: Metric) -> tuple[pl.Expr, pl.Expr]:
    """Return what is kept and what is due, summed."""
    if metric is Metric.ACCEPTANCE_RATE:
        return pl.col("accepted").sum(), (pl.col("accepted") + pl.col("rejected")).sum()
    figures = CATALOGUE[metric].figures
    met, late, overdue = (pl.col(f"{figures}_{name}") for name in ("met", "late", "overdue"))
    return met.sum(), (met + late + overdue).sum()


def _names(book: Book) -> pl.Expr:
    newest = {v.agreement.name: v.agreement.title for v in reversed(book.versions)}
    shared = [title for title in newest.values() if list(newest.values()).count(title) > 1]
    called = {n: f"{title} ({n})" if title in shared else title for n, title in newest.items()}
    titles = {v.version_id: called[v.agreement.name] for v in book.versions}
    return (
        pl.col("version_id")
        .replace_strict(titles, default="", return_dtype=pl.String)
        .alias("agreement")
    )


def _external(book: Book, by: str) -> frozenset[str]:
    """Return the names of groups that are outside suppliers of an agreement."""
    parties = [
        (version.agreement, party)
        for version in book.versions
        for party in version.agreement.parties.values()
        if party.kind is PartyKind.SUPPLIER
    ]
    if by == "agreement":
        return frozenset(agreement.title for agreement, _ in parties)
    return (
        frozenset(p.provider for _, p in parties if p.provider) if by == "provider" else frozenset()
    )


def _promised(book: Book, metric: Metric, days: tuple[date, date]) -> Fraction | None:
    """Return the rate that all who promise it on these days promise; None where they differ."""
    rates = {
        commitment.promised_rate
        for version, _ in spans(book, *days, None)
        if (commitment := version.commitment(metric))
    }
    return rates.pop() if len(rates) == 1 else None


def as_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values."""
    pair = found.pair
    return {
        "metric": found.metric,
        "by": found.by,
        "from": found.starts.isoformat(),
        "to": found.ends.isoformat(),
        "promised": _float(found.promised),
        "pooled": _float(found.pooled),
        "groups": [_group(group, found) for group in found.groups],
        "difference": None
        if pair is None
        else {"points": pair.points, "low": pair.low, "high": pair.high},
    }


def _group(group: Group, found: Comparison) -> Mapping[str, Any]:
    return {
        "name": group.name or None,
        "external": group.is_external,
        "kept": group.kept,
        "due": group.due,
        "rate": _float(group.rate),
        "outside": group in found.outside,
    }


def _float(exact: Fraction | None) -> float | None:
    return None if exact is None else round(float(exact), 6)
