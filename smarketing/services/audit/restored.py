"""What a restore leaves to a person: messages that are held, reports that are not planned anew."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.numbers import instant
from smarketing.domain.findings import Finding, FindingKind
from smarketing.domain.slots import latest_slot, usual

if TYPE_CHECKING:
    from datetime import datetime

KEY: Final = "restored"
"""There is one such finding: a later restore takes the place of the one before."""
_MOST: Final = 8
"""Weeks that are named; of an older backup the last ones."""


def restored_finding(made_at: datetime | None, now: datetime, held: int, zone: str) -> Finding:
    """Return what is to be told of a restore, until a person says that it is seen to."""
    weeks = weeks_between(made_at, now, zone) if made_at else ()
    of = f"a backup of {instant(made_at, zone)}" if made_at else "a backup of unknown age"
    said = [f"The database was restored on {instant(now, zone)} from {of}."]
    if held:
        what = "1 message that was" if held == 1 else f"{held:,} messages that were"
        said.append(f"{what} on the way then {'is' if held == 1 else 'are'} held: send by hand "
                    "what did not arrive.")  # fmt: skip
    if weeks:
        said.append(
            f"Weekly reports that were due since ({', '.join(weeks)}) are not planned again, for "
            "they may have been sent; plan one by hand with: smarketing digest send --week "
            f"{weeks[-1]} (--to E-MAIL for one person)."
        )
    said.append("Pull or import again what sources told since.")
    return Finding(KEY, FindingKind.RESTORED, " ".join(said))


def weeks_between(made_at: datetime, now: datetime, zone: str) -> tuple[str, ...]:
    """Return the weeks whose reports were due after a backup and until now, the oldest first."""
    weeks: list[str] = []
    at = now
    while len(weeks) < _MOST:
        slot = latest_slot(at, usual(zone))
        if slot.due_at <= made_at:
            break
        weeks.append(slot.week)
        at = slot.due_at - timedelta(seconds=1)
    return tuple(reversed(weeks))
