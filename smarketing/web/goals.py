"""Goals: how many leads reach the revenue, how sure that is, and why."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request

from smarketing.domain.errors import InvalidError
from smarketing.services.goals.words import conclusion
from smarketing.web.asked import asked_from
from smarketing.web.goal_lines import about, cells_of, total_of, weeks_of
from smarketing.web.parts import parts

if TYPE_CHECKING:
    from collections.abc import Mapping

blueprint = Blueprint("goals", __name__, url_prefix="/goals")

CONFIDENCES: Final = (50, 60, 70, 80, 90, 95)
"""In per cent: what the page offers."""


@blueprint.get("")
def show() -> str:
    """Show the plan of an agreement's goal for a month of revenue."""
    asked = asked_from(request.args)
    shown = parts().goals(asked.agreement, asked.month, _confidence(request.args))
    plan = shown.plan if shown else None
    return render_template(
        "goals/show.html",
        shown=shown,
        plan=plan,
        month=asked.month,
        confidences=CONFIDENCES,
        conclusion=conclusion(plan) if plan else "",
        about=about(plan) if plan else (),
        cells=cells_of(shown) if shown else (),
        total=total_of(plan) if plan else None,
        weeks=weeks_of(plan) if plan else (),
    )


def _confidence(args: Mapping[str, str]) -> Fraction | None:
    asked = args.get("confidence", "")
    if not asked:
        return None
    if asked not in map(str, CONFIDENCES):
        offered = ", ".join(map(str, CONFIDENCES))
        raise InvalidError(f"Choose a confidence in per cent: one of {offered}.", "confidence")
    return Fraction(int(asked), 100)
