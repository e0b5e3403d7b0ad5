"""Whether the portal works, and the worker with it, for machines that watch them.

Both answers are for everybody: they name no person and no lead.
"""

from __future__ import annotations

from flask import Blueprint

from smarketing.web.parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def show() -> tuple[dict[str, str], int]:
    """Say whether the database answers: 200, or 503 when it does not."""
    answers = parts().database_answers()
    return {"database": "answers" if answers else "does not answer"}, 200 if answers else 503


@blueprint.get("/readyz")
def show_standing() -> tuple[dict[str, object], int]:
    """Say whether all is done that is due: 200, or 503 with what stands still.

    Ages are in seconds; `worker_tick_age_s` is null where no worker ever ran.
    """
    portal = parts()
    if not portal.database_answers():
        return {"stands_still": ["the database"]}, 503
    standing = portal.watch.standing(portal.clock())
    told: dict[str, object] = {
        "stands_still": list(standing.still),
        "worker_tick_age_s": standing.tick_age_s,
        "oldest_due_message_age_s": standing.oldest_due_s,
    }
    return told, 503 if standing.still else 200
