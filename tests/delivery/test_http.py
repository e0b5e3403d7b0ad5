from __future__ import annotations

import shutil
import ssl
import subprocess
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from smarketing.delivery.errors import DoubtfulError, LeaseLostError, UnreachableError
from smarketing.delivery.http import HttpSender, place_of
from tests.delivery import servers
from tests.delivery.receiver import Receiver, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = b'{"text": "hello"}'
NAME = "hooks.example"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def here(_host: str, _port: int) -> tuple[str, ...]:
    return ("127.0.0.1",)


def post(url: str, sender: HttpSender | None = None, *, go: bool = True, private: bool = True):
    sender = sender or HttpSender(here, answer_s=5)
    return sender.post(url, BODY, {"X-Kind": "test"}, lambda: go, allow_private=private)


def test_a_body_arrives_as_it_is_and_the_answer_comes_back(receiver):
    receiver.said = b"all\nright \x1b[0m then"
    answer = post(receiver.url)
    assert (answer.status, answer.said) == (200, "all right [0m then")
    (taken,) = receiver.taken
    assert (taken.path, taken.body) == ("/hooks/T0/secret", BODY)
    assert taken.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert taken.headers["x-kind"] == "test"


def test_the_name_of_the_url_is_asked_for_and_the_address_of_the_guard_is_called(receiver):
    asked = []

    def resolve(host: str, port: int) -> tuple[str, ...]:
        asked.append((host, port))
        return ("127.0.0.1",)

    post(f"http://{NAME}:{receiver.port}/x", HttpSender(resolve))
    assert asked == [(NAME, receiver.port)]
    assert receiver.taken[0].headers["host"] == f"{NAME}:{receiver.port}"


def test_a_name_whose_second_answer_is_private_leads_nowhere_private(receiver):
    # The public address takes no connection here; with rebinding the request would arrive.
    answers = [("192.0.2.1",), ("127.0.0.1",)]

    def resolve(_host: str, _port: int) -> tuple[str, ...]:
        return answers.pop(0)

    sender = HttpSender(resolve, connect_s=0.2)
    with pytest.raises(UnreachableError):
        post(f"http://{NAME}:{receiver.port}/x", sender)
    assert answers == [("127.0.0.1",)]
    with pytest.raises(UnreachableError, match="own network"):
        post(f"https://{NAME}:{receiver.port}/x", sender, private=False)
    assert receiver.taken == []


def test_without_allow_private_nothing_reaches_this_machine_nor_goes_in_clear(receiver):
    with pytest.raises(UnreachableError, match="not encrypted; write https"):
        post(receiver.url, private=False)
    with pytest.raises(UnreachableError, match="own network"):
        post(receiver.url.replace("http:", "https:"), private=False)
    assert receiver.taken == []


def test_no_redirect_is_followed(receiver):
    receiver.statuses, receiver.headers = [302], {"Location": receiver.url}
    assert post(receiver.url).status == 302
    assert len(receiver.taken) == 1


def test_a_proxy_of_the_environment_is_not_asked(receiver, monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert post(receiver.url).status == 200


def test_when_the_lease_is_lost_nothing_is_sent(receiver):
    with pytest.raises(LeaseLostError):
        post(receiver.url, go=False)
    assert receiver.taken == []


def test_where_nobody_listens_nothing_was_sent():
    port = servers.nobody_listens().port
    with pytest.raises(UnreachableError, match=f"{port}: Connection refused"):
        post(f"http://127.0.0.1:{port}/x")


@pytest.mark.parametrize(
    ("manner", "told"),
    [
        ("drop", "it may have arrived"),
        ("hang", "no answer within 0.5 s; it may have arrived"),
        ("drip", "no answer within 0.5 s; it may have arrived"),
    ],
)
def test_a_request_without_an_answer_is_in_doubt(receiver, manner: str, told: str):
    receiver.manner = manner
    with pytest.raises(DoubtfulError, match=told) as caught:
        post(receiver.url, HttpSender(here, answer_s=0.5))
    assert "secret" not in str(caught.value)
    assert receiver.takes(1)


def test_no_more_of_an_answer_is_read_than_is_of_use(receiver):
    receiver.said = b"x" * 10_000_000
    assert post(receiver.url).said == "x" * 200


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
@pytest.mark.parametrize(
    ("named", "trusted", "fault"),
    [
        pytest.param(NAME, True, "", id="the host's own, trusted"),
        pytest.param(NAME, False, "no valid certificate", id="not trusted"),
        pytest.param("other.example", True, "no valid certificate", id="another host's"),
    ],
)
def test_tls_asks_for_a_certificate_of_the_name(
    tmp_path: Path,
    named: str,
    trusted: bool,  # noqa: FBT001
    fault: str,
):
    certificate = _certificate(tmp_path, named)
    trust = ssl.create_default_context(cafile=certificate[0]) if trusted else None
    sender = HttpSender(here, context=trust, answer_s=5)
    with receiving(certificate) as receiver:
        url = f"https://{NAME}:{receiver.port}/x"
        if not fault:
            assert post(url, sender).status == 200
        else:
            with pytest.raises(UnreachableError, match=fault):
                post(url, sender)
            assert receiver.taken == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_an_encrypted_answer_that_drips_is_cut_off_too(tmp_path: Path):
    certificate = _certificate(tmp_path, NAME)
    trust = ssl.create_default_context(cafile=certificate[0])
    with receiving(certificate) as receiver:
        receiver.manner = "drip"
        with pytest.raises(DoubtfulError, match="no answer within 1 s"):
            post(f"https://{NAME}:{receiver.port}/x", HttpSender(here, context=trust, answer_s=1))


def test_a_server_that_never_shakes_hands_is_given_up_before_anything_is_sent():
    import socket  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", 0)) as silent:
        held = []
        thread = Thread(target=lambda: held.append(silent.accept()))
        thread.start()
        url = f"https://{NAME}:{silent.getsockname()[1]}/x"
        with pytest.raises(UnreachableError, match="no encrypted connection"):
            post(url, HttpSender(here, answer_s=0.3))
        thread.join()
        held[0][0].close()


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("hooks.example/x", "is no address"),
        ("ftp://hooks.example/x", "is no address"),
        ("https:///x", "is no address"),
        ("https://hooks.example:99999/x", "is no address"),
        ("https://user:password@hooks.example/x", "holds a user or a password"),
        ("https://hooks.example/a b", "has a space"),
        ("https://hööks.example/x", "beyond ASCII"),
    ],
)
def test_a_url_that_leads_nowhere_is_said_without_showing_it(url: str, fault: str):
    with pytest.raises(ValueError, match=fault) as caught:
        place_of(url)
    assert "example" not in str(caught.value)


def _certificate(folder: Path, named: str) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key)]
    names = ["-subj", f"/CN={named}", "-addext", f"subjectAltName=DNS:{named}", "-out"]
    subprocess.run(  # noqa: S603  (openssl, with arguments of ours)
        [str(shutil.which("openssl")), *asked, *names, str(certificate)],
        check=True,
        capture_output=True,
    )
    return certificate, key
