"""The weekly reports: as they were sent, and as the next one would look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from smarketing.domain.days import local_date
from smarketing.domain.errors import NotFoundError
from smarketing.services.digest import reading
from smarketing.web.headers import HEADERS
from smarketing.web.parts import parts, signed_in
from smarketing.web.report_document import SHOWN, framed

if TYPE_CHECKING:
    from datetime import date

    from flask import Response
    from werkzeug import Response as Redirect

    from smarketing.services.digest.reading import Opened

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

_CSP = "Content-Security-Policy"


@blueprint.get("")
def show_all() -> str:
    """Show which reports there are."""
    portal, person = parts(), signed_in()
    return render_template(
        "reports/list.html",
        lines=reading.past_reports(portal.reports.shelf, person),
        audiences=reading.audiences_of(person),
        weeks=reading.previewed(_today()),
        zone=portal.book().pages_timezone,
        now=portal.clock(),
    )


@blueprint.get("/preview")
def preview() -> Redirect:
    """Go to the report that was chosen."""
    week, audience = request.args.get("week", ""), request.args.get("audience", "")
    if not week or not audience:
        raise NotFoundError("choose a week and whom the report is for", week)
    return redirect(url_for("reports.show", week=week, audience=audience), 303)


@blueprint.get("/<week>/<audience>")
def show(week: str, audience: str) -> Response:
    """Show a report as mail programs do: on a desk, on a phone, dark, as text, without images."""
    portal, shown = parts(), _shown()
    opened = _opened(week, audience)
    page = render_template(
        "reports/show.html",
        opened=opened,
        changed=portal.reports.changed(opened.report) if opened.is_sent else (),
        shown=shown,
        ways=SHOWN,
        zone=portal.book().pages_timezone,
        now=portal.clock(),
    )
    response = make_response(page)
    response.headers[_CSP] = f"{HEADERS[_CSP]}; frame-src 'self'"
    return response


@blueprint.get("/<week>/<audience>/mail")
def mail(week: str, audience: str) -> Response:
    """Show the mail alone, for the frame."""
    return framed(_opened(week, audience).report.rendered, _shown())


def _opened(week: str, audience: str) -> Opened:
    told = parts().reports
    return reading.opened(
        told.shelf, told.preview, signed_in(), week=week, audience=audience, today=_today()
    )


def _shown() -> str:
    shown = request.args.get("shown", "desktop")
    return shown if shown in SHOWN else "desktop"


def _today() -> date:
    portal = parts()
    return local_date(portal.clock(), portal.book().pages_timezone)
