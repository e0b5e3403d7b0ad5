"""The cookie that says who is signed in: an opaque token, nothing else; and who is asking.

Over https it is bound to this very host (`__Host-`), so that no other name of the same domain
can plant one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from smarketing.services.people.sign_in import SESSION, Visitor
from smarketing.web.parts import parts

if TYPE_CHECKING:
    from werkzeug import Response


def visitor() -> Visitor:
    """Return who asks, as the connection and the browser say."""
    return Visitor(request.remote_addr or "", request.user_agent.string)


def token() -> str | None:
    """Return the token that the browser sent."""
    return request.cookies.get(_name())


def give(response: Response, token: str) -> None:
    """Hand a token to the browser for as long as its session lasts."""
    response.set_cookie(
        _name(), token, max_age=SESSION, secure=parts().secure, httponly=True, samesite="Lax"
    )


def take(response: Response) -> None:
    """Take the token back from the browser."""
    response.delete_cookie(_name(), secure=parts().secure, httponly=True, samesite="Lax")


def _name() -> str:
    return "__Host-sid" if parts().secure else "sid"
