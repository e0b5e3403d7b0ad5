"""Which records of a batch are new, changed, unchanged, or say two things at once.

A record is known by its key in its source. One that is older than what is stored (by
`updated_at`) changes nothing; one that repeats a key of its own file counts only when it is
newer, otherwise it is a problem: nothing is overwritten silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.protocol import RowProblem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


@dataclass(frozen=True)
class Merged:
    """What a batch means for the stored rows.

    Attributes:
        new: Records without a stored row.
        changed: Stored rows with what the records now say; `row` beside it.
        before: The same rows as they are stored.
        unchanged: How many records change nothing.
        problems: Records that contradict an earlier one of their file.
    """

    new: pl.DataFrame
    changed: pl.DataFrame
    before: pl.DataFrame
    unchanged: int
    problems: tuple[RowProblem, ...]


class Seen:
    """Which stored rows a file has told of already."""

    def __init__(self) -> None:
        self._ids = np.zeros(0, dtype=np.bool_)

    def add(self, ids: pl.Series) -> None:
        """Remember ids."""
        if ids.is_empty():
            return
        numbers = ids.to_numpy()
        reach = int(numbers.max()) + 1
        if reach > self._ids.size:
            self._ids = np.concatenate([self._ids, np.zeros(reach, dtype=np.bool_)])
        self._ids[numbers] = True

    def holds(self, ids: pl.Series) -> pl.Series:
        """Return which ids are remembered."""
        numbers = ids.to_numpy()
        known = numbers < self._ids.size
        known[known] = self._ids[numbers[known]]
        return pl.Series(known)


def rounds(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the records so that no part has a `source_key` twice; each in the file's order."""
    left = records
    while not (first := left["source_key"].is_first_distinct()).all():
        yield left.filter(first)
        left = left.filter(~first)
    yield left


def merge(
    records: pl.DataFrame, stored: pl.DataFrame, said: Collection[str], seen: Seen, key_column: str
) -> Merged:
    """Return what a batch without repeated keys means for what is stored.

    Args:
        records: `row, source_key` and the columns of `said`.
        stored: Rows with `id`, `source_key` and the columns of `said`, of these keys at most.
        said: The columns that this file tells of; the others of a stored row stay.
        seen: Rows that this file has told of; extended by those told of now.
        key_column: What a person calls the key, for problems.
    """
    new = records.join(stored, on="source_key", how="anti")
    both = stored.join(
        records.select("row", "source_key", *said), on="source_key", suffix="_said"
    ).sort("row")
    if "updated_at" in said:
        # A record that does not say when it was changed does not unsay it either.
        kept = pl.coalesce("updated_at_said", "updated_at").alias("updated_at_said")
        both = both.with_columns(kept)
    older, newer = _age(both, said)
    differs = both.select(
        pl.any_horizontal([pl.col(name).ne_missing(pl.col(f"{name}_said")) for name in said])
    ).to_series()
    again = seen.holds(both["id"])
    clash = differs & again & ~newer & ~older
    taken = both.filter(differs & ~older & ~clash)
    seen.add(both["id"])
    return Merged(
        new=new,
        changed=taken.with_columns(pl.col(f"{name}_said").alias(name) for name in said).select(
            *stored.columns, "row"
        ),
        before=taken.select(stored.columns),
        unchanged=len(both) - len(taken) - int(clash.sum()),
        problems=tuple(_clash(row, key, key_column) for row, key in _keys(both.filter(clash))),
    )


def _age(both: pl.DataFrame, said: Collection[str]) -> tuple[pl.Series, pl.Series]:
    """Return which records are older, and which newer, than what is stored."""
    if "updated_at" not in said:
        neither = pl.Series([False]).new_from_index(0, len(both))
        return neither, neither
    then, now = both["updated_at"], both["updated_at_said"]
    return (now < then).fill_null(value=False), (now > then).fill_null(value=False)


def _keys(rows: pl.DataFrame) -> Iterator[tuple[int, str]]:
    yield from rows.select("row", "source_key").iter_rows()


def _clash(row: int, key: str, key_column: str) -> RowProblem:
    return RowProblem(
        row=row,
        column=key_column,
        found=key[:200],
        reason="the file tells of this id more than once, and differently",
        mend="Keep one record of each id, or map the time of its last change to updated_at.",
    )
