"""The first day of an amendment: what was signed and judged before it stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.days import local_date
from smarketing.domain.errors import AgreementProblem
from smarketing.domain.targets import next_month

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Version


def backdated(
    agreement: Agreement, stood: Iterable[Version], now: datetime
) -> AgreementProblem | None:
    """Return why an agreement cannot begin on its first day; None: it can.

    The first version of a name may begin in the past: its history is imported. Later ones begin
    after today, in the agreement's zone.

    Args:
        agreement: Of a version that is to be signed.
        stood: The versions of its name.
        now: When it is loaded or signed.
    """
    today = local_date(now, agreement.timezone)
    begun = [one.version for one in stood if one.in_force and one.starts_on <= today]
    if not begun or agreement.starts_on > today:
        return None
    return AgreementProblem(
        "term.starts_on",
        f"{agreement.starts_on} is not after today, and version {max(begun)} of {agreement.name} "
        "was signed for every party: an amendment changes nothing that is past",
        f"Write {next_month(today)}, or another day after {today}",
    )
