"""The backtest that a page and the command show: of one agreement, as its rules class leads now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from smarketing.domain.errors import NotFoundError
from smarketing.services.agreements.life import agreement_of
from smarketing.services.goals.backtest.calibration import calibration_of
from smarketing.services.goals.backtest.replay import backtest_of
from smarketing.services.goals.shown import planned_of
from smarketing.services.goals.worked import days_worked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Version
    from smarketing.services.goals.backtest.calibration import Calibration
    from smarketing.services.goals.backtest.replay import Backtest, WorkingDays
    from smarketing.services.goals.history import GoalHistory


@dataclass(frozen=True, eq=False)
class Replayed:
    """How good the forecasts of one agreement were.

    Attributes:
        agreement: Of the version that `planned_of` chooses.
        others: Every agreement, by name.
        history: As it is known now.
    """

    agreement: Agreement
    others: Mapping[str, Agreement]
    history: GoalHistory
    found: Backtest
    told: Calibration


def replayed(
    versions: Sequence[Version],
    history_of: Callable[[Version], GoalHistory],
    now: datetime,
    name: str | None = None,
    *,
    replay: Callable[[GoalHistory, WorkingDays], Backtest] = backtest_of,
) -> Replayed | None:
    """Return the backtest of an agreement; None: there is no agreement.

    Args:
        versions: Of every agreement, newest first within its name.
        history_of: Returns what is known of a version's cells at `now`.
        now: Decides which version holds.
        name: Of the agreement; None: the first that has a goal.
        replay: Returns the backtest of a history.

    Raises:
        NotFoundError: There is no agreement of that name.
    """
    current = planned_of(versions, now)
    if name is not None and name not in current:
        known = ", ".join(current) or "none yet"
        raise NotFoundError(f"no agreement is named “{name}”; there are: {known}", name)
    if not current:
        return None
    version = current[name or next(iter(current))]
    agreement = agreement_of(version)
    history = history_of(version)
    found = replay(history, partial(days_worked, agreement))
    others = {name: agreement_of(one) for name, one in current.items()}
    return Replayed(agreement, others, history, found, calibration_of(found))
