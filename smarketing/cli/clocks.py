"""`smarketing clock`: why a clock stands where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from smarketing.cli.parts import house, json_option, now, put_json, say

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.services.leads.explain import Explained
    from smarketing.services.leads.holder_clock import HolderClock
    from smarketing.services.leads.timeline import Pause


@click.command("clock")
@click.argument("lead")
@json_option
def clock_command(lead: str, *, as_json: bool) -> None:
    """Explain the clocks of LEAD: an id, SOURCE:SOURCE_ID, or an e-mail that is unique."""
    from smarketing.bootstrap import catch_up
    from smarketing.domain.calendar import seconds
    from smarketing.services.leads.explain import explain, lead_named

    home, at = house(), now()
    catch_up(home, at)
    lead_id = lead_named(home.leads, lead)
    clocks = list(explain(home.leads, lead_id, home.book(), seconds(at)))
    if as_json:
        put_json({"lead": lead_id, "clocks": [_json(clock) for clock in clocks]})
        return
    if not clocks:
        say(f"lead {lead_id} belongs to no agreement, so nothing is promised for it")
    for clock in clocks:
        click.echo("\n".join(_lines(clock)))


def _json(clock: Explained) -> dict[str, Any]:
    return {
        "agreement": clock.agreement,
        "version": clock.version,
        "commitment": clock.commitment,
        "level": clock.term.level,
        "segment": clock.term.segment,
        "tier": clock.term.tier,
        "origin": clock.origin,
        "attempts": clock.term.attempts,
        "allowance_s": int(clock.allowance.total_seconds()),
        "relief": clock.surge is not None,
        "cycle": clock.cycle,
        "excused": clock.is_excused,
        "calendar": clock.calendar,
        "timezone": clock.timezone,
        "state": clock.state.name.lower(),
        "started_at": _utc(clock.started_at),
        "due_at": _utc(clock.due_at),
        "stopped_at": _utc(clock.stopped_at),
        "breached_at": _utc(clock.breached_at),
        "used_s": clock.used_s,
        "counted": [[_utc(start), _utc(end)] for start, end in clock.counted],
        "pauses": [
            {"from": _utc(p.starts), "until": _utc(p.ends), "reason": p.reason, "by": p.by}
            for p in clock.pauses
        ],
        "holidays": [day.isoformat() for day in clock.holidays],
        "holder": _holder_json(clock.holder) if clock.holder else None,
    }


def _holder_json(theirs: HolderClock) -> dict[str, Any]:
    return {
        "name": theirs.name,
        "started_at": _utc(theirs.started_at),
        "due_at": _utc(theirs.due_at),
        "state": theirs.state.name.lower(),
        "leave": [{"from": first.isoformat(), "back": b.isoformat()} for first, b in theirs.leave],
    }


def _lines(clock: Explained) -> list[str]:
    zone = ZoneInfo(clock.timezone)

    def local(at: datetime) -> str:
        return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M:%S}"

    scope = "/".join(filter(None, (clock.term.segment, clock.term.tier))) or "all leads"
    lines = [
        f"{clock.commitment}{_cycle(clock)}: {_state(clock)}",
        f"  promised   {_promised(clock)} ({clock.term.level}: {scope})",
        f"  agreed in  version {clock.version} of {clock.agreement}{_inherited(clock)}",
        f"  calendar   {clock.calendar}, in {clock.timezone}",
        f"  started    {local(clock.started_at)}",
        *(f"  counted    {local(a)} to {local(b)}: {_gone(a, b)}" for a, b in clock.counted),
        *(f"  paused     {local(p.starts)} to {local(p.ends)}: {_why(p)}" for p in clock.pauses),
        f"  used       {_span(clock.used_s)}",
        f"  due        {local(clock.due_at)} ({_utc(clock.due_at)})",
    ]
    if clock.holidays:
        lines.append(f"  holidays   {', '.join(day.isoformat() for day in clock.holidays)}")
    if clock.stopped_at:
        lines.append(f"  stopped    {local(clock.stopped_at)}")
    if clock.breached_at:
        lines.append("  missed     the due time passed without the act")
    return lines + _holder_lines(clock)


def _holder_lines(clock: Explained) -> list[str]:
    theirs = clock.holder
    if theirs is None:
        return []
    started, due = (
        f"{at.astimezone(ZoneInfo(clock.timezone)):%a %Y-%m-%d %H:%M:%S}"
        for at in (theirs.started_at, theirs.due_at)
    )
    return [
        f"  holder     {theirs.name} has it from {started}; from then due {due}: {theirs.state}",
        *(f"  on leave   from {first}, back {back}" for first, back in theirs.leave),
    ]


def _promised(clock: Explained) -> str:
    told = f"{_span(int(clock.allowance.total_seconds()))} of working time"
    if clock.term.attempts:
        told = f"{clock.term.attempts} attempts in {told}"
    if clock.surge:
        told += f", relief after the first {clock.surge.leads_a_day} leads of the day"
    return told


def _state(clock: Explained) -> str:
    state = clock.state.name.lower().replace("_", " ")
    return f"{state}, excused" if clock.is_excused else state


def _cycle(clock: Explained) -> str:
    return f" (cycle {clock.cycle})" if clock.cycle > 1 else ""


def _inherited(clock: Explained) -> str:
    return "" if clock.origin == clock.agreement else f", inherited from {clock.origin}"


def _why(pause: Pause) -> str:
    reason = pause.reason.replace("_", " ")
    return f"{reason}, by {pause.by}" if pause.by else reason


def _gone(start: datetime, end: datetime) -> str:
    return _span(int((end - start).total_seconds()))


def _span(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "min"), (left, "s")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 s"


def _utc(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
