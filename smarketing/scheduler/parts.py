"""What each job of the worker does in an installation."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from connectors.protocol import ConnectorError
from smarketing import bootstrap
from smarketing.delivery.drain import drain
from smarketing.delivery.heartbeat import beat
from smarketing.domain.calendar import seconds
from smarketing.domain.messages import MAIL
from smarketing.scheduler.jobs import Pull, WorkerParts, rhythms_of
from smarketing.scheduler.nightly import once_a_night
from smarketing.services.audit.audit import is_well
from smarketing.services.audit.tell import KIND as FINDING
from smarketing.services.audit.tell import plan_findings
from smarketing.services.channels.digests import plan_digests
from smarketing.services.digest.plan import plan_reports
from smarketing.services.escalation.mails import KIND as LADDER
from smarketing.services.escalation.mails import Run
from smarketing.services.escalation.take import take_steps
from smarketing.services.goals.amend import reevaluate
from smarketing.services.intake.undo import UNDO_FOR
from smarketing.services.leads.alerts import KIND as ALERT
from smarketing.services.leads.alerts import plan_alerts
from smarketing.services.people.people import everyone
from smarketing.services.people.policy import SIGNS_IN
from smarketing.services.statements.chronic import KIND as CHRONIC
from smarketing.services.statements.chronic import plan_chronic
from smarketing.store.alerts import AlertDesk
from smarketing.store.escalation import EscalationDesk
from smarketing.store.outbox import OutboxStore
from smarketing.store.people import People

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.headerregistry import Address

    from reports.mail import Envelope
    from smarketing.bootstrap import House
    from smarketing.domain.channels import Channel
    from smarketing.scheduler.jobs import Work
    from smarketing.services.channels.rooms import Rooms
    from smarketing.services.digest.due import Span

_KEPT: Final = timedelta(days=90)
_LOOKS: Final = timedelta(minutes=10)
"""How often it is noted that somebody looked for due reports: each costs a write."""
_BROUGHT: Final = timedelta(days=1)


def worker_parts(
    house: House, now: datetime, clock: Callable[[], datetime] | None = None
) -> WorkerParts:
    """Return the jobs of an installation.

    Args:
        house: The installation.
        now: The instant at which the sources' rhythms are read; a changed rhythm counts after a
            restart of the worker, everything else of a source at its next pull.
        clock: Returns now while messages are sent to channels, for their signatures; None: `now`,
            for who only asks what the jobs are.
    """
    jobs = _Jobs(house, clock or (lambda: now))
    parts = WorkerParts(
        mark=jobs.mark,
        judge=jobs.judge,
        reevaluate=jobs.reevaluate,
        escalate=jobs.escalate,
        alert=jobs.alert,
        plan=jobs.plan,
        announce=jobs.announce,
        drain=jobs.drain,
        post=jobs.post,
        audit=jobs.audit,
        facts=once_a_night("facts", jobs.facts, house.marks, jobs.zone),
        backup=once_a_night("backup", jobs.backup, house.marks, jobs.zone),
        housekeep=jobs.housekeep,
        runs=jobs.runs,
        pulls={
            source.name: Pull(source.every, jobs.pull(source.name))
            for source in bootstrap.configured_sources(house, now)
        },
    )
    jobs.rhythms = rhythms_of(parts)
    return parts


class _Jobs:
    """The jobs, each told in a few words when it did something."""

    def __init__(self, house: House, clock: Callable[[], datetime]) -> None:
        self._house = house
        self._clock = clock
        self._people = People(house.engine)
        self._alerts = AlertDesk(house.engine)
        self._escalation = EscalationDesk(house.engine)
        self._outbox = OutboxStore(house.engine, house.settings.retried)
        self.runs = house.runs
        self.rhythms: Mapping[str, timedelta] = {}

    @cached_property
    def _channels(self) -> tuple[Channel, ...]:
        """Return the channels; when first asked for: who only asks for rhythms needs none."""
        return tuple(bootstrap.configured_channels(self._house))

    @cached_property
    def _rooms(self) -> Rooms:
        return bootstrap.rooms_of(self._house, self._channels)

    def mark(self, now: datetime) -> str:
        """Mark clocks that ran out and leads that nobody rejected; record the breaches."""
        fallen = bootstrap.catch_up(self._house, now)
        told = {
            "leads of agreements that ended": fallen.ended,
            "clocks ran out": fallen.breached,
            "leads accepted by default": fallen.accepted,
            "records about breaches": fallen.recorded,
        }
        return ", ".join(f"{count} {what}" for what, count in told.items() if count)

    def judge(self, now: datetime) -> str:
        """Record the breaches of months; tell those who sign of what failed too often."""

        def addressed(key: str, recipient: Address) -> Envelope:
            return bootstrap.envelope(self._house, key, now, recipient, "statement")

        records = bootstrap.judge_months(self._house, now)
        sources, book = bootstrap.statement_sources(self._house), self._house.book()
        base_url = self._house.settings.base_url
        mails = plan_chronic(
            sources, book, self._outbox, addressed, now=now, base_url=base_url,
            opens=self._signs_in, planned_until=self._planned_until(CHRONIC), rooms=self._rooms,
        )  # fmt: skip
        told = {"records about months": records, "messages about chronic failure planned": mails}
        return ", ".join(f"{count} {what}" for what, count in told.items() if count)

    def reevaluate(self, now: datetime) -> str:
        """Propose the targets that goals ask for now, where they are others."""
        house = self._house
        return str(reevaluate(house.shelf, house.history, house.book(), now))

    def escalate(self, now: datetime) -> str:
        """Take the steps of ladders that are due."""
        signs_in = cache(self._signs_in)

        def addressed(key: str, recipient: Address) -> Envelope:
            known = signs_in(recipient.addr_spec)
            return bootstrap.alert_envelope(self._house, key, now, recipient, has_account=known)

        base_url = self._house.settings.base_url
        answer, told_until = bootstrap.answer_url(self._house), self._planned_until(LADDER)
        run = Run(
            self._house.book(),
            addressed,
            now,
            base_url,
            told_until=told_until,
            answer=answer,
            rooms=self._rooms,
        )
        done = take_steps(self._escalation, self._people, run)
        told = {
            "steps of ladders taken": done.steps,
            "messages about them planned": done.mails,
            "leads handed on": done.reassigned,
        }
        return ", ".join(f"{count} {what}" for what, count in told.items() if count)

    def alert(self, now: datetime) -> str:
        """Plan the mails about leads that were handed off."""

        def addressed(key: str, recipient: Address) -> Envelope:
            return bootstrap.alert_envelope(self._house, key, now, recipient)

        count = plan_alerts(
            self._alerts, self._people, self._house.book(), addressed, now=now,
            base_url=self._house.settings.base_url, answer=bootstrap.answer_url(self._house),
            planned_until=self._planned_until(ALERT),
        )  # fmt: skip
        return f"{count} alerts planned" if count else ""

    def plan(self, now: datetime) -> str:
        """Plan the weekly reports that are due."""
        span = bootstrap.report_span(self._house, now)
        press = bootstrap.press(self._house, now)
        planned = plan_reports(everyone(self._people), self._outbox, press, span)
        self._has_looked(bootstrap.LOOKED, span)
        return str(planned)

    def announce(self, now: datetime) -> str:
        """Plan the weekly reports that are due to channels."""
        if not self._channels:
            return ""
        span = bootstrap.report_span(self._house, now, bootstrap.LOOKED_AT_CHANNELS)
        count = plan_digests(
            self._rooms,
            self._outbox,
            lambda week, audience: bootstrap.weekly_words(self._house, week, audience, now),
            span,
        )
        self._has_looked(bootstrap.LOOKED_AT_CHANNELS, span)
        return f"{count} reports planned to channels" if count else ""

    def _has_looked(self, mark: str, span: Span) -> None:
        if span.looked_at is None or span.now - span.looked_at >= _LOOKS:
            self._house.marks.claim(mark, span.now)

    def drain(self, now: datetime) -> str:
        """Send some of the mails that are due."""
        ways = {MAIL: bootstrap.mail_transport(self._house)}
        return str(drain(self._outbox, ways, now, rooms=False))

    def post(self, now: datetime) -> str:
        """Send some of what is due to channels."""
        ways = bootstrap.channel_transports(self._house, self._channels, self._clock)
        return str(drain(self._outbox, ways, now, rooms=True))

    def audit(self, now: datetime) -> str:
        """Look for what is missing; tell administrators of what does not heal by itself.

        The sign of life comes last: where this raises, or finds this machine at fault, there is
        none, and its absence is the alarm.
        """

        def addressed(key: str, recipient: Address) -> Envelope:
            return bootstrap.envelope(self._house, key, now, recipient, "finding")

        house = self._house
        audited = bootstrap.audit_all(house, self.rhythms, now)
        mails = plan_findings(
            house.findings.open(), everyone(self._people), self._outbox, addressed, now=now,
            zone=self.zone(), base_url=house.settings.base_url,
            planned_until=self._planned_until(FINDING),
        )  # fmt: skip
        if house.settings.heartbeat_url and is_well(house.findings):
            beat(house.settings.heartbeat_url)
        return ", ".join(filter(None, (str(audited), f"{mails} mails planned" if mails else "")))

    def facts(self, now: datetime) -> str:
        """Hold the facts against a recount."""
        wrong = bootstrap.audit_facts(self._house, now)
        return f"{wrong:,} differ from a recount" if wrong else "as a recount has it"

    def backup(self, now: datetime) -> str:
        """Make a backup, and drop those that are old enough."""
        return bootstrap.nightly_backup(self._house, now)

    def zone(self) -> str:
        """Return where the nights of this installation are."""
        return bootstrap.zone_of(self._house)

    def housekeep(self, now: datetime) -> str:
        """Drop what is over."""
        dropped = self.runs.drop_before(now - _KEPT) + self._people.drop_expired(now)
        dropped += self._house.findings.drop_before(now - _KEPT)
        dropped += self._house.uploads.drop_before(seconds(now - _BROUGHT))
        dropped += self._house.imports.forget_before(seconds(now - UNDO_FOR))
        return f"{dropped} old rows dropped" if dropped else ""

    def pull(self, name: str) -> Work:
        """Return the job that reads one source."""

        def work(now: datetime) -> str:
            sources = {s.name: s for s in bootstrap.configured_sources(self._house, now)}
            if name not in sources:
                return ""
            pulled = bootstrap.pull_source(self._house, sources[name], now)
            if pulled.faults:
                raise ConnectorError("; ".join(pulled.faults), pulled.retry_after)
            return "; ".join(str(report) for report in pulled.reports)

        return work

    def _planned_until(self, kind: str) -> datetime | None:
        """Return up to when messages of a kind count as planned; None: there was no restore."""
        return self._house.marks.all().get(kind)

    def _signs_in(self, email: str) -> bool:
        """Return whether who has an e-mail can open the portal."""
        those = (one for one in everyone(self._people) if one.active and one.role in SIGNS_IN)
        return any(one.email == email.casefold() for one in those)
