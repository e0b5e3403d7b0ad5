"""Passwords: which ones may be chosen, and their hashes, which alone are kept."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from secrets import token_urlsafe
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from smarketing.domain.errors import NotFoundError, SmarketingError
from smarketing.services.people.people import email_key

if TYPE_CHECKING:
    from smarketing.services.people.people import Row

SHORTEST: Final = 12
LONGEST: Final = 1024
"""Characters of a password; the upper bound keeps a request from costing seconds of hashing."""

_AT_ONCE: Final = 2
"""Hashes at one time: each takes 64 MiB."""


class WeakPasswordError(SmarketingError):
    """A password is too short or too easy; the message says what to choose instead."""


class Credentials(Protocol):
    """Where the hashes of passwords are kept."""

    def account(self, email: str) -> Row | None:
        """Return the person of an e-mail, disabled or not."""
        ...

    def set_hash(self, person_id: int, password_hash: str, *, end_sessions: bool) -> None:
        """Keep another hash of a person's password."""
        ...

    def forget_failures(self, account_sha256: str) -> None:
        """Forget what failed for an account, as if nobody had tried."""
        ...


class Passwords:
    """Argon2id hashes of passwords.

    Args:
        hasher: Its parameters; the default ones take 64 MiB and about 0.15 s.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._gate = BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash(token_urlsafe())

    def hash_of(self, password: str) -> str:
        """Return a new hash."""
        with self._gate:
            return self._hasher.hash(password)

    def hash_of_new(self, password: str, email: str) -> str:
        """Return the hash of a password that somebody chose.

        Raises:
            WeakPasswordError: Another one has to be chosen.
        """
        check_strength(password, email)
        return self.hash_of(password)

    def fits(self, password_hash: str, password: str) -> bool:
        """Return whether a password is the one; an empty hash costs as much time as any other."""
        try:
            with self._gate:
                self._hasher.verify(password_hash or self._nobody, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return bool(password_hash)

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether a hash was made with other parameters."""
        return self._hasher.check_needs_rehash(password_hash)


def set_password(credentials: Credentials, passwords: Passwords, email: str, password: str) -> None:
    """Give a person another password; their sessions and a block of their account end.

    Raises:
        WeakPasswordError: Another one has to be chosen.
        NotFoundError: Nobody has that e-mail.
    """
    check_strength(password, email)
    row = credentials.account(email_key(email))
    if row is None:
        raise NotFoundError(f"nobody has the e-mail {email!r}", email)
    credentials.set_hash(row["id"], passwords.hash_of(password), end_sessions=True)
    credentials.forget_failures(account_sha256(email))


def account_sha256(email: str) -> str:
    """Return under which name an account's failures are kept, known or not."""
    return sha256(email_key(email).encode()).hexdigest()


def check_strength(password: str, email: str) -> None:
    """Refuse a password of the wrong length, or one that is guessed first.

    Those are: one character over and over, the e-mail or its part before the @, and the
    commonest ones (`common_passwords.txt`), in small letters or in capitals.

    Raises:
        WeakPasswordError: As above.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPasswordError(
            f"a password has {SHORTEST} to {LONGEST} characters; a short sentence is a good one"
        )
    key, guess = email_key(email), password.lower()
    if len(set(password)) == 1 or guess in (key, key.partition("@")[0]) or guess in _commonest():
        raise WeakPasswordError(
            "this password is too easy to guess; a short sentence is a good one"
        )


@cache
def _commonest() -> frozenset[str]:
    """Return the passwords that are guessed first, lower case, of those that are long enough."""
    text = files("smarketing.services.people").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(text.splitlines())
