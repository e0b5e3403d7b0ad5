"""Agreements: every version, its page with the signatures, and the way to a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, url_for

from smarketing.domain.days import local_date
from smarketing.domain.errors import (
    AgreementError,
    ConflictError,
    ImpossibleGoalError,
    InvalidError,
)
from smarketing.services.agreements import acts, life
from smarketing.services.agreements.export import exported
from smarketing.services.agreements.file import text_of
from smarketing.services.agreements.overview import is_seen_by, standing
from smarketing.services.agreements.page import agreement_page, hand_of, seen
from smarketing.services.goals.changes import target_changes
from smarketing.services.people.policy import Action, may
from smarketing.web.agreements_asked import day_from, text_from
from smarketing.web.notes import note
from smarketing.web.parts import parts, signed_in
from smarketing.web.words import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug import Response as Redirect

    from smarketing.domain.errors import SmarketingError
    from smarketing.domain.versions import Version
    from smarketing.services.agreements.page import AgreementPage

blueprint = Blueprint("agreements", __name__, url_prefix="/agreements")

_ONE = "/<name>/<int(max=1000000):number>"


@blueprint.get("")
def show_all() -> str:
    """Show every agreement with its versions."""
    portal, person = parts(), signed_in()
    now, versions = portal.clock(), portal.agreements.shelf.versions()
    shown = [standing(v, versions, now) for v in versions if is_seen_by(v, person)]
    names = dict.fromkeys(one.version.name for one in shown)
    return render_template(
        "agreements/show_all.html",
        agreements=[[one for one in shown if one.version.name == name] for name in names],
        may_load=hand_of(person).administers,
        now=now,
    )


@blueprint.get(_ONE)
def show(name: str, number: int) -> str:
    """Show one version."""
    portal, person = parts(), signed_in()
    now = portal.clock()
    page = agreement_page(portal.agreements.shelf.versions(), person, name, number, now)
    return render_template(
        "agreements/show.html",
        page=page,
        target_changes=_target_changes(page),
        now=now,
        zone=page.standing.agreement.timezone,
        this_year=local_date(now, page.standing.agreement.timezone).year,
        may_load=hand_of(person).administers,
        may_try=page.standing.agreement.goal is not None and may(person, Action.TRY_GOALS),
    )


def _target_changes(page: AgreementPage) -> tuple[str, ...]:
    """Return how the targets differ from those of the version before; none without one."""
    version, pen = page.standing.version, parts().agreements
    if page.difference is None:
        return ()
    before = life.version_of(version.name, page.difference.number, pen.shelf)
    return target_changes(before, version, pen.known, pen.book(), parts().clock())


@blueprint.get(f"{_ONE}/toml")
def download(name: str, number: int) -> Response:
    """Send the text of a version as a file to be changed."""
    version = seen(parts().agreements.shelf.versions(), signed_in(), name, number)
    return Response(
        exported(version),
        mimetype="application/toml",
        headers={"Content-Disposition": f"attachment; filename={name}-{number}.toml"},
    )


@blueprint.post(f"{_ONE}/sign")
def sign(name: str, number: int) -> Redirect:
    """Sign for a party, or write down the signature of a supplier: of just the text shown."""
    portal, person, told = parts(), signed_in(), request.form
    seen(portal.agreements.shelf.versions(), person, name, number)
    party, now, shown = told.get("party", ""), portal.clock(), told.get("sha256", "")

    def signed() -> str:
        if told.get("read") != "1":
            raise InvalidError("tick that the text was read, then sign", "read")
        if signer := told.get("signer"):
            version, enacted = portal.agreements.record(
                name, party, signer, hand_of(person), now, sha256=shown
            )
        else:
            version, enacted = portal.agreements.sign(name, party, person.email, now, sha256=shown)
        if enacted is None:
            return f"Version {version.version} is signed for {party}."
        return f"Signed for every party: version {version.version} holds from its first day on."

    return _done(name, number, signed)


@blueprint.post(f"{_ONE}/propose")
def propose(name: str, number: int) -> Redirect:
    """Offer the newest version to be signed."""
    return _act(name, number, acts.propose, "It is proposed: every party may sign it now.")


@blueprint.post(f"{_ONE}/take-back")
def take_back(name: str, number: int) -> Redirect:
    """Make the newest version a draft again."""
    return _act(name, number, acts.take_back, "It is a draft again.")


@blueprint.post(f"{_ONE}/review")
def review(name: str, number: int) -> Redirect:
    """Write down that both sides looked at the agreement today."""
    portal, person = parts(), signed_in()
    seen(portal.agreements.shelf.versions(), person, name, number)

    def reviewed() -> str:
        text, shelf = text_from(request.form, "note"), portal.agreements.shelf
        version = acts.review(name, hand_of(person), shelf, portal.clock(), text=text)
        return f"It is written down at version {version.version} that both sides reviewed it today."

    return _done(name, number, reviewed)


@blueprint.post(f"{_ONE}/cancel")
def cancel(name: str, number: int) -> Redirect:
    """End the agreement from a day on."""
    portal, person = parts(), signed_in()
    seen(portal.agreements.shelf.versions(), person, name, number)

    def cancelled() -> str:
        from_on = day_from(request.form, "from_on")
        acts.cancel(
            name,
            from_on,
            hand_of(person),
            portal.agreements.shelf,
            portal.clock(),
            text=text_from(request.form, "note"),
        )
        return f"It is cancelled: it holds no longer from {from_on} on."

    return _done(name, number, cancelled)


@blueprint.get("/new")
def enter() -> str:
    """Show the form for a new text; with a name, the newest text of that agreement to change."""
    name = request.args.get("name", "")
    newest = life.newest_of(name, parts().agreements.shelf)
    return _form(exported(newest) if newest else "", ())


@blueprint.post("/new")
def load() -> Redirect | tuple[str, int]:
    """Keep a text as the newest version of its agreement, or show what is wrong with it."""
    portal = parts()
    file = request.files.get("file")
    where = file.filename if file and file.filename else ""
    # A browser ends the lines of a field as mails do. PostgreSQL refuses the zero character.
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\0", "")
    try:
        text = text_of(file.read(), where) if file and where else text
        version, is_new = life.load(
            text, where or "the text", portal.agreements.shelf, portal.clock()
        )
    except AgreementError as error:
        return _form(text, error.problems), 422
    except ConflictError as error:
        return _form(text, (), sentence(str(error))), 409
    told = "is loaded: read it, then propose it" if is_new else "stands already: nothing changed"
    note(f"Version {version.version} of {version.name} {told}.", "done" if is_new else "known")
    return redirect(url_for("agreements.show", name=version.name, number=version.version), 303)


def _form(text: str, problems: object, trouble: str = "") -> str:
    return render_template("agreements/new.html", text=text, problems=problems, trouble=trouble)


def _act(name: str, number: int, do: Callable[..., Version], said: str) -> Redirect:
    """Do something with a version that somebody may see, and say what came of it."""
    portal, person = parts(), signed_in()
    seen(portal.agreements.shelf.versions(), person, name, number)

    def done() -> str:
        do(name, hand_of(person), portal.agreements.shelf, portal.clock())
        return said

    return _done(name, number, done)


def _done(name: str, number: int, do: Callable[[], str]) -> Redirect:
    """Do something, and go back to the page with what came of it or why it cannot be."""
    try:
        note(do())
    except (ConflictError, InvalidError, ImpossibleGoalError) as error:
        note(_said(error), "problem")
    return redirect(url_for("agreements.show", name=name, number=number), 303)


def _said(error: SmarketingError) -> str:
    return f"{sentence(str(error))}."
