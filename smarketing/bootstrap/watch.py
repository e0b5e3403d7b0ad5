"""What watches over an installation: its auditors, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.bootstrap.channels import channels_known
from smarketing.bootstrap.reports import report_span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, timedelta

    from smarketing.bootstrap.house import House
    from smarketing.domain.findings import Finding
    from smarketing.services.audit.audit import Audited, Auditor
    from smarketing.services.audit.standing import Standing
    from smarketing.web.parts import WatchParts


def audit_all(house: House, rhythms: Mapping[str, timedelta], now: datetime) -> Audited:
    """Look for all that should be there and is not, but the recount; keep what is found.

    Args:
        house: The installation.
        rhythms: Of every job of the worker.
        now: When.
    """
    from smarketing.services.audit.audit import audit

    return audit(auditors(house, rhythms), house.findings, now)


def audit_facts(house: House, now: datetime) -> int:
    """Return how many figures differ from a recount, which is kept as a finding; takes a while."""
    from smarketing.bootstrap.house import recount
    from smarketing.services.audit.facts import KINDS, wrong_facts

    wrong = recount(house, now)
    house.findings.see(tuple(wrong_facts(wrong)), KINDS, now)
    return wrong


def rebuild_facts(house: House, now: datetime) -> None:
    """Put a recount from the events in the place of the stored facts; nobody writes meanwhile."""
    import polars as pl

    from smarketing.bootstrap.house import recounted
    from smarketing.domain.facts import COUNTS
    from smarketing.services.conclusions.audit import ALL_DAYS
    from smarketing.services.progress.progress import CELL_KEYS

    numbers = {name: number for number, name in house.history.source_names().items()}
    with house.desk.ledger() as ledger:
        facts = recounted(house, now).daily(*ALL_DAYS, CELL_KEYS)
        source = pl.col("source").replace_strict(numbers, return_dtype=pl.Int64)
        facts = facts.with_columns(source.alias("source_id"))
        cells = facts.select("version_id", "source_id", *CELL_KEYS).drop("source").unique()
        known = ledger.cell_ids(cells)
        joined = facts.join(known, on=known.drop("cell_id").columns)
        ledger.replace_facts(joined.select("day", "cell_id", *COUNTS))


def auditors(house: House, rhythms: Mapping[str, timedelta]) -> tuple[Auditor, ...]:
    """Return the auditors that look every few minutes."""
    from smarketing.services.audit import backups, clocks, jobs, messages, reports, sources
    from smarketing.services.audit.audit import Auditor
    from smarketing.services.channels.rooms import Rooms
    from smarketing.services.people.people import everyone
    from smarketing.store.outbox import OutboxStore
    from smarketing.store.people import People
    from smarketing.store.watching import WatchDesk

    desk = WatchDesk(house.engine)
    pulled = {
        job.removeprefix(jobs.PULL): every
        for job, every in rhythms.items()
        if job.startswith(jobs.PULL)
    }

    def of_jobs(now: datetime) -> Iterator[Finding]:
        return jobs.still_jobs(house.runs.states(), rhythms, now, zone_of(house))

    def of_messages(now: datetime) -> Iterator[Finding]:
        zone = zone_of(house)
        yield from messages.stale_leases(desk, zone)
        yield from messages.waiting(desk, now, zone)
        yield from messages.troubles(desk, now, zone)

    def of_clocks(now: datetime) -> Iterator[Finding]:
        with house.desk.looking() as ledger:
            yield from clocks.unmarked_clocks(ledger, house.book(), now)

    def of_reports(now: datetime) -> Iterator[Finding]:
        if house.book().versions:  # before, there is nothing to report
            people, outbox = everyone(People(house.engine)), OutboxStore(house.engine)
            # A fault of the file of channels keeps the job that plans for them from its work,
            # which is a finding of its own.
            rooms = Rooms(channels_known(house))
            span = report_span(house, now)
            yield from reports.missing_reports(people, rooms, outbox, span)

    def of_sources(now: datetime) -> Iterator[Finding]:
        return sources.silent_sources(desk, pulled, now, zone_of(house))

    def of_backups(now: datetime) -> Iterator[Finding]:
        if house.settings.backup == "nightly":
            yield from backups.missing_backup(house.marks.all(), now, zone_of(house))

    return (
        Auditor(jobs.KINDS, of_jobs),
        Auditor(messages.KINDS, of_messages),
        Auditor(clocks.KINDS, of_clocks),
        Auditor(reports.KINDS, of_reports),
        Auditor(sources.KINDS, of_sources),
        Auditor(backups.KINDS, of_backups),
    )


def zone_of(house: House) -> str:
    """Return the zone of an installation's nights and of the instants in what auditors say."""
    return house.book().pages_timezone


def watch_parts(house: House, rhythms: Callable[[], Mapping[str, timedelta]]) -> WatchParts:
    """Return what the pages about the installation itself need.

    Args:
        house: The installation.
        rhythms: Returns how often each job of a worker runs; asked for by the page of jobs alone.
    """
    from smarketing.services.audit import jobs
    from smarketing.services.audit.told import job_lines
    from smarketing.store.backup.files import backups_in
    from smarketing.web.parts import WatchParts

    def worker_words(now: datetime) -> str:
        seen_at = house.runs.seen_at(jobs.TICK)
        return jobs.worker_words(seen_at, zone_of(house)) if jobs.is_still(seen_at, now) else ""

    return WatchParts(
        findings=house.findings,
        standing=lambda now: standing(house, now),
        worker_words=worker_words,
        jobs=lambda: job_lines(house.runs.states(), rhythms()),
        backups=lambda: tuple(one.made_at for one in backups_in(house.settings.backups)),
    )


def standing(house: House, now: datetime) -> Standing:
    """Return whether the worker lives and messages leave, for machines that watch."""
    from smarketing.services.audit.jobs import TICK
    from smarketing.services.audit.standing import standing_of
    from smarketing.store.watching import WatchDesk

    seen_at, failing_since = house.runs.seen_at(TICK), house.runs.failing_since(TICK)
    return standing_of(seen_at, failing_since, WatchDesk(house.engine), now)
