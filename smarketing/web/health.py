"""Whether the portal works, for machines that watch it."""

from __future__ import annotations

from flask import Blueprint

from smarketing.web.parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def show() -> tuple[dict[str, str], int]:
    """Say whether the database answers: 200, or 503 when it does not."""
    answers = parts().database_answers()
    return {"database": "answers" if answers else "does not answer"}, 200 if answers else 503
