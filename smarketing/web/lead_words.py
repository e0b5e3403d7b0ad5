"""What happened to a lead and how its clocks stand, in words, with a shape and a colour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.numbers import day, moment
from smarketing.domain.acts import LADDER, pause_from
from smarketing.domain.calendar import instant
from smarketing.domain.clocks import ClockState
from smarketing.domain.lead_lists import What
from smarketing.domain.ways import TOO_SOON_S, Doubt, Way
from smarketing.services.leads.answers import PAUSE_TITLES, PauseReason
from smarketing.services.leads.holder_clock import HolderState
from smarketing.services.leads.stage import Stage
from smarketing.web.words import Due, duration, plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from smarketing.domain.ways import How
    from smarketing.services.leads.explain import Explained
    from smarketing.services.leads.holder_clock import HolderClock
    from smarketing.services.leads.timeline import Entry, Pause

STAGES: Final[Mapping[Stage, str]] = {
    Stage.HANDED_OFF: "Handed off",
    Stage.SALES_ACCEPTED: "Accepted by Sales",
    Stage.SALES_QUALIFIED: "Qualified by Sales",
    Stage.CUSTOMER: "Customer",
    Stage.REJECTED: "Rejected",
    Stage.RECYCLED: "Recycled",
}
WHATS: Final[Mapping[What, str]] = {
    What.DELIVERED: "All leads",
    What.COUNTED: "Counted: all, less rejected",
    What.REJECTED: "Rejected for an agreed reason",
    What.ACCEPTED: "Accepted",
    What.ACKNOWLEDGED: "Acknowledged",
    What.LATE: "Acknowledged late, or overdue",
    What.ATTEMPT_LATE: "First attempt late, or overdue",
    What.TOO_FEW_ATTEMPTS: "Fewer attempts than promised",
    What.DECIDED_LATE: "Decided late, or overdue",
    What.CUSTOMERS: "Became customers",
    What.OPEN: "Owe an answer now",
}
_HAPPENED: Final[Mapping[str, str]] = {
    "created": "Came in",
    "handed_off": "Handed off to Sales",
    "acknowledged": "Acknowledged: “I have it”",
    "attempted": "First attempt",
    "attempted:call": "Called",
    "attempted:mail": "Written to",
    "attempted:meeting": "Meeting",
    "connected": "Reached",
    "connected:call": "Reached by phone",
    "connected:mail": "Answered by mail",
    "connected:meeting": "Met",
    "accepted": "Accepted by Sales",
    "rejected": "Rejected: {detail}",
    "recycled": "Recycled: {detail}",
    "handed_again": "Handed off again: the clocks begin anew",
    "qualified": "Qualified by Sales",
    "closed": "Closed: {detail}",
    "assigned": "Given to {given}",
    "returned": "Given back to the team",
    "owner": "The CRM names another owner: {owner}",
    "paused": "Paused until {until}: {reason}",
    "touched": "{detail} (no attempt of ours)",
    "pressed": "The other button of the mail was pressed, too: it changed nothing",
}
_HOLDER: Final[Mapping[HolderState, str]] = {
    HolderState.RUNNING: "it is due {due}",
    HolderState.OVERDUE: "it was due {due}, and nothing is known to be done yet",
    HolderState.IN_TIME: "it was due {due}: done in time",
    HolderState.LATE: "it was due {due}: done too late",
}
_WAYS: Final[Mapping[Way, str]] = {
    Way.EMAIL_LINK: "by the link in a mail",
    Way.PORTAL: "in the portal",
    Way.RECORD: "in the record",
    Way.API: "through the API",
}
DOUBTS: Final[Mapping[Doubt, str]] = {
    Doubt.TOO_SOON: f"it came within {TOO_SOON_S} seconds of the mail, as programs press buttons",
    Doubt.CONTRADICTED: "the other button of the same mail was pressed, too",
}
_UNTOLD: Final[Mapping[str, str]] = {
    "rejected": "no reason told",
    "closed": "no outcome told",
    "touched": "Activity",
}
"""What stands for a detail that the source does not tell."""


def happened(entry: Entry, zone: str, now: datetime) -> str:
    """Return what happened, in a few words."""
    detail = entry.detail or ""
    told = _HAPPENED.get(f"{entry.kind}:{detail}") or _HAPPENED.get(entry.kind, plain(entry.kind))
    until, reason = ("", "")
    if entry.kind == "paused":
        ends, why = pause_from(detail)
        until, reason = moment(instant(ends), zone, now), pause_title(why)
    return told.format(
        detail=plain(detail) if detail else _UNTOLD.get(entry.kind, ""),
        given=entry.given or "somebody else",
        owner=detail or "nobody",
        until=until,
        reason=reason,
    )


def said_by(entry: Entry) -> str:
    """Return who or what said so: `Hetty, in the portal`, `crm, leads.csv`; empty: not shown."""
    if entry.by == LADDER:
        return "the escalation ladder"
    source = "in the portal" if entry.source == "portal" else entry.source
    if entry.how is not None and entry.how.way is not Way.PORTAL:
        source = _way(entry.how)
    return ", ".join(filter(None, (entry.by, source, entry.label)))


def doubt_words(entry: Entry) -> str:
    """Return why it is not sure that a person gave an answer; empty: nothing speaks against it."""
    if entry.doubt is None:
        return ""
    return f"Unverified: {DOUBTS[entry.doubt]}. The clock counts it."


def _way(how: How) -> str:
    """Return by which way somebody answered: `by the link in a mail 4 min old, Chrome on Mac`."""
    age = f" {duration(timedelta(seconds=how.age_s))} old" if how.age_s is not None else ""
    said = f"{_WAYS[how.way]}{age if how.way is Way.EMAIL_LINK else ''}"
    return ", ".join(filter(None, (said, how.agent)))


def pause_title(reason: str) -> str:
    """Return why the clocks stand, as people say it."""
    return PAUSE_TITLES[PauseReason(reason)] if reason in tuple(PauseReason) else plain(reason)


def clock_words(clock: Explained, now: datetime) -> Due:
    """Return where a clock stands."""
    due = moment(clock.due_at, clock.timezone, now)
    if clock.state is ClockState.RUNNING:
        return _running(clock, due, now)
    if clock.state is ClockState.VOID:
        return Due(
            "paused", "–", "Not owed any more", "the lead was answered otherwise before it was due"
        )
    if clock.state is ClockState.NEVER_MET:
        return Due("late", "▲", "Never done", f"was due {due}; then the lead was given up")
    done = moment(clock.stopped_at or clock.due_at, clock.timezone, now)
    if clock.state is ClockState.MET:
        return Due("time", "✔", "Done in time", f"{done}; due {due}")
    return Due("late", "▲", f"Done {over(clock)} too late", f"{done}; was due {due}")


def holder_words(clock: Explained, now: datetime) -> str:
    """Return what the one who has the lead owes, in sentences; empty: no more than the lead."""
    theirs = clock.holder
    if theirs is None:
        return ""
    told = _HOLDER[theirs.state].format(due=moment(theirs.due_at, clock.timezone, now))
    if theirs.started_at > clock.started_at:
        got = f"got it {moment(theirs.started_at, clock.timezone, now)}; from then"
    else:
        got = "has had it from the start; with their leave"
    return f"{theirs.name} {got} {told}.{_leave(theirs)}"


def _leave(theirs: HolderClock) -> str:
    spans = " and ".join(_days(first, back - timedelta(days=1)) for first, back in theirs.leave)
    return f" Their leave is not counted: {spans}." if spans else ""


def _days(first: date, last: date) -> str:
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def over(clock: Explained) -> str:
    """Return the working time above the allowance: how late an act was."""
    return duration(timedelta(seconds=clock.used_s) - clock.allowance)


def _running(clock: Explained, due: str, now: datetime) -> Due:
    pause = next((one for one in clock.pauses if one.starts <= now < one.ends), None)
    if pause:
        until = moment(pause.ends, clock.timezone, now)
        return Due("paused", "‖", "Paused", f"until {until}, then due {due}")
    if clock.breached_at:
        return Due("late", "▲", "Overdue", f"was due {due}")
    if clock.due_at < now:
        told = f"was due {due}; its source has not told yet what was done up to then"
        return Due("paused", "◇", "Not judged yet", told)
    if clock.at_risk_at and clock.at_risk_at <= now:
        return Due("risk", "◆", "At risk", f"due {due}")
    return Due("time", "●", "Running", f"due {due}")


def promised(clock: Explained, segments: Mapping[str, str], tiers: Mapping[str, str]) -> str:
    """Return the allowance and where it comes from.

    Args:
        clock: Whose term says it.
        segments: Name to title.
        tiers: Name to title.
    """
    term = clock.term
    names = [
        titles.get(name, plain(name))
        for titles, name in ((segments, term.segment), (tiers, term.tier))
        if name is not None
    ]
    whom = ", ".join(names) or "all leads"
    often = f"{term.attempts} attempts in " if term.attempts else ""
    relief = (
        f"; relief, because {clock.surge.leads_a_day} leads had come before it that day"
        if clock.surge
        else ""
    )
    return (
        f"{often}{duration(clock.allowance)} of working time, "
        f"agreed for {whom} ({term.level} level){relief}"
    )


def counted_lines(clock: Explained, now: datetime) -> list[tuple[str, str, str]]:
    """Return state, span and length of what was counted and of what was not, in their order."""
    zone = clock.timezone
    told = [
        (start, "counted", _span(start, end, zone, now), duration(end - start))
        for start, end in clock.counted
    ]
    told += [
        (pause.starts, "paused", _span(pause.starts, pause.ends, zone, now), _why(pause))
        for pause in clock.pauses
    ]
    return [line for _, *line in sorted(told)]  # type: ignore[misc]


def _why(pause: Pause) -> str:
    by = f", by {pause.by}" if pause.by else ""
    return f"Paused: {pause_title(pause.reason)}{by}"


def _span(start: datetime, end: datetime, zone: str, now: datetime) -> str:
    first, last = moment(start, zone, now), moment(end, zone, now)
    day, _, time = last.rpartition(", ")
    return f"{first} to {time if first.startswith(f'{day}, ') else last}"
