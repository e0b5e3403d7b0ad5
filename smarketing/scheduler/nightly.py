"""Work that is done once a night, whichever worker gets to it first."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from smarketing.domain.marks import nightly
from smarketing.domain.nights import night_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from smarketing.scheduler.jobs import Work

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Marks(Protocol):
    """Where it is kept which night a work was done for."""

    def all(self) -> Mapping[str, datetime]:
        """Return the mark of each kind that has one."""
        ...

    def claim(self, kind: str, until: datetime) -> bool:
        """Move a mark forward; False: another worker did."""
        ...

    def give_back(self, kind: str, until: datetime, before: datetime) -> None:
        """Move a mark back that `claim` moved."""
        ...


def once_a_night(name: str, work: Work, marks: Marks, zone: Callable[[], str]) -> Work:
    """Return a work that is done at its first call after two o'clock, and then not till tomorrow.

    A night that was slept through is made up for. Work that fails is tried again at the next call,
    by whichever worker; one that was killed is missed by the auditors.

    Args:
        name: Of the work: of its mark.
        work: What is to be done.
        marks: Of any number of workers one gets the night.
        zone: Returns where two o'clock is.
    """
    kind = nightly(name)

    def work_once(now: datetime) -> str:
        night, before = night_of(now, zone()), marks.all().get(kind, _NEVER)
        if not marks.claim(kind, night):
            return ""
        with ExitStack() as unless_done:
            unless_done.callback(marks.give_back, kind, night, before)
            said = work(now)
            unless_done.pop_all()
        return said

    return work_once
