"""The link of a mail: what it names, signed, and as short as a phone's mail program likes it.

A link says which lead, since when it is where it is, who was told of it, and when. Nothing of
it is kept: the signature is the proof. The page behind it has a nonce of its own, made from the
whole link, so that only who has loaded the page can press a button of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from itsdangerous import BadData, BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from smarketing.domain.calendar import seconds
from smarketing.domain.errors import SmarketingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

VALID_FOR: Final = timedelta(days=14)
"""How long a link may be used: a mail that is older tells of a lead that was dealt with."""

_SALT: Final = b"lead-ack-v1"
_PAGE_SALT: Final = b"lead-ack-page-v1"
_ACKNOWLEDGE: Final = 1
"""What a link is for; there is one purpose so far."""

_LONGEST: Final = 200
_SEVEN_BITS: Final = 0x7F


class BadLinkError(SmarketingError):
    """It is no link of ours, or not all of it arrived."""


class OldLinkError(SmarketingError):
    """It was a link of ours: its time is over."""


@dataclass(frozen=True)
class Link:
    """What a link names; instants are seconds of UTC.

    Attributes:
        held_since: Since when the lead was where the mail says it is.
        person_id: Who was told.
        issued_at: When the mail was made.
    """

    lead_id: int
    held_since: int
    person_id: int
    issued_at: int


AnswerUrl = Callable[[Link], str]
"""Returns the address of the page of a link."""


class LinkSigner:
    """Makes links and reads them.

    Args:
        keys: The oldest first; the last one signs, the others still read.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._links, self._pages = (
            Signer(list(keys), salt, key_derivation="hmac", digest_method=sha256)
            for salt in (_SALT, _PAGE_SALT)
        )

    def token(self, link: Link) -> str:
        """Return the text of a link: letters, digits, `-`, `_` and a point."""
        age = link.issued_at - link.held_since
        numbers = (_ACKNOWLEDGE, link.lead_id, link.person_id, link.held_since, max(0, age))
        return self._links.sign(base64_encode(bytes(_packed(numbers)))).decode()

    def read(self, token: str, now: datetime) -> Link:
        """Return what a link names.

        Raises:
            BadLinkError: It is none of ours.
            OldLinkError: It is older than VALID_FOR.
        """
        try:
            link = _link(self._payload(token))
        except (BadData, ValueError):
            # Not from that one: its message repeats the link, and may end in a log.
            raise BadLinkError("this link is not whole, or it is none of ours") from None
        if seconds(now) - link.issued_at > VALID_FOR.total_seconds():
            raise OldLinkError(f"this link was good for {VALID_FOR.days} days")
        return link

    def nonce(self, token: str) -> str:
        """Return what the forms on the page of a link bring along."""
        return self._pages.get_signature(token).decode()

    def is_nonce(self, token: str, nonce: str) -> bool:
        """Return whether a form comes from the page of a link."""
        return len(nonce) <= _LONGEST and self._pages.verify_signature(token, nonce)

    def _payload(self, token: str) -> bytes:
        if len(token) > _LONGEST or not token.isascii():
            raise BadSignature("no token of ours")
        payload = self._links.unsign(token)
        # The last letter of a signature has bits to spare: only one spelling is ours.
        signature = token.rpartition(".")[2].encode()
        if base64_encode(base64_decode(signature)) != signature:
            raise BadSignature("another spelling")
        return base64_decode(payload)


def _link(payload: bytes) -> Link:
    """Return what a signed payload names.

    Raises:
        ValueError: It has another shape: it is of another version, or for something else.
    """
    purpose, lead_id, person_id, held_since, age = _unpacked(payload)
    if purpose != _ACKNOWLEDGE:
        raise ValueError("another purpose")
    return Link(lead_id, held_since, person_id, held_since + age)


def _packed(numbers: Sequence[int]) -> Iterator[int]:
    """Yield bytes of seven bits of a number each, the lowest first; the last one is below 128."""
    for number in numbers:
        left = number
        while left > _SEVEN_BITS:
            yield left & _SEVEN_BITS | 0x80
            left >>= 7
        yield left


def _unpacked(payload: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in payload:
        number |= (byte & _SEVEN_BITS) << shift
        shift += 7
        if byte <= _SEVEN_BITS:
            yield number
            number = shift = 0
