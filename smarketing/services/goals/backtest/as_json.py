"""A backtest as plain data: what `smarketing goals --backtest --json` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from smarketing.services.goals.backtest.words import conclusion, findings, tells_from

if TYPE_CHECKING:
    from datetime import date

    from smarketing.services.goals.backtest.calibration import Count
    from smarketing.services.goals.backtest.looks import Look
    from smarketing.services.goals.backtest.replay import Kept, MonthThen
    from smarketing.services.goals.backtest.shown import Replayed


def backtest_json(shown: Replayed) -> dict[str, Any]:
    """Return a backtest as one document; months as `2026-03`, shares 0 to 1."""
    found, told = shown.found, shown.told
    when = tells_from(found)
    return {
        "agreement": shown.agreement.name,
        "known_until": found.known_until,
        "record_from": shown.history.recorded_on,
        "leads_known": shown.history.together.leads,
        "conclusion": conclusion(found, told),
        "findings": list(findings(told)),
        "tells_from": _name(when) if when else None,
        "calibration": {
            "range": _count(told.range),
            "textbook": _count(told.textbook),
            "cells": _count(told.cells),
            "levels": [_count(one) for one in told.levels],
            "open_rates": _count(told.open_rates),
            "cell_rates": _count(told.cell_rates),
            "errors": asdict(told.errors) if told.errors else None,
            "paced": _count(told.paced),
            "bands": [_count(one) for one in told.bands],
        },
        "months": [_month(one) for one in found.months],
        "paced": [asdict(one) | {"month": _name(one.month)} for one in found.paced],
        "notes": list(shown.history.problems),
    }


def _name(month: date) -> str:
    return f"{month:%Y-%m}"


def _count(count: Count | None) -> dict[str, Any] | None:
    if count is None:
        return None
    return asdict(count) | {"share": count.share, "verdict": str(count.verdict)}


def _month(one: MonthThen) -> dict[str, Any]:
    return {
        "month": _name(one.month),
        "is_over": one.is_over,
        "all": _kept(one.all, is_over=one.is_over),
        "textbook": _kept(one.textbook, is_over=one.is_over),
        "cells": [_kept(cell, is_over=one.is_over) for cell in one.cells],
        "expected_in_the_end": asdict(one.end) if one.end else None,
        "looks": [_look(look) for look in one.looks],
    }


def _kept(kept: Kept, *, is_over: bool) -> dict[str, Any]:
    segment, tier = kept.cell or (None, None)
    return {
        "segment": segment,
        "tier": tier,
        "leads": kept.leads,
        "customers": kept.customers,
        "held": kept.holds if is_over else None,
        "promise": asdict(kept.promise),
        "by_now": asdict(kept.by_now),
    }


def _look(look: Look) -> dict[str, Any]:
    segment, tier = look.cell or (None, None)
    return {
        "months": [_name(on) for on in look.months],
        "segment": segment,
        "tier": tier,
        "leads": look.then.leads,
        "naive": look.then.naive,
        "corrected": look.then.corrected,
        "low": look.then.low,
        "high": look.then.high,
        "in_the_end": look.final,
        "held": look.holds,
    }
