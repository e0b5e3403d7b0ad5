"""Until when the acts that stop a clock are known: no verdict is given past it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import Evidence, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smarketing.domain.agreement import Commitment

UNKNOWN: Final = -(2**62)
"""The instant before all others: nothing is known, nothing is judged."""

ACT_OF: Final[Mapping[Metric, str]] = {
    Metric.ACKNOWLEDGED_WITHIN: "acknowledged",
    Metric.FIRST_ATTEMPT_WITHIN: "attempted",
}
"""The kind of act whose freshness decides about a metric of time."""


@dataclass(frozen=True)
class Knowledge:
    """What is known at one instant.

    Attributes:
        now: Seconds of UTC; acts recorded in the portal are known up to it.
        known_until: (source number, kind of act) to seconds of UTC; a pair that is missing means
            that the source does not tell of such acts.
    """

    now: int
    known_until: Mapping[tuple[int, str], int]

    def judged(self, commitment: Commitment, source_id: int) -> int:
        """Return until when clocks of a commitment are judged for a source's leads."""
        known = [UNKNOWN]
        if Evidence.SOURCE in commitment.recorded_in:
            told = self.known_until.get((source_id, ACT_OF[commitment.metric]), UNKNOWN)
            known.append(min(told, self.now))
        if Evidence.PORTAL in commitment.recorded_in:
            known.append(self.now)
        return max(known)
