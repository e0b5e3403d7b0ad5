"""Our own files: an address that changes with the content, so that browsers may keep them."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import request

if TYPE_CHECKING:
    from flask import Flask, Response


def install(app: Flask) -> None:
    """Put the version of a file into every address that `url_for('static', ...)` makes."""

    @app.url_defaults
    def add(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("v", _version(Path(app.static_folder or "", values["filename"])))


def keeping(response: Response) -> str:
    """Return the Cache-Control of a file: kept for a year where its address names its content."""
    is_named = "v" in request.args and response.status_code in (200, 304)
    return "public, max-age=31536000, immutable" if is_named else "no-cache"


@cache
def _version(file: Path) -> str | None:
    """Return what changes with the content; None for a file that is not there."""
    return sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else None
