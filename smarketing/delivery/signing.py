"""Signatures of webhooks, as Standard Webhooks 1.0 has them (standardwebhooks.com).

Signed is `id.timestamp.body` by HMAC-SHA256. While a key is changed, a message carries a signature
by each of the two: receivers may change theirs at any time in between.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX: Final = "whsec_"
_SIZES: Final = range(24, 65)
"""Bytes of a key."""


def parse_secret(text: str) -> bytes:
    """Return the key that a secret like `whsec_MfKQ...` stands for.

    Raises:
        ValueError: A sentence that says what to write, without the secret.
    """
    mend = "write whsec_ and the base64 of 24 to 64 random bytes (openssl rand -base64 32)"
    if not text.startswith(_PREFIX):
        raise ValueError(f"does not begin with whsec_; {mend}")
    try:
        key = b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"is no base64 after whsec_; {mend}") from None
    if len(key) not in _SIZES:
        raise ValueError(f"has {len(key)} bytes; {mend}")
    return key


def signed_headers(keys: Iterable[bytes], message_id: str, at: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a message.

    Args:
        keys: One signature each.
        message_id: The same for every attempt.
        at: When this attempt is made, in seconds of UTC.
        body: As it is sent.
    """
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(signature(key, message_id, at, body) for key in keys),
    }


def signature(key: bytes, message_id: str, at: int, body: bytes) -> str:
    """Return `v1,` and the base64 of the signature by one key."""
    signed = b".".join((message_id.encode(), str(at).encode(), body))
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
