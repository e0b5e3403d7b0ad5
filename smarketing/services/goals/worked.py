"""The working days of a month, as a goal counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.metrics import CATALOGUE
from smarketing.domain.targets import next_month
from smarketing.services.progress.targets import month_days

if TYPE_CHECKING:
    from datetime import date

    from smarketing.domain.agreement import Agreement


def days_worked(agreement: Agreement, month: date) -> tuple[date, ...]:
    """Return the working days of a month, by the calendar of the commitment of volume.

    Args:
        agreement: One without such a commitment goes by the calendar of its acceptance.
        month: First day.
    """
    volumes = (one for one in agreement.commitments if CATALOGUE[one.metric].is_volume)
    name = next((one.calendar for one in volumes), agreement.acceptance_calendar)
    return month_days(agreement.calendars[name], month, next_month(month))
