"""The lines of the team's page: figures as the weekly report words them, with their links.

A share of a person is never told without the number behind it, and below ten due only the
number is; nobody is ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from reports.numbers import clean, count, rate
from reports.promises import sentence, share
from smarketing.domain.metrics import Metric
from smarketing.web.words import due_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from reports.digest import PromiseProgress, PromiseWeek
    from smarketing.services.leads.queue import QueueItem
    from smarketing.services.team.rows import TeamRow
    from smarketing.services.team.team import Team

_MINUTE_S: Final = 60
_NOBODY: Final = 0
"""The holder, in the address of a list, of the leads that nobody holds."""

_TITLES: Final[Mapping[Metric, str]] = {
    Metric.ACKNOWLEDGED_WITHIN: "Acknowledged",
    Metric.FIRST_ATTEMPT_WITHIN: "First attempt",
}
"""Where no agreement names them."""


@dataclass(frozen=True)
class LoadLine:
    """One who has leads.

    Attributes:
        row: The figures.
        href: The leads behind the open ones; "" where there is no such list.
        acknowledged: "7 of 9", or with the share from ten on; None where nothing was due.
        paused: Minutes, in words.
    """

    row: TeamRow
    href: str
    acknowledged: str | None
    attempted: str | None
    paused: str

    @property
    def is_idle(self) -> bool:
        """Return whether nothing at all is to be told."""
        row = self.row
        return not (row.load.open or row.leads or row.attempts or row.paused_s)


@dataclass(frozen=True)
class Missed:
    """Promises of one kind that were not kept.

    Attributes:
        number: Of leads; still_open: those of them that nobody has answered yet.
        href: The list of the leads.
    """

    number: int
    still_open: int
    href: str


@dataclass(frozen=True)
class BreachLine:
    """What one has of the week's breaches, by kind."""

    name: str
    acknowledged: Missed
    attempted: Missed


def headline(team: Team, items: Sequence[QueueItem], now: datetime) -> str:
    """Return who waits longest and how many are late, in one or two sentences."""
    if not items:
        return "Nobody waits."
    first, due = items[0], due_words(items[0], now)
    holder = f"with {first.holder}" if first.holder else "and nobody has it"
    late, waiting = (sum(getattr(row.load, name) for row in team.rows) for name in ("late", "open"))
    when = f"{due.words[0].lower()}{due.words[1:]}"
    if not late:
        return f"Nobody is late. {first.name} is next: {when}, {holder}."
    many = f"{count(late)} of {count(waiting)} that wait {'is' if late == 1 else 'are'} late"
    return f"{first.name} waits longest: {when}, {holder}. {many}."


def paragraphs(team: Team) -> tuple[str, ...]:
    """Return a sentence a promise: how it was kept in the week, against what was promised."""
    return tuple(f"{said[0].upper()}{said[1:]}." for said in map(sentence, team.promises))


def kept_headings(team: Team) -> tuple[tuple[str, str], ...]:
    """Return for both promises of time what its column is called, and the share promised.

    They are called as the first agreement calls them; the share is "" where none is promised.
    """
    kept = _by_metric(team)
    return tuple(
        (clean(promise.title), rate(promise.promised_rate) if promise.promised_rate else "")
        if (promise := kept.get(metric))
        else (title, "")
        for metric, title in _TITLES.items()
    )


def load_lines(team: Team) -> tuple[LoadLine, ...]:
    """Return a line for each row of the team."""
    kept = _by_metric(team)
    return tuple(
        LoadLine(
            row=row,
            href=f"/leads?{urlencode({'holder': row.number, 'what': 'open'})}"
            if row.is_person
            else "",
            acknowledged=_share(kept.get(Metric.ACKNOWLEDGED_WITHIN), row.acknowledged),
            attempted=_share(kept.get(Metric.FIRST_ATTEMPT_WITHIN), row.attempted),
            paused=f"{count(row.paused_s // _MINUTE_S)} min" if row.paused_s else "–",
        )
        for row in team.rows
    )


def breach_lines(team: Team) -> tuple[BreachLine, ...]:
    """Return a line for everybody with a breach, one for nobody's leads, and one for all.

    Empty where there is no breach.
    """
    people = [(row.name, [row]) for row in team.rows if row.is_person]
    nobodys = [row for row in team.rows if not row.is_person]
    lines = [
        _breach_line(team, name, rows, holder=rows[0].number if rows[0].is_person else _NOBODY)
        for name, rows in (*people, ("Nobody yet", nobodys))
        if any(_late(row.acknowledged) or _late(row.attempted) for row in rows)
    ]
    return (*lines, _breach_line(team, "All", team.rows)) if lines else ()


def _breach_line(team: Team, name: str, rows: Sequence[TeamRow], **more: object) -> BreachLine:
    """Return the breaches of one or several rows, with the lists of their leads."""
    return BreachLine(
        name,
        _missed([row.acknowledged for row in rows], _leads(team, "late", **more)),
        _missed([row.attempted for row in rows], _leads(team, "attempt_late", **more)),
    )


def _by_metric(team: Team) -> dict[Metric | None, PromiseProgress]:
    """Return the promises of the first agreement that makes them."""
    return {promise.metric: promise for promise in reversed(team.promises)}


def _share(promise: PromiseProgress | None, week: PromiseWeek) -> str | None:
    return share(promise, week) if promise and week.due else None


def _late(week: PromiseWeek) -> int:
    return week.late + week.overdue


def _missed(weeks: Iterable[PromiseWeek], href: str) -> Missed:
    kept = list(weeks)
    return Missed(sum(map(_late, kept)), sum(week.overdue for week in kept), href)


def _leads(team: Team, what: str, **more: object) -> str:
    """Return the list of the week's leads behind a figure."""
    span = {"from": team.week.starts.isoformat(), "to": team.week.ends.isoformat()}
    return f"/leads?{urlencode(span | more | {'what': what})}"
