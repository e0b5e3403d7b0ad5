"""Goal progress: what was promised, what came, what is needed now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request, url_for

from smarketing.domain.days import starts_at
from smarketing.domain.targets import next_month
from smarketing.web.asked import asked_from
from smarketing.web.burnup import burn_up, burn_up_chart
from smarketing.web.parts import parts
from smarketing.web.progress_lines import (
    asked_titles,
    cells_of,
    headline,
    month_lines,
    span_lines,
)

if TYPE_CHECKING:
    from reports.digest import CellProgress
    from smarketing.web.asked import Asked
    from smarketing.web.charts import Chart
    from smarketing.web.parts import MonthOverview

blueprint = Blueprint("progress", __name__, url_prefix="/progress")


@blueprint.get("")
def show() -> str | Response:
    """Show a month by segment and tier, or the days that a link asks for."""
    asked = asked_from(request.args)
    overviews = parts().month_overview(asked.month)
    if "picture" in request.args:
        return _picture(asked, overviews)
    if not overviews:
        return render_template("progress/none.html")
    return _span(asked, overviews) if asked.span else _month(asked, overviews)


def _month(asked: Asked, overviews: tuple[MonthOverview, ...]) -> str:
    asked_for = [one for one in overviews if asked.agreement in (None, one.agreement)]
    shown = [(overview, cells_of(overview, asked)) for overview in asked_for or overviews]
    month = overviews[0].month
    return render_template(
        "progress/month.html",
        asked=asked,
        only=asked_titles(asked, overviews),
        month=month,
        before=(month - timedelta(days=1)).replace(day=1),
        after=next_month(month),
        agreements=[
            (
                overview,
                headline(
                    cells,
                    month,
                    overview.outlook_of(tuple(cells)),
                    has_begun=_has_begun(overview),
                ),
                month_lines(cells, overview.outlook_of, has_begun=_has_begun(overview)),
                _chart(overviews.index(overview), overview, cells),
            )
            for overview, cells in shown
        ],
    )


def _has_begun(overview: MonthOverview) -> bool:
    return starts_at(overview.month, overview.zone) <= parts().clock()


def _chart(number: int, overview: MonthOverview, cells: list[CellProgress]) -> Chart | None:
    asked = {**request.args, "month": f"{overview.month:%Y-%m}", "picture": str(number)}
    return burn_up_chart(overview, cells, f"{url_for('progress.show')}?{urlencode(asked)}")


def _picture(asked: Asked, overviews: tuple[MonthOverview, ...]) -> Response:
    """Return the chart of one agreement as the weekly mail draws it, for who has no JavaScript."""
    from reports.charts import draw_burnup  # noqa: PLC0415  (matplotlib, only where it is asked for)

    number = request.args.get("picture", -1, type=int)
    if number not in range(len(overviews)):
        abort(404)
    overview = overviews[number]
    shown = burn_up(overview, cells_of(overview, asked))
    if shown is None:
        abort(404)
    return Response(draw_burnup.image(shown).png, mimetype="image/png")


def _span(asked: Asked, overviews: tuple[MonthOverview, ...]) -> str:
    assert asked.span  # noqa: S101  (the caller looked)
    rows = parts().progress(*asked.span, ("segment", "tier"), asked.agreement)
    return render_template(
        "progress/span.html",
        asked=asked,
        only=asked_titles(asked, overviews),
        starts=asked.span[0],
        ends=asked.span[1],
        last=asked.span[1] - timedelta(days=1),
        lines=span_lines(rows, asked, overviews),
    )
