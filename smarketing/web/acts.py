"""What people do about leads: each a form that is posted, and leads back to where it stood."""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Final, TypeVar

from flask import Blueprint, redirect, request, url_for

from smarketing.domain.errors import InvalidError
from smarketing.services.leads import acts, answers, handing
from smarketing.services.leads import recycle as recycling
from smarketing.services.leads.acknowledge import acknowledge as say_i_have_it
from smarketing.web.notes import note
from smarketing.web.parts import parts, signed_in
from smarketing.web.said import answer_sentence, done_sentence
from smarketing.web.ways import is_number, our_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug import Response

    from smarketing.services.leads.acts import Actor, Done

blueprint = Blueprint("acts", __name__, url_prefix="/leads")

Choice = TypeVar("Choice", answers.Way, answers.PauseReason, recycling.RecycleReason)

_LAST_ID: Final = 2**63 - 1
_LEAD: Final = f"/<int(max={_LAST_ID}):lead_id>"
_MOST: Final = 500
"""Leads that one form may hand on: more than a page shows."""


@blueprint.post(f"{_LEAD}/acknowledge")
def acknowledge(lead_id: int) -> Response:
    """Record "I have it" and say what came of it."""
    portal, actor = parts(), _actor()
    answer = say_i_have_it(portal.acts, lead_id, actor, portal.book())
    sentence = answer_sentence(answer, actor.now)
    return _back(sentence, [lead_id], answer.ref, "done" if answer.is_new else "known")


@blueprint.post(f"{_LEAD}/attempt")
def attempt(lead_id: int) -> Response:
    """Record a call, a mail or a meeting."""
    way = _chosen(answers.Way, "way")
    reached = request.form.get("connected") == "1"
    portal = parts()
    done = answers.attempt(
        portal.acts, lead_id, _actor(), portal.book(), way=way, connected=reached
    )
    return _done(done, f"attempt:{way}:{'reached' if reached else 'missed'}")


@blueprint.post(f"{_LEAD}/accept")
def accept(lead_id: int) -> Response:
    """Record that Sales takes the lead."""
    portal = parts()
    return _done(answers.accept(portal.acts, lead_id, _actor(), portal.book()), "accept")


@blueprint.post(f"{_LEAD}/reject")
def reject(lead_id: int) -> Response:
    """Record that Sales does not take the lead, and why."""
    portal, reason = parts(), request.form.get("reason", "")
    done = answers.reject(portal.acts, lead_id, _actor(), portal.book(), reason=reason)
    return _done(done, "reject")


@blueprint.post(f"{_LEAD}/recycle")
def recycle(lead_id: int) -> Response:
    """Record that Sales gives the lead back to be nurtured."""
    reason, portal = _chosen(recycling.RecycleReason, "reason"), parts()
    done = recycling.recycle(portal.acts, lead_id, _actor(), portal.book(), reason=reason)
    return _done(done, "recycle")


@blueprint.post(f"{_LEAD}/hand-off-again")
def hand_off_again(lead_id: int) -> Response:
    """Record that Marketing hands the lead off once more."""
    portal = parts()
    done = recycling.hand_off_again(portal.acts, lead_id, _actor(), portal.book())
    return _back(done_sentence("hand_off_again", done), done.lead_ids, "")


@blueprint.post(f"{_LEAD}/pause")
def pause(lead_id: int) -> Response:
    """Let the clocks of the lead stand until a day and time."""
    reason = _chosen(answers.PauseReason, "reason")
    portal = parts()
    done = answers.pause(
        portal.acts, lead_id, _actor(), portal.book(), reason=reason, until=_until()
    )
    return _done(done, "pause")


@blueprint.post(f"{_LEAD}/resume")
def resume(lead_id: int) -> Response:
    """Let the clocks of the lead run again."""
    portal = parts()
    done = answers.resume(portal.acts, lead_id, _actor(), portal.book())
    return _back(done_sentence("resume", done), done.lead_ids, "")


@blueprint.post(f"{_LEAD}/hand-back")
def hand_back(lead_id: int) -> Response:
    """Give the lead back to the team's queue."""
    portal = parts()
    return _done(handing.hand_back(portal.acts, lead_id, _actor(), portal.book()), "hand_back")


@blueprint.post("/assign")
def assign() -> Response:
    """Hand one lead or several to somebody."""
    portal = parts()
    to = request.form.get("to", 0, type=int)
    people = {person.id: person.name for person in handing.holders(portal.people)}
    done = handing.assign(portal.acts, portal.people, _ids(), _actor(), portal.book(), to=to)
    return _done(done, "assign", people[to])


@blueprint.post("/undo")
def undo() -> Response:
    """Take an act of the last minutes back."""
    portal = parts()
    ref = request.form.get("ref", "")
    done = acts.undo(portal.acts, _ids(), ref, _actor(), portal.book())
    return _back(done_sentence("undo", done), done.lead_ids, "")


def _actor() -> Actor:
    """Return who sent the form; its word makes the same form sent twice one act."""
    word = request.form.get("word", "")
    return acts.Actor(
        signed_in(), word if acts.is_word(word) else token_urlsafe(9), parts().clock()
    )


def _ids() -> list[int]:
    """Return the leads that are meant.

    Raises:
        InvalidError: None was chosen, or too many.
    """
    texts = request.form.getlist("lead")
    ids = sorted({int(text) for text in texts if is_number(text)})
    if not 0 < len(ids) <= _MOST:
        raise InvalidError(f"Choose at least one lead, and at most {_MOST} at once.", "lead")
    return ids


def _chosen(kind: type[Choice], field: str) -> Choice:
    """Return one of the choices of a field.

    Raises:
        InvalidError: It is none of them.
    """
    choice = request.form.get(field, "")
    if choice not in tuple(kind):
        raise InvalidError(f"Choose one of {', '.join(kind)}.", field)
    return kind(choice)


def _until() -> datetime:
    """Return the wall time that a pause ends at."""
    text = request.form.get("until", "")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise InvalidError(
            "Say until when the lead is paused: a day and a time, as 2026-11-30 09:00.", "until"
        ) from error


def _done(done: Done, what: str, whom: str = "") -> Response:
    return _back(done_sentence(what, done, whom), done.lead_ids, done.ref)


def _back(sentence: str, lead_ids: Sequence[int], ref: str, kind: str = "done") -> Response:
    """Lead back to the page of the form, with what came of it and a way to take it back."""
    note(sentence, kind, leads=lead_ids, ref=ref)
    return redirect(our_path(request.form.get("next", "")) or url_for("queue.show"), 303)
