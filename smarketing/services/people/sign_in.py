"""Signing in and out, and the sessions of those who did.

A session is an opaque token of 256 bits in the browser; the store knows only its SHA-256, so
that nobody who reads the database can take a session over. Who guesses is slowed down by the
account that they guess for: after ten failures within a quarter of an hour nothing opens it,
not even the right password, until the oldest of them is a quarter of an hour old.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
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

FAILURES: Final = 10
"""So many failures within FAILURE_COUNTS block an account."""

FAILURE_COUNTS: Final = timedelta(minutes=15)
"""How long a failure counts; at its end it counts no more."""


class SignInRefusedError(SmarketingError):
    """Nobody was signed in; the message is for the person at the form."""


class TooManyTriesError(SignInRefusedError):
    """The account is blocked for a while.

    Attributes:
        retry_after: Until the next try is looked at; longer than nothing.
    """

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(
            "Too many tries for this e-mail. Wait a quarter of an hour, "
            "or ask an administrator for a new password."
        )
        self.retry_after = retry_after


class Sessions(Protocol):
    """Where sessions are kept, by the hash of their token; `expires_at` is not inclusive."""

    def begin(self, token_sha256: str, person_id: int, now: datetime, expires_at: datetime) -> None:
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
        self, account_sha256: str, now: datetime, since: datetime, most: int
    ) -> Sequence[datetime]:
        """Keep one failure more of an account; return those before it, oldest first.

        Of all accounts, those until `since` are dropped, inclusive. An account that has `most`
        gets none added. Of two at once, the second one sees the first.
        """
        ...


def sign_in(
    store: SignInStore, passwords: Passwords, email: str, password: str, now: datetime
) -> str:
    """Begin a session and return its token, which is kept nowhere else.

    An unknown e-mail and a blocked account cost the same time as a wrong password, and the
    first one is answered like it; a hash with old parameters is made anew.

    Raises:
        TooManyTriesError: The account is blocked, or is from this failure on.
        SignInRefusedError: Not the right password, disabled, or a role without a portal.
    """
    account = account_sha256(email)
    # Counted as failed before it is compared: of many tries at once, ten are compared for real.
    before = store.record_failure(account, now, now - FAILURE_COUNTS, FAILURES)
    row = store.account(email_key(email))
    fits = passwords.fits(row["password_hash"] if row else "", password)
    if len(before) >= FAILURES:
        raise _blocked(before, now)
    if row is None or not fits or not row["active"]:
        raise _refused((*before, now), now)
    store.forget_failures(account)
    if person_from(row).role not in SIGNS_IN:
        raise SignInRefusedError(
            "You get the weekly report by mail; your account does not open the portal. "
            "Ask your administrator if you need it."
        )
    if passwords.is_outdated(row["password_hash"]):
        store.set_hash(row["id"], passwords.hash_of(password), end_sessions=False)
    token = token_urlsafe(32)
    store.begin(_digest(token), row["id"], now, now + SESSION)
    return token


def person_of(sessions: Sessions, token: str, now: datetime) -> Person | None:
    """Return who holds a session; None: it is unknown or over, or the person is disabled."""
    row = sessions.holder(_digest(token), now)
    return person_from(row) if row else None


def sign_out(sessions: Sessions, token: str) -> None:
    """End a session; one that is over already is left alone."""
    sessions.end(_digest(token))


def _refused(failures: Sequence[datetime], now: datetime) -> SignInRefusedError:
    """Return what to say to who does not fit."""
    if len(failures) >= FAILURES:
        return _blocked(failures, now)
    return SignInRefusedError(
        "This e-mail and this password do not go together. Check both and try again."
    )


def _blocked(failures: Sequence[datetime], now: datetime) -> TooManyTriesError:
    """Return what to say while an account is blocked: until the oldest of the ten is over."""
    left = failures[-FAILURES] + FAILURE_COUNTS - now
    return TooManyTriesError(timedelta(seconds=max(1, ceil(left.total_seconds()))))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
