"""Records into leads: the one place where what a source said becomes what we conclude.

A file streams through in batches inside one transaction: either all of it is taken in, or
nothing. The store begins that transaction (`Desk.take_in`) and keeps the rejected rows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from connectors.protocol import INSTANTS, Batch, Kind
from smarketing.domain.acts import STAMPS
from smarketing.domain.metrics import CATALOGUE
from smarketing.services.conclusions.judged import REJECTED, Knowledge
from smarketing.services.conclusions.settle import settle_again
from smarketing.services.conclusions.watch import mark_due
from smarketing.services.intake.acts import take_activities, take_deals
from smarketing.services.intake.leads import take_leads
from smarketing.services.intake.merge import Seen
from smarketing.services.intake.report import ImportReport, Tally
from smarketing.services.intake.running import Running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from connectors.protocol import Delivery, Opened, RowProblem
    from smarketing.services.conclusions.book import Book
    from smarketing.services.ports import IntakeLedger


class Taking(Protocol):
    """One import in its transaction."""

    @property
    def import_id(self) -> int:
        """Return the number of the import."""
        ...

    @property
    def source_id(self) -> int:
        """Return the number of the source."""
        ...

    @property
    def ledger(self) -> IntakeLedger:
        """Return where leads are read and written."""
        ...

    def reject(self, batch: Batch) -> None:
        """Add the rejected records of a batch to the file of rejected rows."""
        ...

    def know(self, places: Mapping[str, bool], until: int) -> None:
        """Note until when the file is complete; an earlier instant changes nothing.

        Args:
            places: What the file has a place for, as `leads:attempted`, and whether it tells of it.
            until: Seconds of UTC, not inclusive.
        """
        ...

    def close(self) -> str | None:
        """Return where the rejected rows are; None when there are none."""
        ...

    def report(self, text: str) -> None:
        """Keep the report with the import."""
        ...


class Desk(Protocol):
    """Where an import is begun."""

    def take_in(
        self,
        source: str,
        opened: Opened,
        label: str,
        now: int,
        *,
        dry_run: bool,
        started_by: str | None,
    ) -> AbstractContextManager[Taking]:
        """Begin a transaction for one file; a dry run, like an error, leaves no trace."""
        ...


_LOGGED: Final = ("attempted", "attempts", "connected")
"""What a log of activities tells of; of attempts also how many there are."""


def take_in(
    delivery: Delivery,
    desk: Desk,
    book: Book,
    *,
    now: int,
    source: str | None = None,
    known_until: int | None = None,
    dry_run: bool = False,
    started_by: str | None = None,
    tick: Callable[[Batch], None] = lambda _batch: None,
    elapsed: Callable[[], float] = lambda: 0.0,
) -> ImportReport:
    """Take one delivery in, and return what it did.

    Args:
        delivery: The file, or what an address or API has now.
        desk: The store.
        book: The agreements in force.
        now: Seconds of UTC.
        source: Name that overrides the mapping's.
        known_until: Until when the file's acts are complete; None: its latest instant.
        dry_run: Do everything, and take it back.
        started_by: E-mail of who does it in the portal; None: the command or a source.
        tick: Told of every batch, for a progress bar.
        elapsed: Seconds since the start, for the report.

    Raises:
        ConnectorError: The delivery cannot be read; nothing was written.
    """
    opened = delivery.open()
    name = source or opened.source
    with desk.take_in(
        name, opened, delivery.label, now, dry_run=dry_run, started_by=started_by
    ) as taking:
        running = Running(
            taking.import_id, taking.source_id, now, opened.supplied, book, Seen(), Tally()
        )
        latest = _stream(taking, running, opened, tick)
        until = known_until if known_until is not None else latest
        if until is not None:
            told = {f"{opened.kind}:{act}": act in running.tally.acts for act in _acts_told(opened)}
            _know(taking, running, told, min(until, now))
        mark_due(taking.ledger, book, now)
        report = _report(running, opened, name, taking.close(), elapsed(), dry_run=dry_run)
        taking.report(json.dumps(report.as_json()))
    return report


def _know(taking: Taking, running: Running, told: Mapping[str, bool], until: int) -> None:
    """Note how far the file tells, and take verdicts back that it puts in doubt.

    Until a source tells of a kind of act for the first time, its leads are judged by the portal
    alone, up to now: beyond what it tells, nothing is known of them any more.
    """
    before = taking.ledger.known_until()
    taking.know(told, until)
    known = taking.ledger.known_until()
    judging = {act for definition in CATALOGUE.values() for act in definition.told_by} | {REJECTED}
    first = [known[pair] for pair in known.keys() - before.keys() if pair[1] in judging]
    if first:
        knowledge = Knowledge(running.now, known)
        for ids in taking.ledger.verdicts(taking.source_id, min(first)):
            settle_again(taking.ledger, running.book, knowledge, ids)


def _stream(
    taking: Taking, running: Running, opened: Opened, tick: Callable[[Batch], None]
) -> int | None:
    """Take every batch in; return the latest instant that the file tells of, up to now."""
    latest: int | None = None
    for batch in opened.batches:
        running.tally.read += batch.read
        running.tally.reject(batch.problems)
        taking.reject(batch)
        running.tally.acts |= _acts_in(batch)
        for problems in _TAKE[opened.kind](taking.ledger, running, batch.frame):
            rejected = batch.frame.filter(pl.col("row").is_in([p.row for p in problems]))
            running.tally.reject(problems)
            taking.reject(_clashing(batch, rejected, problems))
        latest = max(filter(None, [latest, _latest(batch.frame, running.now)]), default=None)
        tick(batch)
    return latest


def _clashing(batch: Batch, records: pl.DataFrame, problems: tuple[RowProblem, ...]) -> Batch:
    """Return the records that intake itself refuses, as a batch of rejected ones."""
    told = records.select(pl.col("row"), pl.exclude("row").cast(pl.String))
    return Batch(batch.kind, batch.frame.clear(), problems, told, 0)


def _latest(frame: pl.DataFrame, now: int) -> int | None:
    instants = [name for name in frame.columns if name in INSTANTS]
    known = frame.select(
        pl.max_horizontal(pl.col(name).filter(pl.col(name) <= now).max() for name in instants)
    ).item()
    return None if known is None else int(known)


def _acts_in(batch: Batch) -> set[str]:
    """Return the kinds of acts that the records of a batch tell of."""
    if batch.kind is not Kind.LEADS:
        return {*_LOGGED, "closed"} if batch.frame.height else set()
    return {act for column, act in STAMPS.items() if batch.frame[column].is_not_null().any()}


def _acts_told(opened: Opened) -> Iterator[str]:
    """Yield the kinds of acts that a file has a place for.

    An export has its columns also where nobody fills them: they count from the first act on.
    """
    if opened.kind is Kind.LEADS:
        yield from (act for column, act in STAMPS.items() if column in opened.supplied)
    elif opened.kind is Kind.ACTIVITIES:
        yield from _LOGGED
    else:
        yield "closed"


def _report(
    running: Running,
    opened: Opened,
    source: str,
    rejected_file: str | None,
    seconds: float,
    *,
    dry_run: bool,
) -> ImportReport:
    tally = running.tally
    return ImportReport(
        import_id=None if dry_run else running.import_id,
        source=source,
        kind=str(opened.kind),
        mapping=opened.mapping,
        read=tally.read,
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        rejected=tally.rejected,
        matched=tally.matched,
        unmatched=tally.unmatched,
        before_lead=tally.before_lead,
        replaced=tally.replaced,
        unconverted=dict(tally.unconverted),
        unmapped_outcomes=dict(tally.unmapped),
        unknown_owners=dict(tally.unknown_owners.most_common()),
        problems=tuple(tally.problems),
        groups=tally.groups,
        rejected_file=rejected_file,
        seconds=round(seconds, 3),
    )


_TAKE = {Kind.LEADS: take_leads, Kind.ACTIVITIES: take_activities, Kind.DEALS: take_deals}
