from __future__ import annotations

import pytest

from smarketing.delivery.server import Encryption, SmtpServer, parse_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        pytest.param(
            "smtp://user:pass@host:587?starttls=required",
            SmtpServer("host", 587, Encryption.REQUIRED, "user", "pass"),
            id="as documented",
        ),
        pytest.param(
            "smtps://me%40example.com:p%3A%2F%40ss@mail.example.com",
            SmtpServer("mail.example.com", 465, Encryption.TLS, "me@example.com", "p:/@ss"),
            id="percent-encoded",
        ),
        pytest.param(
            "smtp://localhost", SmtpServer("localhost", 25, Encryption.OPTIONAL), id="a relay"
        ),
        pytest.param(
            "smtp://user:pass@host",
            SmtpServer("host", 587, Encryption.REQUIRED, "user", "pass"),
            id="a user makes it required",
        ),
        pytest.param(
            "smtp://[::1]:1025?starttls=never", SmtpServer("::1", 1025, Encryption.NEVER), id="IPv6"
        ),
    ],
)
def test_a_url_names_a_server(url: str, server: SmtpServer):
    assert parse_server(url) == server


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mail.example.com:587", "neither smtp:// nor smtps://"),
        ("smtp://", "names no host"),
        ("smtp://u:pass/word@host", "Percent-encode"),
        ("smtp://u:pass@host:0", "no number from 1 to 65535"),
        ("smtp://u:pass@host:http", "no number from 1 to 65535"),
        ("smtp://u:pass@[host", "is no address"),
        ("smtp://host?tls=1", "unknown option 'tls'"),
        ("smtp://host?starttls=maybe", "required, optional or never"),
        ("smtps://host?starttls=required", "encrypted already"),
    ],
)
def test_a_wrong_url_is_told_with_the_mend_and_without_the_password(url: str, said: str):
    with pytest.raises(ValueError, match=said) as wrong:
        parse_server(url)
    assert "pass@" not in str(wrong.value)


def test_the_password_is_not_shown():
    assert "s3cret" not in repr(parse_server("smtp://u:s3cret@host"))
