"""The text of a version as a file to be changed: its first line says what it was made from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from smarketing.domain.versions import Version

_MADE_FROM: Final = re.compile(r"\ufeff?# Made from ([a-z0-9_-]+) version ([0-9]{1,9})\b.*\n")


def exported(version: Version) -> str:
    """Return the text of a version behind a line that says which one it is."""
    return (
        f"# Made from {version.name} version {version.version}. Leave this line: by it, loading "
        f"the file is refused once a newer version stands.\n{version.text}"
    )


def made_from(text: str) -> tuple[tuple[str, int] | None, str]:
    """Return the name and the number that an exported text was made from, and the text itself.

    None: it is no export. The line is no part of the agreement, so that an export that is loaded
    unchanged is the version that it was made from.
    """
    match = _MADE_FROM.match(text)
    if match is None:
        return None, text
    return (match[1], int(match[2])), text[match.end() :]
