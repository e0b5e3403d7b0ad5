"""The outbox: messages that are planned once, claimed by one drain, and never silently lost.

States: `pending` → `claimed` (a drain has it, under a token and a lease) → `dot` (everything is
handed over but the final dot) → `sent`. `held`: nobody knows whether it arrived, a person
decides. `failed`: refused for good, or expired. `cancelled`: a person decided against it.
`skipped`, `unwanted`: noted when it was planned as never to be sent (`domain.messages`). Every
step is a compare-and-set of state and token, so that whoever lost its lease changes nothing, and
leaves a receipt in the same transaction (`store.receipts`). Leases and rests run by the database's
clock, `not_before` and `expires_at` by the caller's. An empty outbox is seen without a write lock.
"""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlmodel import col, select

from smarketing.domain.messages import Claimed, Settled
from smarketing.store import outbox_steps as steps
from smarketing.store.engine import reading
from smarketing.store.tables.messages import Outbox
from smarketing.store.withdrawn import withdraw_if_not_wanted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Connection, Engine

    from smarketing.domain.messages import Message

_CHUNK: Final = 500
_INSTANTS: Final = ("not_before", "expires_at", "created_at", "due_at")


def put(connection: Connection, messages: Iterable[Message]) -> int:
    """Put messages in within a transaction that somebody else ends; return how many were new."""
    # In the order of the keys: two planners that meet wait for each other in one direction.
    rows = sorted(map(_row, messages), key=lambda row: str(row["dedupe_key"]))
    return sum(connection.execute(text(steps.PLAN), row).rowcount for row in rows)


def put_noted(connection: Connection, messages: Iterable[Message]) -> int:
    """Put messages in, also in the place of one that was only noted; return how many were."""
    rows = sorted(map(_row, messages), key=lambda row: str(row["dedupe_key"]))
    return sum(connection.execute(text(steps.PLAN_NOTED), row).rowcount for row in rows)


class OutboxStore:
    """The table `outbox`; each method is one transaction.

    Args:
        engine: The database.
        retried: Kinds of which a message that may or may not have arrived is sent again, with the
            same bytes and Message-ID; one of another kind is held for a person.
    """

    def __init__(self, engine: Engine, retried: Collection[str] = ()) -> None:
        self._engine = engine
        self._retried = tuple(sorted(retried))
        self._clock = steps.CLOCK[engine.dialect.name]

    def plan(self, messages: Iterable[Message]) -> int:
        """Put messages in; one whose key is there already is left as it is.

        Returns:
            How many were new.
        """
        with self._engine.begin() as connection:
            return put(connection, messages)

    def plan_noted(self, messages: Iterable[Message]) -> int:
        """Put messages in, also in the place of one that was noted as never to be sent.

        A person asked for it after all. What is under way, sent or decided stays as it is, and
        the instant at which it was due does, too.

        Returns:
            How many are to be sent now.
        """
        with self._engine.begin() as connection:
            return put_noted(connection, messages)

    def planned(self, keys: Collection[str]) -> frozenset[str]:
        """Return which of these dedupe keys are planned already."""
        wanted, key = sorted(keys), col(Outbox.dedupe_key)
        found: set[str] = set()
        with reading(self._engine) as connection:
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                found.update(connection.scalars(select(key).where(key.in_(chunk))))
        return frozenset(found)

    def claim(
        self,
        *,
        limit: int,
        lease: timedelta,
        now: datetime,
        only: str = "",
        rooms: bool | None = None,
    ) -> tuple[Claimed, ...]:
        """Return messages that are due, and keep them from every other drain.

        Weekly reports come after all others, then it goes by how long they have been due.

        Args:
            limit: At most so many.
            lease: How long they are kept; afterwards another drain may take them.
            now: Decides what is due and what has expired.
            only: The dedupe key of the one that is asked for; empty: any.
            rooms: True: only those of channels; False: only mails; None: all.
        """
        asked = steps.OF_KEY if only else ""
        if rooms is not None:
            asked += steps.OF_ROOMS if rooms else steps.OF_MAIL
        if not self._any(f"{steps.DUE}{asked}", now, only=only):
            return ()
        values = {
            "now": _seconds(now),
            "limit": limit,
            "lease": int(lease.total_seconds()),
            "token": token_hex(16),
            "only": only,
        }
        sql = steps.CLAIM.replace("{asked}", asked)
        with self._engine.begin() as connection:
            rows = connection.execute(text(self._filled(sql)), values).all()
            self._receipts(connection, [(row.id, row.attempts) for row in rows], "claimed")
        ordered = sorted(rows, key=lambda row: (row.kind == steps.CAN_WAIT, row.not_before, row.id))
        return tuple(Claimed(*row[:-1]) for row in ordered)

    def mark_dot(self, id: int, token: str) -> bool:  # noqa: A002  (the column's name)
        """Say that the next byte delivers it; False: the lease was lost, do not send that byte.

        Where an earlier attempt may have arrived, it may come twice from now on.
        """
        lease = f"lease_until = {self._clock} + {steps.DOT_LEASE_S}"
        changes = f"state = 'dot', {lease}, {steps.FLAG}"
        return self._step("handed over", changes, "('claimed')", id, token)

    def mark_sent(self, id: int, token: str, reply: str, sent_at: datetime) -> bool:  # noqa: A002
        """Say that it was taken; False: the lease was lost."""
        changes = "state = 'sent', lease_until = NULL, last_reply = :reply, sent_at = :at"
        return self._step(
            "sent", changes, steps.BEFORE_THE_ANSWER, id, token,
            reply=reply, also=steps.TOOK, at=_seconds(sent_at),
        )  # fmt: skip

    def put_back(self, id: int, token: str, reply: str, not_before: datetime) -> bool:  # noqa: A002
        """Say that it certainly did not arrive and is to be tried again; False: lease lost.

        A wait that ends after it is of no use is cut once: the last try is shortly before.
        """
        return self._step(
            "put back", steps.WAITS_AGAIN, steps.BEFORE_THE_ANSWER, id, token,
            reply=reply, at=_seconds(not_before),
        )  # fmt: skip

    def give_back(self, ids: Sequence[int], token: str, reply: str) -> int:
        """Say that nobody tried to send these; no attempt counts. Return how many went back."""
        sql = (
            "UPDATE outbox SET state = 'pending', token = NULL, lease_until = NULL, "
            "last_reply = :reply, attempts = attempts - 1 WHERE token = :token AND id = :id "
            f"AND state IN {steps.BEFORE_THE_ANSWER} RETURNING id, attempts"
        )
        with self._engine.begin() as connection:
            gone = [
                connection.execute(text(sql), {"id": each, "token": token, "reply": reply}).first()
                for each in sorted(ids)  # as all do: two that meet wait in one direction
            ]
            back = [(row.id, row.attempts) for row in gone if row is not None]
            self._receipts(connection, back, "not tried", reply)
        return len(back)

    def set_aside(self, id: int, token: str, reply: str, not_before: datetime) -> bool:  # noqa: A002
        """Say that it was refused as all others were; False: the lease was lost.

        No attempt counts, but others go first.
        """
        changes = f"{steps.WAITS_AGAIN}, attempts = attempts - 1"
        return self._step(
            "set aside", changes, steps.BEFORE_THE_ANSWER, id, token,
            reply=reply, at=_seconds(not_before),
        )  # fmt: skip

    def took_others(self, id: int) -> bool:  # noqa: A002
        """Return whether its way out has taken other messages since it was set aside.

        False where it never was.
        """
        with reading(self._engine) as connection:
            return connection.execute(text(steps.TOOK_OTHERS), {"id": id}).first() is not None

    def refused_others(self, id: int) -> bool:  # noqa: A002
        """Return whether its way out refused other recipients since it last took a message."""
        with reading(self._engine) as connection:
            return connection.execute(text(steps.REFUSED_OTHERS), {"id": id}).first() is not None

    def mark_failed(
        self,
        id: int,  # noqa: A002
        token: str,
        reply: str,
        *,
        bounced: bool = False,
        gone: bool = False,
    ) -> bool:
        """Say that it was refused for good; False: the lease was lost.

        Args:
            id: Of the message.
            token: Of the claim.
            reply: What the other side said.
            bounced: There is no such recipient; after BOUNCES in a row nothing more is sent to it.
            gone: It said so itself: nothing more is sent to it from now on.
        """
        changes = "state = 'failed', token = NULL, lease_until = NULL, last_reply = :reply"
        also = (steps.GONE,) if gone else (steps.BOUNCE,) if bounced else ()
        return self._step(
            "refused for good", changes, steps.BEFORE_THE_ANSWER, id, token, reply=reply, also=also
        )

    def mark_doubtful(self, id: int, token: str, reply: str) -> bool:  # noqa: A002
        """Say that nobody knows whether it arrived; False: the lease was lost.

        It is held at once; where its kind is sent again, only when the lease is over.
        """
        changes = "last_reply = :reply" + "".join(
            f", {name} = CASE WHEN kind IN {{retried}} THEN {name} ELSE {held} END"
            for name, held in (("state", "'held'"), ("token", "NULL"), ("lease_until", "NULL"))
        )
        return self._step("in doubt", self._filled(changes), "('dot')", id, token, reply=reply)

    def rest(self, channel: str, reply: str, asked: timedelta | None = None) -> None:
        """Say that a way out takes nothing: it is left alone for some minutes, by all drains.

        Args:
            channel: The way out.
            reply: What it said.
            asked: How long it asks to be left alone, where that is longer; None: it does not.
        """
        seconds = int(asked.total_seconds()) if asked else 0
        values = {"channel": channel, "said": reply, "asked": seconds}
        with self._engine.begin() as connection:
            connection.execute(text(self._filled(steps.REST)), values)

    def wake(self, channel: str) -> bool:
        """Use a way out again at once, as a person decided; False: it did not rest."""
        sql = "DELETE FROM breaker WHERE channel = :channel"
        with self._engine.begin() as connection:
            return connection.execute(text(sql), {"channel": channel}).rowcount == 1

    def settle(self, now: datetime) -> Settled:
        """Give up what has expired or is sent to nobody; decide on what was left at the dot."""
        of_interest = f"({steps.EXPIRED}) OR ({steps.DOUBTFUL}) OR ({steps.SUPPRESSED})"
        if not self._any(f"{steps.LIVE} AND ({of_interest})", now):
            return Settled(0, 0)
        at = {"now": _seconds(now)}
        with self._engine.begin() as connection:
            expired = connection.execute(text(self._filled(steps.EXPIRE)), at).all()
            suppressed = connection.execute(text(self._filled(steps.SUPPRESS)), {}).all()
            doubtful = connection.execute(text(self._filled(steps.SETTLE_DOUBT)), at).all()
            for what, rows in (("expired", expired), ("suppressed", suppressed)):
                self._each(connection, [(row.id, row.last_reply) for row in rows], what)
            for state, what in (("held", "held"), ("pending", "put back, in doubt")):
                mine = [(row.id, row.last_reply) for row in doubtful if row.state == state]
                self._each(connection, mine, what)
                for id_, _ in mine:
                    withdraw_if_not_wanted(connection, id_)
        return Settled(len(expired), len(doubtful), len(suppressed))

    def release(self, id: int, by: str, *, now: datetime, expires_at: datetime) -> bool:  # noqa: A002
        """Send a held or failed message again, as a person decided; False: it is neither."""
        changes = "state = 'pending', attempts = 0, not_before = :now, expires_at = :until"
        times = {"now": _seconds(now), "until": _seconds(expires_at)}
        return self._decided("released", changes, "('held', 'failed')", id, by, **times)

    def cancel(self, id: int, by: str) -> bool:  # noqa: A002
        """Do not send a message, as a person decided; False: it left already, or is leaving."""
        return self._decided("cancelled", "state = 'cancelled'", "('pending', 'held')", id, by)

    def lift(self, recipient: str) -> bool:
        """Send to a recipient again; False: nothing kept it from that."""
        sql = "DELETE FROM suppression WHERE recipient = LOWER(:recipient)"
        with self._engine.begin() as connection:
            return connection.execute(text(sql), {"recipient": recipient}).rowcount == 1

    def _any(self, condition: str, now: datetime, **values: str) -> bool:
        sql = self._filled(f"SELECT 1 FROM outbox WHERE {condition} LIMIT 1")
        with reading(self._engine) as connection:
            return (
                connection.execute(text(sql), {"now": _seconds(now), **values}).first() is not None
            )

    def _step(
        self,
        what: str,
        changes: str,
        states: str,
        id: int,  # noqa: A002
        token: str,
        *,
        reply: str = "",
        also: Sequence[str] = (),
        **values: object,
    ) -> bool:
        sql = steps.STEP.format(changes=changes, states=states)
        told = {"id": id, "token": token, "reply": reply, **values}
        with self._engine.begin() as connection:
            found = connection.execute(text(sql), told).first()
            if found is None:
                return False
            self._receipts(connection, [(id, found.attempts)], what, reply)
            for more in also:
                connection.execute(text(self._filled(more)), {"id": id, "said": reply})
        return True

    def _decided(
        self,
        what: str,
        changes: str,
        states: str,
        id: int,  # noqa: A002
        by: str,
        **values: int,
    ) -> bool:
        sql = f"UPDATE outbox SET {changes} WHERE id = :id AND state IN {states} RETURNING attempts"
        with self._engine.begin() as connection:
            found = connection.execute(text(sql), {"id": id, **values}).first()
            if found is not None:
                self._receipts(connection, [(id, found.attempts)], what, f"by {by}")
        return found is not None

    def _each(self, connection: Connection, rows: Sequence[tuple[int, str]], what: str) -> None:
        for id_, said in rows:
            self._receipts(connection, [(id_, 0)], what, said)

    def _receipts(
        self, connection: Connection, rows: Sequence[tuple[int, int]], what: str, said: str = ""
    ) -> None:
        """Add a receipt to each of some messages, given with the number of the attempt."""
        if rows:
            values = [{"id": id_, "attempt": n, "what": what, "said": said} for id_, n in rows]
            connection.execute(text(self._filled(steps.RECEIPT)), values)

    def _filled(self, sql: str) -> str:
        skip = "FOR UPDATE SKIP LOCKED" if self._engine.dialect.name == "postgresql" else ""
        kinds = ", ".join(f"'{kind}'" for kind in self._retried) or "NULL"
        return sql.format(clock=self._clock, skip=skip, retried=f"({kinds})")


def _row(message: Message) -> dict[str, object]:
    """Return the values of a new row."""
    instants = {name: getattr(message, name) for name in _INSTANTS}
    return vars(message) | {name: at and _seconds(at) for name, at in instants.items()}


def _seconds(at: datetime) -> int:
    return int(at.timestamp() // 1)
