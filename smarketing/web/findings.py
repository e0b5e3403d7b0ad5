"""What is amiss with the installation itself: open findings, and those that were mended last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, g, redirect, render_template, request, url_for

from reports.finding import finding_title
from smarketing.services.audit.restored import KEY
from smarketing.services.people.policy import Action, may
from smarketing.web.notes import note
from smarketing.web.parts import parts

if TYPE_CHECKING:
    from werkzeug import Response

_WORKER: Final = "worker"

blueprint = Blueprint("findings", __name__, url_prefix="/findings")


@blueprint.get("")
def show() -> str:
    """Show what is open first, then what was mended last."""
    portal = parts()
    now = portal.clock()
    still = portal.watch.worker_words(now)
    found = portal.watch.findings.open()
    return render_template(
        "findings/show.html",
        still=still,
        open=[one for one in found if not (still and one.kind == _WORKER)],
        mended=portal.watch.findings.mended(),
        title_of=finding_title,
        seen_to=KEY,
        zone=portal.book().pages_timezone,
        now=now,
    )


@blueprint.post("/see-to")
def see_to() -> Response:
    """Take note that a person saw to what a restore left to do."""
    portal = parts()
    if request.form.get("key") == KEY and portal.watch.findings.see_to(KEY, portal.clock()):
        note("Seen to.")
    return redirect(url_for("findings.show"), 303)


def banner() -> tuple[str, ...]:
    """Return what stands above every page of who may see it, in a few words each.

    Empty when all is well; the page of findings has the whole sentences.
    """
    person = g.get("person")
    if not person or not may(person, Action.SEE_OPERATIONS):
        return ()
    watch = parts().watch
    kinds = [str(one.kind) for one in watch.findings.open()]
    if watch.worker_words(parts().clock()):
        kinds = [_WORKER, *(kind for kind in kinds if kind != _WORKER)]
    return tuple(finding_title(kind) for kind in kinds)
