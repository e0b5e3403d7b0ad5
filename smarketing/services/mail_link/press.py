"""Looking at a link, and pressing a button of its page.

Looking writes nothing. Of two presses the first one counts: another press of the same button
finds it done, and one of the other button changes nothing, but is noted, so that the answer is
marked as unverified. What was answered is taken back within ten minutes by its own button.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Protocol

import polars as pl

from smarketing.domain.acts import PRESSED, RETURNED
from smarketing.domain.calendar import seconds
from smarketing.domain.errors import ConflictError, NotFoundError
from smarketing.domain.ways import How, Way, how_detail, how_from
from smarketing.services.leads.acknowledge import having
from smarketing.services.leads.acts import Acting, Actor, Told, found, record, undo_within
from smarketing.services.leads.timeline import act_ref
from smarketing.services.mail_link.standing import LinkPage, Standing, link_page
from smarketing.services.people.people import everyone
from smarketing.services.people.policy import HOLDS, Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from smarketing.services.conclusions.book import Book
    from smarketing.services.mail_link.standing import Row, Seen
    from smarketing.services.mail_link.tokens import Link
    from smarketing.services.people.people import Directory, Person


class Button(StrEnum):
    """The buttons of the page."""

    HAVE = "have"
    NOT_MINE = "not_mine"
    UNDO = "undo"


class ShutOutError(NotFoundError):
    """Who was told may answer no leads any more, or the lead is gone."""


class LinkActing(Acting, Protocol):
    """A transaction about the lead of a link, which nobody else changes meanwhile."""

    def seen(self, lead_id: int) -> Seen | None:
        """Return the lead and the words about it; None: there is no such lead."""
        ...

    def sent_at(self, lead_id: int, person_id: int, issued_at: int) -> tuple[int | None] | None:
        """Return when a server took the mail of a link, in seconds of UTC.

        Returns:
            None: there is no such mail; (None,): no server is known to have taken it yet.
        """
        ...


class LinkStore(Protocol):
    """Where links are looked up and pressed."""

    def seen(self, lead_id: int) -> Seen | None:
        """Return a lead and the words about it; None: there is no such lead."""
        ...

    def acting(self, now: int) -> AbstractContextManager[LinkActing]:
        """Begin a transaction that alone may change leads."""
        ...


@dataclass(frozen=True)
class Pressed:
    """What came of a press.

    Attributes:
        is_new: Whether the press changed anything.
        refused: Why an answer could not be taken back; empty: it was not asked for, or it could.
    """

    page: LinkPage
    button: Button
    is_new: bool
    refused: str = ""


def look(store: LinkStore, directory: Directory, link: Link, book: Book, now: datetime) -> LinkPage:
    """Return what the page of a link shows.

    Raises:
        ShutOutError: Who was told may answer no leads any more, or the lead is gone.
    """
    return _page(store.seen(link.lead_id), _told(directory, link), link, book, now)


def press(
    store: LinkStore,
    directory: Directory,
    link: Link,
    button: Button,
    *,
    book: Book,
    agent: str,
    now: datetime,
) -> Pressed:
    """Record what a press of a button says, and return what came of it.

    Args:
        store: Where leads are found and changed.
        directory: Everybody.
        link: Whose page it was.
        button: The one that was pressed.
        book: The agreements in force.
        agent: Browser and system in words.
        now: When.

    Raises:
        ShutOutError: Who was told may answer no leads any more, or the lead is gone.
    """
    person = _told(directory, link)
    with store.acting(seconds(now)) as acting:
        before = acting.seen(link.lead_id)
        page = _page(before, person, link, book, now)
        how = _how(acting, link, agent, now)
        actor = Actor(person, token_urlsafe(9), now, how)
        try:
            is_new = _answer(acting, page, button, actor, book)
        except ConflictError as error:
            return Pressed(page, button, is_new=False, refused=str(error))
        if before and not is_new:
            _note_contrary(acting, page, before[1], button, actor)
        after = _page(acting.seen(link.lead_id), person, link, book, now)
    return Pressed(after, button, is_new=is_new)


def _told(directory: Directory, link: Link) -> Person:
    """Return who was told, while they may answer."""
    for person in everyone(directory):
        if person.id == link.person_id and person.active and person.role in HOLDS:
            return person
    raise ShutOutError("the account that this mail went to answers no leads any more", "person")


def _page(seen: Seen | None, person: Person, link: Link, book: Book, now: datetime) -> LinkPage:
    if seen is None:
        raise ShutOutError("this lead is not kept any more", "lead")
    return link_page(link, person, seen, book=book, now=now)


def _how(acting: LinkActing, link: Link, agent: str, now: datetime) -> How:
    mail = acting.sent_at(link.lead_id, link.person_id, link.issued_at)
    at = seconds(now)
    sent_s = None if mail is None else max(0, at - (at if mail[0] is None else mail[0]))
    return How(Way.EMAIL_LINK, max(0, at - link.issued_at), sent_s, agent)


def _answer(acting: LinkActing, page: LinkPage, button: Button, actor: Actor, book: Book) -> bool:
    """Record what is still to be said; return whether anything was.

    Raises:
        ConflictError: It cannot be taken back any more; the message says why.
    """
    if button is Button.UNDO:
        if page.undo:
            undo_within(acting, [page.lead_id], page.undo, actor, book)
        return bool(page.undo)
    if page.standing is not Standing.ASKED:
        return False
    leads = found(acting, [page.lead_id], scope_of(actor.person, Action.ANSWER_LEADS))
    if button is Button.HAVE:
        told = having(leads.row(0, named=True), actor)
    else:
        told = [Told(RETURNED, actor.way)] if page.is_held else []
    if told:
        record(acting, actor, leads, [(page.lead_id, one) for one in told], book)
    return bool(told)


def _note_contrary(
    acting: LinkActing, page: LinkPage, words: Sequence[Row], button: Button, actor: Actor
) -> None:
    """Note that the other button was pressed, too; once for each answer."""
    contrary = {Button.HAVE: Standing.GIVEN_BACK, Button.NOT_MINE: Standing.YOURS}
    if contrary.get(button) is not page.standing or not page.is_own:
        return
    kind = RETURNED if page.standing is Standing.GIVEN_BACK else "acknowledged"
    word = next(w for w in reversed(words) if w["kind"] == kind)
    first, ref = how_from(word["detail"]), act_ref(word["ref"])
    if first is None or first.way is not Way.EMAIL_LINK or actor.how is None:
        return
    noted = (how_from(w["detail"]) for w in words if w["kind"] == PRESSED)
    if any(how is not None and how.ref == ref for how in noted):
        return
    event = {
        "lead_id": page.lead_id,
        "kind": PRESSED,
        "occurred_at": actor.at,
        # Not among the portal's: an act before it may be taken back all the same.
        "ref": f"link:{actor.person.id}:{actor.word}",
        "recorded_at": actor.at,
        "source_id": acting.source_id,
        "actor": actor.person.email,
        "detail": how_detail(replace(actor.how, ref=ref)),
    }
    acting.ledger.record_events(pl.DataFrame([event]))
