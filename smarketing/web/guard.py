"""Who may open what: one table, asked before every request.

A route that is missing from the table is closed to everybody. Whose leads a person sees is
decided below it, by `services.leads.queue.scope_of`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, g, redirect, request, url_for

from smarketing.domain.errors import ForbiddenError
from smarketing.services.people.people import SIGNS_IN, Role
from smarketing.services.people.sign_in import person_of
from smarketing.web import cookie
from smarketing.web.parts import parts
from smarketing.web.ways import here, is_act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from werkzeug import Response

    from smarketing.services.people.people import Person

PUBLIC: Final = frozenset({"static", "health.show", "sign_in.show", "sign_in.enter"})
"""Endpoints for everybody."""

_NOBODY: Final = frozenset({"static", "health.show"})
"""Those of them that are the same for everybody: nobody is looked up."""

_MANAGERS: Final = frozenset({Role.ADMINISTRATOR, Role.SALES_MANAGER, Role.MARKETING_MANAGER})
_SALES: Final = frozenset({Role.ADMINISTRATOR, Role.SALES_MANAGER, Role.REP})

_IMPORTS: Final = frozenset({Role.ADMINISTRATOR, Role.MARKETING_MANAGER})

POLICY: Final[Mapping[str, frozenset[Role]]] = {
    "home.show": SIGNS_IN,
    "sign_in.leave": SIGNS_IN,
    "queue.show": SIGNS_IN,
    "queue.acknowledge": _SALES,
    "progress.show": _MANAGERS,
    **dict.fromkeys(
        (
            "imports.show",
            "imports.bring",
            "imports.mapping",
            "imports.choose",
            "imports.check",
            "imports.rejected_then",
            "imports.run",
            "imports.drop",
            "imports.result",
            "imports.rejected",
            "imports.undo",
        ),
        _IMPORTS,
    ),
}
"""Endpoint to the roles that may use it."""

_PAGES: Final = (("queue.show", "Queue"), ("progress.show", "Progress"), ("imports.show", "Import"))
_OURS: Final = frozenset({None, "same-origin", "none"})


def install(app: Flask) -> None:
    """Let nothing through without a look at the table."""
    app.before_request(_check)


def pages_of(person: Person) -> tuple[tuple[str, str], ...]:
    """Return endpoint and title of the pages that somebody may open."""
    return tuple(page for page in _PAGES if person.role in POLICY[page[0]])


def _check() -> Response | None:
    """Refuse a form sent by another site, find out who asks, and whether they may."""
    if is_act() and request.headers.get("Sec-Fetch-Site") not in _OURS:
        abort(400)
    token = None if request.endpoint in _NOBODY else cookie.token()
    g.person = person_of(parts().people, token, parts().clock()) if token else None
    if request.endpoint is None or request.endpoint in PUBLIC:
        return None
    if g.person is None:
        return redirect(url_for("sign_in.show", next=_wanted()), 303)
    if g.person.role not in POLICY.get(request.endpoint, frozenset()):
        raise ForbiddenError("This page is not for your role. Ask your administrator if it should.")
    return None


def _wanted() -> str | None:
    """Return where to go after signing in: a page, never an act."""
    return None if is_act() or request.path == "/" else here()
