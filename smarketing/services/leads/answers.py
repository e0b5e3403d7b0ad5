"""The answers that Sales gives to a lead: an attempt, accept, reject, a pause.

An attempt or an acceptance also says "I have it" where nobody had said it, and takes a lead
that nobody holds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from smarketing.domain.acts import HANDED_AGAIN, PAUSED, WITHDRAWN, pause_detail, pause_from
from smarketing.domain.calendar import instant, seconds
from smarketing.domain.errors import ConflictError, InvalidError
from smarketing.domain.facts import BY_HAND
from smarketing.services.leads.acknowledge import having
from smarketing.services.leads.acts import Told, found, record
from smarketing.services.people.policy import Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from smarketing.services.conclusions.book import Book
    from smarketing.services.leads.acts import Acting, Actor, ActStore, Done

LONGEST_PAUSE: Final = timedelta(days=90)
"""After that, a lead that waits is a lead to be rejected or recycled."""

REASONS: Final = (
    "wrong_tier", "wrong_segment", "duplicate", "unreachable", "competitor", "out_of_territory",
    "existing_customer",
)  # fmt: skip
"""Why a lead may be rejected where no agreement says it: CLOCKS.md, "Breaches"."""


class Way(StrEnum):
    """How a lead was tried to be reached."""

    CALL = "call"
    MAIL = "mail"
    MEETING = "meeting"


class PauseReason(StrEnum):
    """Why the clocks of a lead stand."""

    ASKED_TO_WAIT = "asked_to_wait"
    AWAY = "away"
    MISSING_INFORMATION = "missing_information"
    OTHER = "other"


PAUSE_TITLES: Final[Mapping[PauseReason, str]] = {
    PauseReason.ASKED_TO_WAIT: "The lead asked us to wait",
    PauseReason.AWAY: "The lead is away",
    PauseReason.MISSING_INFORMATION: "Marketing owes us something about it",
    PauseReason.OTHER: "Another reason",
}


def attempt(
    store: ActStore, lead_id: int, actor: Actor, book: Book, *, way: Way, connected: bool
) -> Done:
    """Record that the lead was called, written to or met, and whether they were reached."""
    told = [Told("attempted", str(way))]
    if connected:
        told.append(Told("connected", str(way), "#reached"))
    with store.acting(actor.at) as acting:
        lead = _lead(acting, lead_id, actor)
        return _record(acting, actor, lead, [*having(lead, actor), *told], book)


def accept(store: ActStore, lead_id: int, actor: Actor, book: Book) -> Done:
    """Record that Sales takes the lead for good; a rejection in the portal is taken back by it.

    Raises:
        ConflictError: It was accepted by hand before, or rejected in the CRM.
    """
    with store.acting(actor.at) as acting:
        lead = _lead(acting, lead_id, actor)
        rejections = acting.kept(lead_id, "rejected")
        if any(not event["ref"].startswith("portal:") for event in rejections):
            raise ConflictError(
                "It was rejected in the CRM: mend it there, and the next import tells."
            )
        if lead["accepted"] == BY_HAND and not rejections and not _is_new_cycle(acting, lead_id):
            if acting.told([lead_id], actor.ref):
                return _record(acting, actor, lead, [Told("accepted")], book)
            raise ConflictError("It is accepted already.")
        gone = [Told(WITHDRAWN, "rejected", ref=event["ref"]) for event in rejections]
        told = [*having(lead, actor), *gone, Told("accepted")]
        return _record(acting, actor, lead, told, book)


def _is_new_cycle(acting: Acting, lead_id: int) -> bool:
    """Return whether a lead was handed off again since it was accepted in the portal."""
    again = [event["at"] for event in acting.kept(lead_id, HANDED_AGAIN)]
    accepted = [event["at"] for event in acting.kept(lead_id, "accepted")]
    return bool(again) and max(again) > max(accepted, default=0)


def reject(store: ActStore, lead_id: int, actor: Actor, book: Book, *, reason: str) -> Done:
    """Record that Sales does not take the lead, and why.

    Raises:
        InvalidError: The reason is none that the agreement knows.
        ConflictError: It was rejected before.
    """
    with store.acting(actor.at) as acting:
        lead = _lead(acting, lead_id, actor)
        if reason not in (known := reasons(book, lead["version_id"])):
            raise InvalidError(f"Choose a reason: one of {', '.join(known)}", "reason")
        if not acting.told([lead_id], actor.ref):
            _not_rejected(acting, lead)
        done = _record(acting, actor, lead, [Told("rejected", reason)], book)
        now = found(acting, [lead_id], scope_of(actor.person, Action.ANSWER_LEADS))
        return replace(done, counts=bool(now.item(0, "rejected")))


def pause(
    store: ActStore, lead_id: int, actor: Actor, book: Book, *, reason: PauseReason, until: datetime
) -> Done:
    """Record that the clocks of a lead stand from now until a local time, not inclusive.

    Args:
        store: Where acts are recorded.
        lead_id: Which lead.
        actor: Who pauses it.
        book: The agreements in force.
        reason: Why.
        until: Wall time (naive) in the zone of the lead's agreement.

    Raises:
        InvalidError: It does not lie ahead, or too far.
        ConflictError: It is paused already.
    """
    with store.acting(actor.at) as acting:
        lead = _lead(acting, lead_id, actor)
        ends = until.replace(tzinfo=ZoneInfo(book.timezone_of(lead["version_id"])))
        if not actor.now < ends <= actor.now + LONGEST_PAUSE:
            raise InvalidError(
                "A pause ends later than now, and within "
                f"{LONGEST_PAUSE.days} days: choose such a day.",
                "until",
            )
        if not acting.told([lead_id], actor.ref):
            _not_paused(acting, lead, actor)
        told = Told(PAUSED, pause_detail(seconds(ends), reason))
        return _record(acting, actor, lead, [told], book)


def resume(store: ActStore, lead_id: int, actor: Actor, book: Book) -> Done:
    """Record that the pause of a lead is over now; it cannot be taken back, only made anew.

    Raises:
        ConflictError: It is not paused.
    """
    with store.acting(actor.at) as acting:
        lead = _lead(acting, lead_id, actor)
        told = []
        for event in acting.kept(lead_id, PAUSED):
            until, reason = pause_from(event["detail"])
            if event["at"] <= actor.at < until:
                over = pause_detail(actor.at, reason, actor.person.email)
                again = Told(PAUSED, over, at=event["at"], ref=event["ref"], by=event["actor"])
                told.append(again)
        if not told:
            raise ConflictError("It is not paused: its clocks run.")
        return _record(acting, actor, lead, told, book)


def _not_paused(acting: Acting, lead: Mapping[str, Any], actor: Actor) -> None:
    if any(
        event["at"] <= actor.at < pause_from(event["detail"])[0]
        for event in acting.kept(lead["id"], PAUSED)
    ):
        raise ConflictError("It is paused already: end that pause first.")


def reasons(book: Book, version_id: int) -> tuple[str, ...]:
    """Return the reasons for which a lead of a version may be rejected."""
    version = book.version(version_id)
    agreed = version.agreement.reject_reasons if version else frozenset()
    return tuple(sorted(agreed)) or REASONS


def _lead(acting: Acting, lead_id: int, actor: Actor) -> dict[str, Any]:
    leads = found(acting, [lead_id], scope_of(actor.person, Action.ANSWER_LEADS))
    return leads.row(0, named=True)


def _not_rejected(acting: Acting, lead: Mapping[str, Any]) -> None:
    for event in acting.kept(lead["id"], "rejected"):
        who = event["actor"] or "somebody in the CRM"
        when = instant(event["at"])
        raise ConflictError(
            f"It was rejected by {who} on {when:%d %B %Y}. Accept it if that was wrong."
        )


def _record(
    acting: Acting, actor: Actor, lead: Mapping[str, Any], told: Iterable[Told], book: Book
) -> Done:
    leads = found(acting, [lead["id"]], scope_of(actor.person, Action.ANSWER_LEADS))
    return record(acting, actor, leads, [(lead["id"], one) for one in told], book)
