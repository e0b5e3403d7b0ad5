"""Dates and times in a file as int64 of UTC seconds.

A time with an offset says which instant it is. One without is local to a zone: of two instants
that a clock shows twice it means the first, and a time that a clock jumps over is moved forward by
the jump (PEP 495, fold=0). A date alone is midnight. Fractions of a second are cut off.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

import polars as pl

from connectors.spelled import spelled

if TYPE_CHECKING:
    from collections.abc import Callable

DateOrder = Literal["ymd", "dmy", "mdy"]

_EARLIEST: Final = int(datetime(1971, 1, 1, tzinfo=UTC).timestamp())
_LATEST: Final = int(datetime(2201, 1, 1, tzinfo=UTC).timestamp())

NO_DATE: Final = (
    r"^(?:9999[-/]12[-/]3[01]|0001[-/]01[-/]01|1900[-/]01[-/]0[01]|1899[-/]12[-/]3[01]"
    r"|1970[-/]01[-/]01)(?:[ T]|$)"
)
"""What systems write where there is no date."""

_PARTS: Final = (
    r"^(?<a>\d{1,4})(?<s>[-/.])(?<b>\d{1,2})(?<t>[-/.])(?<c>\d{1,4})"
    r"(?:(?:T|[ ,]+)(?<hour>\d{1,2})[:.](?<minute>\d{2})(?:[:.](?<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?<half>[AaPp])?\.?[Mm]?\.?)?\s*(?<zone>Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?$"
    r"|^(?<none>\d)x$"
)
_YEAR_DIGITS: Final = 4
_SHORT_YEAR_DIGITS: Final = 2
_WHOLE: Final = "%Y-%m-%d %H:%M:%S"


class NoZoneError(ValueError):
    """A time without an offset, and no zone to read it in."""


def instants(text: pl.Series, zone: str | None, order: DateOrder) -> pl.Series:
    """Return UTC seconds (Int64), null where a text is null or cannot be read.

    Read are ISO 8601 in its usual spellings, numbers in the order of day and month that is given
    (`3/15/2024 2:30 PM`, `15.03.24`), English month names (`15 Apr, 2021 00:03:00`) and the serial
    numbers of spreadsheets (`45631.5`). What lies before 1971 or after 2200 counts as unreadable.

    Args:
        text: Stripped, blanks null.
        zone: IANA name of the zone of times without an offset; None: there must be none.
        order: Of the numbers where the year does not come first.

    Raises:
        NoZoneError: A time without an offset stands there and `zone` is None.
    """
    # Without a cache: few instants come twice.
    whole = text.str.to_datetime(_WHOLE, strict=False, time_unit="ms", cache=False)
    found = _utc(whole, zone)
    found = _fill(found, text, lambda left: _in_numbers(left, zone, order))
    found = _fill(found, text, lambda left: _utc(_in_words(left), zone))
    return found.set(~found.is_between(_EARLIEST, _LATEST, closed="left"), None)


def _fill(found: pl.Series, text: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Return `found` with what `read` makes of the texts that are not read yet."""
    left = (found.is_null() & text.is_not_null()).arg_true()
    return found.scatter(left, read(text.gather(left))) if len(left) else found


def _utc(naive: pl.Series, zone: str | None) -> pl.Series:
    """Return the UTC seconds of local times."""
    if naive.null_count() == len(naive):
        return pl.Series(naive.name, [None] * len(naive), dtype=pl.Int64)
    if zone is None:
        raise NoZoneError
    if zone == "UTC":
        return naive.dt.epoch("s")
    local = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    seconds = local.dt.epoch("s")
    skipped = (seconds.is_null() & naive.is_not_null()).arg_true()
    if len(skipped):
        # Python takes the offset before the jump, which moves the time forward by the jump.
        moved = [
            int(moment.replace(tzinfo=ZoneInfo(zone)).timestamp())
            for moment in naive.gather(skipped)
        ]
        seconds = seconds.scatter(skipped, moved)
    return seconds


def _in_numbers(text: pl.Series, zone: str | None, order: DateOrder) -> pl.Series:
    """Return what is written in numbers with separators, with or without an offset."""
    parts = text.str.extract_groups(_PARTS).struct.unnest()
    year, month, day = (pl.col(name) for name in _places(order))
    iso = pl.col("a").str.len_bytes() == _YEAR_DIGITS
    whole = parts.select(
        naive=pl.concat_str(
            _year(pl.when(iso).then("a").otherwise(year)),
            pl.lit("-"),
            pl.when(iso).then("b").otherwise(month),
            pl.lit("-"),
            pl.when(iso).then("c").otherwise(day),
            pl.lit(" "),
            _hour(),
            pl.lit(":"),
            pl.col("minute").fill_null("00"),
            pl.lit(":"),
            pl.col("second").fill_null("00"),
        ).str.to_datetime(_WHOLE, strict=False, time_unit="ms"),
        offset=_offset(),
        usable=pl.col("s") == pl.col("t"),
    )
    naive = whole["naive"].set(~whole["usable"].fill_null(value=False), None)
    offset = whole["offset"]
    stated = naive.dt.epoch("s") - offset
    local = _utc(naive.set(offset.is_not_null(), None), zone)
    return stated.zip_with(offset.is_not_null(), local)


def _places(order: DateOrder) -> tuple[str, str, str]:
    """Return the groups of year, month and day where the year does not come first."""
    # Under "ymd" such a number is ambiguous: group `none` never holds anything.
    return {"dmy": ("c", "b", "a"), "mdy": ("c", "a", "b"), "ymd": ("none", "b", "c")}[order]


def _year(written: pl.Expr) -> pl.Expr:
    """Return four digits; two of them mean 1969 to 2068, as in POSIX."""
    digits = written.str.len_bytes()
    century = pl.when(written < "69").then(pl.lit("20")).otherwise(pl.lit("19"))
    return (
        pl.when(digits == _YEAR_DIGITS)
        .then(written)
        .when(digits == _SHORT_YEAR_DIGITS)
        .then(pl.concat_str(century, written))
    )


def _hour() -> pl.Expr:
    """Return the hour of the day from an hour and a half of the day."""
    hour = pl.col("hour").fill_null("0").cast(pl.Int64)
    half = pl.col("half").str.to_lowercase()
    of_twelve = hour.is_between(1, 12)
    return (
        pl.when(half.is_null())
        .then(hour)
        .when(of_twelve)
        .then(hour % 12 + pl.when(half == "p").then(12).otherwise(0))
        .cast(pl.String)
    )


def _offset() -> pl.Expr:
    """Return the seconds by which a stated offset is ahead of UTC; null where none is stated."""
    zone = pl.col("zone").str.replace(":", "", literal=True)
    hours = zone.str.slice(1, 2).cast(pl.Int64, strict=False) * 3600
    minutes = zone.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0) * 60
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    return (
        pl.when(zone.str.contains("^[ZzUG]"))
        .then(pl.lit(0, pl.Int64))
        .otherwise(sign * (hours + minutes))
    )


def _in_words(text: pl.Series) -> pl.Series:
    """Return the local times of month names, serial numbers and compact dates."""
    known = {one: spelled(one) for one in text.unique().to_list()}
    return pl.Series(text.name, [known[one] for one in text], dtype=pl.Datetime("ms"))
