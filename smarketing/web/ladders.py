"""Escalation ladders: who is told when nobody acts, what that did, and what it would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from smarketing.domain.errors import NotFoundError
from smarketing.services.agreements.ladders import ladder_text
from smarketing.web.asked import asked_from
from smarketing.web.parts import parts
from smarketing.web.ways import is_number

if TYPE_CHECKING:
    from smarketing.services.escalation.simulate import Simulated

blueprint = Blueprint("ladders", __name__, url_prefix="/ladders")


@blueprint.get("")
def show() -> str:
    """Show the ladders in force; of a version that is asked for, what it would have done."""
    portal = parts()
    asked = request.args.get("version", "")
    return render_template(
        "ladders/show.html",
        lines=portal.ladders.shown(),
        versions=portal.ladders.versions(),
        asked=asked,
        month=request.args.get("month", ""),
        played=_simulated(asked) if asked else None,
        told=ladder_text,
    )


def _simulated(asked: str) -> Simulated:
    """Return the replay of the version that is asked for, as `NAME/2`.

    Raises:
        NotFoundError: There is no such version or month.
    """
    name, _, number = asked.rpartition("/")
    if not is_number(number):
        raise NotFoundError(f"“{asked}” is no version; write it as sales-marketing/2", asked)
    return parts().ladders.simulate(name, int(number), asked_from(request.args).month)
