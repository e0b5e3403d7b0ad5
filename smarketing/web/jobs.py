"""The jobs of the worker: when each ran last, what it did, and what went wrong."""

from __future__ import annotations

from flask import Blueprint, render_template

from smarketing.web.parts import parts

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("")
def show() -> str:
    """Show whether the worker is alive, and every job."""
    portal = parts()
    now = portal.clock()
    return render_template(
        "jobs/show.html",
        still=portal.watch.worker_words(now),
        jobs=portal.watch.jobs(),
        backups=portal.watch.backups(),
        zone=portal.book().pages_timezone,
        now=now,
    )
