"""A notice as Teams takes it from a workflow: a message with one Adaptive Card.

It is for the trigger "When a Teams webhook request is received"; cards of the retired connectors
are not taken by it. Teams reads Markdown in the text of a TextBlock, but never in that of a
TextRun: everything is made of these, so that a name of a lead cannot bring a link along.
See adaptivecards.io/explorer/RichTextBlock.html, read November 2026.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from reports.notice import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.notice import Fact, Line, Notice

_VERSION: Final = "1.4"
"""The oldest that has all of this, for old clients' sake."""


def teams_body(notice: Notice) -> bytes:
    """Return the body of the request."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": _VERSION,
        "fallbackText": f"{notice.title}\n{notice.text}",
        "msteams": {"width": "Full"},
        "body": list(_elements(notice)),
        "actions": [{"type": "Action.OpenUrl", "title": notice.link, "url": notice.url}],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    message = {"type": "message", "summary": notice.title, "attachments": [attachment]}
    return json.dumps(message, ensure_ascii=False).encode()


def _elements(notice: Notice) -> Iterator[dict[str, Any]]:
    yield _block(_run(notice.title, weight="Bolder", size="Medium"))
    yield _block(_run(notice.text), spacing="Small")
    for place, fact in enumerate(notice.facts):
        yield _block(*_fact(fact), spacing="Small" if place else "Medium")
    for place, line in enumerate(notice.lines):
        yield _block(*_line(line), spacing="Small" if place else "Medium")
    if notice.more:
        yield _block(_run(f"• and {notice.more:,} more"), spacing="Small")
    yield _block(_run(notice.footer, size="Small", isSubtle=True))


def _fact(fact: Fact) -> Iterator[dict[str, Any]]:
    yield _run(f"{fact.label}: ")
    yield _run(fact.value, weight="Bolder")
    if fact.note:
        yield _run(f", {fact.note}", isSubtle=True)


def _line(line: Line) -> Iterator[dict[str, Any]]:
    yield _run("• ")
    open_url = {"type": "Action.OpenUrl", "url": line.url}
    if line.name:
        yield _run(line.name, color="Accent", selectAction=open_url)
        yield _run(" ")
    yield _run(line.text)
    if line.url and not line.name:
        yield _run(" ")
        yield _run(OPEN, color="Accent", selectAction=open_url)


def _block(*runs: dict[str, Any], spacing: str = "Default") -> dict[str, Any]:
    return {"type": "RichTextBlock", "spacing": spacing, "inlines": list(runs)}


def _run(text: str, **more: object) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **more}
