"""Goal progress: what was promised, what came, what is needed now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from smarketing.domain.targets import next_month
from smarketing.web.asked import asked_from
from smarketing.web.parts import parts
from smarketing.web.progress_lines import (
    asked_titles,
    cells_of,
    headline,
    month_lines,
    span_lines,
)

if TYPE_CHECKING:
    from smarketing.web.asked import Asked
    from smarketing.web.parts import MonthOverview

blueprint = Blueprint("progress", __name__, url_prefix="/progress")


@blueprint.get("")
def show() -> str:
    """Show a month by segment and tier, or the days that a link asks for."""
    asked = asked_from(request.args)
    overviews = parts().month_overview(asked.month)
    if not overviews:
        return render_template("progress/none.html")
    return _span(asked, overviews) if asked.span else _month(asked, overviews)


def _month(asked: Asked, overviews: tuple[MonthOverview, ...]) -> str:
    shown = [(overview, cells_of(overview, asked)) for overview in overviews]
    month = overviews[0].month
    return render_template(
        "progress/month.html",
        asked=asked,
        only=asked_titles(asked, overviews),
        month=month,
        before=(month - timedelta(days=1)).replace(day=1),
        after=next_month(month),
        agreements=[
            (overview, headline(cells, month), month_lines(cells)) for overview, cells in shown
        ],
    )


def _span(asked: Asked, overviews: tuple[MonthOverview, ...]) -> str:
    assert asked.span  # noqa: S101  (the caller looked)
    rows = parts().progress(*asked.span, ("segment", "tier"))
    return render_template(
        "progress/span.html",
        asked=asked,
        only=asked_titles(asked, overviews),
        starts=asked.span[0],
        last=asked.span[1] - timedelta(days=1),
        lines=span_lines(rows, asked, overviews),
    )
