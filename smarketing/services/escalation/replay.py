"""The clocks of the leads of a month, as if a version had been in force all that month.

Its rules, times and calendars say which clocks ran, its ladders which steps would have been taken.
Acts are those that are known today.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from smarketing.domain.calendar import seconds
from smarketing.domain.clocks import run_clocks
from smarketing.domain.days import day_number
from smarketing.domain.ladders import step_instants, steps_taken
from smarketing.domain.moment import FOREVER, Moment
from smarketing.domain.targets import next_month
from smarketing.services.agreements.life import agreement_of
from smarketing.services.conclusions.book import Book, Frozen, InForce
from smarketing.services.conclusions.classify import CLASSIFICATION, classified_by
from smarketing.services.conclusions.cycles import with_cycles
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.log import RANKS, log_of
from smarketing.services.conclusions.of_clocks import ends_of, owed_of, pauses_in
from smarketing.services.conclusions.settle import with_seniority
from smarketing.services.conclusions.surge import ranks_among

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from smarketing.domain.agreement import Commitment
    from smarketing.domain.versions import Version
    from smarketing.services.conclusions.as_of import Known
    from smarketing.services.conclusions.log import Log

_WHAT_IF: Final = -1
"""The number of a version that is only supposed to be in force."""


class TakenStep(NamedTuple):
    """One step of one clock.

    Attributes:
        at: When it is taken, in seconds of UTC.
        ends: When the clock is stopped or void: a message after that is no news. NEVER: it runs.
    """

    commitment: str
    lead_id: int
    cycle: int
    step: int
    at: int
    ends: int


class Replay:
    """The clocks of the leads of a month under one version.

    Args:
        version: Signed or not.
        month: First day.
        history: The leads.
        book: The agreements in force: a lead of another agreement stays with that.
        now: What would only come later is not counted.
    """

    def __init__(
        self, version: Version, month: date, history: Known, book: Book, now: datetime
    ) -> None:
        self._agreement = agreement_of(version)
        self._others = [v.version_id for v in book.versions if v.agreement.name != version.name]
        self._names = {
            number: name
            for held in book.versions
            for name, number in held.commitment_ids.items()
            if held.agreement.name == version.name
        }
        supposed = replace(self._agreement, starts_on=month, ends_on=next_month(month))
        in_force = InForce(_WHAT_IF, version.version, supposed, {}, Frozen({}, {}))
        self._book = Book((in_force,), self._agreement.timezone, book.words)
        self._days = day_number(month), day_number(next_month(month))
        self._history, self._moment = history, Moment(FOREVER, FOREVER)
        self._now = seconds(now)
        self._knowledge = Knowledge(self._now, history.known_until(FOREVER))
        self.owners: dict[int, str | None] = {}
        self.pauses: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self.clocks = 0

    def taken(self) -> list[TakenStep]:
        """Return the steps that would have been taken; afterwards what follows is told.

        `clocks` is how many were watched, `owners` what the records of their leads say, `pauses`
        from when until when they stood, in seconds of UTC.
        """
        found: list[TakenStep] = []
        ranks = self._ranks()
        for leads in self._leads():
            self.owners.update(leads.select("id", "owner").iter_rows())
            told = log_of(self._history.log(self._moment), leads["id"], leads, self._book)
            for lead_id, *span in told.pauses.select("lead_id", "starts", "ends").iter_rows():
                self.pauses[lead_id].append(tuple(span))
            log, cycled = replace(told, ranks=ranks), with_cycles(leads, told.cycles)
            for commitment in self._agreement.commitments:
                if commitment.ladder:
                    found += self._steps(cycled, log, commitment)
        return found

    def _leads(self) -> Iterator[pl.DataFrame]:
        """Yield the leads of the month that the version would have been about."""
        for known in self._history.known(*self._days, self._moment):
            ours = known.filter(~pl.col("version_id").is_in(self._others))
            unsorted = ours.drop("classified_at", *CLASSIFICATION, strict=False)
            leads = classified_by(with_seniority(unsorted, self._book), self._book)
            mine = leads.filter(pl.col("version_id") == _WHAT_IF)
            if not mine.is_empty():
                yield mine

    def _ranks(self) -> pl.DataFrame:
        if not self._book.relief_after:
            return pl.DataFrame(schema=RANKS)
        return ranks_among(self._leads(), self._book)

    def _steps(self, cycled: pl.DataFrame, log: Log, commitment: Commitment) -> list[TakenStep]:
        excused = self._excused(log, commitment)
        owed = owed_of(cycled, log, commitment).join(excused, on=["id", "cycle"], how="anti")
        if owed.is_empty():
            return []
        self.clocks += len(owed)
        row, *columns = self._instants(owed, log, commitment)
        keys = owed.select("id", "cycle")[row]
        columns = [keys["id"].to_list(), keys["cycle"].to_list(), *columns]
        return [TakenStep(commitment.name, *found) for found in zip(*columns, strict=True)]

    def _instants(
        self, owed: pl.DataFrame, log: Log, commitment: Commitment
    ) -> tuple[list[int], list[int], list[int], list[int]]:
        """Return position of the clock, step, instant and the clock's end of each step taken."""
        calendars = self._agreement.calendars
        calendar, pauses = calendars[commitment.calendar], pauses_in(owed["id"], log.pauses)
        started, allowance_s = (owed[name].to_numpy() for name in ("started_at", "allowance_s"))
        stopping, voiding = ends_of(owed, commitment, None)
        judged = {n: self._knowledge.judged(commitment, n) for n in owed["source_id"].unique()}
        clocks = run_clocks(
            started,
            allowance_s,
            calendar,
            stopping=stopping,
            voiding=voiding,
            judged=owed["source_id"].replace_strict(judged, return_dtype=pl.Int64).to_numpy(),
            pauses=pauses,
        )
        instants = step_instants(
            commitment.ladder,
            started=started,
            allowance_s=allowance_s,
            due=clocks.due,
            calendar=calendar,
            calendars=calendars,
            pauses=pauses,
        )
        ended = np.minimum(stopping, voiding)
        taken = steps_taken(instants, commitment.ladder, ended=ended, breached=clocks.breached)
        row, step = np.nonzero(taken & (instants <= self._now))
        return row.tolist(), step.tolist(), instants[row, step].tolist(), ended[row].tolist()

    def _excused(self, log: Log, commitment: Commitment) -> pl.DataFrame:
        """Return `id, cycle` of clocks of that promise which an excuse keeps out of the count."""
        numbers = [number for number, name in self._names.items() if name == commitment.name]
        mine = log.excuses.filter(pl.col("commitment_id").is_in(numbers))
        return mine.select(pl.col("lead_id").alias("id"), "cycle")
