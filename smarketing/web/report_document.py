"""A weekly report as a document of its own: the mail as it was sent, shut in.

The mail carries its styles within, which the pages of the portal may not: it is served under a
policy that allows just these and the pictures within it, no script and no other file, and as
if from another site (`sandbox`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import Response
from markupsafe import Markup, escape

from reports.mail import self_contained_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.mail import RenderedDigest

SHOWN: Final[Mapping[str, str]] = {
    "desktop": "Desktop",
    "phone": "Phone",
    "dark": "Dark",
    "text": "Text",
    "no-images": "Images off",
}
"""The ways to look at a report."""

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)

_DARK_RULES: Final = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_SCHEME: Final = re.compile(r'(<meta name="(?:supported-)?color-schemes?" content=")light dark(")')
_PICTURE: Final = re.compile(r'(<img\b[^>]*?) src="[^"]*"')
_BODY: Final = re.compile(r"<body[^>]*>")
_NOTE: Final = (
    '<div style="padding: 12px 16px; background-color: #005a8c; color: #ffffff; '
    'font: 15px/1.5 Arial, Helvetica, sans-serif; text-align: center">{}</div>'
)
_LINK: Final = '<a style="color: #ffffff" href="{}">{}</a>'


def as_sent(rendered: RenderedDigest, says: Markup) -> Response:
    """Return a report as it was sent, below a strip that is ours.

    Args:
        rendered: The report.
        says: What the strip says.
    """
    strip = _NOTE.format(says)
    page = _BODY.sub(lambda body: body[0] + strip, self_contained_html(rendered), count=1)
    return _response(page)


def framed(rendered: RenderedDigest, shown: str) -> Response:
    """Return a report as one of SHOWN, for a frame; links open beside the portal.

    Whatever the reader's own screen is set to, `dark` is dark and the others are light.
    """
    page = self_contained_html(rendered)
    if shown == "no-images":
        page = _PICTURE.sub(r"\1", page)
    page = _DARK_RULES.sub("@media all" if shown == "dark" else "@media not all", page)
    page = _SCHEME.sub(rf"\g<1>{'dark' if shown == 'dark' else 'light'}\2", page)
    return _response(page.replace("<head>", '<head><base target="_blank">', 1))


def link(url: str, words: str) -> Markup:
    """Return a link for the strip."""
    return Markup(_LINK).format(escape(url), escape(words))  # noqa: S704  (a text of ours, filled)


def _response(page: str) -> Response:
    return Response(page, headers={"Content-Security-Policy": POLICY}, mimetype="text/html")
