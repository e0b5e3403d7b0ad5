"""What a restored database must not do: send again what it has forgotten that it sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.domain.marks import RESTORED
from smarketing.domain.messages import KINDS
from smarketing.store.marks import move

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

_WHY: Final = "restored from a backup: it may have been sent since"
_ON_THEIR_WAY: Final = "state IN ('pending', 'claimed', 'dot')"
# Before the state changes, so that it can still be seen which ones they are.
_RECEIPTS: Final = (
    "INSERT INTO receipt (outbox_id, at, what, attempt, said) "
    f"SELECT id, :now, 'held', attempts, :why FROM outbox WHERE {_ON_THEIR_WAY} ORDER BY id"
)
_HOLD: Final = (
    "UPDATE outbox SET state = 'held', token = NULL, lease_until = NULL, last_reply = :why "
    f"WHERE {_ON_THEIR_WAY}"
)


def quiet_past(connection: Connection, now: datetime) -> int:
    """Let nothing leave by itself that fell due before now; return how many messages are held.

    Messages on their way are held for a person, whatever planners find that fell due until now
    counts as planned, what ladders still owe anybody is forgotten, and everybody signs in again:
    a session that was ended since the backup would be open otherwise.
    """
    values = {"now": seconds(now), "why": _WHY}
    connection.execute(text(_RECEIPTS), values)
    held = connection.execute(text(_HOLD), {"why": _WHY}).rowcount
    connection.execute(text("DELETE FROM ladder_told WHERE told_at IS NULL"))
    connection.execute(text("DELETE FROM portal_session"))
    move(connection, (*KINDS, RESTORED), now)
    return held
