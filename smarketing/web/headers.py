"""What every answer tells the browser: nothing from elsewhere, nothing kept, nothing guessed.

There is no inline script or style, so the policy needs no exception. A view may set a policy of
its own: a mail that is shown (`web.report_document`), and the page around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import request

from smarketing.web.assets import keeping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask, Response

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Same-origin, not none: the check of forms over https compares the referrer.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OF_LINKS: Final[Mapping[str, str]] = {
    # No script at all, and nobody learns the address of the page: it is the key to it.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
"""What pages say that the link of a mail leads to."""

HSTS: Final = "max-age=31536000; includeSubDomains"


def install(app: Flask, *, secure: bool) -> None:
    """Add the headers to every answer, errors and files included."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.blueprint == "links":
            response.headers.update(OF_LINKS)
        if secure:
            response.headers["Strict-Transport-Security"] = HSTS
        of_file = request.endpoint == "static"
        response.headers["Cache-Control"] = keeping(response) if of_file else "no-store"
        return response
