"""What the next page says first: what came of an act, and the way to take it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import flash, get_flashed_messages

if TYPE_CHECKING:
    from collections.abc import Sequence


def note(sentence: str, kind: str = "done", *, leads: Sequence[int] = (), ref: str = "") -> None:
    """Leave a sentence for the next page.

    Args:
        sentence: What came of it.
        kind: done, known or problem: the colour.
        leads: The leads of an act that can be taken back.
        ref: Of that act; "" where there is none.
    """
    flash(json.dumps({"sentence": sentence, "leads": list(leads), "ref": ref}), kind)


def notes() -> list[dict[str, Any]]:
    """Return what was left for this page: `kind, sentence, leads, ref` each."""
    left: list[tuple[str, str]] = get_flashed_messages(with_categories=True)  # type: ignore[assignment]
    return [{"kind": kind, **json.loads(message)} for kind, message in left]
