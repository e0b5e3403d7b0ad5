"""Messages: what left the house, what became of each, and what a person decides about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from smarketing.services.messages import messages
from smarketing.services.messages.messages import Asked
from smarketing.web.message_words import EXPLAINED, KINDS, STATES, STEPS, headline
from smarketing.web.notes import note
from smarketing.web.parts import parts, signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug import Response

    from smarketing.domain.receipts import Receipt, SentMessage

blueprint = Blueprint("messages", __name__, url_prefix="/messages")


@blueprint.get("")
def show_all() -> str:
    """Show messages, the newest first."""
    portal, asked = parts(), _asked()
    receipts = portal.messages.receipts
    counts, resting = receipts.counts(), receipts.resting()
    return render_template(
        "messages/list.html",
        headline=headline(counts, resting),
        listed=messages.listed(receipts, asked),
        asked=asked,
        counts=counts,
        resting=resting,
        shut=receipts.shut(),
        states=STATES,
        kinds=KINDS,
        zone=portal.book().pages_timezone,
        now=portal.clock(),
    )


@blueprint.get("/<int:number>")
def show(number: int) -> str:
    """Show one message and its receipts, and let an administrator decide about it."""
    return _page(*messages.message_of(parts().messages.receipts, number), decides=True)


@blueprint.get("/mine/<int:number>")
def show_one_of_mine(number: int) -> str:
    """Show one message to who asks and its receipts."""
    receipts = parts().messages.receipts
    return _page(*messages.own_message_of(receipts, number, signed_in()), decides=False)


@blueprint.get("/mine")
def show_mine() -> str:
    """Show the mails that went to who asks."""
    portal = parts()
    asked = Asked(recipient=signed_in().email, before=request.args.get("before", type=int))
    return render_template(
        "messages/mine.html",
        listed=messages.listed(portal.messages.receipts, asked),
        states=STATES,
        kinds=KINDS,
        zone=portal.book().pages_timezone,
        now=portal.clock(),
    )


@blueprint.post("/<int:number>/again")
def send_again(number: int) -> Response:
    """Send a held or failed message again."""
    portal = parts()
    messages.send_again(portal.messages.outbox, number, signed_in(), portal.clock())
    note("The message will be sent again.")
    return redirect(url_for("messages.show", number=number), 303)


@blueprint.post("/<int:number>/not")
def do_not_send(number: int) -> Response:
    """Keep a message from being sent."""
    messages.do_not_send(parts().messages.outbox, number, signed_in())
    note("The message will not be sent.")
    return redirect(url_for("messages.show", number=number), 303)


@blueprint.post("/write-to")
def write_to() -> Response:
    """Send to a recipient again."""
    recipient = request.form.get("recipient", "")
    messages.write_to(parts().messages.outbox, recipient)
    note(f"Messages go to {recipient} again.")
    return redirect(url_for("messages.show_all"), 303)


def _page(message: SentMessage, receipts: Sequence[Receipt], *, decides: bool) -> str:
    portal = parts()
    return render_template(
        "messages/show.html",
        message=message,
        receipts=receipts,
        decides=decides,
        states=STATES,
        kinds=KINDS,
        steps=STEPS,
        explained=EXPLAINED,
        zone=portal.book().pages_timezone,
        now=portal.clock(),
    )


def _asked() -> Asked:
    asked = request.args
    state, kind = asked.get("state", ""), asked.get("kind", "")
    return Asked(
        state=state if state in messages.STATES else "",
        kind=kind if kind in KINDS else "",
        recipient=asked.get("recipient", "").strip(),
        before=asked.get("before", type=int),
    )
