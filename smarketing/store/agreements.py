"""Where the versions of agreements and their signatures are kept."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlmodel import Session, col

from smarketing.domain.errors import ConflictError
from smarketing.domain.versions import Act, Done, Signed, Version
from smarketing.store.engine import reading
from smarketing.store.tables.agreements import (
    AgreementEvent,
    AgreementVersion,
    CommitmentRow,
    Signature,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Engine


class AgreementShelf:
    """Keeps versions; a signed one is never changed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def versions(self) -> tuple[Version, ...]:
        """Return every version, agreements in the order they came, their newest version first."""
        with reading(self._engine) as connection, Session(connection) as session:
            rows = session.scalars(select(AgreementVersion)).all()
            first = {row.name: row.id for row in sorted(rows, key=lambda row: -(row.id or 0))}
            ordered = sorted(rows, key=lambda row: (first[row.name], -row.version))
            return _versions(session, ordered)

    def add(
        self,
        name: str,
        text: str,
        sha256: str,
        span: tuple[date, date | None],
        *,
        base_id: int | None,
        now: datetime,
    ) -> Version:
        """Keep a text as the newest version of its name; an unsigned newest one gives way."""
        with Session(self._engine) as session, session.begin():
            newest = session.scalars(
                select(AgreementVersion)
                .where(col(AgreementVersion.name) == name)
                .order_by(col(AgreementVersion.version).desc())
                .limit(1)
            ).first()
            number = newest.version + 1 if newest else 1
            if newest and not newest.in_force:
                number = newest.version
                for hanging in (Signature, AgreementEvent):
                    session.execute(delete(hanging).where(col(hanging.version_id) == newest.id))
                session.delete(newest)
                session.flush()
            row = AgreementVersion(
                name=name, version=number, text=text, sha256=sha256, starts_on=span[0],
                ends_on=span[1], base_id=base_id, loaded_at=now,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return _version(session, row)

    def sign(self, version_id: int, party: str, email: str, sha256: str, now: datetime) -> Version:
        """Add a signature under a text; a second one of a party changes nothing.

        Raises:
            ConflictError: Another text has come in its place.
        """
        with Session(self._engine) as session, session.begin():
            row = _same_text(session, version_id, sha256)
            if session.get(Signature, (version_id, party)) is None:
                session.add(
                    Signature(
                        version_id=version_id, party=party, email=email,
                        sha256=sha256, signed_at=now,
                    )
                )  # fmt: skip
                session.flush()
            return _version(session, row)

    def note(self, version_id: int, sha256: str, done: Done) -> Version:
        """Add an act to a version.

        Raises:
            ConflictError: Another text has come in its place.
        """
        with Session(self._engine) as session, session.begin():
            row = _same_text(session, version_id, sha256)
            session.add(
                AgreementEvent(
                    version_id=version_id, act=done.act, by=done.by, at=done.at,
                    from_on=done.from_on, text=done.text,
                )
            )  # fmt: skip
            session.flush()
            return _version(session, row)

    def put_in_force(
        self, version_id: int, frozen: str, commitments: Sequence[tuple[str, str]]
    ) -> Version:
        """Let a version hold from now on.

        Args:
            version_id: A version that every party has signed.
            frozen: JSON of what the signatures fixed.
            commitments: Name and metric of each.
        """
        with Session(self._engine) as session, session.begin():
            row = session.get_one(AgreementVersion, version_id)
            if not row.in_force:
                row.in_force, row.frozen = 1, frozen
                session.add_all(
                    CommitmentRow(version_id=version_id, name=name, metric=metric)
                    for name, metric in commitments
                )
                session.flush()
            return _version(session, row)


def _same_text(session: Session, version_id: int, sha256: str) -> AgreementVersion:
    """Return a version and keep others from changing it; ids of drafts are given anew."""
    row = session.get(AgreementVersion, version_id, with_for_update=True)
    if row is None or row.sha256 != sha256:
        raise ConflictError("another text was loaded in the meantime: read it before you go on")
    return row


def _version(session: Session, row: AgreementVersion) -> Version:
    """Return one version, with those that it inherits from."""
    rows = [row]
    while (base_id := rows[-1].base_id) is not None:
        rows.append(session.get_one(AgreementVersion, base_id))
    return _versions(session, rows)[0]


def _versions(session: Session, rows: Sequence[AgreementVersion]) -> tuple[Version, ...]:
    """Return versions in the order of their rows, with what hangs on them: three queries.

    What they inherit from is among the rows.
    """
    ids = [row.id for row in rows]
    signed: dict[int, list[Signed]] = defaultdict(list)
    for s in session.scalars(
        select(Signature)
        .where(col(Signature.version_id).in_(ids))
        .order_by(col(Signature.signed_at), col(Signature.party))
    ):
        signed[s.version_id].append(Signed(s.party, s.email, s.signed_at, s.sha256))
    numbers: dict[int, dict[str, int]] = defaultdict(dict)
    for commitment in session.scalars(
        select(CommitmentRow)
        .where(col(CommitmentRow.version_id).in_(ids))
        .order_by(col(CommitmentRow.id))
    ):
        numbers[commitment.version_id][commitment.name] = commitment.id or 0
    acts = _acts(session, ids)
    made: dict[int, Version] = {}
    # A version was loaded after the one that it inherits from: its id is higher.
    for row in sorted(rows, key=lambda row: row.id or 0):
        number = row.id or 0
        made[number] = Version(
            id=number,
            name=row.name,
            version=row.version,
            text=row.text,
            sha256=row.sha256,
            in_force=bool(row.in_force),
            frozen=row.frozen,
            signatures=tuple(signed[number]),
            commitment_ids=numbers[number],
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            loaded_at=row.loaded_at,
            base=None if row.base_id is None else made[row.base_id],
            acts=tuple(acts[number]),
        )
    return tuple(made[row.id or 0] for row in rows)


def _acts(session: Session, ids: Sequence[int | None]) -> dict[int, list[Done]]:
    acts: dict[int, list[Done]] = defaultdict(list)
    for event in session.scalars(
        select(AgreementEvent)
        .where(col(AgreementEvent.version_id).in_(ids))
        .order_by(col(AgreementEvent.id))
    ):
        done = Done(Act(event.act), event.by, event.at, event.from_on, event.text)
        acts[event.version_id].append(done)
    return acts
