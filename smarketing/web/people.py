"""The people of an installation: who there is, and what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from smarketing.services.people import account, staff
from smarketing.services.people.entry import AUDIENCES, EntryError
from smarketing.services.people.people import Role
from smarketing.services.people.policy import SIGNS_IN
from smarketing.services.people.preferences import Preferences
from smarketing.web.errors import head_of
from smarketing.web.notes import note
from smarketing.web.parts import parts
from smarketing.web.report_words import choices, comes_next
from smarketing.web.words import leads_moved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

    from smarketing.services.people.people import Person
    from smarketing.services.people.staff import Member

blueprint = Blueprint("people", __name__, url_prefix="/people")

Refused = tuple[str, int, dict[str, str]]

_ONE: Final = f"/<int(max={2**63 - 1}):person_id>"
_NEW: Final = {"role": Role.REP, "way": "made", "alerts": "1"}


@blueprint.get("")
def show_all() -> str:
    """Show everyone."""
    portal = parts()
    now = portal.clock()
    return render_template(
        "people/show_all.html",
        members=staff.members(portal.people, portal.owners, now),
        zone=portal.book().pages_timezone,
        now=now,
        **_CHOICES,
    )


@blueprint.get("/new")
def enter() -> str:
    """Show the form for somebody new."""
    return _new(_NEW, {})


@blueprint.post("/new")
def add() -> Response | str | Refused:
    """Add somebody; a password that was made is shown now and never again."""
    portal = parts()
    try:
        added = staff.add(
            portal.people, portal.owners, portal.passwords, request.form, portal.clock()
        )
    except EntryError as error:
        return _new(request.form, error.problems), *head_of(error)
    if added.made:
        return _password_page(added.person, added.made)
    note(f"{added.person.name} is added.")
    return redirect(url_for("people.show_all"), 303)


@blueprint.get(_ONE)
def show(person_id: int) -> str:
    """Show one person, with what may be changed."""
    member = _member(person_id)
    return _page(member, _form_of(member.person), {})


@blueprint.post(_ONE)
def change(person_id: int) -> Response | Refused:
    """Change what somebody is called and may do."""
    member = _member(person_id)
    try:
        moved = staff.change(
            parts().people, parts().owners, member.person, request.form, parts().clock()
        )
    except EntryError as error:
        return _page(member, request.form, error.problems), *head_of(error)
    note(f"Kept.{leads_moved(moved)}")
    return redirect(url_for("people.show_all"), 303)


@blueprint.post(f"{_ONE}/report")
def set_report(person_id: int) -> Response | Refused:
    """Keep when and how somebody's weekly report comes."""
    portal, member = parts(), _member(person_id)
    try:
        kept = account.set_report(portal.people, member.person, request.form, portal.clock())
    except EntryError as error:
        form = _form_of(member.person) | _report_form(request.form)
        return _page(member, form, error.problems), *head_of(error)
    note(f"Kept. {comes_next(kept, portal.book().pages_timezone, portal.clock())}")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post(f"{_ONE}/password")
def give_password(person_id: int) -> Response | str | Refused:
    """Give somebody another password; one that was made is shown now and never again."""
    portal, member = parts(), _member(person_id)
    try:
        made = staff.give_password(portal.people, portal.passwords, member.person, request.form)
    except EntryError as error:
        form = _form_of(member.person) | {"way": request.form.get("way", "")}
        return _page(member, form, error.problems), *head_of(error)
    if made:
        return _password_page(member.person, made)
    note(f"{member.person.name} has a new password, and is signed out everywhere.")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post(f"{_ONE}/sign-out")
def sign_out(person_id: int) -> Response:
    """End all sessions of somebody."""
    person = _member(person_id).person
    account.end_all_sessions(parts().people, person)
    note(f"{person.name} is signed out everywhere.")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post(f"{_ONE}/shut-out")
def shut_out(person_id: int) -> Response:
    """Let somebody in no longer; their leads go back to the team."""
    person = _member(person_id).person
    moved = staff.shut_out(parts().people, parts().owners, person)
    note(f"{person.name} is shut out.{leads_moved(moved)}")
    return redirect(url_for("people.show_all"), 303)


@blueprint.post(f"{_ONE}/let-in")
def let_in(person_id: int) -> Response:
    """Let somebody in again."""
    person = _member(person_id).person
    moved = staff.let_in(parts().people, parts().owners, person, parts().clock())
    note(f"{person.name} may come in again.{leads_moved(moved)}")
    return redirect(url_for("people.show_all"), 303)


def _member(person_id: int) -> Member:
    portal = parts()
    return staff.member(portal.people, portal.owners, person_id, portal.clock())


def _form_of(person: Person) -> dict[str, str]:
    """Return a person as their form sends them."""
    return {
        "name": person.name,
        "role": person.role,
        "audience": person.audience,
        "provider": person.provider or "",
        "alerts": "1" if person.alerts else "",
        "way": "made",
        **person.preferences.form,
    }


def _report_form(form: Mapping[str, str]) -> dict[str, str]:
    """Return the form of the report as it was sent; a box that is not checked is not there."""
    return {name: form.get(name, "") for name in Preferences().form}


def _new(form: Mapping[str, str], problems: Mapping[str, str]) -> str:
    return render_template("people/enter.html", form=form, problems=problems, **_CHOICES)


def _page(member: Member, form: Mapping[str, str], problems: Mapping[str, str]) -> str:
    portal = parts()
    zone, now = portal.book().pages_timezone, portal.clock()
    return render_template(
        "people/show.html",
        member=member,
        form=form,
        problems=problems,
        comes_next=comes_next(member.person.preferences, zone, now),
        zone=zone,
        now=now,
        **_CHOICES,
        **choices(zone),
    )


def _password_page(person: Person, password: str) -> str:
    return render_template("people/password.html", who=person, password=password)


_CHOICES: Final = {"roles": tuple(Role), "audiences": AUDIENCES, "signs_in": SIGNS_IN}
"""What the forms offer."""
