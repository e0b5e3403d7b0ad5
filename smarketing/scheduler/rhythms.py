"""How often the jobs of an installation's worker run, for those who look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from smarketing.bootstrap import House


def job_rhythms(house: House, now: datetime) -> dict[str, timedelta]:
    """Return how often each job runs, by its name, in the order of the table."""
    # A portal that nobody asks for its jobs need not load what they do.
    from smarketing.scheduler.jobs import rhythms_of  # noqa: PLC0415
    from smarketing.scheduler.parts import worker_parts  # noqa: PLC0415

    return rhythms_of(worker_parts(house, now))
