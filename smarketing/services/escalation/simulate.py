"""What a ladder would have done in a month: "14 messages, 3 leads handed on".

The clocks are replayed (see `replay`); mails go to the people there are today, a storm as one, as
the worker's ticks would have done. A lead that the ladder would have handed on is answered when it
was answered in truth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heappop, heappush
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import polars as pl

from reports.numbers import count, leads, month_name
from smarketing.domain.acts import ASSIGNED, OWNER, RETURNED
from smarketing.domain.calendar import instant, seconds
from smarketing.domain.days import local_date
from smarketing.domain.errors import NotFoundError
from smarketing.services.agreements.life import agreement_of, newest
from smarketing.services.conclusions.book import Laddered
from smarketing.services.escalation.pace import messages_now, room_at
from smarketing.services.escalation.replay import Replay, TakenStep
from smarketing.services.escalation.telling import next_opening
from smarketing.services.escalation.whom import Crew, ever_held

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.holders import Absence, Holders
    from smarketing.domain.versions import Version
    from smarketing.services.agreements.life import Shelf
    from smarketing.services.conclusions.as_of import Known
    from smarketing.services.conclusions.book import Book
    from smarketing.services.people.people import Person

TICK_S: Final = 20
"""The worker's rhythm: what falls due within it is one run."""


class HandsThen(Protocol):
    """Who had leads, and who may have them."""

    def words(self, lead_ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, nth, kind, detail, at` of every word about who holds leads."""
        ...

    def absences(self) -> Sequence[Absence]:
        """Return who is on leave when."""
        ...

    def holders(self) -> Holders:
        """Return who may hold leads."""
        ...


@dataclass(frozen=True)
class StepCount:
    """What one step would have done.

    Attributes:
        taken: Clocks that reached it while they ran.
        messages: Mails; one tells of many leads where they come at once.
        reassigned: Leads handed on, to a person or to the team.
    """

    taken: int = 0
    messages: int = 0
    reassigned: int = 0


@dataclass(frozen=True)
class Simulated:
    """What the ladders of a version would have done in a month.

    Attributes:
        month: First day.
        clocks: How many clocks of leads of the month its ladders watch.
        steps: By the name of the commitment, in the order of its ladder.
    """

    agreement: Agreement
    version: int
    month: date
    clocks: int
    steps: Mapping[str, tuple[StepCount, ...]]

    @property
    def messages(self) -> int:
        """Return how many mails would have been sent."""
        return sum(step.messages for steps in self.steps.values() for step in steps)

    @property
    def reassigned(self) -> int:
        """Return how many times a lead would have been handed on."""
        return sum(step.reassigned for steps in self.steps.values() for step in steps)

    @property
    def sentence(self) -> str:
        """Return it in one sentence."""
        mails = "1 message" if self.messages == 1 else f"{count(self.messages)} messages"
        return (
            f"With this ladder, {month_name(self.month)} {self.month.year} would have sent {mails} "
            f"and handed on {leads(self.reassigned)}."
        )


def version_named(shelf: Shelf, name: str, number: int | None = None) -> Version:
    """Return a version of an agreement, signed or not; without a number the newest one.

    Raises:
        NotFoundError: There is none.
    """
    latest = newest(name, shelf)
    found = {v.version: v for v in shelf.versions() if v.name == name}
    if number is not None and number not in found:
        known = ", ".join(str(n) for n in sorted(found))
        raise NotFoundError(f"{name} has no version {number}; it has: {known}", str(number))
    return latest if number is None else found[number]


def last_month(agreement: Agreement, now: datetime) -> date:
    """Return the first day of the last month that is over, in the agreement's zone."""
    this_month = local_date(now, agreement.timezone).replace(day=1)
    return (this_month - timedelta(days=1)).replace(day=1)


def simulate(
    version: Version,
    month: date,
    *,
    history: Known,
    hands: HandsThen,
    people: Sequence[Person],
    book: Book,
    now: datetime,
) -> Simulated:
    """Return what the ladders of a version would have done with the leads of a month.

    Args:
        version: Signed or not.
        month: First day.
        history: The leads.
        hands: Who had them.
        people: Everybody, as of today.
        book: The agreements in force: a lead of another one stays with it.
        now: What would only come later is not counted.

    Raises:
        NotFoundError: The month has not begun.
    """
    agreement = agreement_of(version)
    if local_date(now, agreement.timezone) < month:
        raise NotFoundError(
            f"{month_name(month)} {month.year} has not begun: there is nothing to replay yet",
            f"{month:%Y-%m}",
        )
    replay = Replay(version, month, history, book, now)
    taken = sorted(replay.taken(), key=lambda step: (_run(step), step.at, step.lead_id))
    played = _Played(agreement, Crew(people, hands.absences()), _Hands(hands, taken, replay))
    for run, steps in groupby(taken, key=_run):
        played.tell_before(run)
        played.play(run, list(steps))
    played.tell_before(seconds(now) // TICK_S + 1)
    return Simulated(agreement, version.version, month, replay.clocks, played.counts())


def _run(step: TakenStep) -> int:
    """Return the number of the tick that takes a step: the first one at its instant or later."""
    return -(-step.at // TICK_S)


class _Hands:
    """Who has each lead as the replay goes on."""

    def __init__(self, hands: HandsThen, taken: Sequence[TakenStep], replay: Replay) -> None:
        ids = pl.Series("id", sorted({step.lead_id for step in taken}), dtype=pl.Int64)
        self._words: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        for word in hands.words(ids).sort("nth").iter_rows(named=True):
            self._words[word["lead_id"]].append(word)
        self._holders, self._owners = hands.holders(), replay.owners
        self._pauses = replay.pauses

    def holder(self, lead_id: int, at: int) -> int | None:
        """Return who had a lead at an instant; None: the team."""
        told = [word for word in self._words[lead_id] if word["at"] <= at]
        last = max(told, key=lambda word: int(word["at"]), default=None)
        if last and last["kind"] == ASSIGNED:
            return int(last["detail"])
        if last and last["kind"] == RETURNED:
            return None
        name = (last["detail"] if last else self._owners.get(lead_id)) or ""
        return self._holders.names.get(name, self._holders.names.get(name.lower()))

    def had(self, lead_id: int, at: int) -> frozenset[int]:
        """Return who had a lead up to an instant."""
        told = [word for word in self._words[lead_id] if word["at"] <= at]
        owner = None if any(w["kind"] == OWNER for w in told) else self._owners.get(lead_id)
        return ever_held(told, owner, self.holder(lead_id, at), self._holders)

    def stands_until(self, lead_id: int, at: int) -> int:
        """Return when a lead that is paused at an instant goes on; the instant: it is not."""
        told = (ends for starts, ends in self._pauses.get(lead_id, ()) if starts <= at)
        return max(at, max(told, default=at))

    def give(self, lead_id: int, to: int | None, at: int) -> None:
        """Let a lead change hands."""
        kind, detail = (RETURNED, None) if to is None else (ASSIGNED, str(to))
        self._words[lead_id].append({"kind": kind, "detail": detail, "at": at})


class _Kind(NamedTuple):
    """Who would be told by which step."""

    address: str
    commitment: str
    step: int


@dataclass
class _Telling:
    """The messages of one kind.

    Attributes:
        waiting: Of each clock (lead, cycle) that is to be told of, when it ends.
        sent_at: When messages were sent, in seconds of UTC.
    """

    waiting: dict[tuple[int, int], int] = field(default_factory=dict)
    sent_at: list[int] = field(default_factory=list)

    def send(self, at: int, hands: _Hands) -> int:
        """Send what may be sent at an instant; return how many messages that is."""
        self.waiting = {clock: ends for clock, ends in self.waiting.items() if ends > at}
        ready = [clock for clock in self.waiting if hands.stands_until(clock[0], at) == at]
        parts = messages_now(ready, self.sent_at, at)
        for clock in chain.from_iterable(parts):
            del self.waiting[clock]
        self.sent_at += [at] * len(parts)
        return len(parts)

    def next_at(self, at: int, hands: _Hands) -> int:
        """Return when something that waits at an instant may be sent, as far as hours allow."""
        goes_on = min(hands.stands_until(lead_id, at) for lead_id, _ in self.waiting)
        return max(room_at(self.sent_at, at), goes_on)


class _Played:
    """What was played so far."""

    def __init__(self, agreement: Agreement, crew: Crew, hands: _Hands) -> None:
        self._ladders = {c.name: Laddered(agreement, c) for c in agreement.commitments if c.ladder}
        self._zone, self._crew, self._hands = agreement.timezone, crew, hands
        self._telling: defaultdict[_Kind, _Telling] = defaultdict(_Telling)
        self._later: list[tuple[int, _Kind]] = []
        self._counted: defaultdict[str, Counter[tuple[str, int]]] = defaultdict(Counter)

    def play(self, run: int, steps: Sequence[TakenStep]) -> None:
        """Take the steps of one run, given by the number of its tick."""
        kinds: dict[_Kind, None] = {}
        moving: dict[int, TakenStep] = {}
        for _, clock in groupby(sorted(steps), key=lambda step: step[:3]):
            mine = list(clock)
            for one in mine:
                self._counted["taken"][one.commitment, one.step] += 1
                if self._ladders[one.commitment].commitment.ladder[one.step].reassign:
                    moving.setdefault(one.lead_id, one)
            for kind in self._told(mine):
                self._owe(kind, mine[0])
                kinds[kind] = None
        for kind in kinds:
            self._tell(kind, run)
        for one in moving.values():
            self._move(one)

    def tell_before(self, run: int) -> None:
        """Send what waited and may be sent before a run."""
        while self._later and self._later[0][0] < run:
            tick, kind = heappop(self._later)
            self._tell(kind, tick)

    def _owe(self, kind: _Kind, one: TakenStep) -> None:
        """Let a clock wait to be told of; what an earlier step owes the person is no news."""
        clock = one.lead_id, one.cycle
        for earlier in range(kind.step):
            self._telling[kind._replace(step=earlier)].waiting.pop(clock, None)
        self._telling[kind].waiting[clock] = one.ends

    def _tell(self, kind: _Kind, run: int) -> None:
        telling, at = self._telling[kind], run * TICK_S
        laddered = self._ladders[kind.commitment]
        step = laddered.commitment.ladder[kind.step]
        if next_opening(step, laddered, at) == at:
            self._counted["messages"][kind.commitment, kind.step] += telling.send(at, self._hands)
        if telling.waiting:
            then = next_opening(step, laddered, telling.next_at(at, self._hands))
            if then is not None:
                heappush(self._later, (max(-(-then // TICK_S), run + 1), kind))

    def counts(self) -> dict[str, tuple[StepCount, ...]]:
        """Return what each step did, by commitment."""
        return {
            name: tuple(
                StepCount(**{what: counted[name, n] for what, counted in self._counted.items()})
                for n in range(len(laddered.commitment.ladder))
            )
            for name, laddered in self._ladders.items()
        }

    def _told(self, clock: Iterable[TakenStep]) -> list[_Kind]:
        """Return who is told of a clock: each person by the last step that names them."""
        told: dict[str, _Kind] = {}
        for one in clock:
            laddered = self._ladders[one.commitment]
            step = laddered.commitment.ladder[one.step]
            for address in self._crew.told(step, self._hands.holder(one.lead_id, one.at), laddered):
                spec = address.addr_spec
                told[spec] = _Kind(spec, one.commitment, one.step)
        return list(told.values())

    def _move(self, one: TakenStep) -> None:
        holder = self._hands.holder(one.lead_id, one.at)
        on = local_date(instant(one.at), self._zone)
        heir = self._crew.successor(self._hands.had(one.lead_id, one.at), on)
        if heir is not None or holder is not None:
            self._hands.give(one.lead_id, heir, one.at)
            self._counted["reassigned"][one.commitment, one.step] += 1
