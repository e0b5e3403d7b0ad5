"""A real HTTP server on this machine, which keeps what it gets and does what a test tells it."""

from __future__ import annotations

import hmac
import ssl
import threading
from base64 import b64decode, b64encode
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_c2VjcmV0LW9mLWEtcm90YXRlZC1lbmRwb2ludA=="


@dataclass(frozen=True)
class Taken:
    """One request: its path, its headers with small letters, its body."""

    path: str
    headers: dict[str, str]
    body: bytes

    def is_signed_by(self, secret: str) -> bool:
        """Whether a receiver that has this secret believes it, as Standard Webhooks says."""
        key = b64decode(secret.removeprefix("whsec_"))
        head = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}."
        right = b64encode(hmac.digest(key, head.encode() + self.body, "sha256")).decode()
        return f"v1,{right}" in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """What the server answers, and what it took.

    Attributes:
        manner: "answer"; "drop": take the request and hang up; "hang": take it and say nothing;
            "drip": say a byte of the answer now and then.
        statuses: One a request, the last one for ever.
    """

    port: int
    manner: str = "answer"
    statuses: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    said: bytes = b"ok"
    taken: list[Taken] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/T0/secret"

    def takes(self, count: int) -> bool:
        """Whether so many requests came: a thread may note one after its caller gave up."""
        given_up_at = monotonic() + 10
        while len(self.taken) < count and monotonic() < given_up_at:
            sleep(0.01)
        return len(self.taken) == count

    def status(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"]))
        self.receiver.taken.append(Taken(self.path, headers, body))
        getattr(self, self.receiver.manner)()

    def do_GET(self) -> None:
        raise AssertionError("a redirect was followed")

    def drop(self) -> None:
        self.close_connection = True

    def hang(self) -> None:
        self.receiver.over.wait(10)

    def drip(self) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 10_000:
            if self.receiver.over.wait(0.02):
                return
            self.wfile.write(bytes([byte]))

    def answer(self) -> None:
        self.send_response(self.receiver.status())
        for name, value in self.receiver.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.receiver.said)))
        self.end_headers()
        self.wfile.write(self.receiver.said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Keep quiet."""

    def handle(self) -> None:
        # A client that gave up is part of the cases.
        try:
            super().handle()
        except OSError:
            return


@contextmanager
def receiving(certificate: tuple[Path, Path] | None = None) -> Iterator[Receiver]:
    """Serve on a free port of 127.0.0.1, with TLS where there is a certificate and its key."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    receiver = handler.receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
