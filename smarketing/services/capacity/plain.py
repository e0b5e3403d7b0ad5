"""Capacity, reach and the mix as plain values, for the command's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smarketing.services.allocation.words import mix_headline, price_sentences
from smarketing.services.capacity.words import headline

if TYPE_CHECKING:
    from fractions import Fraction

    from smarketing.domain.speed import Effect
    from smarketing.services.allocation.allocation import Allotted
    from smarketing.services.capacity.capacity import Capacity
    from smarketing.services.capacity.page import CapacityPage
    from smarketing.services.reaching.heat import Heat
    from smarketing.services.reaching.reaching import Reaching
    from smarketing.services.reaching.speed import Speed


def as_json(page: CapacityPage) -> dict[str, Any]:
    """Return the three answers as plain values; shares and rates between 0 and 1."""
    return {
        "agreement": page.agreement.name,
        "today": page.today.isoformat(),
        "capacity": _capacity(page.capacity),
        "reaching": _reaching(page.reaching),
        "mix": _mix(page.mix),
    }


def _capacity(found: Capacity) -> dict[str, Any]:
    depth = found.depth
    return {
        "headline": headline(found),
        "missing": list(found.missing),
        "month": f"{found.inputs.month.starts:%Y-%m}",
        "inputs": [
            {"name": one.name, "value": float(one.value), "origin": str(one.origin)}
            for one in found.inputs.known
        ],
        "leads": {
            "origin": str(found.flow.origin),
            "counted": found.flow.leads,
            "cells": [
                {
                    "segment": cell.segment,
                    "tier": cell.tier,
                    "a_day": _float(cell.a_day),
                    "attempts_promised": cell.promised,
                    "attempts_expected": _float(cell.attempts),
                }
                for cell in found.cells
            ],
        },
        "depth": None
        if depth is None
        else {
            "expected": depth.expected,
            "a_rep": depth.each,
            "workable": depth.workable,
            "load": _float(depth.load),
            "people": depth.feasibility.people,
            "needed": depth.feasibility.needed,
            "attempts_instead": depth.fewer,
        },
        "speed": [
            {
                "allowance_minutes": speed.allowance.total_seconds() / 60,
                "promised": _float(speed.share),
                "in_time": _rounded(speed.feasibility.now.in_time if speed.feasibility.now else 0),
                "needed": speed.feasibility.needed,
                "allowance_minutes_kept": _rounded(speed.feasibility.allowance),
            }
            for speed in found.speeds
        ],
    }


def _reaching(found: Reaching) -> dict[str, Any]:
    depth = found.tries.depth
    return {
        "from": found.starts.isoformat(),
        "to": found.ends.isoformat(),
        "given": list(found.tries.given),
        "reached": list(found.tries.reached),
        "only_on_the_record": found.tries.unlogged,
        "persistence_gap": None if depth is None else _float(depth.persistence_gap),
        "hours": [_heat(heat) for heat in found.heats],
        "speed": None if found.speed is None else _speed(found.speed),
    }


def _heat(heat: Heat) -> dict[str, Any]:
    return {
        "commitment": heat.commitment.name,
        "zone": heat.zone,
        "due": heat.counts.due.tolist(),
        "in_time": heat.counts.in_time.tolist(),
    }


def _speed(speed: Speed) -> dict[str, Any]:
    effect = speed.effect
    return {
        "missing": speed.missing,
        "strata": [vars(one) for one in speed.strata],
        "risk_ratio": _effect(effect.risk_ratio if effect else None),
        "risk_difference": _effect(effect.risk_difference if effect else None),
    }


def _effect(effect: Effect | None) -> dict[str, float] | None:
    return None if effect is None else {name: round(x, 6) for name, x in vars(effect).items()}


def _mix(found: Allotted) -> dict[str, Any]:
    allocation = found.allocation
    mix = allocation.mix if allocation else None
    return {
        "headline": mix_headline(found),
        "missing": list(found.missing),
        "quota": _float(found.quota),
        "minutes": _float(found.minutes),
        "cells": [
            {
                "segment": line.cell[0],
                "tier": line.cell[1],
                "cost": float(line.buy.cost),
                "value": float(line.buy.value),
                "minutes": float(line.buy.minutes),
                "least": line.buy.least,
                "most": line.buy.most,
                "signed": line.signed,
                "leads": line.leads,
            }
            for line in found.lines
        ],
        "cost": None if mix is None else _float(mix.cost),
        "value": None if mix is None else _float(mix.value),
        "shortfall": None if allocation is None else _float(allocation.shortfall),
        "prices": list(price_sentences(found)),
    }


def _float(exact: Fraction) -> float:
    return round(float(exact), 6)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 6)
