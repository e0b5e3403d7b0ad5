"""What the portal and the command show of an installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.bootstrap.channels import channels_shown
from smarketing.bootstrap.goals import (
    capacity_page_at,
    forecast_made,
    goal_plan,
    outlooks,
    past_forecasts,
    shares,
    what_if_asked,
)
from smarketing.bootstrap.house import House, pen, statement_sources, take, undo
from smarketing.bootstrap.reports import report_parts
from smarketing.bootstrap.watch import watch_parts
from smarketing.domain.days import local_date
from smarketing.domain.targets import next_month
from smarketing.domain.weeks import week_of
from smarketing.services.progress.month import counted_alone, month_cells
from smarketing.services.progress.progress import progress
from smarketing.services.progress.targets import spans
from smarketing.store.migrate import answers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime, timedelta

    from flask import Flask

    from connectors.protocol import Delivery
    from smarketing.services.escalation.simulate import Simulated
    from smarketing.services.intake.report import ImportReport
    from smarketing.services.leads.enter import EntryDesk
    from smarketing.services.progress.progress import ProgressRow
    from smarketing.web.parts import (
        DemoLogin,
        ImportParts,
        LadderParts,
        LeadParts,
        LinkParts,
        MonthOverview,
        StatementParts,
    )


MOST_RECORDS = 50_000
"""The most that a file may have on the import page: it is taken in while the person waits."""


def portal(
    house: House,
    clock: Callable[[], datetime],
    demo_logins: tuple[DemoLogin, ...] = (),
    rhythms: Callable[[], Mapping[str, timedelta]] = dict,
) -> Flask:
    """Return the portal of an installation.

    Args:
        house: The installation.
        clock: Returns now, aware.
        demo_logins: Shown on the sign-in page of the sample company; else empty.
        rhythms: Returns how often each job of a worker runs.
    """
    from smarketing.services.comparison.comparison import compare
    from smarketing.services.people.passwords import Passwords
    from smarketing.store.acts import ActDesk
    from smarketing.store.exceptions import ExceptionDesk
    from smarketing.store.leave import LeaveShelf
    from smarketing.store.outbox import OutboxStore
    from smarketing.store.owners import OwnerDesk
    from smarketing.store.people import People
    from smarketing.store.queue import Queue
    from smarketing.store.receipts import Receipts
    from smarketing.store.team import TeamDesk
    from smarketing.web.app import create_app
    from smarketing.web.parts import MessageParts, PortalParts

    return create_app(
        PortalParts(
            keys=house.settings.load_signing_keys(),
            secure=house.settings.base_url.startswith("https:"),
            clock=clock,
            people=People(house.engine),
            owners=OwnerDesk(house.engine),
            leave=LeaveShelf(house.engine),
            passwords=Passwords(),
            queue=Queue(house.engine),
            acts=ActDesk(house.engine),
            links=link_parts(house),
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
            past_forecasts=lambda name: past_forecasts(house, clock(), name),
            progress=lambda starts, ends, by, agreement: span_progress(
                house, starts, ends, by, agreement
            ),
            month_overview=lambda month: month_overview(house, month, clock()),
            capacity=lambda name, typed: capacity_page_at(house, name, clock(), typed),
            imports=import_parts(house),
            watch=watch_parts(house, rhythms),
            messages=MessageParts(
                Receipts(house.engine),
                OutboxStore(house.engine, house.settings.retried),
                lambda: channels_shown(house),
            ),
            reports=report_parts(house, clock),
            database_answers=lambda: answers(house.engine),
            demo_logins=demo_logins,
        )
    )


def link_parts(house: House) -> LinkParts:
    """Return what the page of the link of a mail needs."""
    from smarketing.services.mail_link.tokens import LinkSigner
    from smarketing.store.links import LinkDesk
    from smarketing.web.parts import LinkParts

    signer = LinkSigner(house.settings.load_signing_keys())
    return LinkParts(LinkDesk(house.engine), signer, house.settings.email_link)


def statement_parts(house: House) -> StatementParts:
    """Return what the page of statements needs."""
    from smarketing.store.statements import StatementDesk
    from smarketing.web.parts import StatementParts

    return StatementParts(statement_sources(house), StatementDesk(house.engine))


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
    from smarketing.web.parts import MonthOverview, no_shares

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
        made = forecast_made(house, book, name, first, now)
        held = list(spans(book, first, next_month(first), name))
        shown.append(
            MonthOverview(
                newest[name].title,
                first,
                zone,
                now,
                tuple(cells),
                counted_alone(book, name),
                outlooks(made) if is_current else no_outlook,
                shares(made, held) if is_current else no_shares,
            )
        )
    return tuple(shown)
