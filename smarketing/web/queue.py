"""The queue: who waits, and the one button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for

from smarketing.services.leads import acknowledge as act
from smarketing.services.leads import queue
from smarketing.web.parts import parts, signed_in
from smarketing.web.words import answer_sentence, due_words

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = Blueprint("queue", __name__, url_prefix="/queue")

_LAST_ID: Final = 2**63 - 1
_LAST_PAGE: Final = 1_000_000
"""What the database can count to; more is no lead and no page."""


@blueprint.get("")
def show() -> str:
    """Show a person's queue, the lead due first on top."""
    portal, person = parts(), signed_in()
    number = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    now = portal.clock()
    page = queue.queue_of(portal.queue, portal.book(), person, now, number)
    return render_template(
        "queue/show.html",
        page=page,
        rows=[(item, due_words(item, now)) for item in page.items],
        sees_all=queue.scope_of(person).everyone,
        may_acknowledge=person.role in act.ACKNOWLEDGES,
        now=now,
    )


@blueprint.post(f"/<int(max={_LAST_ID}):lead_id>/acknowledge")
def acknowledge(lead_id: int) -> Response:
    """Record "I have it" and say what came of it."""
    portal = parts()
    now = portal.clock()
    answer = act.acknowledge(portal.queue, lead_id, signed_in(), now, portal.book())
    flash(answer_sentence(answer, now), "done" if answer.is_new else "known")
    return redirect(url_for("queue.show"), 303)
