"""Everybody's own account: the password, the browsers signed in, the alerts, the report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from smarketing.domain.errors import NotFoundError
from smarketing.services.people.entry import EntryError, password_from
from smarketing.services.people.people import prefer
from smarketing.services.people.preferences import preferences_from
from smarketing.services.people.sign_in import (
    SignInRefusedError,
    SignInStore,
    TooManyTriesError,
    begin_session,
    digest,
    proven,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from smarketing.services.people.passwords import Passwords
    from smarketing.services.people.people import Directory, Person, Row
    from smarketing.services.people.preferences import Preferences
    from smarketing.services.people.sign_in import Visitor

REF: Final = 16
"""Signs of a session's hash that name it on its person's page."""


@dataclass(frozen=True)
class OpenSession:
    """A browser in which somebody is signed in.

    Attributes:
        ref: Names it among those of its person.
        agent: What the browser calls itself; empty where it said nothing.
        is_this: Whether the request came from it.
    """

    ref: str
    began_at: datetime
    agent: str
    is_this: bool


class OwnSessions(Protocol):
    """Where the sessions of a person are kept; a `ref` is how the hash of a token begins."""

    def open_sessions(self, person_id: int, now: datetime) -> Sequence[Row]:
        """Return `token_sha256, created_at, agent` of those not over, the newest first."""
        ...

    def end_one(self, person_id: int, ref: str) -> bool:
        """End a session of a person; False: they have none of that name."""
        ...

    def end_all(self, person_id: int, but: str = "") -> int:
        """End the sessions of a person, but one; return how many."""
        ...


def open_sessions(
    sessions: OwnSessions, person: Person, token: str, now: datetime
) -> tuple[OpenSession, ...]:
    """Return where somebody is signed in, this browser first, then the newest."""
    this = digest(token)
    found = [
        OpenSession(
            ref=row["token_sha256"][:REF],
            began_at=row["created_at"],
            agent=row["agent"],
            is_this=row["token_sha256"] == this,
        )
        for row in sessions.open_sessions(person.id, now)
    ]
    return tuple(sorted(found, key=lambda session: not session.is_this))


def end_session(sessions: OwnSessions, person: Person, ref: str) -> None:
    """Sign a browser of somebody out.

    Raises:
        NotFoundError: They have no such session, or no longer.
    """
    if len(ref) != REF or not sessions.end_one(person.id, ref):
        raise NotFoundError("that browser is signed out already", ref)


def end_other_sessions(sessions: OwnSessions, person: Person, token: str) -> int:
    """Sign every other browser of somebody out; return how many."""
    return sessions.end_all(person.id, digest(token))


def end_all_sessions(sessions: OwnSessions, person: Person) -> int:
    """Sign every browser of somebody out; return how many."""
    return sessions.end_all(person.id)


def change_password(
    store: SignInStore,
    passwords: Passwords,
    person: Person,
    form: Mapping[str, str],
    *,
    now: datetime,
    visitor: Visitor,
) -> str:
    """Keep another password; all sessions end, and a new one begins: return its token.

    Args:
        store: Where the account is kept.
        passwords: Makes the hash.
        person: Whose password it is.
        form: `old`, and the new one in `password` and `again`.
        now: When.
        visitor: Who asks. A wrong old password counts as a try to sign in.

    Raises:
        EntryError: The old one is wrong, or the new one will not do.
        TooManyTriesError: There were too many wrong ones.
    """
    password, problems = password_from(form, person.email)
    if problems:
        raise EntryError(problems)
    try:
        old = form.get("old", "")
        row = proven(store, passwords, person.email, old, now=now, address=visitor.address)
    except TooManyTriesError:
        raise
    except SignInRefusedError as error:
        raise EntryError({"old": "This is not your password now. Type it again."}) from error
    store.set_hash(row["id"], passwords.hash_of(password), end_sessions=True)
    return begin_session(store, row["id"], now, visitor.agent)


def set_report(
    directory: Directory, person: Person, form: Mapping[str, str], now: datetime
) -> Preferences:
    """Keep when and how somebody wants the weekly report; return it.

    Args:
        directory: Where people are kept.
        person: Whose report it is.
        form: `weekday`, `at`, `timezone`, `locale` and `skip_quiet`.
        now: Who had no report by mail gets those that are due from now on.

    Raises:
        EntryError: Something has to be entered in another way.
    """
    preferences, problems = preferences_from(form)
    if problems:
        raise EntryError(problems)
    prefer(directory, person, preferences, now)
    return preferences


def stop_report(directory: Directory, person: Person, now: datetime) -> None:
    """Send somebody no weekly report any more; whom it is written for, and where, stays.

    They still read it in the portal, and a day that they choose brings the mail back. It may be
    said again.
    """
    prefer(directory, person, replace(person.preferences, weekday=""), now)


def set_alerts(directory: Directory, person: Person, *, on: bool) -> None:
    """Say whether a mail tells somebody of a lead that was handed to them."""
    with directory.changing() as people:
        people.set(person.id, {"alerts": int(on)})
