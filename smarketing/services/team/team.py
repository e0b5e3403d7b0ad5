"""The sales manager's page: who waits longest, what each has, how the promises of a week go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from reports.digest import PromiseProgress, PromiseWeek
from smarketing.domain.calendar import instant, seconds
from smarketing.domain.days import day_number, local_date, starts_at
from smarketing.domain.errors import NotFoundError
from smarketing.domain.metrics import CATALOGUE
from smarketing.domain.weeks import Week, week_named, week_of
from smarketing.services.conclusions.judged import UNKNOWN, Knowledge
from smarketing.services.people.people import everyone
from smarketing.services.ports import Freshness
from smarketing.services.progress.progress import version_ids
from smarketing.services.team.doubtful import Doubtful, LinkAnswers, doubtful_answers
from smarketing.services.team.pauses import paused_s
from smarketing.services.team.rows import TEAM, Counted, LoadStore, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from smarketing.domain.agreement import Agreement, Commitment
    from smarketing.domain.holders import Holders
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.people.people import Directory
    from smarketing.services.team.rows import TeamRow

_YEARS: Final = range(1970, 9999)


class TeamStore(LoadStore, LinkAnswers, Freshness, Protocol):
    """Where the figures of the team are read."""

    def holders(self) -> Holders:
        """Return who may hold leads now."""
        ...

    def days(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return the clocks of the leads handed off on `[first_day, last_day)`, counted.

        Columns: `holder_id, owner, version_id, metric, leads, met, late, overdue, pending`;
        a row without a metric counts leads, one with a metric its clocks.
        """
        ...

    def attempts(self, from_s: int, to_s: int) -> pl.DataFrame:
        """Return `lead_id, actor, at, holder_id, owner` of attempts made in `[from_s, to_s)`."""
        ...

    def pauses(self, from_s: int, to_s: int) -> pl.DataFrame:
        """Return `lead_id, actor, at, detail, version_id` of pauses that may touch a span."""
        ...


@dataclass(frozen=True)
class Team:
    """How the team stands.

    Attributes:
        zone: Of the week's days.
        is_now: Whether it is the week of today.
        rows: Everybody who may hold leads, by name; then the team's queue, and the leads of
            owners without a person.
        promises: The commitments of time in force in the week, each with that one week.
        doubtful: Answers by the link of a mail, of which it is not sure that a person gave them.
    """

    week: Week
    zone: str
    is_now: bool
    rows: tuple[TeamRow, ...]
    promises: tuple[PromiseProgress, ...]
    doubtful: tuple[Doubtful, ...]


def week_asked(name: str, book: Book, now: datetime) -> Week:
    """Return the week of a name such as `2026-W47`; of an empty one, that of today.

    Raises:
        NotFoundError: There is no such week.
    """
    if not name:
        return week_of(local_date(now, book.pages_timezone))
    week = _week(name)
    if week is None or week.starts.year not in _YEARS:
        raise NotFoundError(f"“{name}” is no week; write it as 2026-W47", name)
    return week


def _week(name: str) -> Week | None:
    try:
        return week_named(name)
    except (ValueError, OverflowError):
        return None


def team_of(store: TeamStore, directory: Directory, book: Book, week: Week, now: datetime) -> Team:
    """Return how the team stands now, and stood in a week.

    Args:
        store: Where the figures are read.
        directory: Everybody.
        book: The agreements in force.
        week: The leads handed off in it, the acts done in it.
        now: Decides what is late; what is told of a week ends with it.
    """
    zone, holders = book.pages_timezone, store.holders()
    from_s, to_s = (seconds(starts_at(day, zone)) for day in (week.starts, week.ends))
    days = day_number(week.starts), day_number(week.ends)
    clocks = store.days(*days)
    people = everyone(directory)
    counted = Counted(week.name, holders.names, {person.email: person.id for person in people})
    counted.add_load(store.load(seconds(now)))
    counted.add_clocks(clocks)
    counted.add_attempts(store.attempts(from_s, to_s))
    paused = paused_s(store.pauses(from_s, to_s), book, from_s, min(to_s, seconds(now)))
    for email, spent in paused.items():
        counted.paused_s[counted.people.get(email, TEAM)] += spent
    knowledge = Knowledge(seconds(now), store.known_until())
    return Team(
        week=week,
        zone=zone,
        is_now=week == week_of(local_date(now, zone)),
        rows=rows_of(counted, people, holders),
        promises=tuple(_promises(clocks, book, week, knowledge)),
        doubtful=doubtful_answers(store, book, *days),
    )


def _promises(
    clocks: pl.DataFrame, book: Book, week: Week, knowledge: Knowledge
) -> Iterator[PromiseProgress]:
    """Yield each commitment of time of the agreements that cover the last day of a week."""
    covering = [v for name in book.names if (v := _covering(book, name, week.last_day))]
    for version in covering:
        agreement = version.agreement
        mine = clocks.filter(pl.col("version_id").is_in(version_ids(book, agreement.name)))
        for commitment in agreement.commitments:
            if CATALOGUE[commitment.metric].is_clock:
                told = _promise(commitment, version, mine, week, knowledge)
                yield told if len(covering) == 1 else _of_agreement(told, agreement)


def _of_agreement(promise: PromiseProgress, agreement: Agreement) -> PromiseProgress:
    """Return a promise whose party is told with its agreement: two may promise the same."""
    return replace(promise, by=f"{promise.by} (“{agreement.title}”)")


def _covering(book: Book, name: str, day: date) -> InForce | None:
    versions = (v for v in book.versions if v.agreement.name == name)
    terms = ((v, v.agreement.starts_on, v.agreement.ends_on or date.max) for v in versions)
    return next((version for version, starts, ends in terms if starts <= day < ends), None)


def _promise(
    commitment: Commitment, version: InForce, clocks: pl.DataFrame, week: Week, knowledge: Knowledge
) -> PromiseProgress:
    mine = clocks.filter(pl.col("metric") == str(commitment.metric))
    sums = mine.select("met", "late", "overdue", "pending").sum().row(0)
    # 0 stands for the portal: a source of its own, and the only one where no other one tells.
    sources = {0, *(source for source, _ in knowledge.known_until)}
    until = max(knowledge.judged(commitment, source) for source in sources)
    return PromiseProgress(
        name=commitment.name,
        title=commitment.title,
        by=version.agreement.parties[commitment.by].title,
        promised_rate=commitment.promised_rate,
        weeks=(PromiseWeek(week.name, *sums),),
        busiest_miss=None,
        judged_until=instant(until) if until > UNKNOWN else None,
        metric=commitment.metric,
    )
