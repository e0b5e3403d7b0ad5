"""A mail server that defers, refuses, hangs and drops, and logs what it took: the oracle.

`rude_server.py FOLDER SEED` writes its port to FOLDER/port and a line of JSON to FOLDER/taken for
every message that it took or refused for good, before it says so. Once FOLDER/calm is there, it
does as one would wish.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Final

sys.path[0] = str(Path(__file__).parents[1])  # not this folder: the library has a calendar, too

from aiosmtpd.smtp import SMTP, Envelope, Session  # noqa: E402

NOBODY: Final = "nobody@example.com"
"""A recipient that is never there."""
_HANG_S: Final = 20.0
_SLOWEST_S: Final = 0.03  # before an answer
_REFUSED_OF: Final = 40  # one message of so many is refused for good, whenever it comes

_AT_DATA: Final = {
    "451 try later": 8,
    "drop": 3,
    "take and drop": 5,
    "hang": 1,
    "take and hang": 2,
    "421 leaving": 2,
    "": 79,
}
"""What happens after the dot, and how often; empty: it is taken. A pass ends at the first doubt."""


@dataclass
class Rude:
    """What the server answers.

    Attributes:
        folder: Where the log is, and whether it is calm.
        random: Decides on the rudeness.
    """

    folder: Path
    random: Random

    @property
    def is_calm(self) -> bool:
        """Return whether to do as one would wish."""
        return (self.folder / "calm").exists()

    def happens(self, percent: int) -> bool:
        """Return whether something happens now."""
        return not self.is_calm and self.random.random() * 100 < percent

    async def handle_MAIL(  # noqa: N802  (aiosmtpd's name, and its arguments)
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Answer who it comes from."""
        if self.happens(2):
            return "421 leaving"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer whom it is for."""
        if address == NOBODY:
            self.log("refused", "", address, b"")
            return "550 5.1.1 no such person"
        if self.happens(3):
            server.transport.abort()
        if self.happens(8):
            return "450 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer to the dot."""
        await asyncio.sleep(self.random.random() * _SLOWEST_S)
        content = envelope.content
        name = str(message_from_bytes(content)["Message-ID"])
        [recipient] = envelope.rcpt_tos
        if sha256(name.encode()).digest()[0] % _REFUSED_OF == 0:
            self.log("refused", name, recipient, content)
            return "554 5.6.0 not this one"
        said = "" if self.is_calm else self.random.choices(*zip(*_AT_DATA.items(), strict=True))[0]
        if said in {"", "take and drop", "take and hang"}:
            self.log("taken", name, recipient, content)
        if said.endswith("hang"):
            await asyncio.sleep(_HANG_S)
        if said.endswith(("drop", "hang")):
            server.transport.abort()
        return said if said[:1].isdigit() else "250 taken"

    def log(self, what: str, name: str, recipient: str, content: bytes) -> None:
        """Write a line in one piece."""
        line = {
            "what": what,
            "message_id": name,
            "recipient": recipient,
            "sha256": sha256(content).hexdigest(),
        }
        handle = os.open(self.folder / "taken", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, f"{json.dumps(line)}\n".encode())
        os.close(handle)


async def serve(folder: Path, seed: int) -> None:
    """Serve until the process ends."""
    rude = Rude(folder, Random(seed))  # noqa: S311  (no secret)
    listening = await asyncio.get_running_loop().create_server(
        lambda: SMTP(rude, enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    (folder / "port.new").write_text(str(listening.sockets[0].getsockname()[1]))
    (folder / "port.new").rename(folder / "port")
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
