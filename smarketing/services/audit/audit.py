"""One look at everything: the auditors one after the other, and what is kept of what they miss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smarketing.domain.findings import HUMAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from smarketing.domain.findings import Finding, FindingKind
    from smarketing.services.audit.ports import Shelf


@dataclass(frozen=True)
class Auditor:
    """One that looks.

    Attributes:
        kinds: What it looks for: what it does not see any more of these is gone.
        look: Returns what is amiss at an instant.
    """

    kinds: tuple[FindingKind, ...]
    look: Callable[[datetime], Iterable[Finding]]


@dataclass(frozen=True)
class Audited:
    """What a look came to.

    Attributes:
        found: Findings that are new.
        gone: Findings that were mended.
    """

    found: int
    gone: int

    def __str__(self) -> str:
        """Return it as `1 finding, 2 mended`; empty when nothing changed."""
        new = "1 finding" if self.found == 1 else f"{self.found:,} findings"
        return ", ".join(
            said
            for count, said in ((self.found, new), (self.gone, f"{self.gone:,} mended"))
            if count
        )


def audit(auditors: Sequence[Auditor], shelf: Shelf, now: datetime) -> Audited:
    """Look for what is amiss, and keep it."""
    found = [finding for auditor in auditors for finding in auditor.look(now)]
    kinds = {kind for auditor in auditors for kind in auditor.kinds}
    return Audited(*shelf.see(found, kinds, now))


def is_well(shelf: Shelf) -> bool:
    """Return whether the installation does all that it should: then its heart may beat.

    What waits for a person, as a held message, does not count.
    """
    return all(finding.kind in HUMAN for finding in shelf.open())
