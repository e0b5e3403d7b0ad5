"""Blanks, whitespace and what is left over: texts of a file before their meaning is looked at."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

BLANKS: Final = (
    *("", "-", "--", "---", "–", "—", "Select", "-None-", "--None--"),
    *("NaN", "nan", "NAN", "null", "NULL", "Null", "None", "NONE", "none", "<null>", "(null)"),
    *("N/A", "n/a", "#N/A", "#n/a", "#N/A N/A", "#NULL!", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!"),
)
"""What systems write where there is no value. `unknown` is a value; `NA` is Namibia."""

_ESCAPED: Final = r'["\\\x00-\x1f\x7f]'
_CONTROL: Final = r"[\x00-\x1f\x7f]"


def cleaned(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the texts stripped, and null where they are one of BLANKS."""
    stripped = frame.select(pl.all().str.strip_chars())
    return stripped.select(pl.when(~pl.all().is_in(BLANKS)).then(pl.all()))


def extra_of(columns: Sequence[tuple[str, pl.Series]], height: int) -> pl.Series:
    """Return a JSON object in text for each record: what is not null, in the order given.

    Null where none of the columns holds anything. No JSON library is involved, because polars'
    own encoder writes the nulls, too, which are most of a CRM's export.

    Args:
        columns: Key and texts; the texts' own names do not matter.
        height: The number of records.
    """
    used = [(key, texts) for key, texts in columns if texts.null_count() < height]
    if not used:
        return pl.Series("extra", [None] * height, dtype=pl.String)
    pieces = [piece for key, texts in used for piece in _pieces(key, texts)]
    written = pl.concat_str(pl.lit("{"), *pieces).str.strip_suffix(",")
    some = pl.any_horizontal(pl.lit(texts).is_not_null() for _, texts in used)
    return pl.select(pl.when(some).then(written + "}").alias("extra")).to_series()


def _pieces(key: str, texts: pl.Series) -> list[pl.Expr]:
    """Return what a column adds to the object: `"key":"text",`, nothing where it is null."""
    if texts.str.contains(_ESCAPED).any():
        texts = _escaped(texts)
    opening = f'{json.dumps(key, ensure_ascii=False)}:"'
    pair = [pl.lit(opening), pl.lit(texts), pl.lit('",')]
    return [pl.concat_str(pair).fill_null("")] if texts.null_count() else pair


def _escaped(values: pl.Series) -> pl.Series:
    """Return the texts with the escapes that JSON asks for."""
    for sign, written in (
        ("\\", "\\\\"),
        ('"', '\\"'),
        ("\n", "\\n"),
        ("\r", "\\r"),
        ("\t", "\\t"),
    ):
        values = values.str.replace_all(sign, written, literal=True)
    if not values.str.contains(_CONTROL).any():
        return values
    written_rarely = [
        None if text is None else re.sub(_CONTROL, lambda one: f"\\u{ord(one[0]):04x}", text)
        for text in values
    ]
    return pl.Series(values.name, written_rarely, dtype=pl.String)
