"""Puts the parts together: the only file that knows all of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid5

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.days import day_number, local_date
from smarketing.domain.moment import FOREVER
from smarketing.domain.targets import next_month
from smarketing.domain.weeks import week_of
from smarketing.services.agreements.life import book_of
from smarketing.services.breaches.record import record_breaches
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.audit import differing_facts
from smarketing.services.conclusions.watch import Fallen, is_anything_due, mark_due
from smarketing.services.goals.backtest.kept import KeptBacktests
from smarketing.services.goals.kept import KeptStatistics
from smarketing.services.progress.month import counted_alone, month_cells
from smarketing.services.progress.progress import progress
from smarketing.services.rules.seniority import load_words
from smarketing.settings import SettingsError
from smarketing.store.agreements import AgreementShelf
from smarketing.store.breach_words import BreachShelf
from smarketing.store.breaches import BreachDesk
from smarketing.store.desk import Desk
from smarketing.store.engine import open_engine
from smarketing.store.facts import FactsNow
from smarketing.store.history import History
from smarketing.store.imports import ImportShelf
from smarketing.store.leads import LeadShelf
from smarketing.store.levels import LevelDesk
from smarketing.store.migrate import answers, is_current, migrate
from smarketing.store.sources import SourceShelf
from smarketing.store.undo import UndoDesk
from smarketing.store.uploads import UploadShelf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from email.headerregistry import Address
    from fractions import Fraction

    from flask import Flask
    from sqlalchemy import Engine

    from connectors.protocol import Batch, Delivery
    from connectors.registry import Source
    from reports.charts.burnup import OutlookOf
    from reports.mail import Envelope, RenderedDigest
    from smarketing.domain.levels import Level
    from smarketing.domain.weeks import Week
    from smarketing.services.agreements.signing import Pen
    from smarketing.services.capacity.page import CapacityPage, Typed
    from smarketing.services.conclusions.book import Book
    from smarketing.services.escalation.simulate import Simulated
    from smarketing.services.forecast.month import MonthForecast
    from smarketing.services.goals.backtest.shown import Replayed
    from smarketing.services.goals.shown import GoalShown
    from smarketing.services.intake.pull import Pulled
    from smarketing.services.intake.report import ImportReport
    from smarketing.services.intake.undo import UndoReport
    from smarketing.services.leads.enter import EntryDesk
    from smarketing.services.progress.progress import Facts, ProgressRow
    from smarketing.services.reaching.reaching import ReachStore
    from smarketing.services.rules.seniority import SeniorityWords
    from smarketing.services.statements.accounts import Sources
    from smarketing.settings import Settings
    from smarketing.web.parts import (
        DemoLogin,
        ImportParts,
        LadderParts,
        LeadParts,
        MonthOverview,
        StatementParts,
        WhatIfOf,
    )


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

    def book(self) -> Book:
        """Return the agreements in force, as they stand now."""
        return book_of(self.shelf, self.settings.timezone, self.words)


def pen(house: House) -> Pen:
    """Return what it takes to sign an agreement."""
    from smarketing.services.agreements.signing import Pen

    return Pen(house.shelf, house.history, house.desk, house.book)


def open_house(settings: Settings) -> House:
    """Return an installation; its database is created or migrated where needed.

    Raises:
        SettingsError: There is no folder of configuration.
    """
    if not settings.config.is_dir():
        raise SettingsError(
            "SMARKETING_CONFIG",
            f"names {settings.config}, which is not there. Start the command beside the folder "
            "config, or set SMARKETING_CONFIG to it.",
        )
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
    told = {"told_before": FOREVER, "happened_before": FOREVER}
    recounted = FactsAsOf(house.history, house.book(), seconds(now), **told)
    return differing_facts(house.facts, recounted)


def facts_at(house: House, as_of: datetime | None, now: datetime) -> Facts:
    """Return the facts of days as they stand now, or as they were known at an instant."""
    if as_of is not None:
        return FactsAsOf(house.history, house.book(), seconds(as_of))
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


def rendered_digest(
    house: House, week: Week, audience: str, now: datetime, *, as_of: datetime | None = None
) -> RenderedDigest:
    """Return one week's report for an audience; draws the charts."""
    from reports.digest import Audience
    from reports.mail import render_digest
    from smarketing.services.digest.digest import digest

    return render_digest(
        digest(
            house.history,
            house.sources,
            house.book(),
            audience=Audience(audience),
            week=week,
            as_of=as_of,
            generated_at=now,
            base_url=house.settings.base_url,
        )
    )


def weekly_report(house: House, week: str, audience: str, now: datetime) -> RenderedDigest | None:
    """Return the report of a week's name; None while no agreement is in force."""
    from smarketing.domain.weeks import week_named

    if not house.book().versions:
        return None
    return rendered_digest(house, week_named(week), audience, now)


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


def statement_parts(house: House) -> StatementParts:
    """Return what the page of statements needs."""
    from smarketing.store.statements import StatementDesk
    from smarketing.web.parts import StatementParts

    return StatementParts(statement_sources(house), StatementDesk(house.engine))


def envelope(
    house: House, key: str, now: datetime, recipient: Address | None = None, what: str = "digest"
) -> Envelope:
    """Return the head of a mail.

    Args:
        house: The installation.
        key: Makes the Message-ID the same each time.
        now: The date of the mail.
        recipient: None: the installation itself, for a report that is only written.
        what: Kind of mail that a reader may sort by.
    """
    settings = house.settings
    domain = urlsplit(settings.base_url).hostname or "localhost"
    unique = uuid5(settings.load_installation_id(), key)
    return {
        "sender": settings.sender,
        "recipient": recipient or settings.sender,
        "message_id": f"<{unique}@{domain}>",
        "date": now,
        "list_id": f"{what}.{domain}",
    }


def alert_envelope(
    house: House, key: str, now: datetime, recipient: Address, *, has_account: bool = True
) -> Envelope:
    """Return the head of a mail about a lead: on the account's page such mails are stopped.

    A contact of an agreement who has no account is offered no such page.
    """
    head = envelope(house, key, now, recipient, "alert")
    if has_account:
        head["unsubscribe_url"] = f"{house.settings.base_url}/account"
        head["one_click"] = False
    return head


def configured_sources(house: House, now: datetime) -> tuple[Source, ...]:
    """Return the sources of `config/sources.toml`."""
    from connectors.registry import load_sources

    return load_sources(
        house.settings.config / "sources.toml",
        mappings=house.settings.config / "mappings",
        token=house.settings.token,
        now=now,
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


def portal(
    house: House, clock: Callable[[], datetime], demo_logins: tuple[DemoLogin, ...] = ()
) -> Flask:
    """Return the portal of an installation.

    Args:
        house: The installation.
        clock: Returns now, aware.
        demo_logins: Shown on the sign-in page of the sample company; else empty.
    """
    from smarketing.services.comparison.comparison import compare
    from smarketing.services.people.passwords import Passwords
    from smarketing.store.acts import ActDesk
    from smarketing.store.exceptions import ExceptionDesk
    from smarketing.store.leave import LeaveShelf
    from smarketing.store.owners import OwnerDesk
    from smarketing.store.people import People
    from smarketing.store.queue import Queue
    from smarketing.store.team import TeamDesk
    from smarketing.web.app import create_app
    from smarketing.web.parts import PortalParts

    return create_app(
        PortalParts(
            secret_key=house.settings.load_secret_key(),
            secure=house.settings.base_url.startswith("https:"),
            clock=clock,
            people=People(house.engine),
            owners=OwnerDesk(house.engine),
            leave=LeaveShelf(house.engine),
            passwords=Passwords(),
            queue=Queue(house.engine),
            acts=ActDesk(house.engine),
            leads=lead_parts(house, clock),
            team=TeamDesk(house.engine),
            exceptions=ExceptionDesk(house.engine),
            breaches=house.breach_shelf,
            statements=statement_parts(house),
            agreements=pen(house),
            ladders=ladder_parts(house, clock),
            goals=lambda name, month, confidence: goal_plan(
                house, clock(), name=name, month=month, confidence=confidence
            ),
            what_if=what_if_asked(house, clock),
            book=house.book,
            compare=lambda metric, by, days: compare(house.facts, house.book(), metric, by, days),
            record=lambda name: past_forecasts(house, clock(), name),
            progress=lambda starts, ends, by, agreement: span_progress(
                house, starts, ends, by, agreement
            ),
            month_overview=lambda month: month_overview(house, month, clock()),
            capacity=lambda name, typed: capacity_page_at(house, name, clock(), typed),
            imports=import_parts(house),
            database_answers=lambda: answers(house.engine),
            demo_logins=demo_logins,
        )
    )


def capacity_page_at(
    house: House, name: str | None, now: datetime, typed: Typed, as_of: datetime | None = None
) -> CapacityPage:
    """Return whether an agreement can be kept, and what is known of it; None: the first one.

    Args:
        house: The installation.
        name: Of the agreement.
        now: When it is asked.
        typed: What somebody tries.
        as_of: From what was known then; None: from what is known now.
    """
    from smarketing.domain.moment import Moment
    from smarketing.services.capacity.page import Records, capacity_page
    from smarketing.services.reaching.as_of import ReachAsOf
    from smarketing.store.leave import LeaveShelf
    from smarketing.store.people import People
    from smarketing.store.reaching import ReachDesk

    desk, book = ReachDesk(house.engine), house.book()
    facts: Facts = house.facts
    store: ReachStore = desk
    if as_of is not None:
        then = FactsAsOf(house.history, book, seconds(as_of))
        facts, store = then, ReachAsOf(desk, then, Moment(seconds(as_of), seconds(as_of)))
    records = Records(facts, store, People(house.engine), LeaveShelf(house.engine))
    return capacity_page(records, book, name, as_of or now, typed)


def lead_parts(house: House, clock: Callable[[], datetime]) -> LeadParts:
    """Return what the pages of leads need."""
    from smarketing.services.progress.deliveries import deliveries
    from smarketing.store.lead_lists import LeadLists
    from smarketing.store.rejections import RejectionShelf
    from smarketing.web.parts import LeadParts

    rejections = RejectionShelf(house.engine)
    return LeadParts(
        shelf=house.leads,
        lists=LeadLists(house.engine),
        entry=entry_desk(house),
        deliveries=lambda person: deliveries(
            house.facts, rejections, house.book(), person, clock()
        ),
    )


def ladder_simulated(
    house: House, name: str, number: int | None, month: date | None, now: datetime
) -> Simulated:
    """Return what the ladders of a version would have done in a month.

    Args:
        house: The installation.
        name: Of the agreement.
        number: Of the version; None: the newest one, signed or not.
        month: First day; None: the last month that is over.
        now: Decides which one that is.
    """
    from smarketing.services.agreements.life import agreement_of
    from smarketing.services.escalation.simulate import last_month, simulate, version_named
    from smarketing.services.people.people import everyone
    from smarketing.store.escalation import EscalationDesk
    from smarketing.store.people import People

    version = version_named(house.shelf, name, number)
    return simulate(
        version,
        month or last_month(agreement_of(version), now),
        history=house.history,
        hands=EscalationDesk(house.engine),
        people=everyone(People(house.engine)),
        book=house.book(),
        now=now,
    )


def ladder_parts(house: House, clock: Callable[[], datetime]) -> LadderParts:
    """Return what the page of ladders needs."""
    from smarketing.services.escalation.shown import ladders_of
    from smarketing.store.escalation import EscalationDesk
    from smarketing.web.parts import LadderParts

    desk = EscalationDesk(house.engine)
    return LadderParts(
        shown=lambda: ladders_of(desk, house.book(), clock()),
        versions=house.shelf.versions,
        simulate=lambda name, number, month: ladder_simulated(house, name, number, month, clock()),
    )


def goal_plan(
    house: House,
    now: datetime,
    *,
    name: str | None = None,
    month: date | None = None,
    confidence: Fraction | None = None,
) -> GoalShown | None:
    """Return the plan of an agreement's goal; see `services.goals.shown.goal_shown`."""
    from smarketing.services.goals.shown import goal_shown

    return goal_shown(
        house.shelf.versions(),
        lambda version: house.statistics.of(version, house.history, house.book(), now),
        now,
        name=name,
        month=month,
        confidence=confidence,
    )


def what_if_asked(house: House, clock: Callable[[], datetime]) -> WhatIfOf:
    """Return what answers "what if"; what history comes to is kept in this process."""
    from smarketing.services.capacity.page import Records
    from smarketing.services.goals.what_if import Sources, WhatIf, what_if
    from smarketing.store.leave import LeaveShelf
    from smarketing.store.people import People
    from smarketing.store.reaching import ReachDesk

    people, leave = People(house.engine), LeaveShelf(house.engine)
    records = Records(house.facts, ReachDesk(house.engine), people, leave)
    sources = Sources(house.shelf, house.history, records, house.book, house.statistics)

    def asked(name: str | None, month: date | None, form: Mapping[str, str]) -> WhatIf | None:
        return what_if(sources, form, clock(), name=name, month=month)

    return asked


def entry_desk(house: House) -> EntryDesk:
    """Return where leads are entered by hand."""
    from connectors.typed import TypedLead
    from smarketing.services.leads.enter import EntryDesk
    from smarketing.store.people import People

    return EntryDesk(
        finder=house.leads,
        people=People(house.engine),
        typed=lambda values, source, label: TypedLead(
            values, source, label, house.book().pages_timezone
        ),
        take=lambda delivery, now: take(house, delivery, now),
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


def past_forecasts(house: House, now: datetime, name: str | None = None) -> Replayed | None:
    """Return how good the forecasts of an agreement were; see `backtest.shown.replayed`."""
    from smarketing.services.goals.backtest.shown import replayed

    return replayed(
        house.shelf.versions(),
        lambda version: house.statistics.of(version, house.history, house.book(), now).history,
        now,
        name,
        replay=house.backtests.of,
    )


def import_parts(house: House) -> ImportParts:
    """Return what the import page needs."""
    from connectors.chosen import Files
    from smarketing.services.intake.wizard import Wizard
    from smarketing.web.parts import ImportParts

    settings = house.settings

    def taken(delivery: Delivery, now: datetime, *, dry_run: bool, started_by: str) -> ImportReport:
        return take(house, delivery, now, dry_run=dry_run, started_by=started_by)

    files = Files(
        mappings=settings.config / "mappings",
        remembered=settings.home / "mappings",
        timezone=settings.timezone,
        most_records=MOST_RECORDS,
    )
    return ImportParts(
        wizard=Wizard(house.uploads, files, taken),
        runs=house.imports,
        undo=lambda import_id, now, by: undo(house, import_id, now, by=by),
    )


def span_progress(
    house: House, starts: date, ends: date, by: tuple[str, ...], agreement: str | None
) -> tuple[ProgressRow, ...]:
    """Return progress of days; of one agreement's leads where there are several agreements."""
    book = house.book()
    alone = counted_alone(book, agreement)
    return progress(house.facts, book, starts, ends, by=by, agreement=alone)


def month_overview(house: House, month: date | None, now: datetime) -> tuple[MonthOverview, ...]:
    """Return where each agreement in force stands in a month; None: the current one."""
    from reports.charts.burnup import no_outlook
    from smarketing.web.parts import MonthOverview

    shown = []
    book = house.book()
    newest = {version.agreement.name: version.agreement for version in reversed(book.versions)}
    for name in dict.fromkeys(version.agreement.name for version in book.versions):
        zone = newest[name].timezone
        today = local_date(now, zone)
        first = month or today.replace(day=1)
        cells = month_cells(
            house.facts, book, name, month=first, today=today, monday=week_of(today).starts
        )
        is_current = first == today.replace(day=1)
        shown.append(
            MonthOverview(
                newest[name].title,
                first,
                zone,
                now,
                tuple(cells),
                counted_alone(book, name),
                outlooks(house, book, name, first, now) if is_current else no_outlook,
            )
        )
    return tuple(shown)


def outlooks(house: House, book: Book, agreement: str, month: date, now: datetime) -> OutlookOf:
    """Return what says where cells of an agreement may end in a month; read when first asked."""
    from smarketing.services.forecast.month import month_forecast

    @cache
    def made() -> MonthForecast:
        until = leads_known_until(house, month, None)
        return month_forecast(house.facts, book, agreement, month=month, now=now, known_until=until)

    return cache(lambda cells: made().of(cells))
