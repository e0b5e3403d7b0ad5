from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connectors.address import Address, without_secrets
from connectors.http import Fetcher, Patience
from connectors.protocol import ConnectorError, Kind
from connectors.tabular import Reading
from tests.connectors.server import Reply, serving

NOW = datetime(2024, 1, 1, tzinfo=UTC)
BODY = b"id,created\n1,2024-01-01\n"


@pytest.fixture
def address(tmp_path, mappings):
    def made(url, **options):
        fetcher = Fetcher(
            lambda _: None,
            lambda: 0.0,
            NOW,
            lambda _: False,
            Patience(tries=2, timeout=(2, 2)),
            folder=tmp_path,
        )
        reading = Reading(Kind.LEADS, mappings, timezone="UTC")
        return Address("crm", url, reading, fetcher, **options)

    return made


def exporting(headers):
    """Answer like a server that knows what has changed."""
    current = {"ETag": '"v1"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    unchanged = headers.get("if-none-match") == '"v1"'
    return Reply(304 if unchanged else 200, b"" if unchanged else BODY, current)


def test_an_export_is_delivered_once_until_it_changes(address, tmp_path):
    with serving(exporting) as script:
        source = address(script.url)
        (delivery,) = source.deliveries(None)
        assert sum(batch.read for batch in delivery.open().batches) == 1
        delivery.settle(failed=False, report="")
        assert list(source.deliveries(delivery.cursor)) == []
    assert json.loads(delivery.cursor) == {
        "etag": '"v1"',
        "last_modified": "Mon, 01 Jan 2024 00:00:00 GMT",
    }
    assert script.requests[1]["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT"
    assert list(tmp_path.glob("*.download")) == []


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", "{}"])
def test_a_cursor_that_says_nothing_fetches_all(address, cursor):
    with serving(exporting) as script:
        assert len(list(address(script.url).deliveries(cursor))) == 1


@pytest.mark.parametrize(
    ("header", "sent"),
    [("Authorization", ("authorization", "Bearer s3cret")), ("X-Key", ("x-key", "s3cret"))],
)
def test_the_token_is_sent_in_its_header(address, header, sent):
    with serving(exporting) as script:
        list(address(script.url, token="s3cret", token_header=header).deliveries(None))
    assert script.requests[0][sent[0]] == sent[1]


def test_a_wrong_token_is_one_sentence_without_it(address):
    def guarded(headers):
        return Reply(200, BODY) if headers.get("authorization") == "Bearer right" else Reply(401)

    with serving(guarded) as script, pytest.raises(ConnectorError, match="refused") as caught:
        list(address(script.url + "?key=hidden", token="wr0ng").deliveries(None))
    assert "wr0ng" not in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_token_that_is_not_set_is_named(address):
    with pytest.raises(ConnectorError, match="set CRM_TOKEN"):
        list(address("https://example.com/x", token_name="CRM_TOKEN").deliveries(None))


def test_a_page_to_sign_in_is_not_a_file(address, tmp_path):
    page = Reply(body=b"<!DOCTYPE html><title>Sign in</title>")
    with serving(page) as script, pytest.raises(ConnectorError, match="sign in"):
        list(address(script.url).deliveries(None))
    assert list(tmp_path.glob("*.download")) == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.com/x", "not encrypted"),
        ("ftp://example.com/x", "no address"),
        ("example.com/x", "no address"),
        ("https://me:pw@example.com/x", "user or password"),
        ("http://[bad/x", "no address"),
    ],
)
def test_an_address_that_must_not_be_asked_is_refused(address, url, words):
    with pytest.raises(ConnectorError, match=words) as caught:
        address(url)
    assert "pw" not in str(caught.value)


def test_an_unencrypted_address_is_allowed_on_request_and_on_this_computer(address):
    assert address("http://example.com/x", allow_http=True).label == "http://example.com/x"
    assert address("http://localhost/x").label == "http://localhost/x"
    assert address("http://[::1]/x").label == "http://[::1]/x"


def test_the_label_and_the_source_hide_what_is_secret(address):
    assert without_secrets("https://u:p@h/x?k=1#f") == "https://h/x"
    assert "s3cret" not in repr(address("https://h/x", token="s3cret"))
