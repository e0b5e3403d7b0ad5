"""What steps owe people to be told: planned as mails, in their working time, a storm as one.

Nobody is told on a day of their own leave: it waits, as over night.

What is owed about a clock that runs no more, to somebody who is not reached any more, or by a step
that a later one of the clock to the same person follows, is no news and is forgotten.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from smarketing.domain.calendar import due_s, seconds
from smarketing.domain.channels import Occasion
from smarketing.domain.clocks import ClockState
from smarketing.domain.days import local_date
from smarketing.domain.errors import NeverOpenError
from smarketing.services.conclusions.steps import CLOCK_KEY
from smarketing.services.escalation.mails import Told, mails_of
from smarketing.services.escalation.pace import WINDOW_S, messages_now
from smarketing.services.mail_link.standing import held_since
from smarketing.services.mail_link.tokens import Link
from smarketing.services.people.people import Role
from smarketing.services.people.policy import HOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from email.headerregistry import Address

    from smarketing.domain.channels import Channel
    from smarketing.domain.ladders import Step
    from smarketing.services.conclusions.book import Laddered
    from smarketing.services.escalation.mails import Run
    from smarketing.services.escalation.ports import Owing, Taking
    from smarketing.services.escalation.whom import Crew
    from smarketing.services.people.people import Person

TEAM: Final = 0
"""As `given_to`: the lead went back to the team's queue."""

Kind = tuple[str, int, int]
"""Who is told, by which step of which commitment: address, commitment, step."""

_KEY: Final = dict.fromkeys((*CLOCK_KEY, "step"), pl.Int64()) | {"address": pl.String()}


class _Owed(NamedTuple):
    """Rows of what is owed: to be told of now or later, and what is no news any more."""

    live: list[dict[str, Any]]
    gone: list[dict[str, Any]]


def is_anything_to_tell(desk: Owing, crew: Crew, run: Run) -> bool:
    """Return whether `tell_owed` would do anything."""
    owed = _owed(desk, crew, run)
    return bool(owed.gone) or any(_parts(owed.live, desk, crew, run))


def tell_owed(taking: Taking, crew: Crew, run: Run) -> int:
    """Plan the mails about what is owed and may be told now; return how many they are."""
    owed = _owed(taking, crew, run)
    if not owed.live and not owed.gone:
        return 0
    parts = list(_parts(owed.live, taking, crew, run))
    places = _places(taking, (row for part in parts for row in part), run)
    mails = mails_of([[_told(row, places, crew, run) for row in part] for part in parts], run)
    keys = [mail.dedupe_key for mail in mails]
    told = [row for part in parts for row in part]
    named = [key for part, key in zip(parts, keys, strict=True) for _ in part]
    dedupe_key = pl.Series("dedupe_key", named, dtype=pl.String)
    taking.told(_keys(owed.gone), _keys(told).with_columns(dedupe_key), mails, seconds(run.now))
    return len(mails)


def _keys(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Return which rows of `ladder_told` these are."""
    return pl.DataFrame([[row[name] for name in _KEY] for row in rows], schema=_KEY, orient="row")


def may_be_told(step: Step, laddered: Laddered, at: int) -> bool:
    """Return whether those whom a step tells work at an instant."""
    return next_opening(step, laddered, at) == at


def next_opening(step: Step, laddered: Laddered, at: int) -> int | None:
    """Return when those whom a step tells work next: at an instant, or later; None: never."""
    try:
        opens = due_s(np.array([at], dtype=np.int64), 0, laddered.calendars[step.in_calendar])
    except NeverOpenError:
        return None
    return int(opens[0])


def _owed(desk: Owing, crew: Crew, run: Run) -> _Owed:
    found, rows = _Owed([], []), desk.owed().to_dicts()
    # In ascending order, so that the last step of a clock to a person stays.
    last = {_told_of(row): row["step"] for row in sorted(rows, key=lambda row: row["step"])}
    for row in rows:
        is_news = row["step"] == last[_told_of(row)] and _is_news(row, crew, run)
        (found.live if is_news else found.gone).append(row)
    return found


def _told_of(row: dict[str, Any]) -> tuple[Any, ...]:
    return (*(row[name] for name in CLOCK_KEY), row["address"])


def _is_news(row: dict[str, Any], crew: Crew, run: Run) -> bool:
    """Return whether the clock still runs, and there is still somebody to be told."""
    laddered = run.book.ladders.get(row["commitment_id"])
    runs = row["state"] == ClockState.RUNNING and not row["excused"]
    return runs and laddered is not None and _recipient(row, laddered, crew, run) is not None


def _recipient(
    row: dict[str, Any], laddered: Laddered, crew: Crew, run: Run
) -> Address | Channel | None:
    """Return who is told: a person by mail, or a channel; None: nobody is reached so any more."""
    room = run.rooms.reached(row["address"], Occasion.ESCALATION, laddered.agreement.name)
    return room or crew.reached(row["address"], laddered)


def _parts(
    live: Iterable[dict[str, Any]], desk: Owing, crew: Crew, run: Run
) -> Iterator[Sequence[dict[str, Any]]]:
    """Yield the rows of each message that may be sent now."""
    at, kinds, sent = seconds(run.now), defaultdict(list), defaultdict(list)
    for row in live:
        if row["paused_until"] is None or row["paused_until"] <= at:
            kinds[_kind(row)].append(row)
    now = [rows for rows in kinds.values() if _may_be_told(rows[0], crew, run)]
    if now:
        for row in desk.told_since(at - WINDOW_S).iter_rows(named=True):
            sent[_kind(row)].append(row["told_at"])
    for rows in now:
        yield from messages_now(rows, sent[_kind(rows[0])], at)


def _kind(row: dict[str, Any]) -> Kind:
    return row["address"], row["commitment_id"], row["step"]


def _step(row: dict[str, Any], run: Run) -> tuple[Step, Laddered]:
    laddered = run.book.ladders[row["commitment_id"]]
    return laddered.commitment.ladder[row["step"]], laddered


def _may_be_told(row: dict[str, Any], crew: Crew, run: Run) -> bool:
    """Return whether who is told works now: by the step's calendar, and not on leave today."""
    step, laddered = _step(row, run)
    today = local_date(run.now, laddered.calendars[step.in_calendar].timezone)
    return may_be_told(step, laddered, seconds(run.now)) and not crew.is_away(row["address"], today)


def _places(
    taking: Taking, rows: Iterable[dict[str, Any]], run: Run
) -> Mapping[int, dict[str, Any]]:
    """Return the last word about who holds each lead that the team has; for links only."""
    ids = {row["lead_id"] for row in rows if row["holder_id"] is None}
    if run.answer is None or not ids:
        return {}
    words = taking.words(pl.Series("id", sorted(ids), dtype=pl.Int64())).sort("nth")
    return {word["lead_id"]: word for word in words.to_dicts()}


def _told(row: dict[str, Any], places: Mapping[int, dict[str, Any]], crew: Crew, run: Run) -> Told:
    recipient = _recipient(row, run.book.ladders[row["commitment_id"]], crew, run)
    assert recipient is not None  # noqa: S101  (else it is no news)
    given_to, reader = row["given_to"], crew.reader(row["address"])
    return Told(
        row=row,
        recipient=recipient,
        step=row["step"],
        holder=crew.name(row["held_by"]),
        given_to=None if given_to is None else crew.name(given_to) or "",
        reader=reader,
        answer=_link(row, places, reader, run) if reader and run.answer else None,
    )


def _link(
    row: dict[str, Any], places: Mapping[int, dict[str, Any]], reader: Person, run: Run
) -> Link | None:
    """Return the link by which a reader answers a lead; None: it is not theirs to answer."""
    whose = (None, reader.id) if reader.role is Role.REP else (reader.id,)
    if row["acknowledged"] or reader.role not in HOLDS or row["holder_id"] not in whose:
        return None
    since = held_since(row, places.get(row["lead_id"]))
    return Link(row["lead_id"], since, reader.id, seconds(run.now))
