"""Channels: the ways out besides mail, and what became of the last message to each."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template

from smarketing.web.message_words import STATES
from smarketing.web.parts import parts

blueprint = Blueprint("channels", __name__, url_prefix="/channels")

KINDS: Final = {"slack": "Slack", "teams": "Teams", "webhook": "Webhook"}
OCCASIONS: Final = {
    "escalation": "Escalation", "chronic": "Chronic failure", "digest": "Weekly report",
}  # fmt: skip


@blueprint.get("")
def show() -> str:
    """Show the configured channels."""
    portal = parts()
    return render_template(
        "channels/show.html",
        shown=portal.messages.channels(),
        kinds=KINDS,
        occasions=OCCASIONS,
        states=STATES,
        zone=portal.book().pages_timezone,
        now=portal.clock(),
    )
