"""The mail to administrators: something is amiss with the installation itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reports.mail import rendered
from reports.numbers import clean, instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reports.mail import RenderedDigest

_SUBJECTS: Final[Mapping[str, str]] = {
    "worker": "The worker stands still",
    "job": "A job of the worker does not do its work",
    "report": "A weekly report is not planned",
    "lease": "Messages are stuck on their way out",
    "waiting": "Messages are due and not sent",
    "message": "Messages wait for you",
    "clock": "Clocks ran out without a verdict",
    "facts": "Figures differ from a recount",
    "source": "A source is silent",
    "backup": "There is no backup",
    "restored": "The database was restored",
}
"""Kind of finding to what the subject says; another kind is named as it is."""


@dataclass(frozen=True)
class FindingMail:
    """What one mail tells: what is amiss of one kind.

    Attributes:
        kind: As `worker`.
        lines: When it was found, and the sentence; the oldest first, at least one.
        zone: Of the instants.
        url: The page of findings.
    """

    kind: str
    lines: tuple[tuple[datetime, str], ...]
    zone: str
    url: str


def render_findings(told: FindingMail) -> RenderedDigest:
    """Return the mail, without what is personal."""
    title = finding_title(told.kind)
    lines = tuple((instant(at, told.zone), clean(said)) for at, said in told.lines)
    return rendered(
        "finding",
        subject=f"[smarketing] {title}",
        preheader=lines[0][1],
        headline=f"{title}.",
        lines=lines,
        url=told.url,
        reason=(
            "You get this because you are an administrator of smarketing. The mail comes once a "
            "day for each sort of thing that is amiss, and not at all for what heals at once."
        ),
    )


def finding_title(kind: str) -> str:
    """Return what is amiss, in a few words."""
    return _SUBJECTS.get(kind, kind)
