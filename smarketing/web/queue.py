"""The queue: who waits, and the one big button."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request

from smarketing.domain.scope import QueuePart
from smarketing.services.leads import queue
from smarketing.services.leads.answers import PAUSE_TITLES, reasons
from smarketing.services.people.policy import Action, may
from smarketing.web.parts import parts, signed_in
from smarketing.web.words import due_words, tomorrow_morning

blueprint = Blueprint("queue", __name__, url_prefix="/queue")

_LAST_PAGE: Final = 1_000_000
"""What the database can count to; more is no page."""

_TEAMS_SHOWN: Final = 10
"""Leads of the team below one's own; the rest stands on a page of its own."""


@blueprint.get("")
def show() -> str:
    """Show a person's queue, the lead due first on top."""
    portal, person = parts(), signed_in()
    now, book = portal.clock(), portal.book()
    seen = queue.parts_of(person)
    part = _part(seen)
    number = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    queues = [queue.queue_of(portal.queue, book, person, part, now=now, number=number)]
    if part is QueuePart.MINE:
        queues.append(queue.queue_of(portal.queue, book, person, QueuePart.TEAM, now=now))
    return render_template(
        "queue/show.html",
        queues=queues,
        parts=seen,
        part=part,
        words=lambda item: due_words(item, now),
        reasons_of=lambda item: reasons(book, item.version_id),
        soon=lambda zone: tomorrow_morning(now, zone),
        pause_titles=PAUSE_TITLES,
        may_answer=may(person, Action.ANSWER_LEADS),
        may_progress=may(person, Action.SEE_PROGRESS),
        has_agreement=bool(book.versions),
        teams_shown=_TEAMS_SHOWN,
        now=now,
    )


def _part(seen: tuple[QueuePart, ...]) -> QueuePart:
    """Return the part that is asked for, or the one to open with."""
    wanted = request.args.get("part", "")
    return QueuePart(wanted) if wanted in seen else seen[0]
