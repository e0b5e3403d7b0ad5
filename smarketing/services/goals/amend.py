"""The monthly look at a goal: computed anew, and proposed as a new version where it differs.

On the first working day of a month, for agreements whose goal says `reevaluate = true`. The text
of the amendment is that of the version in force with its first day moved to the first of the next
month: what the last signature freezes are the targets computed on that working day. Nothing changes
unless it is signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import tomlkit

from smarketing.domain.days import local_date, starts_at
from smarketing.domain.errors import AgreementError, ConflictError, ImpossibleGoalError
from smarketing.domain.targets import next_month
from smarketing.domain.versions import Act, Done, State
from smarketing.services.agreements import life
from smarketing.services.goals.changes import differ
from smarketing.services.goals.freeze import goal_targets
from smarketing.services.goals.redated import redate
from smarketing.services.goals.worked import days_worked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Version
    from smarketing.services.agreements.signing import ShelfAndDiary
    from smarketing.services.conclusions.book import Book
    from smarketing.services.goals.history import Told

US: Final = "smarketing"
"""Who proposed a version that was computed."""


@dataclass(frozen=True)
class Reevaluated:
    """What a look at the goals came to.

    Attributes:
        proposed: The amendments.
        troubles: Why one could not be made, a sentence each with the name of its agreement.
    """

    proposed: tuple[Version, ...]
    troubles: tuple[str, ...]

    def __str__(self) -> str:
        count = len(self.proposed)
        told = [f"{count} amendment{'s' if count != 1 else ''} proposed"] if count else []
        return "; ".join([*told, *self.troubles])


def reevaluate(shelf: ShelfAndDiary, told: Told, book: Book, now: datetime) -> Reevaluated:
    """Propose an amendment of every agreement whose targets have become others; once a month.

    A draft or a proposal of people is left alone, and so is a version that is signed and has not
    begun. A proposal of an earlier month that nobody signed gives way. One agreement that cannot
    be computed or amended keeps no other from it.
    """
    versions = shelf.versions()
    proposed: list[Version] = []
    troubles: list[str] = []
    for name in dict.fromkeys(version.name for version in versions):
        try:
            amended = _amended(name, versions, shelf, (told, book), now)
        except (AgreementError, ConflictError, ImpossibleGoalError) as error:
            troubles.append(f"{name}: {error}")
        else:
            proposed += [amended] if amended else []
    return Reevaluated(tuple(proposed), tuple(troubles))


def first_working_day(agreement: Agreement, month: date) -> date:
    """Return the first working day of a month, by the calendar of the commitment of volume.

    Args:
        agreement: One without such a commitment goes by the calendar of its acceptance.
        month: First day; a month without working days has its first day.
    """
    worked = days_worked(agreement, month)
    return worked[0] if worked else month


def _amended(
    name: str,
    versions: Sequence[Version],
    shelf: ShelfAndDiary,
    known: tuple[Told, Book],
    now: datetime,
) -> Version | None:
    mine = [version for version in versions if version.name == name]
    held = next((v for v in mine if life.state_now(v, versions, now) is State.IN_FORCE), None)
    if held is None or not _is_free(held, mine[0], now):
        return None
    agreement = life.agreement_of(held)
    today = local_date(now, agreement.timezone)
    day = first_working_day(agreement, today.replace(day=1))
    begins = next_month(today)
    ends = agreement.ends_on
    if (
        not (agreement.goal and agreement.goal.reevaluate)
        or today < day
        or (ends and ends <= begins)
    ):
        return None
    at = starts_at(day, agreement.timezone)
    if max(signed.signed_at for signed in held.signatures) >= at:
        return None  # what was signed since knows more
    if not differ(life.frozen_of(held), goal_targets(held, *known, at, anew=True).frozen, begins):
        return None
    document = tomlkit.parse(held.text)
    redate(document, begins)
    version, _ = life.load(tomlkit.dumps(document), f"the amendment of {name}", shelf, now)
    if version.proposed:
        return None  # another worker was faster
    text = f"targets computed anew from what was known on {day}"
    return shelf.note(version.id, version.sha256, Done(Act.PROPOSED, US, at, None, text))


def _is_free(held: Version, newest: Version, now: datetime) -> bool:
    """Return whether nothing of this month and nothing of people waits to be signed."""
    if newest == held:
        return True
    zone = life.agreement_of(held).timezone
    this_month = local_date(now, zone).replace(day=1)
    is_ours = bool(newest.acts) and newest.acts[0].by == US and not newest.signatures
    is_old = local_date(newest.loaded_at, zone).replace(day=1) < this_month
    return is_ours and is_old and not newest.in_force
