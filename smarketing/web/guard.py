"""Who may open what, asked before every request.

Each route stands for an action; `services.people.policy` says whose it is and how far it
reaches. A route that is missing from the table is closed to everybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, g, redirect, request, url_for

from smarketing.services.digest.reading import audiences_of
from smarketing.services.people.policy import Action, may, scope_of
from smarketing.services.people.sign_in import person_of
from smarketing.web import cookie
from smarketing.web.parts import parts
from smarketing.web.ways import here, is_act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from werkzeug import Response

    from smarketing.services.people.people import Person

LINKS: Final = frozenset({"links.show", "links.answer"})
"""Endpoints for who has the link of a mail: its signature and the nonce of its page guard them."""

_FROM_ANYWHERE: Final = frozenset({"mail.stop"})
"""Acts that other sites may send: mail programs press the button of a mail (RFC 8058)."""

_NOBODY: Final = frozenset({"static", "health.show", "health.show_standing"}) | LINKS
"""Endpoints that are the same for everybody: nobody is looked up."""

PUBLIC: Final = (
    frozenset({"sign_in.show", "sign_in.enter"})
    | frozenset({"mail.view", "mail.way_out", "mail.stop", "mail.wish"})
    | _NOBODY
)
"""Endpoints for everybody."""

ROUTES: Final[Mapping[str, Action]] = {
    "home.show": Action.OWN_ACCOUNT,
    "sign_in.leave": Action.OWN_ACCOUNT,
    "queue.show": Action.SEE_QUEUE,
    "acts.acknowledge": Action.ANSWER_LEADS,
    "acts.attempt": Action.ANSWER_LEADS,
    "acts.accept": Action.ANSWER_LEADS,
    "acts.reject": Action.ANSWER_LEADS,
    "acts.recycle": Action.ANSWER_LEADS,
    "acts.hand_off_again": Action.ADD_LEADS,
    "acts.pause": Action.ANSWER_LEADS,
    "acts.resume": Action.ANSWER_LEADS,
    "acts.hand_back": Action.ANSWER_LEADS,
    "acts.undo": Action.ANSWER_LEADS,
    "acts.assign": Action.ASSIGN_LEADS,
    "leads.show": Action.SEE_LEADS,
    "leads.show_all": Action.SEE_LEADS,
    "leads.download": Action.SEE_LEADS,
    "leads.enter": Action.ADD_LEADS,
    "leads.add": Action.ADD_LEADS,
    "deliveries.show": Action.SEE_DELIVERIES,
    "progress.show": Action.SEE_PROGRESS,
    "capacity.show": Action.SEE_CAPACITY,
    "past_forecasts.show": Action.SEE_GOALS,
    "account.show": Action.OWN_ACCOUNT,
    "account.change_password": Action.OWN_ACCOUNT,
    "account.set_report": Action.OWN_ACCOUNT,
    "account.set_alerts": Action.OWN_ACCOUNT,
    "account.end_session": Action.OWN_ACCOUNT,
    "account.end_others": Action.OWN_ACCOUNT,
    "people.show_all": Action.MANAGE_PEOPLE,
    "people.enter": Action.MANAGE_PEOPLE,
    "people.add": Action.MANAGE_PEOPLE,
    "people.show": Action.MANAGE_PEOPLE,
    "people.change": Action.MANAGE_PEOPLE,
    "people.set_report": Action.MANAGE_PEOPLE,
    "people.give_password": Action.MANAGE_PEOPLE,
    "people.sign_out": Action.MANAGE_PEOPLE,
    "people.shut_out": Action.MANAGE_PEOPLE,
    "people.let_in": Action.MANAGE_PEOPLE,
    "owners.show": Action.MANAGE_PEOPLE,
    "owners.tie": Action.MANAGE_PEOPLE,
    "owners.untie": Action.MANAGE_PEOPLE,
    "owners.tie_suggested": Action.MANAGE_PEOPLE,
    "findings.show": Action.SEE_OPERATIONS,
    "findings.see_to": Action.SEE_OPERATIONS,
    "jobs.show": Action.SEE_OPERATIONS,
    "messages.show_all": Action.SEE_MESSAGES,
    "messages.show": Action.SEE_MESSAGES,
    "messages.send_again": Action.SEE_MESSAGES,
    "messages.do_not_send": Action.SEE_MESSAGES,
    "messages.write_to": Action.SEE_MESSAGES,
    "messages.show_mine": Action.OWN_ACCOUNT,
    "messages.show_one_of_mine": Action.OWN_ACCOUNT,
    "channels.show": Action.SEE_MESSAGES,
    "agreements.show_all": Action.SEE_AGREEMENTS,
    "agreements.show": Action.SEE_AGREEMENTS,
    "agreements.download": Action.SEE_AGREEMENTS,
    "agreements.sign": Action.SIGN_AGREEMENTS,
    "agreements.propose": Action.SIGN_AGREEMENTS,
    "agreements.take_back": Action.SIGN_AGREEMENTS,
    "agreements.review": Action.SIGN_AGREEMENTS,
    "agreements.cancel": Action.SIGN_AGREEMENTS,
    "agreements.enter": Action.LOAD_AGREEMENTS,
    "agreements.load": Action.LOAD_AGREEMENTS,
    "imports.show": Action.IMPORT,
    "imports.bring": Action.IMPORT,
    "imports.mapping": Action.IMPORT,
    "imports.choose": Action.IMPORT,
    "imports.check": Action.IMPORT,
    "imports.rejected_then": Action.IMPORT,
    "imports.run": Action.IMPORT,
    "imports.drop": Action.IMPORT,
    "imports.result": Action.IMPORT,
    "imports.rejected": Action.IMPORT,
    "imports.undo": Action.IMPORT,
    "reports.show_all": Action.READ_REPORTS,
    "reports.preview": Action.READ_REPORTS,
    "reports.show": Action.READ_REPORTS,
    "reports.mail": Action.READ_REPORTS,
    "team.show": Action.SEE_TEAM,
    "exceptions.show": Action.SEE_TEAM,
    "leave.show": Action.PLAN_LEAVE,
    "leave.add": Action.PLAN_LEAVE,
    "leave.remove": Action.PLAN_LEAVE,
    "breaches.show_all": Action.SEE_BREACHES,
    "breaches.show": Action.SEE_BREACHES,
    "breaches.speak": Action.ANSWER_BREACHES,
    "statements.show": Action.SEE_STATEMENTS,
    "statements.speak": Action.ANSWER_CLAIMS,
    "comparison.show": Action.COMPARE,
    "ladders.show": Action.SEE_LADDERS,
    "goals.show": Action.SEE_GOALS,
    "what_if.show": Action.TRY_GOALS,
    "what_if.propose": Action.PROPOSE_GOALS,
}
"""Endpoint to the action that it is."""

_ROOMS: Final = (
    (
        "Team",
        (("exceptions.show", "Exceptions"), ("team.show", "The week"), ("leave.show", "Away")),
    ),
    ("Queue", (("queue.show", "Queue"),)),
    ("Deliveries", (("deliveries.show", "Deliveries"),)),
    ("Leads", (("leads.show_all", "Leads"),)),
    ("Progress", (("progress.show", "Progress"), ("reports.show_all", "Weekly reports"))),
    (
        "Goals",
        (
            ("goals.show", "Plan"),
            ("what_if.show", "What if"),
            ("capacity.show", "Capacity"),
            ("past_forecasts.show", "Past forecasts"),
        ),
    ),
    (
        "Agreement",
        (
            ("statements.show", "Statements"),
            ("breaches.show_all", "Breaches"),
            ("comparison.show", "Comparison"),
            ("ladders.show", "Ladders"),
            ("agreements.show_all", "Agreements"),
        ),
    ),
    ("Import", (("imports.show", "Import"),)),
    ("People", (("people.show_all", "People"), ("owners.show", "Owners"))),
    (
        "Operations",
        (
            ("findings.show", "Findings"),
            ("messages.show_all", "Messages"),
            ("channels.show", "Channels"),
            ("jobs.show", "Jobs"),
        ),
    ),
)
"""What the navigation shows: a title and the pages behind it, the first one to open with."""

_OURS: Final = frozenset({None, "same-origin", "none"})


def install(app: Flask) -> None:
    """Let nothing through without a look at the table."""
    app.before_request(_check)


def pages_of(person: Person) -> tuple[tuple[str, str, bool], ...]:
    """Return endpoint and title of the rooms that somebody may enter, and whether they are there.

    A room opens with the first of its pages that is theirs; where that is another than the
    first of all, it is called by it.
    """
    rooms = ((title, pages[0], _theirs(person, pages)) for title, pages in _ROOMS)
    return tuple(
        (mine[0][0], title if mine[0] == first else mine[0][1], _is_here(mine))
        for title, first, mine in rooms
        if mine
    )


def tabs_of(person: Person) -> tuple[tuple[str, str], ...]:
    """Return endpoint and title of the pages of this room that are somebody's, if there are any."""
    rooms = (_theirs(person, pages) for _, pages in _ROOMS)
    here = next((pages for pages in rooms if _is_here(pages)), ())
    return here if len(here) > 1 else ()


def _theirs(person: Person, pages: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(
        page for page in pages if may(person, ROUTES[page[0]]) and _has_any(person, page[0])
    )


def _has_any(person: Person, endpoint: str) -> bool:
    """Return whether a page can have something for somebody: reports are for who gets one."""
    return endpoint != "reports.show_all" or bool(audiences_of(person))


def _is_here(pages: tuple[tuple[str, str], ...]) -> bool:
    return request.blueprint in {endpoint.partition(".")[0] for endpoint, _ in pages}


def _check() -> Response | None:
    """Refuse a form sent by another site, find out who asks, and whether they may."""
    is_ours = request.headers.get("Sec-Fetch-Site") in _OURS
    if is_act() and not is_ours and request.endpoint not in _FROM_ANYWHERE:
        abort(400)
    token = None if request.endpoint in _NOBODY else cookie.token()
    g.person = person_of(parts().people, token, parts().clock()) if token else None
    if request.endpoint is None or request.endpoint in PUBLIC:
        return None
    if g.person is None:
        return redirect(url_for("sign_in.show", next=_wanted()), 303)
    if request.endpoint not in ROUTES:
        abort(404)
    scope_of(g.person, ROUTES[request.endpoint])
    return None


def _wanted() -> str | None:
    """Return where to go after signing in: a page, never an act."""
    return None if is_act() or request.path == "/" else here()
