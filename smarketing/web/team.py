"""The sales manager's page: who waits longest, what each has, how the week's promises go."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, render_template, request

from smarketing.domain.weeks import week_of
from smarketing.services.leads.queue import first_waiting
from smarketing.services.people.policy import Action, may
from smarketing.services.team.team import team_of, week_asked
from smarketing.web.hands import hands
from smarketing.web.lead_words import DOUBTS
from smarketing.web.parts import parts, signed_in
from smarketing.web.team_lines import (
    breach_lines,
    headline,
    kept_headings,
    load_lines,
    paragraphs,
)
from smarketing.web.words import due_words

blueprint = Blueprint("team", __name__, url_prefix="/team")

_MOST: Final = 20
"""Leads that a glance takes in; the rest stands in the queue."""


@blueprint.get("")
def show() -> str:
    """Show how the team stands now, and in the week that is asked for."""
    portal, now, book = parts(), parts().clock(), parts().book()
    week = week_asked(request.args.get("week", ""), book, now)
    team = team_of(portal.team, portal.people, book, week, now)
    items = first_waiting(portal.queue, book, _MOST, now=now)
    return render_template(
        "team/show.html",
        team=team,
        before=week_of(week.starts - timedelta(days=7)),
        after=week_of(week.ends),
        headline=headline(team, items, now),
        told=paragraphs(team),
        items=[(item, due_words(item, now)) for item in items],
        headings=kept_headings(team),
        lines=load_lines(team),
        breaches=breach_lines(team),
        doubts=DOUBTS,
        people=hands(book),
        may_tie=may(signed_in(), Action.MANAGE_PEOPLE),
        now=now,
    )
