"""A mail server of a few lines, which can be as rude as a test scripts it."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Self

from smarketing.delivery.server import Encryption, SmtpServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Answer = bytes | Callable[[socket.socket], None]

WELCOME = {
    "BANNER": b"220 scripted\r\n",
    "EHLO": b"250-scripted\r\n250 AUTH LOGIN PLAIN\r\n",
    "HELO": b"250 scripted\r\n",
    "AUTH": b"235 welcome\r\n",
    "MAIL": b"250 OK\r\n",
    "RCPT": b"250 OK\r\n",
    "DATA": b"354 go ahead\r\n",
    "DOT": b"250 taken\r\n",
    "RSET": b"250 OK\r\n",
    "QUIT": b"221 bye\r\n",
}


def hang_up(_caller: socket.socket) -> None:
    """Answer nothing and end the connection."""
    raise ConnectionResetError


def drip(answer: bytes) -> Callable[[socket.socket], None]:
    """Answer a byte at a time, each well within the patience of one read."""

    def dripping(caller: socket.socket) -> None:
        for byte in answer:
            sleep(0.05)
            caller.sendall(bytes([byte]))

    return dripping


def without_end(line: bytes) -> Callable[[socket.socket], None]:
    """Answer a line again and again until nobody listens."""

    def flooding(caller: socket.socket) -> None:
        while True:
            caller.sendall(line * 1000)

    return flooding


class Scripted:
    """Listens while the context is open; what is not scripted is answered kindly.

    Args:
        script: What to answer, by command; BANNER, DOT and CHALLENGED (whatever follows a 334)
            are called commands, too.
    """

    def __init__(self, script: Mapping[str, Answer]) -> None:
        self._script = WELCOME | dict(script)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve)
        self.commands: list[str] = []

    def at(self, **more: str) -> SmtpServer:
        """Return the settings that lead here."""
        known = {"encryption": Encryption.NEVER} | more
        return SmtpServer("127.0.0.1", self._socket.getsockname()[1], **known)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller, suppress(OSError), caller.makefile("rb") as lines:
                caller.settimeout(5)
                self._say(caller, "BANNER")
                for line in lines:
                    self._say(caller, self._command(line))

    def _command(self, line: bytes) -> str:
        if self.commands[-1] == "DATA" and self._script["DATA"] == WELCOME["DATA"]:
            return "DOT" if line == b".\r\n" else ""
        verb = line[:4].decode("latin-1").upper()
        if verb == "STAR":
            return "STARTTLS"
        return verb if verb in self._script else "CHALLENGED"

    def _say(self, caller: socket.socket, command: str) -> None:
        if not command:
            return
        self.commands.append(command)
        answer = self._script.get(command, b"502 what?\r\n")
        if callable(answer):
            answer(caller)
        else:
            caller.sendall(answer)
