"""Where the links of a weekly mail lead; nobody has to be signed in.

A visit changes nothing, whoever makes it: programs that look at mails follow every link. The way
out takes a POST without cookie and without a token of a form (RFC 8058), and only stops the
report; the link proves whose it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup, escape

from reports.numbers import instant
from smarketing.services.digest.frozen import found
from smarketing.services.digest.reading import person_numbered
from smarketing.services.people import account
from smarketing.services.people.entry import EntryError
from smarketing.services.people.people import everyone
from smarketing.web.errors import head_of
from smarketing.web.parts import parts
from smarketing.web.report_document import as_sent, link
from smarketing.web.report_words import choices, comes_next

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from werkzeug import Response as Redirect

    from smarketing.services.digest.frozen import Frozen
    from smarketing.services.people.people import Person

blueprint = Blueprint("mail", __name__, url_prefix="/mail")


@blueprint.get("/view/<token>")
def view(token: str) -> Response:
    """Show a report as it was sent, and nothing that is counted anew: nobody is signed in."""
    told = parts().reports
    sent = told.links.sent_of(token)
    _person(sent.person_id)
    report = found(told.shelf, sent.week, sent.audience, sent.locale)
    return as_sent(report.rendered, _strip(report))


@blueprint.get("/stop/<token>")
def way_out(token: str) -> str:
    """Show the button that stops the report, and the other wishes one may have."""
    return _page(_person(parts().reports.links.person_of(token)), token)


@blueprint.post("/stop/<token>")
def stop(token: str) -> str:
    """Stop the report by mail; said again, it stays so."""
    person = _person(parts().reports.links.person_of(token))
    account.stop_report(parts().people, person, parts().clock())
    return _page(_person(person.id), token)


@blueprint.post("/wishes/<token>")
def wish(token: str) -> Redirect | tuple[str, int, dict[str, str]]:
    """Keep when and how the report comes."""
    person = _person(parts().reports.links.person_of(token))
    try:
        account.set_report(parts().people, person, request.form, parts().clock())
    except EntryError as error:
        return _page(person, token, request.form, error.problems), *head_of(error)
    return redirect(url_for("mail.way_out", token=token), 303)


def _person(number: int) -> Person:
    return person_numbered(everyone(parts().people), number)


def _page(
    reader: Person,
    token: str,
    form: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> str:
    portal = parts()
    zone, wanted = portal.book().pages_timezone, reader.preferences
    return render_template(
        "mail/way_out.html",
        reader=reader,
        token=token,
        form=wanted.form if form is None else form,
        problems=problems or {},
        comes_next=comes_next(wanted, zone, portal.clock()),
        **choices(zone),
    )


def _strip(report: Frozen) -> Markup:
    """Return when a report was made, and where it says which figures are others by now."""
    made = instant(report.made_at, parts().book().pages_timezone)
    week = url_for("reports.show", week=report.week, audience=report.audience, _external=False)
    said = escape(f"As it was sent; made {made}. ")
    return said + link(week, "In the portal: what changed since")
