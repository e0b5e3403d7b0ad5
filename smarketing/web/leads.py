"""Single leads, the lists behind figures, and a lead entered by hand."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for

from reports.sheet import csv_lines
from smarketing.domain.days import local_date
from smarketing.services.breaches.listed import lines_of_lead
from smarketing.services.leads import enter as entering
from smarketing.services.leads import lists
from smarketing.services.leads.acts import is_word
from smarketing.services.leads.answers import PAUSE_TITLES, reasons
from smarketing.services.leads.enter import Entered
from smarketing.services.leads.page import lead_page
from smarketing.services.leads.recycle import RECYCLE_TITLES
from smarketing.services.people.policy import Action, may
from smarketing.web import breach_words, lead_words
from smarketing.web.breach_words import is_about
from smarketing.web.hands import hands
from smarketing.web.lead_sheet import sheet
from smarketing.web.leads_asked import KEPT, MORE, question_from
from smarketing.web.notes import note
from smarketing.web.parts import parts, signed_in
from smarketing.web.words import duration, tomorrow_morning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response as Redirect

    from smarketing.domain.lead_lists import Question
    from smarketing.services.conclusions.book import Book

blueprint = Blueprint("leads", __name__, url_prefix="/leads")

_LAST_ID: Final = 2**63 - 1
_LAST_PAGE: Final = 1_000_000
"""What the database can count to; more is no page."""


@blueprint.get(f"/<int(max={_LAST_ID}):lead_id>")
def show(lead_id: int) -> str:
    """Show one lead."""
    portal, person = parts(), signed_in()
    now, book = portal.clock(), portal.book()
    page = lead_page(portal.leads.shelf, book, person, lead_id, now)
    titles = lists.choices(book)
    broken = lines_of_lead(portal.breaches, book, person, lead_id)
    return render_template(
        "leads/show.html",
        page=page,
        now=now,
        words=lead_words,
        breach_of=lambda clock: next((one for one in broken if is_about(one, clock)), None),
        breach_words=breach_words,
        promised=lambda clock: lead_words.promised(clock, *titles),
        used=lambda clock: duration(timedelta(seconds=clock.used_s)),
        reject_reasons=reasons(book, page.version_id),
        soon=tomorrow_morning(now, page.zone),
        pause_titles=PAUSE_TITLES,
        recycle_titles=RECYCLE_TITLES,
        holders=hands(book) if page.held and page.held.may_assign else (),
    )


@blueprint.get("")
def show_all() -> str:
    """Show the leads behind a figure; without a question, those of this month."""
    portal, person = parts(), signed_in()
    question, book = _question(), portal.book()
    number = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    segments, tiers = lists.choices(book)
    holders = hands(book) if lists.shows_people(person) else ()
    kept = {key: request.args[key] for key in KEPT if request.args.get(key)}
    return render_template(
        "leads/list.html",
        listed=lists.listed(portal.leads.lists, book, person, question, number),
        question=question,
        last=question.ends - timedelta(days=1),
        now=portal.clock(),
        kept=kept,
        kinds={what: lead_words.WHATS[what] for what in lists.kinds_for(person)},
        stages=lead_words.STAGES,
        segments=segments,
        tiers=tiers,
        all_of={key: value for key, value in kept.items() if key not in MORE},
        more={part: question.cell[part] for part in MORE if part in question.cell},
        holders={0: "Nobody"} | {one.id: one.name for one in holders} if holders else {},
        may_add=may(person, Action.ADD_LEADS),
        may_assign=may(person, Action.ASSIGN_LEADS),
        people=holders,
    )


@blueprint.get("/download")
def download() -> Response:
    """Send all leads of a list as a file for a spreadsheet."""
    portal, person, question = parts(), signed_in(), _question()
    lines = lists.every_line(portal.leads.lists, portal.book(), person, question)
    header, rows = sheet(lines, with_people=lists.shows_people(person))
    name = f"leads-{question.starts}-{question.ends}.csv"
    return Response(
        csv_lines(header, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@blueprint.get("/new")
def enter() -> str:
    """Show the form by which a lead is entered by hand."""
    return _form({}, Entered(), token_urlsafe(9))


@blueprint.post("/new")
def add() -> tuple[str, int] | Redirect:
    """Enter a lead, or show what is wrong with it or what it may be the same as."""
    portal = parts()
    book, told = portal.book(), request.form
    word = told.get("word", "")
    typing = entering.Typing(
        values=_typed(book),
        word=word if is_word(word) else token_urlsafe(9),
        label=f"entered by {signed_in().name}",
        hand_to=told.get("to", 0, type=int),
        is_sure=told.get("sure") == "1",
    )
    came = entering.enter(portal.leads.entry, book, typing, portal.clock())
    if came.lead_id is None:
        return _form(told, came, typing.word), 409 if came.alike else 422
    if came.is_new:
        note("Entered, and handed off to Sales.")
    else:
        note("It was entered before: here it is.", "known")
    return redirect(url_for("leads.show", lead_id=came.lead_id), 303)


def _typed(book: Book) -> dict[str, str]:
    """Return what was typed; a column of an agreement's own stands behind `own:` in the form."""
    fields = {name: name for name in entering.FIELDS}
    fields |= {f"own:{name}": name for name in entering.own_columns(book)}
    # PostgreSQL refuses the zero character.
    return {column: request.form.get(name, "").replace("\0", "") for name, column in fields.items()}


def _form(told: Mapping[str, str], came: Entered, word: str) -> str:
    portal = parts()
    book = portal.book()
    return render_template(
        "leads/new.html",
        told=told,
        problems={problem.column: problem for problem in came.problems},
        alike=came.alike,
        form_word=word,
        own=entering.own_columns(book),
        holders=hands(book),
        zone=book.pages_timezone,
        now=portal.clock(),
    )


def _question() -> Question:
    portal = parts()
    return question_from(request.args, local_date(portal.clock(), portal.book().pages_timezone))
