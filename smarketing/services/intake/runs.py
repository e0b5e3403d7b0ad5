"""The imports that were taken in, as the import page lists and shows them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.errors import NotFoundError
from smarketing.services.intake.report import ProblemGroup
from smarketing.services.intake.undo import Standing, UndoReport, obstacle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

_LISTED: Final = 50
_FIGURES: Final = (
    "read", "created", "updated", "unchanged", "rejected", "matched", "unmatched", "before_lead",
)  # fmt: skip


class Runs(Protocol):
    """Where imports are looked up."""

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """Return the latest imports, the latest first."""
        ...

    def one(self, import_id: int) -> dict[str, Any] | None:
        """Return one import; None: there is none of that number."""
        ...

    def rejected(self, import_id: int) -> Path | None:
        """Return the file of an import's rejected rows; None: it is not there any more."""
        ...


@dataclass(frozen=True)
class Run:
    """One import.

    Attributes:
        label: The file, as a person calls it.
        by: E-mail of who did it in the portal; empty: the command or a source.
        figures: `read`, `created`, `updated`, `unchanged`, `rejected`, `matched`, `unmatched`,
            `before_lead`: see ImportReport.
        unconverted: Currency without a rate to won deals left out of the sums.
        unmapped_outcomes: Word to records; it counts as open.
        unknown_owners: Owners who were nobody's name here, to their leads.
        has_rejected_file: Whether the rejected rows can be downloaded.
        undone_at: None: it stands.
        undone: What undoing it did; None as long as it stands.
        obstacle: Why it cannot be undone; empty: it can.
    """

    id: int
    label: str
    source: str
    kind: str
    mapping: str
    at: datetime
    by: str
    figures: Mapping[str, int]
    groups: tuple[ProblemGroup, ...]
    unconverted: Mapping[str, int]
    unmapped_outcomes: Mapping[str, int]
    unknown_owners: Mapping[str, int]
    has_rejected_file: bool
    undone_at: datetime | None
    undone_by: str
    undone: UndoReport | None
    obstacle: str


def latest(runs: Runs, now: datetime) -> tuple[Run, ...]:
    """Return the latest imports, fifty at most, the latest first."""
    return tuple(_run(runs, row, now) for row in runs.newest(_LISTED))


def run_named(runs: Runs, import_id: int, now: datetime) -> Run:
    """Return one import.

    Raises:
        NotFoundError: There is none of that number.
    """
    row = runs.one(import_id)
    if row is None:
        raise NotFoundError(f"there is no import {import_id}", str(import_id))
    return _run(runs, row, now)


def rejected_file(runs: Runs, import_id: int) -> Path:
    """Return the file of an import's rejected rows.

    Raises:
        NotFoundError: There is no such import, it rejected nothing, or the file is gone.
    """
    row = runs.one(import_id)
    path = runs.rejected(import_id) if row and _rejected(json.loads(row["report"])) else None
    if path is None:
        raise NotFoundError(f"import {import_id} has no file of rejected rows", str(import_id))
    return path


def _rejected(report: Mapping[str, Any]) -> int:
    return int(report.get("rejected", 0))


def _run(runs: Runs, row: dict[str, Any], now: datetime) -> Run:
    report = json.loads(row["report"])
    undone = report.get("undone")
    return Run(
        id=row["id"],
        label=row["label"],
        source=row["source"],
        kind=row["kind"],
        mapping=row["mapping"],
        at=instant(row["started_at"]),
        by=row["started_by"] or "",
        figures={name: int(report.get(name, 0)) for name in _FIGURES},
        groups=tuple(ProblemGroup(**group) for group in report.get("groups", ())),
        unconverted=report.get("unconverted", {}),
        unmapped_outcomes=report.get("unmapped_outcomes", {}),
        unknown_owners=report.get("unknown_owners", {}),
        has_rejected_file=_rejected(report) > 0 and runs.rejected(row["id"]) is not None,
        undone_at=None if row["undone_at"] is None else instant(row["undone_at"]),
        undone_by=row["undone_by"] or "",
        undone=_undone(undone) if undone else None,
        obstacle=obstacle(row, seconds(now)),
    )


def _undone(report: dict[str, Any]) -> UndoReport:
    return UndoReport(**report | {"standing": tuple(Standing(**s) for s in report["standing"])})
