"""The kinds of marks of time: one a kind of message, one a nightly work, two about backups.

A mark of a kind of message says that whatever fell due up to it is planned, or is not to be: a
restored database has forgotten what it sent since its backup.
"""

from __future__ import annotations

from typing import Final

BACKED_UP: Final = "backup"
"""When the last backup began; a restored database has that of the backup it came from."""
RESTORED: Final = "restored"
"""When the database was restored last."""


def nightly(work: str) -> str:
    """Return the kind of a work that is done once a night: the night that it was done for."""
    return f"night:{work}"
