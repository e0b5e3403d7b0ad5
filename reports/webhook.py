"""An event as another program takes it: `docs/webhooks.md` says what stands in it.

Receivers depend on every name: what is added stays, and what would have to change gets a new
VERSION.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reports.notice import Notice

VERSION: Final = 1


def webhook_body(type_: str, at: datetime, notice: Notice, data: Mapping[str, Any]) -> bytes:
    """Return the body of the request.

    Args:
        type_: What happened, as `digest.ready`.
        at: When it was found out.
        notice: The same for people: its title, text and link are in it.
        data: What a program asks for.
    """
    told = {"title": notice.title, "text": notice.text, "url": notice.url}
    message = {
        "type": type_,
        "version": VERSION,
        "timestamp": utc(at),
        "data": {**told, **data},
    }
    return json.dumps(message, ensure_ascii=False).encode()


def utc(at: datetime) -> str:
    """Return an instant as `2026-11-23T07:00:00Z`."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
