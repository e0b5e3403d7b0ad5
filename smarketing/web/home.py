"""The address without a path: each role has its own first page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, url_for

from smarketing.services.people.people import Role
from smarketing.web.parts import signed_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

blueprint = Blueprint("home", __name__)

FIRST_PAGE: Final[Mapping[Role, str]] = {
    Role.REP: "queue.show",
    Role.SALES_MANAGER: "exceptions.show",
    Role.MARKETING_MANAGER: "progress.show",
    Role.ADMINISTRATOR: "progress.show",
    Role.SUPPLIER: "deliveries.show",
}


@blueprint.get("/")
def show() -> Response:
    """Go to the one page that matters most to this person."""
    return redirect(url_for(FIRST_PAGE[signed_in().role]), 303)
