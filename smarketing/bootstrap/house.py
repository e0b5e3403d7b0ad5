"""An installation: its settings, its database, and what is done in it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.days import day_number
from smarketing.domain.moment import FOREVER
from smarketing.domain.targets import next_month
from smarketing.services.agreements.life import book_of
from smarketing.services.agreements.then import ShelfThen
from smarketing.services.breaches.record import record_breaches
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.audit import differing_facts
from smarketing.services.conclusions.watch import Fallen, is_anything_due, mark_due
from smarketing.services.goals.backtest.kept import KeptBacktests
from smarketing.services.goals.kept import KeptStatistics
from smarketing.services.rules.seniority import load_words
from smarketing.settings import SettingsError
from smarketing.store.agreements import AgreementShelf
from smarketing.store.breach_words import BreachShelf
from smarketing.store.breaches import BreachDesk
from smarketing.store.desk import Desk
from smarketing.store.engine import open_engine
from smarketing.store.facts import FactsNow
from smarketing.store.findings import FindingShelf
from smarketing.store.history import History
from smarketing.store.imports import ImportShelf
from smarketing.store.leads import LeadShelf
from smarketing.store.levels import LevelDesk
from smarketing.store.marks import Marks
from smarketing.store.migrate import is_current, migrate
from smarketing.store.runs import JobRuns
from smarketing.store.sources import SourceShelf
from smarketing.store.undo import UndoDesk
from smarketing.store.uploads import UploadShelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from sqlalchemy import Engine

    from connectors.protocol import Batch, Delivery
    from connectors.registry import Source
    from smarketing.domain.levels import Level
    from smarketing.services.agreements.signing import Pen
    from smarketing.services.conclusions.book import Book
    from smarketing.services.intake.pull import Pulled
    from smarketing.services.intake.report import ImportReport
    from smarketing.services.intake.undo import UndoReport
    from smarketing.services.progress.progress import Facts
    from smarketing.services.rules.seniority import SeniorityWords
    from smarketing.services.statements.accounts import Sources
    from smarketing.settings import Settings


MOST_RECORDS = 50_000
"""The most that a file may have on the import page: it is taken in while the person waits."""


@dataclass(frozen=True)
class House:
    """An installation: its settings, its database, and what the use cases need of it."""

    settings: Settings
    engine: Engine

    @cached_property
    def shelf(self) -> AgreementShelf:
        """Return where agreements are kept."""
        return AgreementShelf(self.engine)

    @cached_property
    def desk(self) -> Desk:
        """Return where imports begin."""
        return Desk(self.engine, self.settings.home / "imports")

    @cached_property
    def breaches(self) -> BreachDesk:
        """Return where breaches are recorded."""
        return BreachDesk(self.engine)

    @cached_property
    def breach_shelf(self) -> BreachShelf:
        """Return where breaches are read, and what is said about them is kept."""
        return BreachShelf(self.engine)

    @cached_property
    def imports(self) -> ImportShelf:
        """Return the imports that were taken in."""
        return ImportShelf(self.engine, self.settings.home / "imports")

    @cached_property
    def uploads(self) -> UploadShelf:
        """Return the files that people brought to the import page."""
        return UploadShelf(self.engine, self.settings.home / "uploads")

    @cached_property
    def sources(self) -> SourceShelf:
        """Return how far the sources were read."""
        return SourceShelf(self.engine)

    @cached_property
    def facts(self) -> FactsNow:
        """Return the facts of days as they stand."""
        return FactsNow(self.engine)

    @cached_property
    def runs(self) -> JobRuns:
        """Return what the jobs of the worker did."""
        return JobRuns(self.engine)

    @cached_property
    def findings(self) -> FindingShelf:
        """Return what auditors found."""
        return FindingShelf(self.engine)

    @cached_property
    def marks(self) -> Marks:
        """Return up to when what is planned, and which night's work is done."""
        return Marks(self.engine)

    @cached_property
    def history(self) -> History:
        """Return leads as they were known at earlier instants."""
        return History(self.engine)

    @cached_property
    def statistics(self) -> KeptStatistics:
        """Return what the histories of goals came to, as long as that holds."""
        return KeptStatistics()

    @cached_property
    def backtests(self) -> KeptBacktests:
        """Return the backtests that were asked for."""
        return KeptBacktests()

    @cached_property
    def leads(self) -> LeadShelf:
        """Return where single leads are found."""
        return LeadShelf(self.engine)

    @cached_property
    def words(self) -> SeniorityWords:
        """Return the words of job titles."""
        return load_words(self.settings.config / "seniority.toml")

    def book(self, as_of: datetime | None = None) -> Book:
        """Return the agreements in force, as they stand now or as they were known at an instant."""
        shelf = self.shelf if as_of is None else ShelfThen(self.shelf, as_of)
        return book_of(shelf, self.settings.timezone, self.words)


def pen(house: House) -> Pen:
    """Return what it takes to sign an agreement."""
    from smarketing.services.agreements.signing import Pen

    return Pen(house.shelf, house.history, house.desk, house.book)


def check_config(settings: Settings) -> None:
    """Refuse an installation without a folder of configuration.

    Raises:
        SettingsError: There is none.
    """
    if not settings.config.is_dir():
        raise SettingsError(
            "SMARKETING_CONFIG",
            f"names {settings.config}, which is not there. Start the command beside the folder "
            "config, or set SMARKETING_CONFIG to it.",
        )


def open_house(settings: Settings) -> House:
    """Return an installation; its database is created or migrated where needed.

    Raises:
        SettingsError: There is no folder of configuration.
    """
    check_config(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database_url)
    if not is_current(engine):
        migrate(engine)
    return House(settings, engine)


def take(
    house: House,
    delivery: Delivery,
    now: datetime,
    *,
    source: str | None = None,
    known_until: datetime | None = None,
    dry_run: bool = False,
    started_by: str | None = None,
    tick: Callable[[Batch], None] = lambda _batch: None,
) -> ImportReport:
    """Take one delivery in; see `services.intake.take_in.take_in`."""
    from smarketing.services.intake.take_in import take_in

    began = time.perf_counter()
    return take_in(
        delivery,
        house.desk,
        house.book(),
        now=seconds(now),
        source=source,
        known_until=None if known_until is None else seconds(known_until),
        dry_run=dry_run,
        started_by=started_by,
        tick=tick,
        elapsed=lambda: time.perf_counter() - began,
    )


def undo(
    house: House, import_id: int, now: datetime, *, by: str | None = None, dry_run: bool = False
) -> UndoReport:
    """Take an import back; see `services.intake.undo.undo_import`."""
    from smarketing.services.intake.undo import undo_import

    desk, book = UndoDesk(house.engine), house.book()
    return undo_import(desk, book, import_id, now=seconds(now), by=by, dry_run=dry_run)


def catch_up(house: House, now: datetime) -> Fallen:
    """Mark what fell due up to now, and record the breaches that follow.

    The write lock is taken only when there is something to write.
    """
    book, fallen = house.book(), Fallen(0, 0)
    with house.desk.looking() as ledger:
        is_due = is_anything_due(ledger, book, seconds(now))
    if is_due:
        with house.desk.ledger() as ledger:
            fallen = mark_due(ledger, book, seconds(now))
    return replace(fallen, recorded=record_breaches(house.breaches, book, seconds(now)))


def judge_months(house: House, now: datetime) -> int:
    """Record the breaches of volumes, shares and occasions; return how many records were added."""
    from smarketing.services.breaches.months import record_months

    return record_months(
        house.breaches, LevelDesk(house.engine), facts_at(house, None, now), house.book(), now
    )


def recount(house: House, now: datetime) -> int:
    """Return how many days and cells have other figures than a recount from the events gives."""
    catch_up(house, now)
    return differing_facts(house.facts, recounted(house, now))


def recounted(house: House, now: datetime) -> FactsAsOf:
    """Return the facts as the events have them, with all that was told."""
    told = {"told_before": FOREVER, "happened_before": FOREVER}
    return FactsAsOf(house.history, house.book(), seconds(now), **told)


def facts_at(house: House, as_of: datetime | None, now: datetime) -> Facts:
    """Return the facts of days as they stand now, or as they were known at an instant."""
    if as_of is not None:
        return FactsAsOf(house.history, house.book(as_of), seconds(as_of))
    catch_up(house, now)
    return house.facts


def leads_known_until(house: House, month: date, as_of: datetime | None) -> datetime | None:
    """Return until when the sources had told of the leads of a month, given by its first day.

    Args:
        house: The installation.
        month: Its first day.
        as_of: What was told later does not count; None: everything does.
    """
    told_before = None if as_of is None else seconds(as_of)
    days = day_number(month), day_number(next_month(month))
    _, until = LevelDesk(house.engine).leads_known(*days, told_before)
    return None if until is None else instant(until)


def levels_of(
    house: House, month: date, now: datetime, agreement: str | None = None
) -> tuple[Level, ...]:
    """Return where every commitment stands in a month; None: of every agreement in force."""
    from smarketing.services.levels.levels import levels
    from smarketing.store.levels import LevelDesk

    catch_up(house, now)
    desk = LevelDesk(house.engine)
    return levels(desk, house.facts, house.book(), month, now, agreement=agreement)


def statement_sources(house: House) -> Sources:
    """Return where everything about the months of statements is read; catch up before."""
    from smarketing.services.statements.accounts import Sources
    from smarketing.store.levels import LevelDesk
    from smarketing.store.statements import StatementDesk

    return Sources(LevelDesk(house.engine), house.facts, StatementDesk(house.engine))


def configured_sources(house: House, now: datetime) -> tuple[Source, ...]:
    """Return the sources of `config/sources.toml`."""
    from connectors.registry import load_sources
    from smarketing.delivery.guard import is_public_host

    return load_sources(
        house.settings.config / "sources.toml",
        mappings=house.settings.config / "mappings",
        token=house.settings.token,
        now=now,
        is_public=is_public_host,
        fallback_timezone=house.settings.timezone,
        remembered=house.settings.home / "mappings",
    )


def pull_source(house: House, source: Source, now: datetime) -> Pulled:
    """Take in everything that a source has now."""
    from smarketing.services.intake.pull import pull

    return pull(
        source,
        house.sources,
        lambda delivery: take(house, delivery, now),
        seconds(now),
    )


def hand_over(house: House, email: str, now: datetime, owner: str | None = None) -> int:
    """Say anew who holds the leads of somebody; return how many changed hands.

    Args:
        house: The installation.
        email: Who came, went or changed.
        now: When.
        owner: A name that the CRM uses for them, to be tied to them first.
    """
    from smarketing.services.people import owners
    from smarketing.services.people.people import person_named
    from smarketing.store.owners import OwnerDesk
    from smarketing.store.people import People

    desk, people = OwnerDesk(house.engine), People(house.engine)
    if owner:
        owners.tie(desk, people, {owner: person_named(people, email).id}, by="", now=now)
    return owners.hand_over(desk, people, email)
