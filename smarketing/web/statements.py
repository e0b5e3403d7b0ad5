"""Is the promised level met, and who is entitled to what: one party, one month, step by step."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from smarketing.domain.claims import ClaimAct
from smarketing.domain.days import local_date
from smarketing.domain.errors import ConflictError, InvalidError
from smarketing.domain.periods import month_before, months_of
from smarketing.domain.targets import next_month
from smarketing.services.statements.answer import answer
from smarketing.services.statements.claims import Said, may_say, say
from smarketing.services.statements.readers import parties_for, party_asked
from smarketing.services.statements.statement import statements
from smarketing.services.statements.words import amount_words
from smarketing.web.notes import note, refused
from smarketing.web.parts import parts, signed_in
from smarketing.web.statement_lines import CLAIM_ACTS, CLAIM_DID, month_of
from smarketing.web.ways import our_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from werkzeug import Response

blueprint = Blueprint("statements", __name__, url_prefix="/statements")


@blueprint.get("")
def show() -> str:
    """Show the statement of a party for a month, a quarter or a year."""
    portal, person, book, now = parts(), signed_in(), parts().book(), parts().clock()
    party = party_asked(request.args.get("party", ""), person, book)
    today = local_date(now, book.pages_timezone)
    period = request.args.get("period") or f"{today:%Y-%m}"
    months = months_of(period)
    found = statements(portal.statements.sources, book, party.name, period, now) if party else ()
    return render_template(
        "statements/show.html",
        party=party,
        parties=parties_for(person, book),
        period=period,
        month=months[0],
        before=_period(month_before(months[0]), len(months)),
        after=_period(next_month(months[-1]), len(months)),
        longer=(_period(months[0], 3), f"{months[0]:%Y}"),
        shown=[
            (one, answer(one), [month_of(one, month, person) for month in one.months])
            for one in found
        ],
        acts=CLAIM_ACTS,
        may_say=lambda owed: may_say(owed.entitlement, person),
    )


@blueprint.post("/say")
def speak() -> Response:
    """Claim what is owed, or answer a claim, or say why it cannot be."""
    form = request.form
    try:
        note(_said(form))
    except (ConflictError, InvalidError) as error:
        refused(error, form.get("text", ""))
    return redirect(our_path(form.get("next", "")) or url_for(".show"), 303)


def _said(form: Mapping[str, str]) -> str:
    """Say what a form says, and return what came of it."""
    portal = parts()
    act = form.get("act", "")
    if act not in tuple(ClaimAct):
        raise InvalidError(f"Choose one of {', '.join(ClaimAct)}.", "act")
    said = Said(
        form.get("agreement", ""),
        form.get("month", ""),
        form.get("remedy", ""),
        ClaimAct(act),
        signed_in(),
        portal.clock(),
        form.get("text", ""),
    )
    word = say(portal.statements.claims, portal.statements.sources, portal.book(), said)
    return f"{CLAIM_DID[word.act]}: {amount_words(Fraction(word.amount), word.unit)}."


def _period(month: date, months: int) -> str:
    """Return the name of the period of so many months (1, 3 or 12) that a month is in."""
    if months == 1:
        return f"{month:%Y-%m}"
    return f"{month:%Y}-Q{(month.month + 2) // 3}" if months == 3 else f"{month:%Y}"  # noqa: PLR2004  (a quarter)
