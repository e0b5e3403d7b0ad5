"""What the next page says first: what came of an act, and the way to take it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from flask import flash, get_flashed_messages

from smarketing.web.words import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smarketing.domain.errors import SmarketingError

_KEPT: Final = 1_000
"""Characters of what was typed: more may be too long for the cookie that messages are in."""


def note(sentence: str, kind: str = "done", *, leads: Sequence[int] = (), ref: str = "") -> None:
    """Leave a sentence for the next page.

    Args:
        sentence: What came of it.
        kind: done, known or problem: the colour.
        leads: The leads of an act that can be taken back.
        ref: Of that act; "" where there is none.
    """
    flash(json.dumps({"sentence": sentence, "leads": list(leads), "ref": ref}), kind)


def refused(error: SmarketingError, text: str) -> None:
    """Leave for the next page why a form was refused, and what was typed, to be taken from there.

    Args:
        error: Why.
        text: What was typed; as much of it as a cookie holds is kept.
    """
    why, typed = str(error).rstrip("."), text.strip()
    kept = typed if len(typed) <= _KEPT else f"{typed[:_KEPT]} …"
    wrote = f" You wrote: “{kept}”" if kept else ""
    note(f"{sentence(why)}.{wrote}", "problem")


def notes() -> list[dict[str, Any]]:
    """Return what was left for this page: `kind, sentence, leads, ref` each."""
    left: list[tuple[str, str]] = get_flashed_messages(with_categories=True)  # type: ignore[assignment]
    return [{"kind": kind, **json.loads(message)} for kind, message in left]
