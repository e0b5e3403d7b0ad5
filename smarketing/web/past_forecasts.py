"""How good our forecasts are: what was promised in each past month, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request, url_for

from smarketing.services.goals.backtest.words import conclusion, findings
from smarketing.web.parts import parts
from smarketing.web.past_forecasts_chart import chart_of, picture_of
from smarketing.web.past_forecasts_lines import cells_of, months_of, paces_of

if TYPE_CHECKING:
    from smarketing.services.goals.backtest.shown import Replayed

blueprint = Blueprint("past_forecasts", __name__, url_prefix="/goals/past-forecasts")


@blueprint.get("")
def show() -> str | Response:
    """Show the backtest of an agreement; without a question, of the first one."""
    shown = parts().past_forecasts(request.args.get("agreement") or None)
    if "picture" in request.args:
        return _picture(shown)
    return render_template(
        "goals/past_forecasts.html",
        shown=shown,
        conclusion=conclusion(shown.found, shown.told) if shown else "",
        findings=findings(shown.told) if shown else (),
        chart_of=chart_of(shown.told, _address(shown)) if shown else None,
        months=months_of(shown) if shown else (),
        cells=cells_of(shown) if shown else (),
        paces=paces_of(shown) if shown else (),
    )


def _address(shown: Replayed) -> str:
    asked = {"agreement": shown.agreement.name, "picture": "1"}
    return f"{url_for('past_forecasts.show')}?{urlencode(asked)}"


def _picture(shown: Replayed | None) -> Response:
    """Return the chart as a picture, for who has no JavaScript."""
    from reports.charts import draw_calibration  # noqa: PLC0415  (matplotlib, only where asked for)

    picture = picture_of(shown.told) if shown else None
    if picture is None:
        abort(404)
    return Response(draw_calibration.image(picture).png, mimetype="image/png")
