"""What the portal is made of: handed over once by the bootstrap, asked for by the views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flask import current_app, g

from reports.charts.burnup import no_outlook
from smarketing.services.breaches.listed import BreachLists, LeadBreaches
from smarketing.services.breaches.speaking import WordStore
from smarketing.services.people.account import OwnSessions
from smarketing.services.people.sign_in import SignInStore
from smarketing.services.people.staff import Roll

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from fractions import Fraction

    from reports.charts.burnup import OutlookOf
    from reports.digest import CellProgress
    from smarketing.domain.metrics import Metric
    from smarketing.domain.versions import Version
    from smarketing.services.agreements.signing import Pen
    from smarketing.services.audit.ports import Shelf
    from smarketing.services.audit.standing import Standing
    from smarketing.services.audit.told import JobLine
    from smarketing.services.capacity.page import CapacityPage, Typed
    from smarketing.services.channels.shown import Channels
    from smarketing.services.comparison.comparison import Comparison
    from smarketing.services.conclusions.book import Book
    from smarketing.services.digest.frozen import Changed, Frozen, ReportShelf
    from smarketing.services.digest.links import MailLinks
    from smarketing.services.escalation.shown import LadderLines
    from smarketing.services.escalation.simulate import Simulated
    from smarketing.services.forecast.shares import ShareRow
    from smarketing.services.goals.backtest.shown import Replayed
    from smarketing.services.goals.shown import GoalShown
    from smarketing.services.goals.what_if import WhatIf
    from smarketing.services.intake.runs import Runs
    from smarketing.services.intake.undo import UndoReport
    from smarketing.services.intake.wizard import Wizard
    from smarketing.services.leads.acts import ActStore
    from smarketing.services.leads.enter import EntryDesk
    from smarketing.services.leads.lists import ListStore
    from smarketing.services.leads.page import LeadStore
    from smarketing.services.leads.queue import QueueStore
    from smarketing.services.mail_link.press import LinkStore
    from smarketing.services.mail_link.tokens import LinkSigner
    from smarketing.services.messages.messages import Deciding, ReceiptStore
    from smarketing.services.people.leave import LeaveStore
    from smarketing.services.people.owners import OwnerDesk
    from smarketing.services.people.passwords import Passwords
    from smarketing.services.people.people import Person
    from smarketing.services.progress.deliveries import Delivered
    from smarketing.services.progress.progress import ProgressRow
    from smarketing.services.statements.accounts import Sources
    from smarketing.services.statements.claims import ClaimStore
    from smarketing.services.team.exceptions import ExceptionStore
    from smarketing.services.team.team import TeamStore

DemoLogin = tuple[str, str, str]
"""Title of the role, e-mail, password."""


def no_shares() -> tuple[ShareRow, ...]:
    """Return nothing: of a month that is not forecast."""
    return ()


@dataclass(frozen=True)
class MonthOverview:
    """Where one agreement stands in one month; the cells are those of the weekly report.

    Attributes:
        title: Of the agreement.
        month: First day of the month.
        zone: Of its days.
        as_of: Until when is counted.
        cells: Segments and tiers with a target or with leads.
        agreement: Its name, where several are in force and its leads alone are counted; None: the
            only one, with the leads that belong to none.
        outlook_of: Returns where some of the cells together may end; None: nothing is promised
            for them, or the month is not the current one.
        shares_of: Returns how likely the promised shares are; empty: the month is not the current
            one, or promises none that can be told.
    """

    title: str
    month: date
    zone: str
    as_of: datetime
    cells: tuple[CellProgress, ...]
    agreement: str | None = None
    outlook_of: OutlookOf = no_outlook
    shares_of: Callable[[], Sequence[ShareRow]] = no_shares


class ProgressOf(Protocol):
    """Progress of a span of days, as `services.progress.progress` defines it."""

    def __call__(
        self, starts: date, ends: date, by: tuple[str, ...], agreement: str | None
    ) -> tuple[ProgressRow, ...]:
        """Return a row a group of the days `[starts, ends)`, of one agreement's leads or of all."""
        ...


class GoalsOf(Protocol):
    """The plan of an agreement's goal, as `services.goals.shown` defines it."""

    def __call__(
        self, name: str | None, month: date | None, confidence: Fraction | None
    ) -> GoalShown | None:
        """Return the plan of a month of revenue; None: no agreement has a goal."""
        ...


class WhatIfOf(Protocol):
    """What follows from numbers that somebody tries, as `services.goals.what_if` defines it."""

    def __call__(
        self, name: str | None, month: date | None, form: Mapping[str, str]
    ) -> WhatIf | None:
        """Return the answer for a month of revenue; None: no agreement has a goal."""
        ...


class BreachStore(BreachLists, LeadBreaches, WordStore, Protocol):
    """Where breaches are read, and what is said about them is kept."""


class PeopleStore(Roll, SignInStore, OwnSessions, Protocol):
    """Where people and their sessions are kept."""


@dataclass(frozen=True)
class ImportParts:
    """What the import page needs.

    Attributes:
        wizard: The steps from a file to an import.
        runs: The imports so far.
        undo: Takes one back: its number, now, and the e-mail of who does it.
    """

    wizard: Wizard
    runs: Runs
    undo: Callable[[int, datetime, str], UndoReport]


@dataclass(frozen=True)
class LeadParts:
    """What the pages of single leads and of lists need.

    Attributes:
        deliveries: Returns the months of a supplier.
    """

    shelf: LeadStore
    lists: ListStore
    entry: EntryDesk
    deliveries: Callable[[Person], tuple[Delivered, ...]]


@dataclass(frozen=True)
class StatementParts:
    """What the page of statements needs: where months are read, and where words are kept."""

    sources: Sources
    claims: ClaimStore


@dataclass(frozen=True)
class ReportParts:
    """What the pages of weekly reports need.

    Attributes:
        shelf: Where reports are kept.
        links: Reads the links of mails.
        preview: Makes a report of a week, an audience and a locale without keeping it; a second.
        changed: Returns the headline figures of a report that a recount gives another value.
    """

    shelf: ReportShelf
    links: MailLinks
    preview: Callable[[str, str, str], Frozen]
    changed: Callable[[Frozen], tuple[Changed, ...]]


@dataclass(frozen=True)
class LadderParts:
    """What the page of escalation ladders needs.

    Attributes:
        shown: Returns the ladders in force, and what they did of late.
        versions: Returns every version of every agreement, the newest of each first.
        simulate: Takes an agreement's name, a version's number (None: the newest) and the first
            day of a month (None: the last one that is over).
    """

    shown: Callable[[], tuple[LadderLines, ...]]
    versions: Callable[[], tuple[Version, ...]]
    simulate: Callable[[str, int | None, date | None], Simulated]


@dataclass(frozen=True)
class WatchParts:
    """What the pages about the installation itself need.

    Attributes:
        standing: Returns whether the worker lives and messages leave.
        worker_words: Returns a sentence when the worker stands still; empty: it lives.
        jobs: Returns the jobs of the worker.
        backups: Returns when the backups were made that there are, the newest first.
    """

    findings: Shelf
    standing: Callable[[datetime], Standing]
    worker_words: Callable[[datetime], str]
    jobs: Callable[[], tuple[JobLine, ...]]
    backups: Callable[[], tuple[datetime, ...]]


@dataclass(frozen=True)
class LinkParts:
    """What the page of the link of a mail needs.

    Attributes:
        use: What such a link is for: `button`, `login_required` or `off`.
    """

    store: LinkStore
    signer: LinkSigner
    use: str


@dataclass(frozen=True)
class MessageParts:
    """What the pages of messages need: what became of them, and where decisions are kept.

    Attributes:
        channels: Returns the ways out besides mail, and where they stand.
    """

    receipts: ReceiptStore
    outbox: Deciding
    channels: Callable[[], Channels]


@dataclass(frozen=True)
class PortalParts:
    """Everything that the portal needs.

    Attributes:
        keys: The last one signs the form's cookie, the others did before; the session of a person
            is not in it.
        secure: Whether the base address is https: secure cookies and HSTS.
        clock: Returns now, aware.
        book: Returns the agreements in force at this moment.
        month_overview: Returns where each agreement stands in a month, given by its first day;
            None: the current one. Empty while no agreement is signed.
        capacity: Returns whether an agreement can be kept, by its name (None: the first one) and
            what somebody typed in.
        imports: The import page.
        reports: The weekly reports, as they were sent.
        compare: Returns a comparison by a metric and a key over some days.
        past_forecasts: Returns how good the forecasts of an agreement were; None: of the first one.
        database_answers: Returns whether the database can be read.
        demo_logins: Shown on the sign-in page of the sample company; else empty.
    """

    keys: tuple[str, ...]
    secure: bool
    clock: Callable[[], datetime]
    people: PeopleStore
    owners: OwnerDesk
    leave: LeaveStore
    passwords: Passwords
    queue: QueueStore
    acts: ActStore
    links: LinkParts
    leads: LeadParts
    team: TeamStore
    exceptions: ExceptionStore
    breaches: BreachStore
    agreements: Pen
    statements: StatementParts
    ladders: LadderParts
    goals: GoalsOf
    what_if: WhatIfOf
    book: Callable[[], Book]
    compare: Callable[[Metric, str, tuple[date, date]], Comparison]
    past_forecasts: Callable[[str | None], Replayed | None]
    progress: ProgressOf
    month_overview: Callable[[date | None], tuple[MonthOverview, ...]]
    capacity: Callable[[str | None, Typed], CapacityPage]
    imports: ImportParts
    watch: WatchParts
    reports: ReportParts
    messages: MessageParts
    database_answers: Callable[[], bool]
    demo_logins: tuple[DemoLogin, ...] = ()


def parts() -> PortalParts:
    """Return the parts of the running portal."""
    found = current_app.extensions["portal"]
    assert isinstance(found, PortalParts)  # noqa: S101  (create_app put it there)
    return found


def signed_in() -> Person:
    """Return who asks; the guard let nobody else come here."""
    person: Person = g.person
    return person
