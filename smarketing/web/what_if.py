"""What if: other numbers of a goal, answered at once, and saved as a proposal."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from smarketing.domain.errors import AgreementError, ConflictError, InvalidError
from smarketing.services.agreements.acts import may_act
from smarketing.services.agreements.page import hand_of
from smarketing.services.goals import proposed
from smarketing.services.goals.what_if_words import can_be_kept, probability, verdict
from smarketing.web.asked import asked_from
from smarketing.web.notes import note
from smarketing.web.parts import parts, signed_in
from smarketing.web.what_if_lines import form_of, lines_of, query_of, total_of
from smarketing.web.words import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from werkzeug import Response as Redirect

    from smarketing.services.goals.what_if import WhatIf

blueprint = Blueprint("what_if", __name__, url_prefix="/goals/what-if")


@blueprint.get("")
def show() -> str | Response:
    """Show what follows from the numbers of the address; to htmx, the answer alone."""
    found = _asked(request.args)
    if found is None:
        return render_template("goals/no_what_if.html")
    shown = {"found": found, "form": form_of(found), **_answer(found)}
    if "HX-Request" not in request.headers:
        return render_template("goals/what_if.html", **shown)
    answer = make_response(render_template("goals/_what_if.html", **shown))
    answer.headers["HX-Replace-Url"] = _way(found)
    return answer


@blueprint.post("")
def propose() -> Redirect:
    """Save what is tried as a proposal, and show how it differs from what is in force."""
    found, portal = _asked(request.form), parts()
    if found is None:
        return redirect(url_for("what_if.show"), 303)
    try:
        version = proposed.propose(
            found, hand_of(signed_in()), portal.agreements.shelf, portal.clock()
        )
    except (ConflictError, InvalidError) as error:
        note(f"{sentence(str(error))}.", "problem")
        return redirect(_way(found), 303)
    except AgreementError as error:
        note(str(error), "problem")
        return redirect(_way(found), 303)
    note(
        f"Version {version.version} is proposed: it holds from {version.starts_on} on once every "
        "party has signed it. Below is what changes."
    )
    to = url_for("agreements.show", name=version.name, number=version.version)
    return redirect(f"{to}#difference", 303)


def _asked(form: Mapping[str, str]) -> WhatIf | None:
    asked = asked_from(form)
    return parts().what_if(asked.agreement, asked.month, form)


def _answer(found: WhatIf) -> dict[str, object]:
    portal = parts()
    return {
        "verdict": verdict(found),
        "probability": probability(found),
        "capacity": can_be_kept(found),
        "lines": lines_of(found),
        "total": total_of(found),
        "query": query_of(found),
        "way": _way(found),
        "way_scaled": _way(found, found.scaled),
        "obstacle": proposed.obstacle(found, portal.agreements.shelf, portal.clock()),
        "may_propose": may_act(found.version, hand_of(signed_in())),
    }


def _way(found: WhatIf, other: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the address of an answer, with some fields written otherwise."""
    return f"{url_for('what_if.show')}?{urlencode({**query_of(found), **other})}"
