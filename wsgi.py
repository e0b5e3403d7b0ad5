"""The portal for a WSGI server: `waitress-serve wsgi:app`."""

from __future__ import annotations

from datetime import UTC, datetime

from smarketing.bootstrap import open_house, portal
from smarketing.settings import settings_from_environment

app = portal(open_house(settings_from_environment()), lambda: datetime.now(UTC))
