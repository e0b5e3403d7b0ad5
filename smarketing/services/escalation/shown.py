"""The ladders in force, in sentences, and what each step did of late."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from smarketing.domain.calendar import seconds
from smarketing.services.agreements.ladders import ladder_text
from smarketing.services.escalation.simulate import StepCount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    import polars as pl

    from smarketing.domain.agreement import Agreement, Commitment
    from smarketing.services.conclusions.book import Book

OF_LATE: Final = timedelta(days=30)
"""The days that the page tells of."""

_NOTHING: Final = StepCount()


class Done(Protocol):
    """Where it is kept what steps did."""

    def done_since(self, since: int) -> pl.DataFrame:
        """Return `commitment_id, step, lead_id, did` of the steps taken since an instant."""
        ...

    def messages_since(self, since: int) -> pl.DataFrame:
        """Return `commitment_id, step, messages`: how many told people since an instant."""
        ...


@dataclass(frozen=True)
class LadderLines:
    """The ladder of one commitment of one version.

    Attributes:
        version: Its number within the agreement.
        steps: The sentence of each step, and what it did of late.
    """

    agreement: Agreement
    version: int
    commitment: Commitment
    steps: tuple[tuple[str, StepCount], ...]


def ladders_of(store: Done, book: Book, now: datetime) -> tuple[LadderLines, ...]:
    """Return the ladders of the newest versions in force, and of older ones that did something."""
    since = seconds(now - OF_LATE)
    return tuple(_lines(_counts(store.done_since(since), store.messages_since(since)), book))


def _lines(counts: Mapping[tuple[int, int], StepCount], book: Book) -> Iterator[LadderLines]:
    seen: set[str] = set()
    for held in book.versions:
        is_newest = held.agreement.name not in seen
        seen.add(held.agreement.name)
        for commitment in held.agreement.commitments:
            number = held.commitment_ids[commitment.name]
            done = [counts.get((number, n), _NOTHING) for n in range(len(commitment.ladder))]
            if done and (is_newest or any(step.taken for step in done)):
                told = ladder_text(commitment, held.agreement)
                steps = tuple(zip(told, done, strict=True))
                yield LadderLines(held.agreement, held.number, commitment, steps)


def _counts(done: pl.DataFrame, told: pl.DataFrame) -> dict[tuple[int, int], StepCount]:
    """Return what each step did, by commitment and position; a mail about many is one."""
    taken: defaultdict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in done.iter_rows(named=True):
        taken[row["commitment_id"], row["step"]].append(json.loads(row["did"]))
    mails = {(number, step): messages for number, step, messages in told.iter_rows()}
    return {
        step: StepCount(len(did), mails.get(step, 0), sum("given_to" in one for one in did))
        for step, did in taken.items()
    }
