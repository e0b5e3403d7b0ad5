from __future__ import annotations

from threading import Event

import pytest

from smarketing.delivery.heartbeat import HeartbeatError, beat
from tests.connectors.server import Reply, serving


def test_a_sign_of_life_is_one_request():
    with serving(Reply(body=b"OK")) as script:
        beat(f"{script.url}/secret-name")
    assert len(script.requests) == 1


def test_a_redirect_is_not_followed():
    with serving(Reply(302, headers={"Location": "/elsewhere"})) as script:
        with pytest.raises(HeartbeatError, match="was answered 302 by"):
            beat(f"{script.url}/secret-name")
        assert len(script.requests) == 1


@pytest.mark.parametrize("status", [404, 500])
def test_another_answer_says_which_and_not_the_secret_of_the_address(status: int):
    with serving(Reply(status)) as script, pytest.raises(HeartbeatError) as told:
        beat(f"{script.url}/secret-name")
    assert str(status) in str(told.value)
    assert "secret-name" not in str(told.value)


def test_who_does_not_answer_is_not_waited_for():
    release = Event()
    with serving(Reply(wait=release)) as script:
        with pytest.raises(HeartbeatError, match="did not reach"):
            beat(f"{script.url}/secret-name", timeout=0.2)
        release.set()
    with pytest.raises(HeartbeatError, match="did not reach"):
        beat("http://127.0.0.1:1/x")
