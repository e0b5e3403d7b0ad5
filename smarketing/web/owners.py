"""Owners: what CRMs call the people who hold leads, and who that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from smarketing.domain.errors import InvalidError
from smarketing.services.people import owners
from smarketing.services.people.people import everyone
from smarketing.services.people.policy import HOLDS
from smarketing.web.notes import note
from smarketing.web.parts import parts, signed_in
from smarketing.web.ways import is_number
from smarketing.web.words import leads_moved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

blueprint = Blueprint("owners", __name__, url_prefix="/owners")

_A_PAGE: Final = 100
"""Names on one page: each has a list of people to choose from."""


@blueprint.get("")
def show() -> str:
    """Show the names in the data, those that are nobody's first."""
    return _page("", "")


@blueprint.post("/tie")
def tie() -> Response | tuple[str, int]:
    """Say who it is that a CRM calls by a name."""
    name, person_id = request.form.get("name", ""), request.form.get("person", type=int)
    if person_id is None:
        return _page(name, f"Choose who “{name}” is."), 422
    return _tied({name: person_id})


@blueprint.post("/untie")
def untie() -> Response:
    """Say that a name is nobody's any more."""
    return _tied({request.form.get("name", ""): None})


@blueprint.post("/tie-suggested")
def tie_suggested() -> Response:
    """Tie the names that the page had a suggestion for, just as it showed them."""
    pairs = (pair.partition(":") for pair in request.form.getlist("tie"))
    names = {name: int(number) for number, _, name in pairs if is_number(number)}
    if not names:
        raise InvalidError("There was nothing to tie: reload the page and look again.", "tie")
    return _tied(names)


def _tied(names: Mapping[str, int | None]) -> Response:
    portal = parts()
    moved = owners.tie(
        portal.owners, portal.people, names, by=signed_in().email, now=portal.clock()
    )
    people = {person.id: person.name for person in everyone(portal.people)}
    if len(names) == 1:
        ((name, person_id),) = names.items()
        said = f"“{name}” is {people[person_id] if person_id else 'nobody'} now."
    else:
        said = f"{len(names)} names are tied."
    note(said + leads_moved(moved))
    return redirect(url_for("owners.show", page=request.args.get("page", type=int)), 303)


def _page(name: str, problem: str) -> str:
    """Return the page.

    Args:
        name: Whose row has a problem; empty: none.
        problem: What to do about it.
    """
    portal = parts()
    found = owners.owners(portal.owners, portal.people)
    pages = max(1, -(-len(found) // _A_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    people = sorted(everyone(portal.people), key=lambda person: person.name.casefold())
    shown = found[(number - 1) * _A_PAGE : number * _A_PAGE]
    return render_template(
        "owners/show.html",
        owners=shown,
        unknown=sum(owner.person_id is None for owner in found),
        waiting=sum(owner.waiting for owner in found if owner.person_id is None),
        suggested=[owner for owner in shown if owner.suggested],
        people={person.id: person for person in people},
        holders=[person for person in people if owners.may_hold(person)],
        holding=HOLDS,
        number=number,
        last_page=pages,
        name=name,
        problem=problem,
    )
