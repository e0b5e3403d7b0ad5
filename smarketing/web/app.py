"""The portal as a WSGI application."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from flask import Flask, g, request
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from smarketing.web import (
    account,
    acts,
    agreements,
    assets,
    breaches,
    capacity,
    channels,
    comparison,
    deliveries,
    errors,
    exceptions,
    findings,
    goals,
    guard,
    headers,
    health,
    home,
    imports,
    jobs,
    ladders,
    leads,
    leave,
    links,
    mail,
    messages,
    owners,
    past_forecasts,
    people,
    progress,
    queue,
    reports,
    sign_in,
    statements,
    team,
    what_if,
    words,
)
from smarketing.web.notes import notes
from smarketing.web.ways import here

if TYPE_CHECKING:
    from smarketing.web.parts import PortalParts

_LARGEST_REQUEST = 64 * 1024
"""Bytes; the forms of the portal are small."""


class _Portal(Flask):
    """A portal whose log names routes: an address may be the key to a page (see `links`)."""

    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401  (the interface)
        """Note what broke, and where."""
        self.logger.error("%s %s broke", request.method, request.endpoint, exc_info=exc_info)


def create_app(parts: PortalParts) -> Flask:
    """Return the portal."""
    app = _Portal(__name__)
    app.extensions["portal"] = parts
    app.config.update(
        SECRET_KEY=parts.keys[-1],
        SECRET_KEY_FALLBACKS=list(parts.keys[-2::-1]),
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        # Holds the form's token and messages; who is signed in stands in a cookie of its own.
        SESSION_COOKIE_NAME="__Host-form" if parts.secure else "form",
        SESSION_COOKIE_SECURE=parts.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A queue may stay open on a phone all day: a token lives as long as its session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    guard.install(app)
    imports.install(app)
    forms = CSRFProtect(app)
    # A press on the page of a link brings the nonce of that page: there is no session to speak of.
    forms.exempt(links.blueprint)
    # The link is the proof: who presses the button of a mail has no form of ours.
    forms.exempt(mail.stop)
    assets.install(app)
    headers.install(app, secure=parts.secure)
    errors.install(app)
    for noun in (
        home,
        sign_in,
        queue,
        acts,
        leads,
        deliveries,
        progress,
        capacity,
        past_forecasts,
        reports,
        mail,
        team,
        exceptions,
        leave,
        breaches,
        statements,
        comparison,
        ladders,
        goals,
        what_if,
        imports,
        agreements,
        account,
        people,
        owners,
        findings,
        jobs,
        links,
        messages,
        channels,
        health,
    ):
        app.register_blueprint(noun.blueprint)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(words.FILTERS)
    app.context_processor(_of_every_page)
    return app


def _of_every_page() -> dict[str, object]:
    """Return what the frame around every page shows."""
    person = g.get("person")
    return {
        "person": person,
        "pages": guard.pages_of(person) if person else (),
        "tabs": guard.tabs_of(person) if person else (),
        "notes": notes,
        "banner": findings.banner,
        # Makes a form that is sent twice one act.
        "word": lambda: token_urlsafe(9),
        "here": here,
    }
