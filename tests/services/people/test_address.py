from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address

import pytest

from reports.mail import RenderedDigest, to_bytes
from smarketing.services.people.address import address_from


@pytest.mark.parametrize(
    ("email", "written"),
    [
        ("ada@example.com", "ada@example.com"),
        ("ada@exämple.com", "ada@xn--exmple-cua.com"),
        ("ada@EXÄMPLE.com", "ada@xn--exmple-cua.com"),
        ("jörg@example.com", None),
        ("ada@straße.example", None),
        ("ada@exa\u00admple.com", None),
        ("ada@example..com", None),
        ("ada", None),
    ],
)
def test_an_address_is_written_as_mail_servers_know_it_or_not_at_all(
    email: str, written: str | None
):
    found = address_from("Ada", email)
    assert (found and found.addr_spec) == written


def test_a_mail_to_a_domain_beyond_ascii_has_a_valid_head():
    raw = to_bytes(
        RenderedDigest("Subject", "", "Hello", "<p>Hello</p>", ()),
        sender=Address("S", addr_spec="s@example.com"),
        recipient=address_from("Ada", "a@exämple.com"),
        message_id="<1@example.com>",
        date=datetime(2026, 11, 23, tzinfo=UTC),
    )
    (to,) = message_from_bytes(raw, policy=policy.SMTP)["To"].addresses
    assert to.addr_spec == "a@xn--exmple-cua.com"
    assert raw.isascii()
