"""What attempts, hours and speed brought, in sentences, each with its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.numbers import count, leads, percent

if TYPE_CHECKING:
    from fractions import Fraction

    from smarketing.services.reaching.heat import Heat
    from smarketing.services.reaching.speed import Speed
    from smarketing.services.reaching.tries import Tries


def tries_headline(tries: Tries) -> str:
    """Return what the attempts brought, and what giving up early left."""
    depth = tries.depth
    if depth is None:
        known = (
            f" {leads(tries.unlogged)} have a first attempt on their record alone."
            if tries.unlogged
            else ""
        )
        return (
            "Too few attempts are recorded to say what they bring: log calls and mails in the "
            f"portal, or import activities.{known}"
        )
    reached, tried = sum(tries.reached[: len(depth.hazards)]), tries.given[0]
    said = (
        f"{count(reached)} of {leads(tried)} that were tried were reached "
        f"({percent(reached, tried)})"
    )
    attempts = len(depth.hazards)
    if depth.persistence_gap <= 0 or attempts == 1:
        return f"{said}."
    return (
        f"{said}. Had each been tried {attempts} times, about {_whole(depth.persistent_rate)} of "
        f"100 would be: giving up early leaves {_whole(depth.persistence_gap)} of 100, if "
        "those given up are like the others."
    )


def _whole(share: Fraction) -> str:
    return f"{float(share) * 100:.0f}"


def heat_headline(heat: Heat) -> str:
    """Return how a promise went in all, with counts."""
    if not heat.due:
        return f"{heat.commitment.title}: nothing was due in these weeks."
    kept = f"{count(heat.in_time)} of {count(heat.due)}"
    return f"{heat.commitment.title}: {kept} in time ({percent(heat.in_time, heat.due)})."


def speed_words(speed: Speed) -> str:
    """Return what speed goes together with, or why nothing is said of it."""
    if speed.effect is None:
        return speed.missing
    fast, slow = (sum(getattr(one, name) for one in speed.strata) for name in ("fast", "slow"))
    fast_won = sum(one.fast_won for one in speed.strata)
    slow_won = sum(one.slow_won for one in speed.strata)
    said = (
        f"Of {leads(fast)} answered in time {count(fast_won)} became customers later "
        f"({percent(fast_won, fast)}), of {count(slow)} answered late or never {count(slow_won)} "
        f"({percent(slow_won, slow)})."
    )
    gap = speed.effect.risk_difference
    low, high = gap.low * 100, gap.high * 100
    alike = f"Among leads of the same tier and source: {gap.value * 100:+.1f} points"
    if low <= 0 <= high:
        return (
            f"{said} {alike}; anything from {low:+.1f} to {high:+.1f} fits the records, so that no "
            "difference is shown."
        )
    return f"{said} {alike} ({low:+.1f} to {high:+.1f})."
