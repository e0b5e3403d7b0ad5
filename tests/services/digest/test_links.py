from __future__ import annotations

import pytest

from smarketing.domain.errors import NotFoundError
from smarketing.services.digest.links import MailLinks, Sent

LINKS = MailLinks(("a key for tests",), "https://example.com")
SENT = Sent(7, "2026-W47", "sales", "de")


def token(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_link_names_whose_it_is_and_needs_no_memory():
    assert LINKS.person_of(token(LINKS.stop(7))) == 7
    assert LINKS.sent_of(token(LINKS.view(SENT))) == SENT
    assert LINKS.stop(7) == MailLinks(("a key for tests",), "https://example.com").stop(7)
    assert LINKS.stop(7).startswith("https://example.com/mail/stop/")
    assert len(LINKS.stop(2**31)) < 100


def test_what_an_earlier_key_signed_is_still_good():
    changed = MailLinks(("a key for tests", "a new key"), "https://example.com")
    assert changed.person_of(token(LINKS.stop(7))) == 7
    assert changed.stop(7) != LINKS.stop(7)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(token(LINKS.stop(7))[:-1], id="cut off"),
        pytest.param("8" + token(LINKS.stop(7))[1:], id="another person"),
        pytest.param(token(LINKS.view(SENT)), id="of another kind"),
        pytest.param(token(MailLinks(("another key",), "x").stop(7)), id="of another house"),
        pytest.param("", id="empty"),
        pytest.param("x" * 100_000, id="long"),
        pytest.param("é.ü", id="not ours"),
    ],
)
def test_a_link_that_was_not_made_here_opens_nothing(wrong: str):
    with pytest.raises(NotFoundError, match="this link is not whole"):
        LINKS.person_of(wrong)
