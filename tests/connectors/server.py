"""A small real HTTP server on this computer, with a script of answers."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Reply:
    """One answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: threading.Event | None = None
    claims: int | None = None


@dataclass
class Script:
    """The answers to give, one a request (the last one for ever), and the requests that came."""

    url: str
    replies: list[Reply | Callable[[dict[str, str]], Reply]]
    requests: list[dict[str, str]] = field(default_factory=list)

    def next_reply(self, headers: dict[str, str]) -> Reply:
        self.requests.append(headers)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply(headers) if callable(reply) else reply


@contextmanager
def serving(*replies: Reply | Callable[[dict[str, str]], Reply]) -> Iterator[Script]:
    """Serve the answers on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            reply = script.next_reply({key.lower(): value for key, value in self.headers.items()})
            if reply.wait:
                reply.wait.wait(5)
            self.send_response(reply.status)
            for key, value in reply.headers.items():
                self.send_header(key, value)
            size = len(reply.body) if reply.claims is None else reply.claims
            self.send_header("Content-Length", str(size))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
            """Keep quiet."""

        def handle(self) -> None:
            # A client that gave up is part of the cases.
            try:
                super().handle()
            except OSError:
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script = Script(f"http://127.0.0.1:{server.server_port}/export.csv", list(replies))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
