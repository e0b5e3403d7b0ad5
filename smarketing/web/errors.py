"""What goes wrong, as a page: one table from our errors to HTTP, one page without a trace."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Final

from flask import current_app, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from smarketing.domain.errors import (
    BusyError,
    ConflictError,
    ForbiddenError,
    ImpossibleGoalError,
    InvalidError,
    NotFoundError,
    SmarketingError,
)
from smarketing.services.people.passwords import WeakPasswordError
from smarketing.services.people.sign_in import SignInRefusedError, TooManyTriesError
from smarketing.web.ways import is_act, way_back

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from werkzeug import Response

STATUSES: Final[Mapping[type[SmarketingError], int]] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    ConflictError: 409,
    ImpossibleGoalError: 422,
    InvalidError: 422,
    TooManyTriesError: 429,
    SignInRefusedError: 422,
    WeakPasswordError: 422,
    BusyError: 503,
    SmarketingError: 400,
}
"""The first class that an error is one of decides; the last one stands for all others."""

_TITLES: Final = {
    400: "That did not arrive as it should",
    403: "Not yours to open",
    404: "Nothing is here",
    405: "That is not how it works",
    409: "Something else came first",
    413: "That is too large",
    422: "That cannot be used",
    429: "Too many tries",
    503: "One moment, please",
}
_SENTENCES: Final = {
    400: "Go back, reload the page and try again. Nothing was changed.",
    404: "There is no such page, or it is not yours to see.",
    405: "This address takes a press of a button, not a visit.",
    413: "Nothing was changed. Send less at a time.",
}
_BUSY_S: Final = 60
"""Seconds after which trying again is worth it, while the database is busy."""

_TROUBLE: Final = "Something broke on our side. It was noted; try again in a minute."
_STALE: Final = "The page was open for too long. Go back, reload it and press again."


def install(app: Flask) -> None:
    """Turn every error into a page."""
    app.register_error_handler(SmarketingError, _of_ours)
    app.register_error_handler(HTTPException, _of_http)


def head_of(error: SmarketingError) -> tuple[int, dict[str, str]]:
    """Return the status of an error, and when to come back where that is known."""
    status = next(code for kind, code in STATUSES.items() if isinstance(error, kind))
    if isinstance(error, TooManyTriesError):
        return status, {"Retry-After": str(int(error.retry_after.total_seconds()))}
    return status, {"Retry-After": str(_BUSY_S)} if isinstance(error, BusyError) else {}


def _of_ours(error: SmarketingError) -> tuple[str, int, dict[str, str]]:
    status, headers = head_of(error)
    said = str(error)
    sentence = said[:1].upper() + said[1:]
    if isinstance(error, BusyError):
        return _busy_page(status, sentence), status, headers
    return _page(status, sentence), status, headers


def _of_http(error: HTTPException) -> Response:
    """Return the same answer, as a page: its status and its headers (as Allow) stay."""
    sentence = _STALE if isinstance(error, CSRFError) else _SENTENCES.get(error.code or 0, _TROUBLE)
    if isinstance(error, InternalServerError):
        sentence = f"{_TROUBLE} Its number is {_numbered()}."
    response = error.get_response()
    response.content_type = "text/html; charset=utf-8"
    response.set_data(_page(error.code or 0, sentence))
    return response


def _numbered() -> str:
    """Return what names this trouble on the page and, below its trace, in the log."""
    number = token_hex(4)
    current_app.logger.error("that was trouble %s, at %s", number, request.endpoint)
    return number


def _busy_page(status: int, sentence: str) -> str:
    """Return the page that leads back to where the person was, not to the first page."""
    way = "Back to where you were" if is_act() else "Try again"
    return _page(status, sentence, way_back(), way)


def _page(status: int, sentence: str, goes: str = "", way: str = "To the first page") -> str:
    return render_template(
        "error.html",
        status=status,
        title=_TITLES.get(status, "Something broke"),
        sentence=sentence,
        goes=goes or url_for("home.show"),
        way=way,
    )
