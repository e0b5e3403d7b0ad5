"""Reports rendered once a session, because drawing takes half a second each."""

from __future__ import annotations

from datetime import UTC, datetime
from email.headerregistry import Address

import pytest

from reports.mail import render_digest
from tests.reports import digests

_RENDERED = {}


@pytest.fixture(params=sorted(digests.ALL))
def report(request):
    """Return the name of a case and its rendered report."""
    if request.param not in _RENDERED:
        _RENDERED[request.param] = render_digest(digests.ALL[request.param]())
    return request.param, _RENDERED[request.param]


@pytest.fixture(scope="session")
def rendered():
    """Return the report of a week like others."""
    return render_digest(digests.digest())


@pytest.fixture
def envelope():
    """Return what `to_bytes` needs for one person."""
    return {
        "sender": Address("smarketing", "reports", "example.com"),
        "recipient": Address("Anna Bērziņa", "anna", "example.com"),
        "message_id": "<2018-W10.7@example.com>",
        "date": datetime(2018, 3, 12, 6, tzinfo=UTC),
        "unsubscribe_url": "https://smarketing.example.com/u/" + "t" * 150,
        "list_id": "digest.example.com",
    }
