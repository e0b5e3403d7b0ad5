"""What a supplier delivered, month by month."""

from __future__ import annotations

from flask import Blueprint, render_template

from smarketing.web.parts import parts, signed_in

blueprint = Blueprint("deliveries", __name__, url_prefix="/deliveries")


@blueprint.get("")
def show() -> str:
    """Show the last twelve months of the supplier who asks."""
    person = signed_in()
    months = parts().leads.deliveries(person)
    return render_template("deliveries/show.html", months=months, provider=person.provider)
