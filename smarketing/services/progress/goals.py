"""What the goal of an agreement asks of each cell, and where each number comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from smarketing.domain.calendar import seconds
from smarketing.domain.days import day_number, local_date
from smarketing.domain.goals import targets_of
from smarketing.services.agreements.life import (
    agreement_of,
    in_force,
    is_signed_by_all,
    put_in_force,
)
from smarketing.services.conclusions.reclassify import reclassify
from smarketing.services.progress.history import history

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.goals import CellTarget
    from smarketing.domain.versions import Version
    from smarketing.services.agreements.life import Shelf
    from smarketing.services.conclusions.as_of import Known
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.conclusions.reclassify import Ledgers

_FIRST_DAY = date(1970, 1, 2)


@dataclass(frozen=True)
class Enacted:
    """What the last signature brought about.

    Attributes:
        targets: The goal's cells as they were frozen.
        leads: How many leads that had come before were asked anew.
    """

    version: Version
    targets: tuple[CellTarget, ...]
    leads: int


def goal_targets(
    version: Version, known: Known, book: Book, now: datetime
) -> tuple[CellTarget, ...]:
    """Return the targets of one month that a version's goal asks for, from what is known now.

    Args:
        version: Signed or not; what its goal leaves open comes from history, its own rules
            applied to all leads.
        known: Leads as they were known.
        book: The agreements in force.
        now: The instant that counts as now.

    Raises:
        ImpossibleGoalError: Neither agreement nor history knows a cell's deal or rate.
    """
    agreement = agreement_of(version)
    if agreement.goal is None:
        return ()
    open_cells = [
        cell for cell in agreement.goal.cells if None in (cell.average_deal, cell.close_rate)
    ]
    if not open_cells:
        return targets_of(agreement.goal, {})
    today = local_date(now, agreement.timezone)
    days = (day_number(_FIRST_DAY), day_number(today) + 1)
    asked = _as_if_always(version, agreement)
    alone = replace(book, versions=(asked,))
    told = history(known, alone, days, seconds(now), today)
    return targets_of(agreement.goal, told)


def enact(
    version: Version, shelf: Shelf, known: Known, ledgers: Ledgers, *, book: Book, now: datetime
) -> Enacted | None:
    """Let a version hold once every party has signed; None while a signature is missing.

    The goal's targets and lead values are frozen, and leads of its span that came before and
    belong to no agreement are classified.
    """
    if not is_signed_by_all(version):
        return None
    targets = goal_targets(version, known, book, now)
    held = put_in_force(version, targets, shelf)
    leads = reclassify(ledgers, book.with_version(in_force(held)), in_force(held), seconds(now))
    return Enacted(held, targets, leads)


def _as_if_always(version: Version, agreement: Agreement) -> InForce:
    """Return a version that holds for all leads ever, so that its cells have a history."""
    always = replace(
        agreement, starts_on=_FIRST_DAY + timedelta(days=1), ends_on=None, commitments=()
    )
    return replace(in_force(version), agreement=always)
