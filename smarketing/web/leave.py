"""Who of those who answer leads is away when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from smarketing.domain.days import local_date
from smarketing.services.leads.handing import holders
from smarketing.services.people import leave
from smarketing.services.people.entry import EntryError
from smarketing.web.errors import head_of
from smarketing.web.notes import note
from smarketing.web.parts import parts, signed_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from werkzeug import Response

blueprint = Blueprint("leave", __name__, url_prefix="/people/leave")


@blueprint.get("")
def show() -> str:
    """Show who is or will be away, and a form to add more."""
    return _page({}, {})


@blueprint.post("")
def add() -> Response | tuple[str, int, dict[str, str]]:
    """Keep the leave of somebody."""
    portal = parts()
    teller = leave.Teller(signed_in().email, portal.clock(), _today())
    try:
        person = leave.plan(portal.leave, portal.people, request.form, teller)
    except EntryError as error:
        return _page(request.form, error.problems), *head_of(error)
    note(f"{person.name}’s leave is kept.")
    return redirect(url_for("leave.show"), 303)


@blueprint.post(f"/<int(max={2**63 - 1}):leave_id>/remove")
def remove(leave_id: int) -> Response:
    """Forget a leave, or end it today."""
    leave.remove(parts().leave, leave_id, _today())
    note("Removed; days before today stay.")
    return redirect(url_for("leave.show"), 303)


def _today() -> date:
    portal = parts()
    return local_date(portal.clock(), portal.book().pages_timezone)


def _page(form: Mapping[str, str], problems: Mapping[str, str]) -> str:
    portal, today = parts(), _today()
    people = holders(portal.people)
    return render_template(
        "leave/show.html",
        leaves=leave.coming(portal.leave, today),
        away=leave.away_on(portal.leave, today),
        today=today,
        people=[("", "Choose a person"), *((str(one.id), one.name) for one in people)],
        form=form,
        problems=problems,
    )
