"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, render_template, request, session, url_for

from smarketing.services.people import sign_in
from smarketing.services.people.sign_in import SignInRefusedError
from smarketing.web import cookie
from smarketing.web.errors import head_of
from smarketing.web.parts import parts
from smarketing.web.ways import our_path

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def show() -> str | Response:
    """Show the form; who is signed in needs none."""
    if g.person:
        return redirect(url_for("home.show"), 303)
    return _form()


@blueprint.post("/sign-in")
def enter() -> tuple[str, int, dict[str, str]] | Response:
    """Begin a session and go where the person wanted to."""
    portal = parts()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        token = sign_in.sign_in(
            portal.people, portal.passwords, email, password, portal.clock(),
            visitor=cookie.visitor(),
        )  # fmt: skip
    except SignInRefusedError as error:
        return _form(email, str(error)), *head_of(error)
    # Of two sessions in one browser nobody could end the first one.
    sign_in.sign_out(portal.people, cookie.token() or "")
    session.clear()
    response = redirect(_next() or url_for("home.show"), 303)
    cookie.give(response, token)
    return response


@blueprint.post("/sign-out")
def leave() -> Response:
    """End the session, here and in the store."""
    sign_in.sign_out(parts().people, cookie.token() or "")
    session.clear()
    response = redirect(url_for("sign_in.show"), 303)
    cookie.take(response)
    return response


def _form(email: str = "", problem: str = "") -> str:
    return render_template(
        "sign_in/form.html",
        email=email,
        problem=problem,
        next=_next(),
        demo_logins=parts().demo_logins,
        has_people=bool(parts().people.everyone()),
    )


def _next() -> str:
    """Return where to go then; empty when it is not a path of ours."""
    return our_path(request.values.get("next", ""))
