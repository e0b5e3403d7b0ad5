"""The team by who has the leads: a row a person, one for the team's queue, one for the rest.

Clocks are judged by the lead, whoever had it before: a row tells what its holder has now, not
whose fault it was. Acts are told by who did them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from reports.digest import PromiseWeek
from smarketing.domain.metrics import Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from smarketing.domain.holders import Holders
    from smarketing.services.people.people import Person

TEAM: Final = 0
"""Who has a lead of the team's queue: in place of a person's number."""

UNTIED: Final = -1
"""Who has a lead whose CRM names an owner that no person is tied to."""

_TITLES: Final[Mapping[int, str]] = {
    TEAM: "The team’s queue",
    UNTIED: "No person for this owner",
}


@dataclass(frozen=True)
class Load:
    """The leads that owe an answer now.

    Attributes:
        late: Those past a due time; at_risk: those past a warning only; paused: those whose
            clocks stand, late or not.
    """

    open: int = 0
    late: int = 0
    at_risk: int = 0
    paused: int = 0


@dataclass(frozen=True)
class TeamRow:
    """One who has leads, and the figures of a week.

    Attributes:
        number: The person's, TEAM or UNTIED.
        load: Now, whatever the week.
        leads: Handed off in the week and held now.
        acknowledged: The clocks of those leads; attempted: those of the first attempt.
        attempts: Made in the week, on any lead.
        paused_s: Working seconds of the week in which clocks stood by this one's pauses.
    """

    number: int
    name: str
    load: Load
    leads: int
    acknowledged: PromiseWeek
    attempted: PromiseWeek
    attempts: int
    paused_s: int

    @property
    def is_person(self) -> bool:
        """Return whether it is somebody's row, and not the team's."""
        return self.number > 0


class LoadStore(Protocol):
    """Where the load of now is read."""

    def load(self, now: int) -> pl.DataFrame:
        """Return `holder_id, owner, open, late, at_risk, paused`: counts that are to be summed.

        `owner` is the CRM's name for who should have a lead that nobody holds; "" for none.
        """
        ...


@dataclass
class Counted:
    """The figures of a week by who has the leads, while they are put together.

    Attributes:
        owners: What CRMs call those who may hold leads, to their number.
        people: The e-mails of everybody, also of those who left, to their number.
    """

    week: str
    owners: Mapping[str, int]
    people: Mapping[str, int]
    load: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 4))
    clocks: defaultdict[tuple[int, str], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0] * 4)
    )
    leads: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    attempts: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    paused_s: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    def whose(self, holder_id: int | None, owner: str) -> int:
        """Return who has a lead: a person, TEAM, or UNTIED."""
        if holder_id is not None:
            return holder_id
        return UNTIED if owner and _found(self.owners, owner) is None else TEAM

    def actor(self, name: str) -> int | None:
        """Return who did something: by e-mail, or by a name that a CRM uses; None: nobody's."""
        by = _found(self.people, name)
        return _found(self.owners, name) if by is None else by

    def add_load(self, rows: pl.DataFrame) -> None:
        """Add what LoadStore.load returns."""
        for holder_id, owner, *counts in rows.iter_rows():
            _add(self.load[self.whose(holder_id, owner)], counts)

    def add_clocks(self, rows: pl.DataFrame) -> None:
        """Add leads and clocks of days, as the store counts them."""
        for holder_id, owner, _version, metric, leads, *counts in rows.iter_rows():
            number = self.whose(holder_id, owner)
            self.leads[number] += leads
            if metric:
                _add(self.clocks[number, metric], counts)

    def add_attempts(self, rows: pl.DataFrame) -> None:
        """Add attempts: each is of who made it, or where that is not known, of who has the lead.

        What is told of one lead at one instant twice, by its record and by an activity, is one.
        """
        made: dict[tuple[int, int], int] = {}
        for lead_id, actor, at, holder_id, owner in rows.sort("actor").iter_rows():
            by = None if actor is None else self.actor(actor)
            made[lead_id, at] = self.whose(holder_id, owner) if by is None else by
        for number in made.values():
            self.attempts[number] += 1

    def row(self, number: int, name: str) -> TeamRow:
        """Return what was counted of one."""
        clocks = {
            metric: PromiseWeek(self.week, met, late, overdue, pending)
            for metric in (Metric.ACKNOWLEDGED_WITHIN, Metric.FIRST_ATTEMPT_WITHIN)
            for met, late, overdue, pending in (self.clocks[number, str(metric)],)
        }
        return TeamRow(
            number=number,
            name=name,
            load=Load(*self.load[number]),
            leads=self.leads[number],
            acknowledged=clocks[Metric.ACKNOWLEDGED_WITHIN],
            attempted=clocks[Metric.FIRST_ATTEMPT_WITHIN],
            attempts=self.attempts[number],
            paused_s=self.paused_s[number],
        )

    def numbers(self) -> set[int]:
        """Return everybody of whom anything was counted."""
        kinds: Iterable[Iterable[int]] = (self.load, self.leads, self.attempts, self.paused_s)
        return {number for kind in kinds for number in kind}


def rows_of(counted: Counted, people: Iterable[Person], holders: Holders) -> tuple[TeamRow, ...]:
    """Return a row for everybody who may hold leads, by name, then those of nobody.

    Somebody who may hold none any more has a row in a week that they worked in.
    """
    shown = counted.numbers() | holders.active
    named = {person.id: person.name for person in people if person.id in shown}
    ordered = sorted(named.items(), key=lambda one: (one[1].casefold(), one[0]))
    nobodys = [(number, _TITLES[number]) for number in (TEAM, UNTIED) if number in shown]
    return tuple(counted.row(number, name) for number, name in (*ordered, *nobodys))


def _found(numbers: Mapping[str, int], name: str) -> int | None:
    """Return whose a name is, as it is written or in small letters."""
    return numbers.get(name, numbers.get(name.lower()))


def _add(sums: list[int], counts: Iterable[int]) -> None:
    for place, count in enumerate(counts):
        sums[place] += count
