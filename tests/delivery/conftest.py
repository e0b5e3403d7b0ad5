from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.delivery import servers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.controller import Controller


@pytest.fixture
def post() -> servers.Post:
    return servers.Post()


@pytest.fixture
def mail_server(post: servers.Post) -> Iterator[Controller]:
    controller = servers.start(post)
    yield controller
    controller.stop()
