"""The clocks against a small model that knows no arrays: it walks through time minute by minute."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from smarketing.domain.clocks import ClockState
from smarketing.domain.errors import ConflictError
from smarketing.domain.moment import FOREVER
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.audit import differing_facts
from smarketing.services.leads import acknowledge, answers, recycle
from smarketing.services.people.people import Role
from smarketing.store.acts import ActDesk
from smarketing.store.engine import open_engine
from smarketing.store.facts import FactsNow
from smarketing.store.migrate import migrate
from tests.builders import IN_FULL, Company, at
from tests.store.seed import act, let_in, person

MONDAY = at("2026-03-02 08:00")
NEVER = at("9999-01-01 00:00")
HOURS = {"acknowledge": 1, "first_attempt": 8, "attempts": 24, "decision": 30}
"""Of a decision maker of a large company, who owes three attempts."""

STOPS = {
    "acknowledge": {"acknowledged", "accepted", "rejected", "recycled"},
    "first_attempt": {"attempted", "connected"},
    "attempts": {"connected"},
    "decision": {"accepted", "rejected", "recycled"},
}
VOIDS = {"first_attempt", "attempts"}
TEXT = "\n".join(
    line if "promised_rate" not in line else f'{line}\nrecorded_in = ["portal"]'
    for line in IN_FULL.splitlines()
    if not line.startswith("surge")
).replace("starts_on = 2026-01-01", "starts_on = 2026-01-01\nends_on = 2026-03-05")
OVER = at("2026-03-05 00:00")
"""Thursday: what still runs then is void, and leads of later belong to no agreement."""


@dataclass
class Told:
    """What was told of a lead, as the model remembers it."""

    handed: datetime
    acts: list[tuple[str, datetime]] = field(default_factory=list)
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    again: list[datetime] = field(default_factory=list)

    def cycles(self) -> list[tuple[datetime, datetime]]:
        starts = [self.handed, *self.again]
        return list(zip(starts, [*self.again, NEVER], strict=True))


def is_worked(minute: datetime) -> bool:
    return minute.weekday() < 5 and 9 <= minute.hour < 17


def due(start: datetime, hours: int, pauses: list[tuple[datetime, datetime]]) -> datetime:
    """When an allowance is used up, by walking through every minute."""
    left, minute = hours * 60, start
    while left:
        stands = any(begins <= minute < ends for begins, ends in pauses)
        left -= is_worked(minute) and not stands
        minute += timedelta(minutes=1)
    return minute


def state(
    told: Told, name: str, cycle: tuple[datetime, datetime], now: datetime
) -> tuple[ClockState, datetime]:
    start, end = cycle
    acts = [(kind, when) for kind, when in told.acts if start <= when < end]
    stops = [when for kind, when in acts if kind in STOPS[name]]
    if name == "attempts":
        tries = sorted({when for kind, when in acts if kind == "attempted"})
        stops += tries[2:3]
    voids = [end] if told.again and end in told.again else []
    voids += [OVER] if now >= OVER else []
    if name in VOIDS:
        voids += [when for kind, when in acts if kind in {"rejected", "recycled"}]
    until = due(start, HOURS[name], told.pauses)
    stop, void = min(stops, default=None), min(voids, default=None)
    if stop and (void is None or stop <= void):
        return (ClockState.MET if stop <= until else ClockState.MET_LATE), until
    if void:
        return (ClockState.VOID if void <= until else ClockState.NEVER_MET), until
    return ClockState.RUNNING, until


class Clocks(RuleBasedStateMachine):
    """A company in which things happen; the model is told the same."""

    leads = Bundle("leads")
    template: ClassVar[Path | None] = None

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        if Clocks.template is None:
            Clocks.template = Path(tempfile.mkdtemp()) / "empty.db"
            engine = open_engine(f"sqlite:///{Clocks.template}")
            migrate(engine)
            engine.dispose()
        shutil.copy(Clocks.template, folder / "test.db")
        self.company = Company(open_engine(f"sqlite:///{folder / 'test.db'}"), folder)
        let_in(self.company.engine, person(role=Role.SALES_MANAGER))
        self.company.sign(TEXT)
        self.book = self.company.book
        self.desk = ActDesk(self.company.engine)
        self.now = MONDAY
        self.told: dict[int, Told] = {}

    @rule(minutes=st.integers(1, 14 * 60))
    def time_goes_by(self, minutes: int) -> None:
        before = self.now
        self.now += timedelta(minutes=minutes)
        if before < OVER <= self.now:
            self.company.watch(self.now)

    @rule(target=leads, ago=st.integers(0, 300))
    def a_lead_comes(self, ago: int) -> int:
        number = len(self.told) + 1
        handed = self.now - timedelta(minutes=ago)
        stamp = f"{handed:%Y-%m-%d %H:%M}"
        text = f"id,created,handed,title,employees\nl{number},{stamp},{stamp},CEO,900\n"
        self.company.take("leads", text, self.now)
        self.told[number] = Told(handed)
        return number

    def say(self, lead: int, do, *kinds: str, **more: object) -> None:
        who = act(now=self.now, role=Role.SALES_MANAGER)
        try:
            do(self.desk, lead, who, self.book, **more)
        except ConflictError:
            return
        self.told[lead].acts += [(kind, self.now) for kind in kinds]

    def has(self, lead: int) -> bool:
        """Whether somebody said "I have it", with any answer, since it was handed off last."""
        told = self.told[lead]
        since = max([told.handed, *told.again])
        return any(kind in STOPS["acknowledge"] and when >= since for kind, when in told.acts)

    @rule(lead=leads)
    def somebody_has_it(self, lead: int) -> None:
        if not self.has(lead):
            self.say(lead, acknowledge.acknowledge, "acknowledged")

    @rule(lead=leads, reached=st.booleans())
    def somebody_tries(self, lead: int, reached: bool) -> None:  # noqa: FBT001
        kinds = ["attempted"] + ["connected"] * reached
        if not self.has(lead):
            kinds.append("acknowledged")
        self.say(lead, answers.attempt, *kinds, way=answers.Way.CALL, connected=reached)

    @rule(lead=leads)
    def sales_rejects(self, lead: int) -> None:
        self.say(lead, answers.reject, "rejected", reason="duplicate")

    @rule(lead=leads)
    def sales_recycles(self, lead: int) -> None:
        reason = recycle.RecycleReason.NOT_NOW
        self.say(lead, recycle.recycle, "recycled", reason=reason)

    @rule(lead=leads)
    def marketing_hands_it_off_again(self, lead: int) -> None:
        who = act(now=self.now, role=Role.SALES_MANAGER)
        try:
            recycle.hand_off_again(self.desk, lead, who, self.book)
        except ConflictError:
            return
        self.told[lead].again.append(self.now)

    @rule(lead=leads, hours=st.integers(1, 40))
    def it_is_paused(self, lead: int, hours: int) -> None:
        until = self.now + timedelta(hours=hours)
        before = self.told[lead].pauses
        reason = answers.PauseReason.AWAY
        who = act(now=self.now, role=Role.SALES_MANAGER)
        try:
            answers.pause(
                self.desk, lead, who, self.book, reason=reason, until=until.replace(tzinfo=None)
            )
        except ConflictError:
            return
        before.append((self.now, until))

    @rule()
    def the_worker_ticks(self) -> None:
        self.company.watch(self.now)

    @invariant()
    def the_clocks_are_those_of_the_model(self) -> None:
        if not hasattr(self, "told"):
            return
        sql = (
            "SELECT lead_id, commitment.name, cycle, state, due_at FROM clock "
            "JOIN commitment ON commitment.id = commitment_id"
        )
        with self.company.engine.connect() as connection:
            found = {
                (lead, name, cycle): (ClockState(where), until)
                for lead, name, cycle, where, until in connection.exec_driver_sql(sql)
            }
        wanted = {
            (lead, name, number): (where, int(until.timestamp()))
            for lead, told in self.told.items()
            if told.handed < OVER
            for number, cycle in enumerate(told.cycles(), 1)
            for name in HOURS
            for where, until in [state(told, name, cycle, self.now)]
        }
        assert found == wanted

    def teardown(self) -> None:
        if not hasattr(self, "company"):
            return
        self.company.watch(self.now)
        now = int(self.now.timestamp())
        recounted = FactsAsOf(self.company.history, self.company.book, now, FOREVER, FOREVER)
        assert differing_facts(FactsNow(self.company.engine), recounted) == 0
        self.company.engine.dispose()
        self.folder.cleanup()


TestClocks = Clocks.TestCase
TestClocks.settings = settings(
    max_examples=12,
    stateful_step_count=18,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
