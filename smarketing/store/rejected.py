"""The file of rejected rows of one import: the records as they stood, and what to mend.

It can be mended in a spreadsheet and imported again: the columns of the file come first, the
five that tell what is wrong stand behind them and are ignored by the next import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

_TOLD = ("row", "column", "found", "reason", "mend")


class RejectedFile:
    """Grows batch by batch; it does not exist while nothing is rejected."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_suffix(".part")
        self._columns: list[str] | None = None

    def add(self, rejected: pl.DataFrame, problems: tuple[Any, ...]) -> None:
        """Append rejected records.

        Args:
            rejected: `row` and the file's own columns, as text.
            problems: A RowProblem each, or several; the first one of a row is told.
        """
        if not problems:
            return
        told = pl.DataFrame(
            [tuple(getattr(problem, name) for name in _TOLD) for problem in problems],
            schema={"row": pl.Int64, **{f"problem_{name}": pl.String for name in _TOLD[1:]}},
            orient="row",
        ).unique("row", keep="first", maintain_order=True)
        rows = rejected.with_columns(pl.col("row").cast(pl.Int64)).join(told, on="row", how="right")
        self._append(rows.select(pl.exclude("row"), pl.col("row").alias("problem_row")))

    def _append(self, rows: pl.DataFrame) -> None:
        first = self._columns is None
        self._columns = self._columns or rows.columns
        aligned = rows.select(
            pl.col(name) if name in rows.columns else pl.lit(None).alias(name)
            for name in self._columns
        )
        self._part.parent.mkdir(parents=True, exist_ok=True)
        with self._part.open("ab") as file:
            # The mark lets a spreadsheet know that the text is UTF-8.
            aligned.write_csv(file, include_header=first, include_bom=first)

    def keep(self) -> str | None:
        """Give the file its name; return where it is, or None when nothing was rejected."""
        if self._columns is None:
            return None
        self._part.replace(self._path)
        return str(self._path)

    def drop(self) -> None:
        """Take the file away: the import did not happen."""
        self._part.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)
