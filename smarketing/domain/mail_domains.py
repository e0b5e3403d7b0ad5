"""Domains of mail addresses as mail servers know them: in ASCII (RFC 5890)."""

from __future__ import annotations

from typing import Final

_DEVIANT: Final = frozenset("ßς\u200c\u200d")
"""Signs that the standard library makes another domain of than today's rules do (UTS 46)."""


def ascii_domain(domain: str) -> str | None:
    """Return a domain in ASCII, as `xn--exmple-cua.com`; None: that cannot be said for sure."""
    if domain.isascii():
        return domain
    if not (domain.isprintable() and _DEVIANT.isdisjoint(domain)):
        return None
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
