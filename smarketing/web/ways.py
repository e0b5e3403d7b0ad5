"""Ways within this site: where somebody wanted to go, and back to where they were."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from flask import request, url_for

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_DIGITS: Final = 18
_OUR_PATH: Final = re.compile(r"/(?![/\\])[!-~]*")
"""A path of this site: a second slash would name another one."""


def our_path(wanted: str) -> str:
    """Return a path as it is; empty when it is not one of this site."""
    return wanted if _OUR_PATH.fullmatch(wanted) else ""


def is_number(text: str) -> bool:
    """Return whether a text is a number that every column can hold."""
    return text.isdecimal() and len(text) <= _DIGITS


def is_act() -> bool:
    """Return whether the request changes something, so that it is no page to come back to."""
    return request.method not in _SAFE


def here() -> str:
    """Return the path of the request, with its query."""
    return request.full_path.rstrip("?")


def way_back() -> str:
    """Return the page to try again from: this one, or the one with the button that was pressed.

    The form to sign in says itself where to go then.
    """
    if request.endpoint == "sign_in.enter":
        return url_for("sign_in.show", next=our_path(request.form.get("next", "")) or None)
    return our_path(_referring() if is_act() else here()) or url_for("home.show")


def _referring() -> str:
    """Return the page of this site that the request comes from; else empty."""
    page = urlsplit(request.referrer or "")
    if page.netloc != request.host:
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path
