"""Goal plans as plain data: what `smarketing goals --json` prints, for scripts to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smarketing.services.goals.words import conclusion, plan_notes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from fractions import Fraction

    from smarketing.domain.deals import DealSize
    from smarketing.domain.goals import Given
    from smarketing.domain.mixture import Outlook
    from smarketing.services.goals.inputs import LagInput, RateInput
    from smarketing.services.goals.plan import CellPlan, GoalPlan


def plan_json(plans: Sequence[GoalPlan], keys: Sequence[str], today: date) -> dict[str, Any]:
    """Return the plans of a period as one document.

    `leads` are those at the confidence, with their `value`; `signed_as` is what a signature makes
    of the goal as it stands: the textbook's number where it names no confidence.

    Args:
        plans: At least one, of one agreement.
        keys: Of segment and tier, those that `rows` are summed by.
        today: Decides which months are over.
    """
    first = plans[0]
    history = first.found.history
    return {
        "agreement": first.agreement.name,
        "currency": first.agreement.currency,
        "confidence": float(first.confidence),
        "mode": str(first.goal.mode),
        "as_of": history.last_day,
        "record_from": history.recorded_on,
        "leads_known": history.together.leads,
        "months": [_month(plan, keys, today) for plan in plans],
        "cells": [_cell(cell, first) for cell in first.cells],
    }


def grouped(plan: GoalPlan, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return the targets summed by segment, by tier, or over all."""
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for cell in plan.cells:
        named = dict(zip(("segment", "tier"), cell.name, strict=True))
        group = tuple(named[key] for key in keys)
        row = rows.setdefault(group, {key: named[key] for key in keys} | _nothing())
        row["revenue"] += float(cell.revenue)
        known = row["textbook"] is not None and cell.textbook is not None
        row["textbook"] = row["textbook"] + cell.textbook if known else None
        row["leads"] += cell.leads
        row["value"] += float(cell.value)
    return [*rows.values()]


def _nothing() -> dict[str, Any]:
    return {"revenue": 0.0, "textbook": 0, "leads": 0, "value": 0.0}


def _month(plan: GoalPlan, keys: Sequence[str], today: date) -> dict[str, Any]:
    return {
        "month": f"{plan.month:%Y-%m}",
        "conclusion": conclusion(plan),
        "revenue": float(plan.revenue),
        "textbook": _outlook(plan.textbook, plan.textbook_leads),
        "sure": _outlook(plan.sure, plan.leads),
        "textbook_by_history": _outlook(plan.by_history, plan.textbook_leads),
        "notes": plan_notes(plan, today),
        "rows": grouped(plan, keys),
        "cells": [_cell(cell, plan) for cell in plan.cells],
    }


def _outlook(outlook: Outlook | None, leads: int | None) -> dict[str, Any] | None:
    if outlook is None:
        return None
    return {
        "leads": leads,
        "chance": outlook.chance,
        "standard_error": outlook.error,
        "median": outlook.median,
        "low": outlook.low,
        "high": outlook.high,
    }


def _cell(cell: CellPlan, plan: GoalPlan) -> dict[str, Any]:
    inputs = cell.inputs
    return {
        "segment": cell.name[0],
        "tier": cell.name[1],
        "month": f"{cell.month:%Y-%m}",
        "revenue": float(cell.revenue),
        "average_deal": _given(inputs.deal.given) | {"history": _deals(inputs.deal.history)},
        "close_rate": _rate(inputs.rate),
        "history": _history(inputs.rate),
        "lag": _lag(inputs.lag),
        "customers": float(cell.customers),
        "exact_leads": float(cell.customers / _divisor(inputs.rate)),
        "own_leads": inputs.cell.own_leads,
        "signed_as": cell.textbook if plan.goal.confidence is None else cell.leads,
        "textbook": cell.textbook,
        "chance": cell.chance,
        "leads": cell.leads,
        "leads_alone": cell.alone,
        "lead_value": float(cell.lead_value),
        "value": float(cell.value),
        "weeks": [
            {
                "week": part.week.name,
                "leads": part.target,
                "days": {str(one.day): one.target for one in part.days},
            }
            for part in cell.weeks
        ],
    }


def _given(given: Given) -> dict[str, Any]:
    return {
        "value": float(given.value),
        "origin": str(given.origin),
        "sample": given.sample,
        "as_of": given.as_of,
    }


def _rate(rate: RateInput) -> dict[str, Any]:
    """Return the rate that the textbook takes; where it has none, the one planned with."""
    if rate.given is not None:
        return _given(rate.given)
    leads = rate.history.leads if rate.history else 0
    return {"value": float(rate.mean), "origin": "history", "sample": leads, "as_of": rate.as_of}


def _divisor(rate: RateInput) -> Fraction:
    return rate.mean if rate.given is None else rate.given.value


def _history(rate: RateInput) -> dict[str, Any] | None:
    told = rate.history
    if told is None:
        return None
    return {
        "leads": told.leads,
        "customers": told.wins,
        "naive": told.naive,
        "corrected": told.pooled.raw,
        "exposure": told.pooled.cell.exposed,
        "rate": told.pooled.rate,
        "low": told.low,
        "high": told.high,
        "own_weight": told.pooled.weight,
        "pooled": str(told.pooled.basis),
        "as_of": rate.as_of,
    }


def _deals(size: DealSize | None) -> dict[str, Any] | None:
    if size is None:
        return None
    low, high = size.bootstrap or (None, None)
    return {
        "count": size.count,
        "mean": size.mean,
        "median": size.median,
        "low": low,
        "high": high,
        "without_largest": size.without_largest,
    }


def _lag(lag: LagInput) -> dict[str, Any]:
    return {
        "days": lag.lag.days,
        "origin": None if lag.origin is None else str(lag.origin),
        "wins": lag.history.wins if lag.history else None,
        "own": lag.history.is_own if lag.history else None,
    }
