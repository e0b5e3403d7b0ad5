"""Providers, sites and others under the same promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request

from smarketing.domain.days import local_date
from smarketing.domain.metrics import Metric
from smarketing.domain.targets import next_month
from smarketing.services.comparison.comparison import METRICS
from smarketing.services.comparison.words import headline, name_of, rate_of, verdict_of
from smarketing.services.people.policy import Action, may
from smarketing.web.asked import asked_from
from smarketing.web.comparison_words import BY, funnel, leads_of
from smarketing.web.comparison_words import METRICS as TITLES
from smarketing.web.parts import parts, signed_in

if TYPE_CHECKING:
    from datetime import date

blueprint = Blueprint("comparison", __name__, url_prefix="/comparison")


@blueprint.get("")
def show() -> str:
    """Show a comparison over some months; without a question, providers over three of them."""
    keys = {key: title for key, title in BY.items() if key != "owner" or _may_see_people()}
    by, metric = request.args.get("by", "provider"), request.args.get("metric", METRICS[0])
    if by not in keys or metric not in METRICS:
        abort(404)
    days = _days()
    found = parts().compare(Metric(metric), by, days)
    return render_template(
        "comparison/show.html",
        found=found,
        days=days,
        keys=keys,
        metrics=TITLES,
        headline=headline(found),
        chart_of=funnel(found),
        name_of=name_of,
        rate_of=rate_of,
        verdict_of=lambda group: verdict_of(group, found),
        leads_of=lambda group: leads_of(group, found),
    )


def _may_see_people() -> bool:
    """Return whether people may be compared: for who is responsible for them alone."""
    return may(signed_in(), Action.SEE_TEAM)


def _days() -> tuple[date, date]:
    """Return the days that are asked for; else the last three months, this one included."""
    portal = parts()
    asked = asked_from(request.args)
    if asked.span:
        return asked.span
    month = asked.month or local_date(portal.clock(), portal.book().pages_timezone).replace(day=1)
    if asked.month:
        return month, next_month(month)
    back = month.year * 12 + month.month - 3
    return month.replace(year=back // 12, month=back % 12 + 1), next_month(month)
