"""The weekly reports of an installation: what makes them, keeps them, and shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reports.digest import Audience
from reports.mail import render_digest
from smarketing.bootstrap.house import catch_up
from smarketing.bootstrap.mails import envelope, week_digest
from smarketing.domain.weeks import week_named
from smarketing.services.digest.due import Span
from smarketing.services.digest.frozen import changed, frozen, made
from smarketing.services.digest.links import MailLinks, Sent
from smarketing.services.digest.numbers import digest_from
from smarketing.services.digest.plan import Press
from smarketing.store.marks import Marks
from smarketing.store.reports import Reports

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from email.headerregistry import Address

    from reports.digest import Digest
    from reports.mail import Envelope
    from smarketing.bootstrap.house import House
    from smarketing.domain.weeks import Week
    from smarketing.services.digest.frozen import Changed, Frozen
    from smarketing.services.people.people import Person
    from smarketing.web.parts import ReportParts

LOOKED = "digest looked"
"""The mark that says when the planner looked for due reports last."""
LOOKED_AT_CHANNELS = "channel digest looked"
"""The mark that says when it looked for those of channels."""


def report_span(house: House, now: datetime, looked: str = LOOKED) -> Span:
    """Return what counts in looking for reports that are due.

    Args:
        house: The installation.
        now: When.
        looked: The mark of who looks.
    """
    from smarketing.services.digest.due import KIND

    marks = Marks(house.engine).all()
    return Span(
        now=now,
        timezone=house.book().pages_timezone,
        planned_until=marks.get(KIND),
        first_day=first_day(house),
        looked_at=marks.get(looked),
    )


def first_day(house: House) -> date | None:
    """Return the first day that reports may tell of; None: there is none yet.

    It is the first day of an agreement or of the leads, whichever is earlier: the first report
    is that of the first whole week.
    """
    days = [version.agreement.starts_on for version in house.book().versions]
    if (of_leads := Reports(house.engine).first_day()) is not None:
        days.append(of_leads)
    return min(days, default=None)


def press(house: House, now: datetime) -> Press:
    """Return what makes reports and their mails."""
    links, shelf = mail_links(house), Reports(house.engine)

    def report(week: str, audience: str, locale: str) -> Frozen | None:
        if not house.book().versions:
            return None
        named = week_named(week)
        count = counted(house, named)
        return frozen(shelf, count, week=named, audience=audience, locale=locale, now=now)

    def addressed(key: str, address: Address, person: Person, shown: Frozen | None) -> Envelope:
        head = envelope(house, key, now, address)
        head["unsubscribe_url"] = links.stop(person.id)
        head["unsubscribe_mailto"] = house.settings.unsubscribe_mailto
        if shown is not None:
            sent = Sent(person.id, shown.week, shown.audience, shown.locale)
            head["view_url"] = links.view(sent)
        return head

    return Press(report, addressed)


def mail_links(house: House) -> MailLinks:
    """Return what makes and reads the links of mails."""
    return MailLinks(house.settings.load_signing_keys(), house.settings.base_url)


def report_parts(house: House, clock: Callable[[], datetime]) -> ReportParts:
    """Return what the pages of reports need."""
    from smarketing.web.parts import ReportParts

    shelf = Reports(house.engine)

    def preview(week: str, audience: str, locale: str) -> Frozen:
        now, kept = clock(), shelf.numbers(week)
        digest = (
            replace(digest_from(kept), audience=Audience(audience))
            if kept is not None
            else week_digest(house, week_named(week), audience, now)
        )
        return made(digest, render_digest(digest, locale), locale, digest.generated_at)

    def recounted(report: Frozen) -> tuple[Changed, ...]:
        week = week_named(report.week)
        return changed(report, week_digest(house, week, report.audience, clock()))

    return ReportParts(shelf, mail_links(house), preview, recounted)


def counted(house: House, week: Week) -> Callable[[datetime], Digest]:
    """Return what counts the numbers of a week, as known at an instant."""

    def count(at: datetime) -> Digest:
        catch_up(house, at)
        return week_digest(house, week, Audience.BOTH, at)

    return count
