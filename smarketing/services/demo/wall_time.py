"""Instants as the office's clock shows them, and only those that are known now."""

from __future__ import annotations

import polars as pl

from smarketing.services.demo.office import ZONE


def known(column: str, now_s: int) -> pl.Expr:
    """Return the instants (seconds of UTC) of a column that have come; null for all others."""
    at = pl.col(column)
    return pl.when((at > 0) & (at <= now_s)).then(at)


def wall_time(at: pl.Expr | str) -> pl.Expr:
    """Return seconds of UTC as `2026-03-02 09:14:33` in the office's zone."""
    utc = pl.from_epoch(at, time_unit="s").dt.replace_time_zone("UTC")
    return utc.dt.convert_time_zone(ZONE).dt.strftime("%Y-%m-%d %H:%M:%S")
