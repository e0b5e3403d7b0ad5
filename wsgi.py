"""The portal for a WSGI server: `waitress-serve wsgi:app`."""

from __future__ import annotations

from datetime import UTC, datetime

from smarketing.bootstrap import open_house, portal
from smarketing.scheduler.rhythms import job_rhythms
from smarketing.settings import settings_from_environment

house = open_house(settings_from_environment())
app = portal(
    house,
    lambda: datetime.now(UTC),
    rhythms=lambda: job_rhythms(house, datetime.now(UTC)),
)
