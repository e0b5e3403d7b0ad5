"""Records as they stand in a file to batches of canonical columns.

A value that cannot be read in a mapped column rejects its record, whether the column must be there
or not: nobody loses a value in silence. An e-mail address is the exception, it is kept as text.
Rejected records keep every cell as it stood.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from connectors.amounts import amounts, counts
from connectors.cleaning import BLANKS, cleaned, extra_of
from connectors.instants import NO_DATE, NoZoneError, instants
from connectors.layout import FOOTER, column_names
from connectors.problems import of_shape, of_value
from connectors.protocol import COLUMNS, INSTANTS, REQUIRED, Batch, ConnectorError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.mapping import Plan, Rule
    from connectors.protocol import RowProblem
    from connectors.raw import Chunk

_EMAIL: Final = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def is_email(text: str) -> bool:
    """Return whether a text looks like an e-mail address."""
    return re.search(_EMAIL, text) is not None


def batches(chunks: Iterator[Chunk], plan: Plan, label: str) -> Iterator[Batch]:
    """Yield a batch for each chunk that holds a record.

    Raises:
        ConnectorError: A time has no offset, and no zone is named for it.
    """
    row = 1
    for chunk in chunks:
        batch = _Reading(chunk, plan, row, label).batch()
        if batch.read:
            yield batch
        row += batch.read


class _Reading:
    """One chunk on its way to a batch: the texts of its records, and what was found bad in them."""

    def __init__(self, chunk: Chunk, plan: Plan, first_row: int, label: str) -> None:
        self._plan = plan
        self._label = label
        clean = cleaned(chunk.frame)
        kept = _records(clean, chunk)
        self._raw, self._clean = chunk.frame, clean
        if len(kept) < clean.height:
            self._raw, self._clean = chunk.frame.gather(kept), clean.gather(kept)
        self._rows = pl.Series("row", range(first_row, first_row + len(kept)), dtype=pl.Int64)
        at = {old: new for new, old in enumerate(kept.to_list())} if chunk.faults else {}
        self._faults = {at[old]: fault for old, fault in chunk.faults.items()}
        self._bad: dict[str, pl.Series] = {}
        self._texts: dict[str, pl.Series] = {}

    def batch(self) -> Batch:
        """Return the batch."""
        kind = self._plan.kind
        columns = [self._column(name, dtype) for name, dtype in COLUMNS[kind].items()]
        unmapped = [(header, self._cells(header)) for header in self._plan.unmapped]
        extra = extra_of(unmapped, len(self._rows))
        frame = pl.DataFrame([self._rows, *columns, extra])
        bad = self._bad_rows()
        rejected = pl.DataFrame([self._rows, *self._raw.get_columns()])
        rejected.columns = list(column_names(["row", *self._plan.header]))
        return Batch(
            kind=kind,
            frame=frame.filter(~bad),
            problems=self._problems(bad),
            rejected=rejected.filter(bad),
            read=frame.height,
        )

    def _column(self, name: str, dtype: pl.DataType) -> pl.Series:
        """Return a canonical column, and note which of its records are bad."""
        if name not in self._plan.supplied:
            return pl.Series(name, [None] * len(self._rows), dtype=dtype)
        text = self._texts[name] = self._text(name)
        required = name in REQUIRED[self._plan.kind]
        values = self._parsed(name, text)
        bad = values.is_null() & text.is_not_null()
        if name in INSTANTS and not required and bad.any():
            bad &= ~text.str.contains(NO_DATE)
        if required:
            bad |= text.is_null()
        if bad.any():
            self._bad[name] = bad
        return values

    def _parsed(self, name: str, text: pl.Series) -> pl.Series:
        if name in INSTANTS:
            try:
                return instants(text, self._plan.timezone, self._plan.date_order).alias(name)
            except NoZoneError as error:
                raise ConnectorError(
                    f"{self._label} has times without a zone in '{self._header(name)}'; name the"
                    ' zone they are in with --timezone, or timezone = "Europe/Berlin" in the'
                    " mapping or source"
                ) from error
        if name == "amount":
            return amounts(text).alias(name)
        return counts(text).alias(name) if name == "employees" else text

    def _text(self, name: str) -> pl.Series:
        """Return what the mapping makes of the cells for one canonical column."""
        text = pl.Series(name, [None] * len(self._rows), dtype=pl.String)
        if rule := self._plan.rules.get(name):
            text = self._by_rule(rule).alias(name)
        if meant := self._plan.values.get(name):
            known = {found: value or None for found, value in meant.items()}
            lower = text.str.to_lowercase()
            text = lower.replace_strict(
                list(known), list(known.values()), default=text, return_dtype=pl.String
            )
        if constant := self._plan.constants.get(name):
            text = text.fill_null(constant)
        return _lowered(text) if name == "email" else text

    def _by_rule(self, rule: Rule) -> pl.Series:
        cells = [self._cells(header) for header in rule.headers]
        if rule.split is not None:
            cells = [_first_part(cell, rule.split) for cell in cells]
        if len(cells) == 1:
            return cells[0]
        if rule.join is None:
            return pl.select(pl.coalesce(cells)).to_series()
        joined = pl.concat_str(
            [pl.lit(cell) for cell in cells], separator=rule.join, ignore_nulls=True
        )
        return pl.select(pl.when(joined.str.len_bytes() > 0).then(joined)).to_series()

    def _cells(self, header: str) -> pl.Series:
        return self._clean.to_series(self._plan.header.index(header))

    def _bad_rows(self) -> pl.Series:
        bad = pl.Series([False] * len(self._rows), dtype=pl.Boolean)
        for one in self._bad.values():
            bad |= one
        return bad.scatter(sorted(self._faults), True) if self._faults else bad

    def _problems(self, bad: pl.Series) -> tuple[RowProblem, ...]:
        """Return what is wrong with each bad record: its shape, else its first bad value."""
        places = bad.arg_true()
        rows = self._rows.gather(places).to_list()
        found: dict[int, RowProblem] = {
            row: of_shape(row, self._faults[place])
            for place, row in zip(places, rows, strict=True)
            if place in self._faults
        }
        for name, flags in self._bad.items():
            header = self._header(name)
            texts = self._texts[name].gather(places)
            for row, flag, text in zip(rows, flags.gather(places), texts, strict=True):
                if flag and row not in found:
                    found[row] = of_value(row, header, text, name=name, plan=self._plan)
        return tuple(found[row] for row in rows)

    def _header(self, name: str) -> str:
        rule = self._plan.rules.get(name)
        return rule.headers[0] if rule else name


def _records(clean: pl.DataFrame, chunk: Chunk) -> pl.Series:
    """Return the indices of the lines that are records: neither blank nor a report's footer."""
    kept = clean.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    first = clean.to_series(0)
    if clean.width > 1 and (footer := first.str.contains(FOOTER).fill_null(value=False)).any():
        rest = clean.select(pl.all_horizontal(pl.nth(range(1, clean.width)).is_null()))
        kept &= ~(footer & rest.to_series())
    if chunk.faults:
        kept = kept.scatter(sorted(chunk.faults), True)
    return kept.arg_true()


def _first_part(text: pl.Series, separator: str) -> pl.Series:
    part = text.str.split(separator).list.first().str.strip_chars()
    return part.set(part.is_in(BLANKS), None)


def _lowered(text: pl.Series) -> pl.Series:
    """Return e-mail addresses in lower case, and what does not look like one as it stands."""
    return text.zip_with(~text.str.contains(_EMAIL).fill_null(value=False), text.str.to_lowercase())
