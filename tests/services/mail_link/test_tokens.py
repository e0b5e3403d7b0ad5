from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarketing.domain.calendar import seconds
from smarketing.services.mail_link.tokens import (
    VALID_FOR,
    BadLinkError,
    Link,
    LinkSigner,
    OldLinkError,
)

OLD, NEW = "an old key that nobody guesses at all", "a new key that nobody guesses at all"
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
LINK = Link(
    lead_id=123_456, held_since=seconds(NOW) - 60, person_id=42, issued_at=seconds(NOW) - 30
)
SIGNER = LinkSigner([NEW])
NUMBER = st.integers(0, 2**63 - 1)


@given(lead=NUMBER, person=NUMBER, since=st.integers(0, 2**40), age=st.integers(0, 2**31))
def test_a_link_names_what_it_was_made_of(lead: int, person: int, since: int, age: int):
    link = Link(lead, since, person, since + age)
    at = datetime.fromtimestamp(0, UTC)
    assert SIGNER.read(SIGNER.token(link), at) == link


def test_the_address_of_a_link_is_short():
    assert len(f"https://smarketing.example.com/a/{SIGNER.token(LINK)}") <= 100


def test_a_link_ends_in_nothing_that_a_mail_program_leaves_out():
    ends = {SIGNER.token(Link(n, n, n, n))[-1] for n in range(300)}
    assert all(end.isalnum() for end in ends)


def test_of_a_link_no_letter_can_be_changed():
    token = SIGNER.token(LINK)
    for place, letter in enumerate(token):
        for other in {"A", "b", "0", "."} - {letter}:
            with pytest.raises(BadLinkError):
                SIGNER.read(token[:place] + other + token[place + 1 :], NOW)


@pytest.mark.parametrize("token", ["", ".", "a", "a.b", "é", "x" * 10_000, "a." + "b" * 43])
def test_what_is_no_link_is_refused(token: str):
    with pytest.raises(BadLinkError):
        SIGNER.read(token, NOW)


def test_a_refused_link_is_not_in_the_message():
    token = SIGNER.token(LINK)[:-4]
    with pytest.raises(BadLinkError) as caught:
        SIGNER.read(token, NOW)
    assert token not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_link_is_good_for_fourteen_days_and_no_second_longer():
    token, issued = SIGNER.token(LINK), datetime.fromtimestamp(LINK.issued_at, UTC)
    assert SIGNER.read(token, issued + VALID_FOR) == LINK
    with pytest.raises(OldLinkError):
        SIGNER.read(token, issued + VALID_FOR + timedelta(seconds=1))


def test_a_key_that_was_replaced_still_reads_and_a_forgotten_one_does_not():
    before = LinkSigner([OLD]).token(LINK)
    rotated = LinkSigner([OLD, NEW])
    assert rotated.read(before, NOW) == LINK
    assert rotated.token(LINK) == SIGNER.token(LINK)
    with pytest.raises(BadLinkError):
        SIGNER.read(before, NOW)


def test_the_nonce_of_a_page_is_of_its_link_alone():
    token, other = SIGNER.token(LINK), SIGNER.token(Link(1, 2, 3, 4))
    nonce = SIGNER.nonce(token)
    assert SIGNER.is_nonce(token, nonce)
    assert not any(SIGNER.is_nonce(*pair) for pair in ((other, nonce), (token, ""), (token, token)))
    assert not SIGNER.is_nonce(token, token.rpartition(".")[2])
    assert LinkSigner([OLD, NEW]).is_nonce(token, LinkSigner([OLD]).nonce(token))
