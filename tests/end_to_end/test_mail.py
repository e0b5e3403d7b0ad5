"""`smarketing mail` as a person runs it, against a real server."""

from __future__ import annotations

import subprocess
import sys
from email import message_from_bytes
from email.policy import SMTP
from typing import TYPE_CHECKING

import pytest

from tests.delivery import servers
from tests.end_to_end.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.controller import Controller


@pytest.fixture
def post() -> servers.Post:
    return servers.Post()


@pytest.fixture
def mail_server(post: servers.Post) -> Iterator[Controller]:
    controller = servers.start(post)
    yield controller
    controller.stop()


def run(home: Path, *call: str, **settings: str) -> subprocess.CompletedProcess[str]:
    told = {f"SMARKETING_{name}": value for name, value in settings.items()}
    return subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, "-c", "from smarketing.cli.main import main; main()", "mail", *call],
        env={"SMARKETING_HOME": str(home), "SMARKETING_CONFIG": str(ROOT / "config")} | told,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_a_test_mail_is_sent_and_the_last_answer_is_printed(
    tmp_path: Path, post: servers.Post, mail_server: Controller
):
    url = f"smtp://127.0.0.1:{mail_server.port}"
    done = run(tmp_path, "test", "Ada <ada@example.com>", SMTP_URL=url)
    assert (done.returncode, done.stdout) == (0, "250 taken\n")
    ((recipients, content),) = post.taken
    assert recipients == ["ada@example.com"]
    mail = message_from_bytes(content, policy=SMTP)
    assert mail["Subject"] == "A test mail of smarketing"
    assert "http://127.0.0.1:8000" in mail.get_content()


def test_a_test_mail_that_is_refused_says_why(
    tmp_path: Path, post: servers.Post, mail_server: Controller
):
    post.rcpt["ada@example.com"] = "550 5.1.1 nobody here"
    done = run(tmp_path, "test", "ada@example.com", SMTP_URL=f"smtp://127.0.0.1:{mail_server.port}")
    assert (done.returncode, done.stdout) == (1, "")
    assert "550 5.1.1 nobody here" in done.stderr


def test_no_address_is_a_wrong_use_and_without_a_server_the_mail_is_a_file(tmp_path: Path):
    assert run(tmp_path, "test", "nobody").returncode == 2
    done = run(tmp_path, "test", "ada@example.com")
    assert done.returncode == 0
    assert done.stdout.startswith("written to test-")
    (file,) = (tmp_path / "outbox").glob("*.eml")
    assert b"To: ada@example.com" in file.read_bytes()


def test_the_doctor_of_mails_connects_and_sends_nothing(
    tmp_path: Path, post: servers.Post, mail_server: Controller
):
    url = f"smtp://127.0.0.1:{mail_server.port}"
    done = run(tmp_path, "doctor", SMTP_URL=url)
    assert done.returncode == 1
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert "answers, without login" in lines["OK       mail server"]
    assert "starttls=required" in lines["TO MEND  encryption"]
    assert "SMARKETING_MAIL_FROM" in done.stdout
    assert post.taken == []
    refused = run(tmp_path, "doctor", SMTP_URL="smtp://127.0.0.1:1")
    assert "nothing listens on that port" in refused.stdout
