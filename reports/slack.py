"""A notice as Slack takes it at an incoming webhook: blocks, and a text for notifications.

Slack reads `&`, `<` and `>` as the begin of links and mentions, so they are escaped, and
`verbatim` keeps it from making links of what only looks like an address. A button that opens a
page would ask for an answer of ours (a warning is shown without one): a link does not.
See docs.slack.dev/messaging/formatting-message-text, read November 2026.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from reports.notice import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.notice import Fact, Line, Notice

_TITLE: Final = 150
_TEXT: Final = 3000
"""The longest texts of a header and a section."""


def slack_body(notice: Notice) -> bytes:
    """Return the body of the request."""
    message = {
        "text": escaped(f"{notice.title}\n{notice.text}"),
        "blocks": list(_blocks(notice)),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return json.dumps(message, ensure_ascii=False).encode()


def escaped(text: str) -> str:
    """Return a text that Slack shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(notice: Notice) -> Iterator[dict[str, Any]]:
    yield {"type": "header", "text": {"type": "plain_text", "text": _cut(notice.title, _TITLE)}}
    yield {"type": "section", "text": _marked(escaped(notice.text))}
    if notice.facts:
        yield {"type": "section", "fields": [_marked(_fact(fact)) for fact in notice.facts]}
    if notice.lines:
        yield {"type": "section", "text": _marked("\n".join(_lines(notice)))}
    yield {"type": "section", "text": _marked(_link(notice.url, notice.link))}
    footer = {"type": "plain_text", "text": notice.footer}
    yield {"type": "context", "elements": [footer]}


def _fact(fact: Fact) -> str:
    note = f"\n{escaped(fact.note)}" if fact.note else ""
    return f"{escaped(fact.label)}\n*{escaped(fact.value)}*{note}"


def _lines(notice: Notice) -> Iterator[str]:
    yield from (f"• {_line(line)}" for line in notice.lines)
    if notice.more:
        yield f"• and {notice.more:,} more"


def _line(line: Line) -> str:
    if not line.url:
        return escaped(line.text)
    if line.name:
        return f"{_link(line.url, line.name)} {escaped(line.text)}"
    return f"{escaped(line.text)} {_link(line.url, OPEN)}"


def _link(url: str, text: str) -> str:
    return f"<{escaped(url)}|{escaped(text).replace('|', '¦')}>"


def _marked(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": _cut(text, _TEXT), "verbatim": True}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
