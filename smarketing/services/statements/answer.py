"""The one line that a statement begins with, and the steps of each computation in words."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from reports.numbers import count, day, instant, month_name
from smarketing.domain.claims import ClaimAct, ClaimState
from smarketing.domain.days import local_date
from smarketing.services.agreements.words import listed, percent
from smarketing.services.statements.words import amount_words, level_words, verdict_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from smarketing.services.statements.entitlement import Entitlement
    from smarketing.services.statements.judged import Judged
    from smarketing.services.statements.statement import Line, Owed, Statement


class Told(NamedTuple):
    """One step of a computation: what is asked, the answer, and what is left after it."""

    asked: str
    told: str
    left: str


def answer(statement: Statement) -> str:
    """Return whether the promised level is met, and whether the party is entitled to anything."""
    who = statement.party.title
    if not statement.months:
        return f"{statement.period} has not begun: nothing is due to {who} yet."
    return (
        f"Is the promised level met? {_level_answer(statement.to_it, who)} "
        f"Is {who} entitled to anything? {_entitled(statement)}"
    )


def _level_answer(lines: Sequence[Line], who: str) -> str:
    if not lines:
        return f"Nothing is promised to {who}."
    judged = [line for line in lines if line.judged.judged.met is not None]
    if not judged:
        is_over = all(line.judged.judged.is_over for line in lines)
        return "Nothing can be judged." if is_over else "It cannot be said yet."
    broken = [line for line in judged if line.judged.judged.met is False]
    so_far = "" if all(line.judged.judged.is_over for line in judged) else " so far"
    if not broken:
        early = len(lines) - len(judged)
        rest = f" ({count(early)} cannot be judged yet)" if early else ""
        return f"Yes{so_far}{rest}."
    names = [*dict.fromkeys(f"“{line.judged.level.commitment.title}”" for line in broken)]
    return f"No{so_far}: {listed(names, 'and')} {'is' if len(names) == 1 else 'are'} not."


def _entitled(statement: Statement) -> str:
    due = [owed.entitlement for line in statement.to_it for owed in line.owed]
    mine = [one for one in due if one.is_due]
    if mine:
        several = len(statement.months) > 1
        told = [f"{_due(one)}{_in_month(one) if several else ''}" for one in mine]
        return f"Yes: {listed(told, 'and')}."
    waiting = [one for one in due if one.owed and one.state is ClaimState.NOT_YET]
    if waiting:
        sums = listed(_sums(waiting, statement), "and")
        return f"Not before the month is over; so far it would be {sums}."
    lapsed = [one for one in due if one.owed and one.state is ClaimState.LAPSED]
    if lapsed:
        return f"No: nobody claimed {listed(_sums(lapsed, statement), 'and')} in time."
    return "No."


def _sums(entitlements: Sequence[Entitlement], statement: Statement) -> list[str]:
    several = len(statement.months) > 1
    return [
        f"{amount_words(one.owed, one.unit)}{_in_month(one) if several else ''}"
        for one in entitlements
    ]


def _in_month(one: Entitlement) -> str:
    """Return which month of several it is of: ` for March 2026`."""
    month = one.judged.level.starts_on
    return f" for {month_name(month)} {month.year}"


def _due(one: Entitlement) -> str:
    amount = amount_words(one.owed, one.unit)
    said = {
        ClaimState.OPEN: f"to be claimed by the end of {_last_day(one)}",
        ClaimState.CLAIMED: "claimed",
        ClaimState.DISPUTED: "claimed and disputed",
        ClaimState.ACCEPTED: "accepted",
        ClaimState.SETTLED: "settled",
    }[one.state]
    return f"{amount} from {one.by.title} for “{one.remedy.title}” ({said})"


def steps(owed: Owed, now: datetime) -> Iterator[Told]:
    """Yield the steps from the fact to what is earned back, in the order of CLOCKS.md."""
    one = owed.entitlement
    judged, unit = one.judged, one.unit
    level = level_words(judged.level, one.agreement.currency)
    yield Told("What happened?", f"{verdict_words(judged.level)}: {level}.", "")
    yield Told("What does not count?", _excused(judged, one.agreement.currency), "")
    yield Told("What follows?", one.computed.told, amount_words(one.computed.amount, unit))
    if one.given_instead or one.remedy.incident != one.remedy.name:
        instead = one.given_instead
        told = f"“{instead.title}” is given for this incident instead." if instead else "This one."
        yield Told("One per incident?", told, amount_words(one.given, unit))
    capped = f"Limited by {one.cap}." if one.cap else "No cap is reached."
    yield Told("Capped?", capped, amount_words(one.capped, unit))
    if one.remedy.minimum:
        least = amount_words(one.remedy.minimum, unit)
        yield Told("Worth it?", f"Owed is what is more than {least}.", amount_words(one.owed, unit))
    if not one.owed:
        return
    yield Told("Claimed?", _claimed(one), amount_words(one.owed, unit))
    if one.claim.claimed:
        yield Told("Accepted?", _answered(one, now), "")
    if one.state is ClaimState.SETTLED:
        word = one.claim.words[-1]
        told = f"{_until(one, word.at)}, by {word.by}."
        yield Told("Settled?", told, amount_words(Fraction(word.amount), unit))
    if owed.earned_back is not None and one.remedy.earn_back:
        rule = one.remedy.earn_back
        how = "exceeded" if rule.exceeded else "met"
        told = f"{percent(rule.share)} after {rule.months} months {how} in a row."
        yield Told("Earned back?", told, amount_words(owed.earned_back, unit))


def _excused(judged: Judged, currency: str) -> str:
    level, excused = judged.level, max(judged.level.excused, judged.breaches.excused)
    told = [f"{count(excused)} excused."] if excused else []
    if judged.relief:
        told.append(relief_words(judged, currency))
    elif judged.judged != level:
        told.append(f"Without that: {level_words(judged.judged, currency)}.")
    return " ".join(told) or "Everything counts."


def relief_words(judged: Judged, currency: str) -> str:
    """Return what relief changed, with its numbers; empty where there is none."""
    relief = judged.relief
    if relief is None:
        return ""
    who = "1 lead was" if relief.leads == 1 else f"{count(relief.leads)} leads were"
    recycled = f"; {count(relief.recycled)} recycled, delivered all the same"
    return (
        f"{who} worked late by the other side ({count(relief.accepted)} accepted, "
        f"{count(relief.rejected)} rejected{recycled if relief.recycled else ''}). "
        f"Without them: {level_words(relief.after, currency)}."
    )


def _claimed(one: Entitlement) -> str:
    word = one.claim.claimed
    if word is not None:
        text = f": {word.text}" if word.text else "."
        amount = amount_words(Fraction(word.amount), word.unit)
        return f"{amount} on {_until(one, word.at)}, by {word.by}{text}"
    if one.state is ClaimState.NOT_YET:
        return "It may be claimed when the month is over."
    if one.state is ClaimState.LAPSED:
        return f"Nobody did by the end of {_last_day(one)}: it has lapsed."
    return f"Not yet. {one.to.title} may by the end of {_last_day(one)}."


def _answered(one: Entitlement, now: datetime) -> str:
    words = [w for w in one.claim.words if w.act in {ClaimAct.ACCEPTED, ClaimAct.DISPUTED}]
    told = [
        f"{word.act.capitalize()} on {_until(one, word.at)}, by {word.by}"
        f"{f': {word.text}' if word.text else '.'}"
        for word in words
    ]
    until = one.claim.answer_until
    if not told and until is not None:
        last = _until(one, until)
        if now < until:
            return f"Not yet. {one.by.title} may dispute it until {last}; then it is accepted."
        return f"Nobody disputed it until {last}: it is accepted."
    if one.state is ClaimState.DISPUTED:
        told.append(
            f"It stays disputed until {one.by.title} accepts it; {one.to.title} cannot claim it "
            "again."
        )
    return " ".join(told)


def _last_day(one: Entitlement) -> str:
    """Return the last day on which it may be claimed."""
    return day(local_date(one.claim.until, one.agreement.timezone) - timedelta(days=1))


def _until(one: Entitlement, at: datetime) -> str:
    return instant(at, one.agreement.timezone)
