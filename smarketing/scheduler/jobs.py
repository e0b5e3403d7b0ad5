"""The one table of the worker's jobs, with their rhythm and the reason for their order.

The scheduler knows no more of a job than a callable: it takes the instant of its run and returns
in a few words what it did, empty when there was nothing to do. What is due is decided by the
database; a job that runs twice, late or in two workers at once does no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smarketing.scheduler.runner import Runs

Work = Callable[[datetime], str]
"""What a job does: takes the instant of its run, returns what it did; empty: nothing."""


@dataclass(frozen=True)
class Pull:
    """How one source is read.

    Attributes:
        every: How often it is asked.
    """

    every: timedelta
    work: Work


@dataclass(frozen=True)
class WorkerParts:
    """What the worker is made of, put together by bootstrap.

    Attributes:
        mark: Marks clocks that ran out and windows that closed, and records their breaches.
        judge: Records the breaches of months, and plans the messages about chronic failure.
        reevaluate: Proposes what the goals of agreements ask for now; once a month.
        escalate: Takes the steps of ladders that are due.
        alert: Plans the mails about leads that were handed off.
        plan: Plans the reports that are due.
        announce: Plans the reports that are due to channels.
        drain: Sends some of the mails that are due.
        post: Sends some of what is due to channels.
        audit: Looks for what should be there and is not, tells administrators, and gives a sign of
            life when it found all well.
        facts: Holds the facts against a recount; once a night.
        backup: Makes a backup, and drops old ones; once a night.
        housekeep: Drops what is over: expired sessions, old rows of runs.
        runs: Where runs are noted.
        pulls: The sources, by name.
    """

    mark: Work
    judge: Work
    reevaluate: Work
    escalate: Work
    alert: Work
    plan: Work
    announce: Work
    drain: Work
    post: Work
    audit: Work
    facts: Work
    backup: Work
    housekeep: Work
    runs: Runs
    pulls: Mapping[str, Pull] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """One line of the table.

    Attributes:
        steps: Done one after the other; one that fails keeps no other from its turn.
        again: Whether to go on at once as long as there was something to do.
        waits: How long after the start of the worker it runs first.
    """

    name: str
    every: timedelta
    steps: tuple[Work, ...]
    again: bool = False
    waits: timedelta = timedelta(0)


def rhythms_of(parts: WorkerParts) -> dict[str, timedelta]:
    """Return how often each job of a worker runs, by its name."""
    return {job.name: job.every for job in jobs_of(parts)}


def jobs_of(parts: WorkerParts) -> tuple[Job, ...]:
    """Return the jobs of a worker."""
    return (
        # Marked first, planned then: a report counts the breaches up to its own making, and a
        # step past the due time is only taken of a clock that is marked. Steps before alerts: who
        # gets a lead by one is told of it at once. Alerts before reports: their clocks run
        # already, while a report may take seconds to draw. Order is all that they share.
        Job(
            "tick",
            timedelta(seconds=20),
            (parts.mark, parts.escalate, parts.alert, parts.plan),
        ),
        # Apart from the tick: a slow mail server must not keep clocks from being judged. One
        # call sends a small part, so that a stop has to wait for no more than that.
        Job("drain", timedelta(seconds=5), (parts.drain,), again=True),
        # Apart from the mails: a room that hangs keeps none of them waiting.
        Job("post", timedelta(seconds=5), (parts.post,), again=True),
        # Apart from the reports to people: to draw what rooms are told keeps no clock waiting.
        Job("announce", timedelta(minutes=1), (parts.announce,)),
        # Each source for itself: one that hangs keeps no other waiting.
        *(Job(f"pull {name}", pull.every, (pull.work,)) for name, pull in parts.pulls.items()),
        # It sees what the others leave undone. At the start they have yet to do what an audit
        # would miss.
        Job("audit", timedelta(minutes=5), (parts.audit,), waits=timedelta(minutes=5)),
        # Nothing of a month changes within minutes; it reads the facts of two years.
        Job("judge", timedelta(minutes=10), (parts.judge,)),
        # It reads the whole history of an agreement, and changes its mind once a month.
        Job("reevaluate", timedelta(days=1), (parts.reevaluate,)),
        # Both ask every few minutes whether their night has come, so that one that was slept
        # through or failed is made up for. Two jobs, so that a recount that finds a fault, or
        # takes an hour, keeps nobody from having a backup.
        Job("facts", timedelta(minutes=10), (parts.facts,)),
        Job("backup", timedelta(minutes=10), (parts.backup,)),
        # By distance, not by the hour: a worker that sleeps at night does it when it wakes.
        Job("housekeep", timedelta(days=1), (parts.housekeep,)),
    )
