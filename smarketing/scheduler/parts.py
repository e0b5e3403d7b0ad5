"""What each job of the worker does in an installation."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from connectors.protocol import ConnectorError
from smarketing import bootstrap
from smarketing.delivery.drain import drain
from smarketing.delivery.files import FileTransport
from smarketing.delivery.smtp import SmtpTransport
from smarketing.domain.calendar import seconds
from smarketing.domain.messages import MAIL
from smarketing.scheduler.jobs import Pull, WorkerParts
from smarketing.services.digest.plan import plan_reports
from smarketing.services.escalation.mails import Run
from smarketing.services.escalation.take import take_steps
from smarketing.services.goals.amend import reevaluate
from smarketing.services.intake.undo import UNDO_FOR
from smarketing.services.leads.alerts import plan_alerts
from smarketing.services.people.people import everyone
from smarketing.services.statements.chronic import plan_chronic
from smarketing.store.alerts import AlertDesk
from smarketing.store.escalation import EscalationDesk
from smarketing.store.marks import Marks
from smarketing.store.outbox import OutboxStore
from smarketing.store.people import People
from smarketing.store.runs import JobRuns

if TYPE_CHECKING:
    from datetime import datetime
    from email.headerregistry import Address

    from reports.mail import Envelope
    from smarketing.bootstrap import House
    from smarketing.delivery.ports import Transport
    from smarketing.scheduler.jobs import Work

_KEPT: Final = timedelta(days=90)
_LOOKS: Final = timedelta(minutes=10)
"""How often it is noted that somebody looked for due reports: each costs a write."""
_BROUGHT: Final = timedelta(days=1)


def worker_parts(house: House, now: datetime) -> WorkerParts:
    """Return the jobs of an installation.

    Args:
        house: The installation.
        now: The instant at which the sources' rhythms are read; a changed rhythm counts after a
            restart of the worker, everything else of a source at its next pull.
    """
    jobs = _Jobs(house)
    return WorkerParts(
        mark=jobs.mark,
        judge=jobs.judge,
        reevaluate=jobs.reevaluate,
        escalate=jobs.escalate,
        alert=jobs.alert,
        plan=jobs.plan,
        drain=jobs.drain,
        housekeep=jobs.housekeep,
        runs=jobs.runs,
        pulls={
            source.name: Pull(source.every, jobs.pull(source.name))
            for source in bootstrap.configured_sources(house, now)
        },
    )


class _Jobs:
    """The jobs, each told in a few words when it did something."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._people = People(house.engine)
        self._alerts = AlertDesk(house.engine)
        self._escalation = EscalationDesk(house.engine)
        self._outbox = OutboxStore(house.engine, house.settings.retried)
        self.runs = JobRuns(house.engine)

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
        mails = plan_chronic(sources, book, self._outbox, addressed, now=now, base_url=base_url)
        told = {"records about months": records, "mails about chronic failure planned": mails}
        return ", ".join(f"{count} {what}" for what, count in told.items() if count)

    def reevaluate(self, now: datetime) -> str:
        """Propose the targets that goals ask for now, where they are others."""
        house = self._house
        return str(reevaluate(house.shelf, house.history, house.book(), now))

    def escalate(self, now: datetime) -> str:
        """Take the steps of ladders that are due."""

        @cache
        def accounts() -> frozenset[str]:
            people = everyone(self._people)
            return frozenset(person.email.casefold() for person in people if person.active)

        def addressed(key: str, recipient: Address) -> Envelope:
            known = recipient.addr_spec.casefold() in accounts()
            return bootstrap.alert_envelope(self._house, key, now, recipient, has_account=known)

        base_url = self._house.settings.base_url
        run = Run(self._house.book(), addressed, now, base_url)
        done = take_steps(self._escalation, self._people, run)
        told = {
            "steps of ladders taken": done.steps,
            "mails about them planned": done.mails,
            "leads handed on": done.reassigned,
        }
        return ", ".join(f"{count} {what}" for what, count in told.items() if count)

    def alert(self, now: datetime) -> str:
        """Plan the mails about leads that were handed off."""

        def addressed(key: str, recipient: Address) -> Envelope:
            return bootstrap.alert_envelope(self._house, key, now, recipient)

        count = plan_alerts(
            self._alerts, self._people, self._house.book(), addressed, now=now,
            base_url=self._house.settings.base_url,
        )  # fmt: skip
        return f"{count} alerts planned" if count else ""

    def plan(self, now: datetime) -> str:
        """Plan the weekly reports that are due."""
        span = bootstrap.report_span(self._house, now)
        press = bootstrap.press(self._house, now)
        count = plan_reports(everyone(self._people), self._outbox, press, span)
        if span.looked_at is None or now - span.looked_at >= _LOOKS:
            Marks(self._house.engine).claim(bootstrap.LOOKED, now)
        return f"{count} reports planned" if count else ""

    def drain(self, now: datetime) -> str:
        """Send some of what is due."""
        return str(drain(self._outbox, {MAIL: self._transport()}, now))

    def housekeep(self, now: datetime) -> str:
        """Drop what is over."""
        dropped = self.runs.drop_before(now - _KEPT) + self._people.drop_expired(now)
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

    def _transport(self) -> Transport:
        settings = self._house.settings
        if settings.smtp is None:
            return FileTransport(settings.outbox)
        return SmtpTransport(settings.smtp, settings.sender.addr_spec)
