"""What a mail server can do to us, command by command: the state and the sentence it ends in."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from smarketing.delivery.drain import drain
from smarketing.delivery.server import Encryption, SmtpServer
from smarketing.delivery.smtp import SmtpTransport
from smarketing.domain.messages import MAIL, Message
from smarketing.store.engine import open_engine
from smarketing.store.outbox import OutboxStore
from tests.delivery.scripted import Scripted, drip, hang_up, without_end

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
PATIENCE = 0.4  # seconds for an answer; a dripping server needs more than ten times that

OFFERS_TLS = {"EHLO": b"250-scripted\r\n250 STARTTLS\r\n", "STARTTLS": b"220 go ahead\r\n"}
LOGIN = {"user": "anna", "password": "secret"}
TLS = {"encryption": Encryption.REQUIRED}
FROM_THE_FIRST_BYTE = {"encryption": Encryption.TLS}

# What cannot be handed in waits: the server may be better in a minute.
WAITS = [
    ("421 in the banner", {"BANNER": b"421 too busy\r\n"}, {}, "says: 421 too busy"),
    ("554 in the banner", {"BANNER": b"554 not you\r\n"}, {}, "says: 554 not you"),
    ("hangs up at once", {"BANNER": hang_up}, {}, "dropped the connection"),
    (
        "no mail server",
        {"BANNER": b"HTTP/1.1 400 Bad Request\r\n\r\n"},
        {},
        "says: 'HTTP/1.1 400 Bad Request', which is no answer of a mail server",
    ),
    ("a banner that drips", {"BANNER": drip(b"220 " + b"x" * 999)}, {}, "gave no whole answer"),
    ("a banner of 10 MB", {"BANNER": b"220 " + b"x" * 10**7}, {}, "gave an answer without end"),
    ("a banner without end", {"BANNER": without_end(b"220-x\r\n")}, {}, "an answer without end"),
    ("421 to EHLO", {"EHLO": b"421 leaving\r\n"}, {}, "says: 421 leaving"),
    (
        "550 to EHLO and HELO",
        {"EHLO": b"550 no\r\n", "HELO": b"550 never\r\n"},
        {},
        "says: 550 never",
    ),
    ("EHLO without end", {"EHLO": without_end(b"250-x\r\n")}, {}, "an answer without end"),
    ("hangs up at EHLO", {"EHLO": hang_up}, {}, "dropped the connection"),
    ("no STARTTLS", {}, TLS, "offers no STARTTLS, which the settings require"),
    (
        "454 to STARTTLS",
        OFFERS_TLS | {"STARTTLS": b"454 no key today\r\n"},
        TLS,
        "says: 454 no key today",
    ),
    (
        "the handshake dropped",
        OFFERS_TLS | {"STARTTLS": b"220 go\r\n", "CHALLENGED": hang_up},
        TLS,
        "dropped the connection",
    ),
    (
        "garbage for a handshake",
        OFFERS_TLS | {"STARTTLS": b"220 go ahead\r\n250 not encrypted at all\r\n"},
        TLS,
        "does not speak the encryption that we expect",
    ),
    ("smtps:// at a port in clear", {}, FROM_THE_FIRST_BYTE, "does not speak the encryption"),
    ("421 to AUTH", {"AUTH": b"421 leaving\r\n"}, LOGIN, "says: 421 leaving"),
    ("454 to AUTH", {"AUTH": b"454 later\r\n"}, LOGIN, "refused the login of anna: 454 later"),
    ("535 to AUTH", {"AUTH": b"535 wrong\r\n"}, LOGIN, "refused the login of anna: 535 wrong"),
    (
        "no AUTH",
        {"EHLO": b"250 scripted\r\n"},
        LOGIN,
        "offers no login, but the settings name the user anna",
    ),
    (
        "an AUTH that asks on and on",
        {"AUTH": b"334 \r\n", "CHALLENGED": b"334 \r\n"},
        LOGIN,
        "and we found no way to log in as anna: Server AUTH mechanism infinite loop",
    ),
    ("a challenge that is none", {"AUTH": b"334 A\r\n"}, LOGIN, "no way to log in as anna"),
    (
        "a password beyond ASCII",
        {},
        LOGIN | {"password": "sécret"},
        "was not logged in at: the user and the password of the settings may have no letters",
    ),
    ("hangs up at AUTH", {"AUTH": hang_up}, LOGIN, "dropped the connection"),
    ("421 to MAIL", {"MAIL": b"421 leaving\r\n"}, {}, "says: 421 leaving"),
    (
        "451 to MAIL",
        {"MAIL": b"451 not now\r\n"},
        {},
        "refused the sender reports@example.org: 451 not now",
    ),
    (
        "550 to MAIL",
        {"MAIL": b"550 not you\r\n"},
        {},
        "refused the sender reports@example.org: 550 not you",
    ),
    ("421 to RCPT", {"RCPT": b"421 leaving\r\n"}, {}, "says: 421 leaving"),
    ("450 to RCPT", {"RCPT": b"450 grey\r\n"}, {}, "refused anna@example.com: 450 grey"),
    ("RCPT that drips", {"RCPT": drip(b"250 " + b"x" * 999)}, {}, "gave no whole answer within"),
    ("hangs up at RCPT", {"RCPT": hang_up}, {}, "dropped the connection"),
    ("421 to DATA", {"DATA": b"421 leaving\r\n"}, {}, "says: 421 leaving"),
    ("451 to DATA", {"DATA": b"451 busy\r\n"}, {}, "refused the message: 451 busy"),
    ("hangs up at DATA", {"DATA": hang_up}, {}, "dropped the connection"),
    ("421 to the dot", {"DOT": b"421 leaving\r\n"}, {}, "refused the message: 421 leaving"),
    ("452 to the dot", {"DOT": b"452 full\r\n"}, {}, "refused the message: 452 full"),
]
# What was refused for good is given up: trying again changes nothing.
IS_GIVEN_UP = [
    ("550 to RCPT", {"RCPT": b"550 who?\r\n"}, {}, "refused anna@example.com: 550 who?"),
    ("554 to DATA", {"DATA": b"554 no\r\n"}, {}, "refused the message: 554 no"),
    ("554 to the dot", {"DOT": b"554 spam\r\n"}, {}, "refused the message: 554 spam"),
]
# Of what got no answer after the dot nobody knows: a person decides.
IS_HELD = [
    (
        "hangs up after the dot",
        {"DOT": hang_up},
        {},
        "dropped the connection after it had the whole message, before it said whether it takes",
    ),
    ("drips after the dot", {"DOT": drip(b"250 " + b"x" * 999)}, {}, "gave no whole answer"),
    ("floods after the dot", {"DOT": without_end(b"250-x\r\n")}, {}, "an answer without end"),
    ("garbage after the dot", {"DOT": b"what?\r\n"}, {}, "said 'what?', which is no answer"),
    ("354 after the dot", {"DOT": b"354 more\r\n"}, {}, "said 354 more to the whole message"),
]
GOES = [
    ("EHLO unknown, HELO known", {"EHLO": b"502 what?\r\n"}, {}, "250 taken"),
    ("451 to EHLO, HELO known", {"EHLO": b"451 what?\r\n"}, {}, "250 taken"),
    ("251 to RCPT", {"RCPT": b"251 goes on to another\r\n"}, {}, "250 taken"),
    ("an answer of many lines", {"DOT": b"250-taken\r\n250 as 4711\r\n"}, {}, "250 taken as 4711"),
]
MATRIX = [
    pytest.param(script, how, state, said, id=name)
    for state, cases in {
        "pending": WAITS,
        "failed": IS_GIVEN_UP,
        "held": IS_HELD,
        "sent": GOES,
    }.items()
    for name, script, how, said in cases
]


@pytest.fixture
def one_message(tmp_path: Path, sqlite_template: Path) -> Iterator[Engine]:
    """A database with one message that is due; what a server does is the same for any database."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    message = Message(
        dedupe_key="digest:2026-W47:1",
        kind="digest",
        recipient="anna@example.com",
        subject="W47",
        message_id="<1@example.com>",
        mime=b"Subject: W47\r\n\r\nHello\r\n",
        not_before=NOW,
        expires_at=NOW + timedelta(hours=48),
        created_at=NOW,
    )
    OutboxStore(engine).plan([message])
    yield engine
    engine.dispose()


def drained(engine: Engine, server: SmtpServer) -> tuple[str, str]:
    """Return the state and the reply of the message after one pass."""
    transport = SmtpTransport(server, "reports@example.org", timeout=PATIENCE, dot_timeout=PATIENCE)
    drain(OutboxStore(engine), {MAIL: transport}, NOW)
    with engine.begin() as connection:
        row = connection.exec_driver_sql("SELECT state, last_reply FROM outbox").one()
    return str(row[0]), str(row[1])


@pytest.mark.parametrize(("script", "how", "state", "said"), MATRIX)
def test_whatever_a_server_does_ends_in_a_state_and_a_sentence(
    one_message: Engine, script: Any, how: dict[str, str], state: str, said: str
):
    with Scripted(script) as server:
        ended = drained(one_message, server.at(**how))
    assert ended[0] == state
    assert said in ended[1]
    assert "127.0.0.1" in ended[1] or state == "sent"
    assert len(ended[1]) < 400


def test_where_nothing_listens_a_message_waits(one_message: Engine):
    with Scripted({}) as gone:
        server = gone.at()
    assert drained(one_message, server) == (
        "pending",
        f"127.0.0.1:{server.port} refused the connection: nothing listens on that port",
    )


@pytest.mark.parametrize("host", ["no-such-host.invalid", "mail..example.com"])
def test_a_host_that_nobody_knows_is_named(one_message: Engine, host: str):
    state, said = drained(one_message, SmtpServer(host, 25, Encryption.NEVER))
    assert state == "pending"
    assert said.startswith(f"{host}:25 is not found: ")


def test_a_password_is_never_told(one_message: Engine):
    with Scripted({"AUTH": b"535 wrong\r\n"}) as server:
        _, said = drained(one_message, server.at(**LOGIN))
    assert "secret" not in said


def test_what_was_refused_is_not_followed_by_a_dot(one_message: Engine):
    with Scripted({"DATA": b"451 busy\r\n"}) as server:
        drained(one_message, server.at())
    assert "DOT" not in server.commands
