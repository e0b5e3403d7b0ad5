"""The share in time by week, one row for each promise of time that is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.facts import FEWEST_FOR_A_SHARE, Verdict, is_kept, verdict
from reports.numbers import clean, count, rate, week_number
from reports.promises import sentence, share, share_range
from reports.remedies import a_lead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.digest import DepthProgress, DepthWeek, Digest, PromiseProgress, PromiseWeek

MOST_ROWS = 3
MOST_WEEKS = 12
WEEKS_IN_WORDS = 4


@dataclass(frozen=True)
class Point:
    """One week of one promise.

    Attributes:
        share: 0..1, of all that are or come due; NaN where nothing is, which leaves a gap in the
            line.
        most: The share if all that are pending are met in time.
        kept: Whether the promise was kept; None without a promised share, and where what is
            pending decides.
        text: The share, or where it may end, as percentage; empty where nothing was due.
        few: Fewer were due than a share can be judged by.
    """

    week: str
    share: float
    most: float
    due: int
    text: str
    pending: int
    kept: bool | None
    few: bool

    @property
    def is_open(self) -> bool:
        """Return whether what is pending may still move the share."""
        return self.pending > 0


@dataclass(frozen=True)
class Response:
    """One promise.

    Attributes:
        promised: 0..1; None where no share is agreed.
        promised_text: As in "promised 90 %"; empty without one.
    """

    title: str
    points: tuple[Point, ...]
    promised: float | None
    promised_text: str


@dataclass(frozen=True)
class Responses:
    """The rows, in the order of the agreement."""

    rows: tuple[Response, ...]
    alt: str
    caption: str


def responses(digest: Digest) -> Responses | None:
    """Return what the chart shows; None when no promise was ever due in these weeks."""
    deep = [depth for depth in digest.depths if any(week.leads for week in depth.weeks)][:1]
    told = {depth.name for depth in deep}
    found = [one for one in digest.promises if _has_something(one) and one.name not in told]
    if not found and not deep:
        return None
    shown = found[:MOST_ROWS]
    rows = (*map(_row, shown), *map(_depth_row, deep))
    alt = " ".join((_alt(shown), *map(_depth_alt, deep))).strip()
    return Responses(rows, alt, _caption(found, deep))


def _depth_row(depth: DepthProgress) -> Response:
    weeks = depth.weeks[-MOST_WEEKS:]
    latest = next((week for week in reversed(weeks) if week.leads), None)
    return Response(
        title=f"{clean(depth.title)} ({clean(depth.by)}), of those promised a lead",
        points=tuple(_depth_point(week) for week in weeks),
        promised=1.0,
        promised_text=a_lead(latest).rpartition(" ")[2] if latest else "",
    )


def _depth_point(week: DepthWeek) -> Point:
    return Point(
        week=week_number(week.week),
        share=_part(week.made, week.promised),
        most=_part(week.made, week.promised),
        due=week.leads,
        text=a_lead(week).partition(" ")[0] if week.leads else "",
        pending=0,
        kept=None,
        few=week.leads < FEWEST_FOR_A_SHARE,
    )


def _depth_alt(depth: DepthProgress) -> str:
    latest = [week for week in depth.weeks if week.leads][-WEEKS_IN_WORDS:]
    weeks = ", ".join(f"{week_number(week.week)} {a_lead(week)}" for week in latest)
    return f"{clean(depth.title)}, attempts a lead of those promised: {weeks}."


def _has_something(promise: PromiseProgress) -> bool:
    return promise.judged_until is not None and any(week.total for week in _weeks(promise))


def _weeks(promise: PromiseProgress) -> tuple[PromiseWeek, ...]:
    return promise.weeks[-MOST_WEEKS:]


def _row(promise: PromiseProgress) -> Response:
    promised = promise.promised_rate
    return Response(
        title=f"{clean(promise.title)} ({clean(promise.by)})",
        points=tuple(_point(promise, week) for week in _weeks(promise)),
        promised=None if promised is None else float(promised),
        promised_text="" if promised is None else rate(promised),
    )


def _point(promise: PromiseProgress, week: PromiseWeek) -> Point:
    promised = promise.promised_rate
    return Point(
        week=week_number(week.week),
        share=_part(week.met, week.total),
        most=_part(week.met + week.pending, week.total),
        due=week.due,
        text=share_range(promise, week) if week.total else "",
        pending=week.pending,
        kept=is_kept(week, promised) if week.total and promised is not None else None,
        few=week.total < FEWEST_FOR_A_SHARE,
    )


def _part(some: int, whole: int) -> float:
    return some / whole if whole else float("nan")


def _alt(promises: Sequence[PromiseProgress]) -> str:
    if not promises:
        return ""
    return "Share in time by week. " + " ".join(_alt_of(promise) for promise in promises)


def _alt_of(promise: PromiseProgress) -> str:
    promised = promise.promised_rate
    against = "" if promised is None else f", promised {rate(promised)}"
    latest = _weeks(promise)[-WEEKS_IN_WORDS:]
    weeks = ", ".join(f"{week_number(week.week)} {share(promise, week)}" for week in latest)
    return f"{clean(promise.title)}{against}: {weeks}."


def _finding(promises: list[PromiseProgress], deep: list[DepthProgress]) -> str:
    """Return what the chart shows in a sentence: the promise that is missed by most, and depth."""
    missed = [one for one in promises if verdict(one) is Verdict.MISSED]
    said = f"{_capital(sentence(min(missed, key=_gap)))}. " if missed else ""
    for depth in deep:
        week = depth.weeks[-1]
        if week.leads:
            said += f"{clean(depth.by)} made {a_lead(week)} promised attempts a lead. "
    return said


def _gap(promise: PromiseProgress) -> float:
    week = promise.weeks[-1]
    return (week.met + week.pending) / week.total - float(promise.promised_rate or 0)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _caption(promises: list[PromiseProgress], deep: list[DepthProgress]) -> str:
    said = _finding(promises, deep) + (
        "Dot: the promise was kept; cross: it was not; hollow: fewer than "
        f"{FEWEST_FOR_A_SHARE} were due. No mark: nothing was due."
    )
    if any(week.pending for one in promises[:MOST_ROWS] for week in _weeks(one)):
        said += " Bar: some are pending; the share ends within it."
    if deep:
        said += " Attempts: those made in time for a lead that was not reached before."
    left = len(promises) - MOST_ROWS
    return f"{said} {count(left)} more in the table below." if left > 0 else said
