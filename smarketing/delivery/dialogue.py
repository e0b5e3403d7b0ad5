"""smtplib's connection with a bound to every answer as a whole, and what went wrong in words.

smtplib bounds each read, not the answer: a server that drips a byte a second, or never ends an
answer of many lines, would keep a drain for ever or fill its memory.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from time import monotonic
from typing import Any, Final

_LARGEST_ANSWER: Final = 65_536
"""Bytes; RFC 5321 gives a line of an answer 512."""
_LONGEST_REPLY: Final = 500
_LEAVING: Final = 421

_WORDS: Final[dict[type[Exception], str]] = {
    socket.gaierror: "is not found: nobody knows a host of that name",
    UnicodeError: "is not found: that is no name of a host",
    ConnectionRefusedError: "refused the connection: nothing listens on that port",
    TimeoutError: "did not answer in time",
    ConnectionError: "dropped the connection",
}
"""What a server did, by the error: the first that fits."""


class LeavingError(smtplib.SMTPResponseException):
    """The server closes the connection, whatever it was asked (RFC 5321, 3.8)."""


class LateError(smtplib.SMTPServerDisconnected):
    """The server did not answer in time; the connection is closed."""


class Dialogue(smtplib.SMTP):
    """A connection on which every answer comes within `timeout` seconds, or not at all."""

    def getreply(self) -> tuple[int, bytes]:
        """Return the code and the text of one answer; -1 for what is no answer of SMTP.

        Raises:
            LeavingError: It was 421; the connection is closed.
            LateError: There was none in time, or not a whole one.
            SMTPServerDisconnected: The connection is lost.
        """
        try:
            code, text = self._answer()
        except TimeoutError as error:
            self.close()
            late = f"gave no whole answer within {self.timeout:g} seconds"
            raise LateError(late) from error
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(words_of(error)) from error
        if code == _LEAVING:
            self.close()
            raise LeavingError(code, text)
        return code, text

    def _answer(self) -> tuple[int, bytes]:
        if self.sock is None:
            raise ConnectionError
        if self.file is None:
            self.file = self.sock.makefile("rb")
        lines = _Lines(self.sock, self.file, self.timeout)
        texts = []
        while True:
            line = lines.next()
            texts.append(line[4:].strip())
            if not line[:3].isdigit():
                return -1, line.strip()
            if line[3:4] != b"-":
                self.sock.settimeout(self.timeout)
                return int(line[:3]), b"\n".join(texts)


class EncryptedDialogue(Dialogue, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class _Lines:
    """The lines of one answer.

    Args:
        sock: Where they come from.
        file: The buffer over it; what comes after the answer stays there.
        seconds: For all of them together.
    """

    def __init__(self, sock: socket.socket, file: Any, seconds: float) -> None:  # noqa: ANN401  (smtplib's)
        self._sock = sock
        self._file = file
        self._ends_at = monotonic() + seconds
        self._room = _LARGEST_ANSWER

    def next(self) -> bytes:
        """Return the next line."""
        line = b""
        while not line.endswith(b"\n"):
            line += self._some()
        return line

    def _some(self) -> bytes:
        """Return what is there of a line, after at most one read."""
        left = self._ends_at - monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        seen = self._file.peek(1)
        if not seen:
            raise ConnectionError
        some: bytes = self._file.read(seen.find(b"\n") + 1 or len(seen))
        self._room -= len(some)
        if self._room < 0:
            raise smtplib.SMTPException("gave an answer without end, which was not read on")
        return some


def words_of(error: Exception) -> str:
    """Return what a server did, as it follows its name in a sentence: `dropped the connection`."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"says: {spoken(error.smtp_code, error.smtp_error)}"
    if isinstance(error, smtplib.SMTPException):
        return str(error)
    if isinstance(error, ssl.SSLError):
        return _words_of_encryption(error)
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return words
    return f"is not to be reached: {getattr(error, 'strerror', None) or error}"


def _words_of_encryption(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"shows a certificate that is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLEOFError):
        return "dropped the connection while it was being encrypted"
    return (
        f"does not speak the encryption that we expect ({error.reason or error}): check the port, "
        "and whether it is one for smtp:// or for smtps://"
    )


def spoken(code: int, text: bytes | str) -> str:
    """Return an answer in one line, as it came but for its line breaks."""
    said = text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text
    line = " ".join(said.split())[:_LONGEST_REPLY]
    return (
        f"{code} {line}".strip() if code >= 0 else f"{line!r}, which is no answer of a mail server"
    )
