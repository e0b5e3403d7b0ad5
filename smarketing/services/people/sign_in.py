"""Signing in and out, and the sessions of those who did.

A session is an opaque token of 256 bits in the browser; the store knows only its SHA-256, so
that nobody who reads the database can take a session over. Who guesses is slowed down by the
account that they guess for: after ten failures within a quarter of an hour nothing opens it,
not even the right password, until the oldest of them is a quarter of an hour old. Who guesses
for many accounts is slowed down by the address they come from: after twenty failures within an
hour nobody signs in from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Final, Protocol

from smarketing.domain.errors import SmarketingError
from smarketing.services.people.passwords import Credentials, account_sha256
from smarketing.services.people.people import email_key, person_from
from smarketing.services.people.policy import SIGNS_IN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from smarketing.services.people.passwords import Passwords
    from smarketing.services.people.people import Person, Row

SESSION: Final = timedelta(hours=12)
"""How long a session lasts at most: a working day; nobody stays signed in over night."""

_AGENT: Final = 200
"""Characters that are kept of what a browser calls itself."""

_NETWORK: Final = 64
"""Bits of an IPv6 address that one customer of a provider has."""


class SignInRefusedError(SmarketingError):
    """Nobody was signed in; the message is for the person at the form."""


class TooManyTriesError(SignInRefusedError):
    """The account, or the address that somebody comes from, is blocked for a while.

    Attributes:
        retry_after: Until the next try is looked at; longer than nothing.
    """

    def __init__(self, sentence: str, retry_after: timedelta) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limit:
    """So many failures block what they are counted for.

    Attributes:
        within: How long a failure counts; at its end it counts no more.
        said: To who is blocked.
    """

    most: int
    within: timedelta
    said: str


OF_ACCOUNT: Final = Limit(
    10,
    timedelta(minutes=15),
    "Too many tries for this e-mail. Wait a quarter of an hour, "
    "or ask an administrator for a new password.",
)
OF_ADDRESS: Final = Limit(
    20,
    timedelta(hours=1),
    "Too many tries with wrong passwords from your network. Wait an hour, or use another network.",
)


@dataclass(frozen=True)
class Visitor:
    """Who is at the door, as far as the connection tells.

    Attributes:
        address: Of the connection itself, never of a header, which anybody can write: behind a
            proxy it is the proxy's, and its visitors share their tries. Empty: none are counted.
        agent: What the browser calls itself.
    """

    address: str = ""
    agent: str = ""


class Sessions(Protocol):
    """Where sessions are kept, by the hash of their token; `expires_at` is not inclusive."""

    def begin(
        self, token_sha256: str, person_id: int, now: datetime, expires_at: datetime, agent: str
    ) -> None:
        """Keep a new session; what has expired may be thrown away."""
        ...

    def holder(self, token_sha256: str, now: datetime) -> Row | None:
        """Return whose session it is; None: unknown, expired, or the person is disabled."""
        ...

    def end(self, token_sha256: str) -> None:
        """Forget a session."""
        ...


class SignInStore(Credentials, Sessions, Protocol):
    """What it takes to sign in."""

    def record_failure(
        self, key_sha256: str, now: datetime, since: datetime, most: int, drop: datetime
    ) -> Sequence[datetime]:
        """Keep one failure more of a key; return those after `since` before it, oldest first.

        Of all keys, those until `drop` are dropped, inclusive. A key that has `most` gets none
        added. Of two at once, the second one sees the first.
        """
        ...

    def forget_failure(self, key_sha256: str, at: datetime) -> None:
        """Forget one failure of that instant."""
        ...


def sign_in(
    store: SignInStore,
    passwords: Passwords,
    email: str,
    password: str,
    now: datetime,
    *,
    visitor: Visitor = Visitor(),
) -> str:
    """Begin a session and return its token, which is kept nowhere else.

    A hash with old parameters is made anew.

    Raises:
        TooManyTriesError: The account or the address is blocked, or is from this failure on.
        SignInRefusedError: Not the right password, disabled, or a role without a portal.
    """
    row = proven(store, passwords, email, password, now=now, address=visitor.address)
    if person_from(row).role not in SIGNS_IN:
        raise SignInRefusedError(
            "You get the weekly report by mail; your account does not open the portal. "
            "Ask your administrator if you need it."
        )
    if passwords.is_outdated(row["password_hash"]):
        store.set_hash(row["id"], passwords.hash_of(password), end_sessions=False)
    return begin_session(store, row["id"], now, visitor.agent)


def proven(
    store: SignInStore,
    passwords: Passwords,
    email: str,
    password: str,
    *,
    now: datetime,
    address: str,
) -> Row:
    """Return the account that an e-mail and its password stand for.

    An unknown e-mail and a blocked account cost the same time as a wrong password, and the
    first one is answered like it.

    Raises:
        TooManyTriesError: The account or the address is blocked, or is from this failure on.
        SignInRefusedError: Not the right password, or disabled.
    """
    place = address_sha256(address) if address else ""
    # Where nobody may try no account is blocked, so that its owner gets in from elsewhere.
    if place and len(from_here := _counted(store, place, OF_ADDRESS, now)) >= OF_ADDRESS.most:
        raise _blocked(OF_ADDRESS, from_here, now)
    account = account_sha256(email)
    # Counted as failed before it is compared: of many tries at once, ten are compared for real.
    before = _counted(store, account, OF_ACCOUNT, now)
    row = store.account(email_key(email))
    fits = passwords.fits(row["password_hash"] if row else "", password)
    if len(before) >= OF_ACCOUNT.most:
        raise _blocked(OF_ACCOUNT, before, now)
    if row is None or not fits or not row["active"]:
        raise _refused((*before, now), now)
    store.forget_failures(account)
    if place:
        store.forget_failure(place, now)
    return row


def begin_session(sessions: Sessions, person_id: int, now: datetime, agent: str) -> str:
    """Begin a session of somebody who proved who they are; return its token."""
    token = token_urlsafe(32)
    sessions.begin(digest(token), person_id, now, now + SESSION, agent[:_AGENT])
    return token


def person_of(sessions: Sessions, token: str, now: datetime) -> Person | None:
    """Return who holds a session; None: it is unknown or over, or the person is disabled."""
    row = sessions.holder(digest(token), now)
    return person_from(row) if row else None


def sign_out(sessions: Sessions, token: str) -> None:
    """End a session; one that is over already is left alone."""
    sessions.end(digest(token))


def address_sha256(address: str) -> str:
    """Return under which name the failures from an address are kept; IPv6 by its network."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return digest(f"\0{address}")
    if isinstance(ip, IPv6Address):
        return digest(f"\0{ip.ipv4_mapped or ip_network((int(ip), _NETWORK), strict=False)}")
    # No e-mail has a zero character (`email_key`): nobody can type the key of an address.
    return digest(f"\0{ip}")


def digest(token: str) -> str:
    """Return what the store knows a token by."""
    return sha256(token.encode()).hexdigest()


def _counted(store: SignInStore, key: str, limit: Limit, now: datetime) -> Sequence[datetime]:
    """Count a failure; return those before it that still count, oldest first."""
    oldest = now - max(OF_ACCOUNT.within, OF_ADDRESS.within)
    return store.record_failure(key, now, now - limit.within, limit.most, oldest)


def _refused(failures: Sequence[datetime], now: datetime) -> SignInRefusedError:
    """Return what to say to who does not fit."""
    if len(failures) >= OF_ACCOUNT.most:
        return _blocked(OF_ACCOUNT, failures, now)
    return SignInRefusedError(
        "This e-mail and this password do not go together. Check both and try again."
    )


def _blocked(limit: Limit, failures: Sequence[datetime], now: datetime) -> TooManyTriesError:
    """Return what to say during a block: it ends when the oldest that makes it counts no more."""
    left = failures[-limit.most] + limit.within - now
    whole = timedelta(seconds=max(1, ceil(left.total_seconds())))
    return TooManyTriesError(limit.said, whole)
