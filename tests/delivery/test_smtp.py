from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from smarketing.delivery.errors import (
    DoubtfulError,
    LeaseLostError,
    RefusedError,
    UnreachableError,
)
from smarketing.delivery.server import Encryption, SmtpServer
from smarketing.delivery.smtp import SmtpTransport
from smarketing.domain.messages import Claimed
from tests.delivery import servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.controller import Controller

SENDER = "reports@example.org"


def claimed(
    recipient: str = "anna@example.com", mime: bytes = b"Subject: W47\n\nHello\n"
) -> Claimed:
    return Claimed(1, "token", "digest:2026-W47:1", recipient, mime, 1)


def yes() -> bool:
    return True


@pytest.fixture
def transport(mail_server: Controller) -> Iterator[SmtpTransport]:
    transport = SmtpTransport(servers.at(mail_server), SENDER, timeout=5, dot_timeout=5)
    yield transport
    transport.close()


def test_a_message_arrives_as_it_was_frozen(transport: SmtpTransport, post: servers.Post):
    mime = "Subject: W47\n\n.a line with a dot\n..two\nübergröße\n".encode()
    assert transport.send(claimed(mime=mime), yes) == "250 taken"
    assert post.taken == [(["anna@example.com"], mime.replace(b"\n", b"\r\n"))]
    assert post.names == ["example.org"]


def test_a_body_without_a_last_line_break_still_ends(transport: SmtpTransport, post: servers.Post):
    transport.send(claimed(mime=b"Subject: W47\r\n\r\nHello"), yes)
    assert post.taken[0][1] == b"Subject: W47\r\n\r\nHello\r\n"


def test_one_connection_serves_many_messages(transport: SmtpTransport, post: servers.Post):
    post.rcpt["gone@example.com"] = "550 unknown"
    transport.send(claimed(), yes)
    with pytest.raises(RefusedError):
        transport.send(claimed("gone@example.com"), yes)
    transport.send(claimed("bert@example.com"), yes)
    assert [recipients for recipients, _ in post.taken] == [
        ["anna@example.com"],
        ["bert@example.com"],
    ]
    assert post.connections - 1 == 1  # aiosmtpd looks once by itself whether it is up


@pytest.mark.parametrize(
    ("answers", "permanent"),
    [
        pytest.param({"rcpt": {"anna@example.com": "451 later"}}, False, id="4xx at RCPT"),
        pytest.param({"rcpt": {"anna@example.com": "550 unknown"}}, True, id="5xx at RCPT"),
        pytest.param({"data_command": "451 busy"}, False, id="4xx at DATA"),
        pytest.param({"data_command": "554 no"}, True, id="5xx at DATA"),
        pytest.param({"after_dot": "452 full"}, False, id="4xx after the dot"),
        pytest.param({"after_dot": "554 spam"}, True, id="5xx after the dot"),
        pytest.param({"after_dot": "drop-begun"}, False, id="dropped before the body"),
    ],
)
def test_a_definite_answer_is_a_refusal(transport, post, answers, permanent):
    vars(post).update(answers)
    with pytest.raises(RefusedError) as refused:
        transport.send(claimed(), yes)
    assert refused.value.permanent is permanent
    assert post.taken == []


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({"mail": "550 sender unknown"}, id="5xx at MAIL"),
        pytest.param({"mail": "421 shutting down"}, id="421 at MAIL"),
        pytest.param({"rcpt": {"anna@example.com": "421 bye"}}, id="421 at RCPT"),
        pytest.param({"rcpt": {"anna@example.com": "530 log in first"}}, id="530 at RCPT"),
    ],
)
def test_what_is_not_about_the_message_holds_for_all_of_them(transport, post, answers):
    vars(post).update(answers)
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:\d+ .*: \d\d\d "):
        transport.send(claimed(), yes)


def test_a_connection_lost_after_the_dot_is_doubtful(transport: SmtpTransport, post: servers.Post):
    post.after_dot = "drop"
    with pytest.raises(DoubtfulError, match="may have arrived"):
        transport.send(claimed(), yes)
    assert len(post.taken) == 1
    post.after_dot = ""
    assert transport.send(claimed("bert@example.com"), yes) == "250 taken"


def test_whoever_lost_the_lease_delivers_nothing(transport: SmtpTransport, post: servers.Post):
    with pytest.raises(LeaseLostError):
        transport.send(claimed(), lambda: False)
    transport.send(claimed("bert@example.com"), yes)
    assert [recipients for recipients, _ in post.taken] == [["bert@example.com"]]


def test_an_error_before_the_dot_delivers_nothing(transport: SmtpTransport, post: servers.Post):
    def database_gone() -> bool:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        transport.send(claimed(), database_gone)
    assert post.taken == []


def test_a_server_that_is_not_there_is_named():
    transport = SmtpTransport(servers.nobody_listens(), SENDER)
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:\d+ refused"):
        transport.send(claimed(), yes)
    transport.close()


def test_a_banner_that_says_no_is_told():
    with _banner(b"554 not today\r\n") as port:
        transport = SmtpTransport(SmtpServer("127.0.0.1", port, Encryption.NEVER), SENDER)
        with pytest.raises(UnreachableError, match="554 not today"):
            transport.send(claimed(), yes)


def test_a_server_that_keeps_silent_is_not_waited_for():
    with _banner(b"") as port:
        server = SmtpServer("127.0.0.1", port, Encryption.NEVER)
        transport = SmtpTransport(server, SENDER, timeout=0.2)
        with pytest.raises(UnreachableError, match=r"no whole answer within 0\.2 seconds"):
            transport.send(claimed(), yes)


def test_where_starttls_is_required_nothing_goes_without_it(mail_server: Controller, post):
    transport = SmtpTransport(servers.at(mail_server, Encryption.REQUIRED), SENDER)
    with pytest.raises(UnreachableError, match="offers no STARTTLS"):
        transport.send(claimed(), yes)
    assert post.taken == []


def test_where_starttls_is_optional_mail_goes_without_it(mail_server: Controller):
    transport = SmtpTransport(servers.at(mail_server, Encryption.OPTIONAL), SENDER)
    assert transport.send(claimed(), yes) == "250 taken"
    transport.close()


def test_a_password_is_not_sent_in_clear_unless_asked_for(mail_server: Controller):
    server = servers.at(mail_server, Encryption.OPTIONAL, user="anna", password="secret")
    with pytest.raises(UnreachableError, match="not sent in clear"):
        SmtpTransport(server, SENDER).send(claimed(), yes)


def test_an_address_beyond_ascii_is_sent_where_the_server_takes_it(transport, post):
    transport.send(claimed("jürgen@example.com"), yes)
    assert post.taken[0][0] == ["jürgen@example.com"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("password", "works"), [("s p@ce", True), ("wrong", False)])
def test_a_login_is_done_and_its_refusal_told(post: servers.Post, password: str, works: bool):  # noqa: FBT001
    controller = servers.start(post, login=True)
    try:
        server = servers.at(controller, user="anna", password=password)
        transport = SmtpTransport(server, SENDER)
        if works:
            assert transport.send(claimed(), yes) == "250 taken"
        else:
            with pytest.raises(UnreachableError, match="535"):
                transport.send(claimed(), yes)
        transport.close()
    finally:
        controller.stop()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("trusted", [True, False])
def test_starttls_needs_a_certificate_that_is_trusted(post, tmp_path: Path, trusted: bool):  # noqa: FBT001
    certificate, key = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    controller = servers.start(post, context)
    try:
        trust = ssl.create_default_context(cafile=certificate) if trusted else None
        server = servers.at(controller, Encryption.REQUIRED)
        transport = SmtpTransport(server, SENDER, context=trust)
        if trusted:
            assert transport.send(claimed(), yes) == "250 taken"
        else:
            with pytest.raises(UnreachableError, match="certificate"):
                transport.send(claimed(), yes)
        transport.close()
    finally:
        controller.stop()


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    named = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out"]
    subprocess.run(  # noqa: S603  (fixed arguments)
        [str(shutil.which("openssl")), *asked, *named, str(certificate)],
        check=True,
        capture_output=True,
    )
    return certificate, key


class _banner:  # noqa: N801  (reads as a function)
    """A port that says one thing to one caller and then nothing."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve)

    def __enter__(self) -> int:
        self._thread.start()
        return int(self._socket.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        caller, _ = self._socket.accept()
        with caller:
            caller.sendall(self._text)
            caller.settimeout(5)
            caller.recv(1000)
