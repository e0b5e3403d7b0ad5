"""Take the steps that are due: tell people by mail, and hand leads on.

All of it is one transaction: a step is claimed, told and done, or it is as if nobody had looked.
A clock that stopped meanwhile takes no step.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from smarketing.domain.acts import ASSIGNED, LADDER, RETURNED
from smarketing.domain.calendar import seconds
from smarketing.domain.channels import Occasion
from smarketing.domain.days import local_date
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle_again
from smarketing.services.conclusions.steps import CLOCK_KEY
from smarketing.services.escalation.due import TAKE, following, steps_due
from smarketing.services.escalation.telling import TEAM, is_anything_to_tell, tell_owed
from smarketing.services.escalation.whom import Crew, ever_held
from smarketing.services.people.people import everyone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smarketing.services.conclusions.book import Book
    from smarketing.services.escalation.mails import Run
    from smarketing.services.escalation.ports import DueSteps, EscalationStore, Taking
    from smarketing.services.people.people import Directory

Key = tuple[int, int, int]
"""Lead, commitment and cycle of a clock."""

_WHOLE: Final = {name: pl.Int64() for name in (*CLOCK_KEY, "step", "taken_at")}
_TOLD: Final = {name: pl.Int64() for name in (*CLOCK_KEY, "step")} | {
    "address": pl.String(), "owed_at": pl.Int64(), "held_by": pl.Int64(), "given_to": pl.Int64(),
}  # fmt: skip
_EVENT: Final = {
    "lead_id": pl.Int64(), "kind": pl.String(), "occurred_at": pl.Int64(), "ref": pl.String(),
    "recorded_at": pl.Int64(), "source_id": pl.Int64(), "actor": pl.String(),
    "detail": pl.String(),
}  # fmt: skip


class Escalated(NamedTuple):
    """What a run did."""

    steps: int = 0
    mails: int = 0
    reassigned: int = 0


@dataclass
class _Found:
    """The steps that are to be taken of one clock, and what came of them.

    Attributes:
        row: The clock and its lead.
        steps: Positions in the ladder, ascending.
        silent: Those of them that tell nobody: they were due before a restore.
        given_to: TEAM, or who got the lead; None: it stays where it is.
        told: Address to the last step that names it.
    """

    row: dict[str, Any]
    steps: list[int]
    silent: frozenset[int] = frozenset()
    given_to: int | None = None
    told: dict[str, int] = field(default_factory=dict)


def take_steps(store: EscalationStore, directory: Directory, run: Run) -> Escalated:
    """Take every step that is due; a second call takes nothing.

    Args:
        store: The clocks, and which steps were taken.
        directory: Everybody.
        run: Now, the agreements in force, and how mails are addressed.
    """
    if not run.book.ladders:
        return Escalated()
    at, people = seconds(run.now), everyone(directory)
    with store.looking() as desk:
        steps = _is_anything_to_do(desk, run.book, at)
        if not steps and not is_anything_to_tell(desk, Crew(people, desk.absences()), run):
            return Escalated()
    with store.taking(at) as taking:
        crew = Crew(people, taking.absences(), Counter(taking.loads()))
        found = _take(taking, crew, run)
        mails = tell_owed(taking, crew, run)
    moved = sum(one.given_to is not None for one in found)
    return Escalated(sum(len(one.steps) for one in found), mails, moved)


def _is_anything_to_do(desk: DueSteps, book: Book, at: int) -> bool:
    clocks = desk.due(at)
    if clocks.is_empty():
        return False
    steps = steps_due(desk, clocks, book, at)
    return bool((steps["what"] == TAKE).any()) or not following(clocks, steps).is_empty()


def _take(taking: Taking, crew: Crew, run: Run) -> list[_Found]:
    """Take the steps that are due, and note who is to be told of them."""
    at = seconds(run.now)
    clocks = taking.due(at)
    if clocks.is_empty():
        return []
    steps = steps_due(taking, clocks, run.book, at)
    found = _found(clocks, steps, run)
    _tell(found, crew, run)
    _hand_on(found, taking, crew, run)
    moved = [one for one in found if one.given_to is not None]
    # First: it writes the clocks of these leads anew, with their next steps as they were.
    _settle(taking, moved, run.book, at)
    taking.record(_records(found, at), following(clocks, steps), _owed(found, at))
    return found


def _found(clocks: pl.DataFrame, steps: pl.DataFrame, run: Run) -> list[_Found]:
    """Return the clocks that take a step, the one whose step came first on top."""
    told_until = None if run.told_until is None else seconds(run.told_until)
    mine: defaultdict[Key, dict[int, bool]] = defaultdict(dict)
    for row in steps.filter(pl.col("what") == TAKE).iter_rows(named=True):
        mine[_key(row)][row["step"]] = told_until is not None and row["at"] <= told_until
    rows = ((_key(row), row) for row in clocks.iter_rows(named=True))
    return [
        _Found(row, sorted(mine[key]), frozenset(step for step, old in mine[key].items() if old))
        for key, row in rows
        if key in mine
    ]


def _key(row: Mapping[str, Any]) -> Key:
    return row["lead_id"], row["commitment_id"], row["cycle"]


def _tell(found: Iterable[_Found], crew: Crew, run: Run) -> None:
    """Say who is told: of several steps at once, each one by the last that names them."""
    for one in found:
        laddered = run.book.ladders[one.row["commitment_id"]]
        told = sorted({*one.steps} - one.silent)
        if told:
            rooms = run.rooms.told(Occasion.ESCALATION, laddered.agreement.name)
            one.told |= {room.address: told[-1] for room in rooms}
        for position in told:
            step = laddered.commitment.ladder[position]
            for address in crew.told(step, one.row["holder_id"], laddered):
                one.told[address.addr_spec] = position


def _hand_on(found: Iterable[_Found], taking: Taking, crew: Crew, run: Run) -> None:
    """Say who gets the leads that a step takes from their holders; each lead once."""
    moving = [one for one in found if _reassigns(one, run.book)]
    if not moving:
        return
    words: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for word in taking.words(
        pl.Series("id", [m.row["lead_id"] for m in moving]).unique()
    ).to_dicts():
        words[word["lead_id"]].append(word)
    holders, done = taking.ledger.holders(), set()
    for one in moving:
        lead_id, holder = one.row["lead_id"], one.row["holder_id"]
        if lead_id in done:
            continue
        done.add(lead_id)
        had = ever_held(words[lead_id], one.row["owner"], holder, holders)
        zone = run.book.ladders[one.row["commitment_id"]].agreement.timezone
        heir = crew.successor(had, local_date(run.now, zone))
        one.given_to = heir if heir is not None else (None if holder is None else TEAM)


def _reassigns(one: _Found, book: Book) -> bool:
    ladder = book.ladders[one.row["commitment_id"]].commitment.ladder
    return any(ladder[position].reassign for position in one.steps)


def _records(found: Iterable[_Found], now: int) -> pl.DataFrame:
    """Return a row of `ladder_step` for each step; the last one says what was done."""
    rows = []
    for one in found:
        for position in one.steps:
            moved = position == one.steps[-1] and one.given_to is not None
            did = {"given_to": one.given_to} if moved else {}
            rows.append((*_key(one.row), position, now, json.dumps(did)))
    return pl.DataFrame(rows, schema=_WHOLE | {"did": pl.String()}, orient="row")


def _owed(found: Iterable[_Found], now: int) -> pl.DataFrame:
    """Return a row of `ladder_told` for each person who is to be told of a clock."""
    rows = [
        (*_key(one.row), step, address, now, one.row["holder_id"], one.given_to)
        for one in found
        for address, step in one.told.items()
    ]
    return pl.DataFrame(rows, schema=_TOLD, orient="row")


def _settle(taking: Taking, moved: list[_Found], book: Book, now: int) -> None:
    """Record that leads change hands, as a person would say it, and conclude from it."""
    if not moved:
        return
    rows = [
        {
            "lead_id": one.row["lead_id"],
            "kind": ASSIGNED if one.given_to else RETURNED,
            "occurred_at": now,
            "ref": f"{LADDER}:{one.row['commitment_id']}:{one.row['cycle']}:{one.steps[-1]}",
            "recorded_at": now,
            "source_id": taking.source_id,
            "actor": LADDER,
            "detail": str(one.given_to) if one.given_to else None,
        }
        for one in moved
    ]
    events = pl.DataFrame(rows, schema=_EVENT)
    taking.ledger.record_events(events)
    knowledge = Knowledge(now, taking.ledger.known_until())
    settle_again(taking.ledger, book, knowledge, events["lead_id"])
