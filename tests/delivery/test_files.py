from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.delivery.files import FileTransport, file_name
from smarketing.domain.messages import Claimed

if TYPE_CHECKING:
    from pathlib import Path


def test_a_message_written_twice_is_one_file_and_leaves_no_draft(tmp_path: Path):
    transport = FileTransport(tmp_path)
    claimed = Claimed(1, "token", "digest:2026-W47:1", "anna@example.com", b"Subject: W47\r\n", 1)
    for _ in range(2):
        assert (
            transport.send(claimed, lambda: False) == f"written to {file_name('digest:2026-W47:1')}"
        )
    transport.close()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"Subject: W47\r\n"]


@pytest.mark.parametrize("key", ["../../etc/passwd", "a" * 500, "a/b\\c:d", "", "ключ"])
def test_any_key_is_one_plain_file_name(key: str):
    name = file_name(key)
    assert "/" not in name
    assert "\\" not in name
    assert len(name) < 200


def test_keys_that_look_alike_have_different_names():
    assert file_name("a:b") != file_name("a-b")
