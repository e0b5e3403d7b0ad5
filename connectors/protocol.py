"""What a source hands over: batches of columns, and what could not be read.

Conventions that hold for every connector: an instant is an int64 of UTC seconds, money an
int64 of ten-thousandths of its currency's unit, text is stripped and never blank (blank is
null), and `row` counts the records of the file from 1, the header not included.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Kind(StrEnum):
    """What the records of a batch are."""

    LEADS = "leads"
    ACTIVITIES = "activities"
    DEALS = "deals"


_LEAD_TEXT: Final = (
    *("email", "first_name", "last_name", "full_name", "company", "job_title", "industry"),
    *("country", "region", "phone", "lead_source", "campaign", "provider", "status", "owner"),
    *("reject_reason", "outcome", "currency"),
)
_LEAD_INSTANTS: Final = (
    *("created_at", "handed_off_at", "acknowledged_at", "first_attempt_at", "connected_at"),
    *("accepted_at", "rejected_at", "qualified_at", "closed_at", "updated_at"),
)

COLUMNS: Final[Mapping[Kind, Mapping[str, pl.DataType]]] = {
    Kind.LEADS: {
        "source_id": pl.String(),
        **dict.fromkeys(_LEAD_TEXT, pl.String()),
        "employees": pl.Int64(),
        "amount": pl.Int64(),
        **dict.fromkeys(_LEAD_INSTANTS, pl.Int64()),
    },
    Kind.ACTIVITIES: {
        "source_id": pl.String(),
        "lead_source_id": pl.String(),
        "kind": pl.String(),
        "direction": pl.String(),
        "occurred_at": pl.Int64(),
        "result": pl.String(),
        "actor": pl.String(),
    },
    Kind.DEALS: {
        "source_id": pl.String(),
        "lead_source_id": pl.String(),
        "stage": pl.String(),
        "outcome": pl.String(),
        "amount": pl.Int64(),
        "currency": pl.String(),
        "closed_at": pl.Int64(),
        "owner": pl.String(),
        "created_at": pl.Int64(),
    },
}
"""The canonical columns of each kind, with their type in a batch."""

REQUIRED: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.LEADS: frozenset({"source_id", "created_at"}),
    Kind.ACTIVITIES: frozenset({"lead_source_id", "occurred_at"}),
    Kind.DEALS: frozenset({"lead_source_id"}),
}
"""The columns without which a record is rejected."""

INSTANTS: Final = frozenset(
    {*_LEAD_INSTANTS, "occurred_at"},
)
"""The columns that hold an instant, whatever the kind."""


class ConnectorError(Exception):
    """A source as a whole could not be read.

    The message is one sentence for the person who runs the import: what, where, how to mend it.

    Attributes:
        retry_after: Seconds after which another try may help; None when it cannot help.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True)
class RowProblem:
    """A record that was left out, and how to mend it.

    Attributes:
        row: Number of the record in the file, from 1; the header is not counted.
        column: The header in the file (not the canonical name); "" when the whole record is meant.
        found: What stood there, cut to 200 characters.
        reason: Why it cannot be used.
        mend: What to do about it.
    """

    row: int
    column: str
    found: str
    reason: str
    mend: str


@dataclass(frozen=True)
class Batch:
    """Some records of one file or page, as columns.

    Attributes:
        kind: What the records are.
        frame: `row` (Int64), then every canonical column of the kind (COLUMNS; null where nothing
            is mapped to it), then `extra`: a JSON object (text, keys sorted, blanks left out) of
            what is not mapped; null when there is nothing. Rejected records are not in it.
        problems: One for each rejected record, in the order of the rows.
        rejected: The rejected records as they stood: `row` and the file's own columns as text.
        read: Records read, rejected ones included; wholly empty lines are not records.
    """

    kind: Kind
    frame: pl.DataFrame
    problems: tuple[RowProblem, ...]
    rejected: pl.DataFrame
    read: int


@dataclass(frozen=True)
class Opened:
    """A delivery whose head has been read.

    Attributes:
        mapping: Name of the mapping (or vendor detected) that is used.
        source: The source that the records belong to, unless the caller names another.
        kind: What the records are.
        supplied: The canonical columns that the file fills at all, and `extra` when it has columns
            that nothing is mapped to.
        size: Bytes to be read, for a progress bar; None where unknown.
        batches: The records, streamed; `ConnectorError` may be raised while iterating.
        missing: The canonical columns that the mapping names but the file has no header for.
    """

    mapping: str
    source: str
    kind: Kind
    supplied: frozenset[str]
    size: int | None
    batches: Iterator[Batch]
    missing: frozenset[str] = frozenset()


class Delivery(Protocol):
    """One thing a source has for us now: a file, an answer of an address, pages of an API."""

    @property
    def label(self) -> str:
        """Return what a person calls it: a file name or an address without secrets."""
        ...

    def open(self) -> Opened:
        """Return the head and the stream of records.

        Raises:
            ConnectorError: It cannot be read at all.
        """
        ...

    def settle(self, *, failed: bool, report: str) -> None:
        """Put away what was read: move the file, forget the download.

        Args:
            failed: Whether nothing of it was taken in.
            report: The import's report or the sentence that says why it failed.
        """
        ...

    @property
    def cursor(self) -> str | None:
        """Return where to go on after this delivery was taken in (opaque text); None: as before."""
        ...


class Connector(Protocol):
    """A configured source of records."""

    @property
    def name(self) -> str:
        """Return the source's name, as the configuration has it."""
        ...

    def deliveries(self, cursor: str | None) -> Iterator[Delivery]:
        """Yield what is new since `cursor` (what an earlier delivery left; None: from the start).

        Raises:
            ConnectorError: The source could not be asked at all.
        """
        ...
