"""Until when the acts that stop a clock are known: no verdict is given past it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import Evidence
from smarketing.domain.metrics import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smarketing.domain.agreement import Commitment

REJECTED: Final = "rejected"
"""The kind of act that acceptance by default waits for."""
UNKNOWN: Final = -(2**62)
"""The instant before all others: nothing is known, nothing is judged."""


@dataclass(frozen=True)
class Knowledge:
    """What is known at one instant.

    Attributes:
        now: Seconds of UTC.
        known_until: (source number, kind of act) to seconds of UTC; a pair that is missing means
            that the source does not tell of such acts.
    """

    now: int
    known_until: Mapping[tuple[int, str], int]

    def judged(self, commitment: Commitment, source_id: int) -> int:
        """Return until when clocks of a commitment are judged for a source's leads."""
        if Evidence.SOURCE in commitment.recorded_in:
            told = max(
                self.known_until.get((source_id, act), UNKNOWN)
                for act in CATALOGUE[commitment.metric].told_by
            )
            if told > UNKNOWN:
                # An act may stand in the source that it has not told of yet.
                return min(told, self.now)
        return self.now if Evidence.PORTAL in commitment.recorded_in else UNKNOWN

    def accepted_until(self, source_id: int) -> int:
        """Return until when rejection windows that ended count for a source's leads.

        A rejection may stand in the source that it has not told of yet; of a source that tells of
        none, all of them are made in the portal.
        """
        return min(self.known_until.get((source_id, REJECTED), self.now), self.now)
