"""A worker that dies at a step: a process of its own, without a chance to tidy up.

Run as a program it reads one JSON object a line, forks a worker for each, and answers with its
exit code: importing everything once a death would take longer than the deaths.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from smarketing.delivery.drain import drain
from smarketing.delivery.server import Encryption, SmtpServer
from smarketing.delivery.smtp import SmtpTransport
from smarketing.domain.messages import MAIL, Message
from smarketing.store.engine import open_engine
from smarketing.store.outbox import OutboxStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from smarketing.delivery.dialogue import Dialogue

KILLED = 9
SURVIVED = 0
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
NAMES = ("anna", "bert", "cleo")

CALLS = ("plan", "claim", "mark_dot", "mark_sent")
"""The calls of the outbox near which a worker dies: before, at its commit, after."""


def messages() -> list[Message]:
    return [
        Message(
            dedupe_key=f"digest:2026-W47:{name}",
            kind="digest",
            recipient=f"{name}@example.com",
            subject="W47",
            message_id=f"<{name}@example.com>",
            mime=f"Subject: W47\r\n\r\n{'Hello ' * 100}{name}\r\n".encode(),
            not_before=NOW,
            expires_at=NOW + timedelta(hours=48),
            created_at=NOW,
        )
        for name in NAMES
    ]


def die(*_: object) -> None:
    os._exit(KILLED)


class MortalOutbox:
    """The outbox, up to a step like `mark_dot: after`."""

    def __init__(self, database_url: str, step: str) -> None:
        self._engine = open_engine(database_url)
        self._store = OutboxStore(self._engine)
        self._step = step

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        return self._mortal(name, method) if name in CALLS else method

    def _mortal(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **more: Any) -> Any:
            if self._step == f"{name}: before":
                die()
            if self._step == f"{name}: at its commit":
                event.listen(self._engine, "commit", die)  # SQLAlchemy calls it right before
            result = method(*args, **more)
            if self._step == f"{name}: after":
                die()
            return result

        return called


class MortalTransport(SmtpTransport):
    """The way out, up to a step within the dialogue."""

    step = ""

    def _open(self) -> Dialogue:
        if self.step == "connection: before":
            die()
        connection = super()._open()
        send = connection.send

        def mortal_send(data: Any) -> None:
            if isinstance(data, bytes) and len(data) > 100 and self.step == "body: half":
                send(data[:100])
                die()
            send(data)
            if data == b".\r\n" and self.step == "dot: after":
                die()

        connection.send = mortal_send  # type: ignore[method-assign]
        return connection


def live(database_url: str, port: int, step: str) -> None:
    """Plan and send, and die at the step."""
    outbox = MortalOutbox(database_url, step)
    outbox.plan(messages())
    transport = MortalTransport(
        SmtpServer("127.0.0.1", port, Encryption.NEVER), "reports@example.org", timeout=10
    )
    transport.step = step
    drain(outbox, {MAIL: transport}, NOW)


def _fork(asked: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        try:
            live(**asked)
        except BaseException:  # noqa: BLE001  (whatever it is, the parent's loop must not go on here)
            traceback.print_exc()
            os._exit(1)
        os._exit(SURVIVED)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(f"{_fork(json.loads(line))}\n")
        sys.stdout.flush()
