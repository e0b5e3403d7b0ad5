"""The exception list: who has leads that nobody tried in time, or too seldom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template

from reports.numbers import leads
from smarketing.domain.metrics import Metric
from smarketing.services.team.exceptions import RULE, exceptions_of
from smarketing.web.hands import hands
from smarketing.web.parts import parts
from smarketing.web.words import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smarketing.services.team.exceptions import Exceptional, OnTheList

blueprint = Blueprint("exceptions", __name__, url_prefix="/exceptions")

_MOST: Final = 25
"""Leads of one person that a glance takes in; the rest stands in their list."""


@blueprint.get("")
def show() -> str:
    """Show the list, by who has the leads."""
    portal = parts()
    lists = exceptions_of(portal.exceptions, portal.book(), portal.clock())
    return render_template(
        "exceptions/show.html",
        lists=lists,
        most=_MOST,
        headline=_headline(lists),
        rule=RULE,
        told=_told,
        over=lambda one: duration(timedelta(seconds=one.over_s)),
        people=hands(portal.book()),
        now=portal.clock(),
    )


def _headline(lists: tuple[OnTheList, ...]) -> str:
    found = [lead for one in lists for lead in one.leads]
    if not found:
        return "Nobody is on the list."
    given_up = sum(lead.is_given_up for lead in found)
    told = f"{leads(len(found))} on the list, with {_people(lists)}: {_tried(found)}"
    return f"{told}; {given_up:,} given up." if given_up else f"{told}."


def _tried(found: Sequence[Exceptional]) -> str:
    untried = sum(not lead.made for lead in found)
    if untried and untried < len(found):
        return f"{untried:,} not tried at all, {len(found) - untried:,} tried too seldom"
    return "none was tried" if untried else "all were tried too seldom"


def _people(lists: tuple[OnTheList, ...]) -> str:
    people = sum(one.holder_id is not None for one in lists)
    names = f"{people} {'person' if people == 1 else 'people'}"
    if len(lists) == people:
        return names
    return f"{names} and the team" if people else "the team"


def _told(lead: Exceptional) -> str:
    """Return what is wrong, in a few words."""
    if lead.metric is Metric.FIRST_ATTEMPT_WITHIN or not lead.made:
        return "not tried"
    return f"{lead.made} of {lead.promised} attempts"
