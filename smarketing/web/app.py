"""The portal as a WSGI application."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import TYPE_CHECKING

from flask import Flask, g
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from smarketing.web import (
    account,
    acts,
    agreements,
    assets,
    breaches,
    capacity,
    comparison,
    deliveries,
    errors,
    exceptions,
    goals,
    guard,
    headers,
    health,
    home,
    imports,
    ladders,
    leads,
    leave,
    owners,
    past_forecasts,
    people,
    progress,
    queue,
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


def create_app(parts: PortalParts) -> Flask:
    """Return the portal."""
    app = Flask(__name__)
    app.extensions["portal"] = parts
    app.config.update(
        SECRET_KEY=parts.secret_key,
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
    CSRFProtect(app)
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
        # Makes a form that is sent twice one act.
        "word": lambda: token_urlsafe(9),
        "here": here,
    }
