"""A real SMTP server on this machine, which does what a test tells it."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from smarketing.delivery.server import Encryption, SmtpServer

if TYPE_CHECKING:
    import ssl


@dataclass
class Post:
    """What the server answers, and what it took.

    Attributes:
        rcpt: Answer by recipient; others are welcome.
        data_command: Answer to the word DATA instead of the go-ahead.
        after_dot: Answer to the dot instead of 250; "drop": take it and drop the connection;
            "drop-begun": drop it before the body.
        connections: Opened so far; aiosmtpd's own look whether it is up included.
        closed: Those of them that are over: what came by them is in `taken`.
    """

    rcpt: dict[str, str] = field(default_factory=dict)
    mail: str = ""
    data_command: str = ""
    after_dot: str = ""
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    connections: int = 0
    closed: int = 0
    names: list[str] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802  (aiosmtpd's name)
        self,
        server: Any,  # noqa: ARG002
        session: Any,
        envelope: Any,  # noqa: ARG002
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.names.append(hostname)
        return responses

    async def handle_MAIL(  # noqa: N802
        self,
        server: Any,  # noqa: ARG002
        session: Any,  # noqa: ARG002
        envelope: Any,
        address: str,
        options: list[str],
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.mail or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        server: Any,  # noqa: ARG002
        session: Any,  # noqa: ARG002
        envelope: Any,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802
        if self.after_dot and not self.after_dot.startswith("drop"):
            return self.after_dot
        self.taken.append((list(envelope.rcpt_tos), envelope.content))
        if self.after_dot == "drop":
            server.transport.abort()
        return "250 taken"


class _Server(SMTP):
    post: Post

    def connection_made(self, transport: Any) -> None:
        self.post.connections += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.post.closed += 1

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.post.after_dot == "drop-begun":
            self.transport.abort()
        elif self.post.data_command:
            await self.push(self.post.data_command)
        else:
            await super().smtp_DATA(arg)


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=given.password == b"s p@ce", handled=False)


class _Controller(Controller):
    def __init__(self, post: Post, tls: ssl.SSLContext | None, *, login: bool) -> None:
        super().__init__(post, hostname="127.0.0.1", port=_free_port())
        self._options: dict[str, Any] = {"enable_SMTPUTF8": True, "tls_context": tls}
        if login:
            self._options |= {
                "authenticator": _login,
                "auth_required": True,
                "auth_require_tls": False,
            }

    def factory(self) -> SMTP:
        server = _Server(self.handler, **self._options)
        server.post = self.handler
        return server


def start(post: Post, tls: ssl.SSLContext | None = None, *, login: bool = False) -> Controller:
    """Return a server that listens; the caller stops it."""
    controller = _Controller(post, tls, login=login)
    controller.start()
    return controller


def at(
    controller: Controller, encryption: Encryption = Encryption.NEVER, **more: Any
) -> SmtpServer:
    """Return the settings that lead to a server."""
    return SmtpServer("127.0.0.1", controller.port, encryption, **more)


def nobody_listens() -> SmtpServer:
    """Return the settings of a port where nothing is."""
    return SmtpServer("127.0.0.1", _free_port(), Encryption.NEVER)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
