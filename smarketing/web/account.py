"""Everybody's own account: the password, the mails, the browsers that are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from smarketing.services.people import account
from smarketing.services.people.entry import EntryError
from smarketing.services.people.policy import HOLDS
from smarketing.services.people.sign_in import TooManyTriesError
from smarketing.web import cookie
from smarketing.web.errors import head_of
from smarketing.web.notes import note
from smarketing.web.parts import parts, signed_in
from smarketing.web.report_words import choices, comes_next

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

Refused = tuple[str, int, dict[str, str]]

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def show() -> str:
    """Show what there is to say and to change about oneself."""
    return _page({})


@blueprint.post("/password")
def change_password() -> Response | Refused:
    """Keep another password; this browser stays signed in, the others do not."""
    portal = parts()
    try:
        token = account.change_password(
            portal.people, portal.passwords, signed_in(), request.form,
            now=portal.clock(), visitor=cookie.visitor(),
        )  # fmt: skip
    except EntryError as error:
        return _page(error.problems), *head_of(error)
    except TooManyTriesError as error:
        return _page({"old": str(error)}), *head_of(error)
    note("You have a new password. Every other browser is signed out.")
    response = _back()
    cookie.give(response, token)
    return response


@blueprint.post("/report")
def set_report() -> Response | Refused:
    """Keep when and how the weekly report comes."""
    portal = parts()
    try:
        kept = account.set_report(portal.people, signed_in(), request.form, portal.clock())
    except EntryError as error:
        return _page(error.problems, request.form), *head_of(error)
    note(f"Kept. {comes_next(kept, portal.book().pages_timezone, portal.clock())}")
    return _back()


@blueprint.post("/alerts")
def set_alerts() -> Response:
    """Turn the mails about leads on or off."""
    is_on = request.form.get("alerts") == "1"
    account.set_alerts(parts().people, signed_in(), on=is_on)
    note("You get a mail when a lead is handed to you." if is_on else "No mails about leads.")
    return _back()


@blueprint.post("/sessions/end")
def end_session() -> Response:
    """Sign one browser out."""
    account.end_session(parts().people, signed_in(), request.form.get("session", ""))
    note("That browser is signed out.")
    return _back()


@blueprint.post("/sessions/end-others")
def end_others() -> Response:
    """Sign every browser out but this one."""
    ended = account.end_other_sessions(parts().people, signed_in(), cookie.token() or "")
    browsers = "1 other browser is" if ended == 1 else f"{ended} other browsers are"
    note(f"{browsers} signed out.")
    return _back()


def _back() -> Response:
    return redirect(url_for("account.show"), 303)


def _page(problems: Mapping[str, str], form: Mapping[str, str] | None = None) -> str:
    portal = parts()
    now, token, zone = portal.clock(), cookie.token() or "", portal.book().pages_timezone
    wanted = signed_in().preferences
    return render_template(
        "account/show.html",
        sessions=account.open_sessions(portal.people, signed_in(), token, now),
        problems=problems,
        holds=signed_in().role in HOLDS,
        form=wanted.form if form is None else form,
        comes_next=comes_next(wanted, zone, now),
        zone=zone,
        now=now,
        **choices(zone),
    )
