from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime

import pytest

from connectors.http import Fetcher, Patience, retry_after_s
from connectors.protocol import ConnectorError
from tests.connectors.server import Reply, serving

NOW = datetime(2024, 1, 1, tzinfo=UTC)
CSV = Reply(body=b"id,created\n1,2024-01-01\n")


@pytest.fixture
def sleeps():
    return []


@pytest.fixture
def fetcher(tmp_path, sleeps):
    def made(**options):
        options.setdefault("patience", Patience(timeout=(2, 2)))
        options.setdefault("is_public", lambda _: False)
        return Fetcher(sleeps.append, lambda: 0.5, NOW, folder=tmp_path, **options)

    return made


def fetch(fetcher, url, secret=None):
    return fetcher.fetch(url, headers={}, secret=secret or {}, label="the export")


def test_an_answer_is_written_to_a_file(fetcher):
    with serving(Reply(body=CSV.body, headers={"ETag": '"1"'})) as script:
        answer = fetch(fetcher(), script.url)
    assert answer.path.read_bytes() == CSV.body
    assert answer.etag == '"1"'


def test_a_server_error_is_tried_again_after_growing_pauses(fetcher, sleeps):
    with serving(Reply(500), Reply(503), CSV) as script:
        assert fetch(fetcher(), script.url).path is not None
    assert sleeps == [0.75, 1.5]


def test_after_the_last_try_the_error_says_when_to_ask_again(fetcher, sleeps):
    with serving(Reply(502)) as script, pytest.raises(ConnectorError, match="502") as caught:
        fetch(fetcher(), script.url)
    assert len(script.requests) == 4
    assert len(sleeps) == 3
    assert caught.value.retry_after is not None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("Mon, 01 Jan 2024 00:00:09 GMT", 9), ("Sun, 31 Dec 2023 00:00:00 GMT", 0)],
)
def test_retry_after_is_obeyed(fetcher, sleeps, header, seconds):
    with serving(Reply(429, headers={"Retry-After": header}), CSV) as script:
        fetch(fetcher(), script.url)
    assert sleeps == [seconds]


def test_a_wait_that_is_too_long_is_handed_to_the_caller(fetcher, sleeps):
    slow = Reply(429, headers={"Retry-After": "3600"})
    with serving(slow) as script, pytest.raises(ConnectorError, match="slow down") as caught:
        fetch(fetcher(), script.url)
    assert (sleeps, caught.value.retry_after) == ([], 3600)


@pytest.mark.parametrize("header", ["soon", "-5", "", "Mon, 01 Jan 2024 00:00:09 -0000"])
def test_a_retry_after_that_says_nothing_is_no_answer(header):
    assert retry_after_s(header, NOW) is None
    assert retry_after_s(None, NOW) is None


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "did not understand"),
        (401, "refused the token"),
        (403, "does not allow"),
        (404, "nothing at this address"),
        (410, "gone for good"),
        (418, "status 418"),
        (206, "status 206"),
    ],
)
def test_other_answers_are_one_sentence_and_not_tried_again(fetcher, sleeps, status, words):
    with serving(Reply(status)) as script, pytest.raises(ConnectorError, match=words) as caught:
        fetch(fetcher(), script.url, {"Authorization": "Bearer s3cret"})
    assert (len(script.requests), sleeps, caught.value.retry_after) == (1, [], None)
    assert "s3cret" not in str(caught.value)


def test_a_slow_server_is_given_up(fetcher):
    release = threading.Event()
    patience = Patience(tries=2, timeout=(2, 0.1))
    with serving(Reply(wait=release)) as script:
        with pytest.raises(ConnectorError, match="does not answer in time"):
            fetch(fetcher(patience=patience), script.url)
        release.set()


def test_an_answer_that_breaks_off_is_tried_again(fetcher, tmp_path):
    with serving(Reply(body=b"id,cre", claims=24), CSV) as script:
        assert fetch(fetcher(), script.url).path.read_bytes() == CSV.body
    assert len(list(tmp_path.glob("*.download"))) == 1


def test_nobody_at_the_address_is_one_sentence(fetcher):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/x"
        with pytest.raises(ConnectorError, match="cannot be reached") as caught:
            fetch(fetcher(), url)
    assert caught.value.retry_after is not None


def test_an_encrypted_call_to_a_plain_server_is_one_sentence(fetcher):
    with serving(CSV) as script, pytest.raises(ConnectorError, match="certificate"):
        fetch(fetcher(), script.url.replace("http:", "https:"))


@pytest.mark.parametrize(
    ("body", "words"), [(b"", "an empty file"), (b"x" * 101, "sends more than")]
)
def test_answers_of_no_or_too_great_size_leave_no_file(fetcher, tmp_path, body, words):
    with serving(Reply(body=body)) as script, pytest.raises(ConnectorError, match=words):
        fetch(fetcher(max_bytes=100), script.url)
    assert list(tmp_path.glob("*.download")) == []


def test_a_redirect_is_followed_and_a_circle_is_not(fetcher):
    with serving(Reply(302, headers={"Location": "/other"}), CSV) as script:
        fetch(fetcher(), script.url, {"X-Token": "s3cret"})
    assert [request.get("x-token") for request in script.requests] == ["s3cret", "s3cret"]
    with (
        serving(Reply(302, headers={"Location": "/export.csv"})) as script,
        pytest.raises(ConnectorError, match="in a circle"),
    ):
        fetch(fetcher(), script.url)


def test_another_host_is_not_told_the_token(fetcher):
    with (
        serving(CSV) as other,
        serving(Reply(307, headers={"Location": other.url})) as first,
    ):
        fetch(fetcher(), first.url, {"Authorization": "Bearer s3cret"})
    assert "authorization" in first.requests[0]
    assert "authorization" not in other.requests[0]


@pytest.mark.parametrize(
    ("from_public", "to_public", "followed"),
    [
        pytest.param(True, False, False, id="from the internet into the own network"),
        pytest.param(True, True, True, id="within the internet"),
        pytest.param(False, False, True, id="within the own network"),
        pytest.param(False, True, True, id="out of the own network"),
    ],
)
def test_no_redirect_leads_from_the_internet_into_the_own_network(
    fetcher, *, from_public, to_public, followed
):
    public = {"localhost": from_public, "127.0.0.1": to_public}
    with serving(CSV) as other, serving(Reply(302, headers={"Location": other.url})) as first:
        asked = fetcher(is_public=lambda host: public[host])
        url = first.url.replace("127.0.0.1", "localhost")
        if followed:
            fetch(asked, url)
        else:
            with pytest.raises(ConnectorError, match="the export redirects into a private network"):
                fetch(asked, url)
    assert len(other.requests) == followed


@pytest.mark.parametrize("target", ["ftp://example.com/x", "https:///x"])
def test_a_redirect_to_nowhere_is_one_sentence(fetcher, target):
    with (
        serving(Reply(302, headers={"Location": target})) as script,
        pytest.raises(ConnectorError, match="redirects to nowhere"),
    ):
        fetch(fetcher(), script.url)


def test_a_token_that_no_header_can_hold_is_not_shown(fetcher):
    with serving(CSV) as script, pytest.raises(ConnectorError, match="no header may") as caught:
        fetch(fetcher(), script.url, {"Authorization": "Bearer s3\ncret"})
    assert "cret" not in str(caught.value)
