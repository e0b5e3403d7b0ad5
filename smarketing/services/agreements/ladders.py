"""The ladder of a commitment: read from its file, checked, and said in plain English."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import AgreementProblem
from smarketing.domain.ladders import CONTACT, Step, Tell
from smarketing.services.agreements.checks import unknown_name
from smarketing.services.agreements.faults import nearest
from smarketing.services.agreements.values import allowance, fault, rate
from smarketing.services.agreements.words import hours_of, listed, percent, spoken_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smarketing.domain.agreement import Agreement, Commitment
    from smarketing.services.agreements.shape import AgreementShape, CommitmentShape, StepShape

StepAt = tuple[Fraction | None, timedelta]
"""A share of the allowance, or None and working time from the due time on."""

BREACH: Final = "breach"
"""How a file says: at the due time."""

_WHOM: Final[Mapping[str, str]] = {
    Tell.HOLDER: "the holder of the lead",
    Tell.TEAM: "the team",
    Tell.SALES_MANAGER: "the sales managers",
    Tell.MARKETING_MANAGER: "the marketing managers",
    Tell.ADMINISTRATOR: "the administrators",
}


def step_at(found: object) -> StepAt:
    """Return when a step is taken, from "50 %", "breach" or "+4h"."""
    text = found.strip() if isinstance(found, str) else ""
    if text == BREACH:
        return None, timedelta(0)
    if text.startswith("+"):
        after = allowance(text[1:])
        if not after:
            raise fault(f"{text!r} is the due time itself", f'Write "{BREACH}"')
        return None, after
    if not text.endswith("%"):
        raise fault(
            f"{str(found)!r} is no time of a step",
            f'Write a share of the allowance as "80 %", "{BREACH}", or "+4h" after it',
        )
    share = rate(text)
    if share == 1:
        raise fault("100 % of the allowance is the due time", f'Write "{BREACH}"')
    return share, timedelta(0)


def ladder_problems(
    key: str, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the ladder of a commitment."""
    for number, (earlier, later) in enumerate(pairwise(promise.ladder), 2):
        if _order(earlier.at) >= _order(later.at):
            yield AgreementProblem(
                f"{key}.ladder[{number}].at",
                "does not come after the step before it",
                f'Write the earliest step first, as "50 %", "80 %", "{BREACH}", "+4h"',
            )
    for number, step in enumerate(promise.ladder, 1):
        place = f"{key}.ladder[{number}]"
        if step.in_calendar is not None:
            yield from unknown_name(f"{place}.in_calendar", step.in_calendar, shape.calendars)
        yield from _tell_problems(place, step, promise, shape)


def ladder_of(promise: CommitmentShape) -> tuple[Step, ...]:
    """Return the ladder that a file writes down; empty: there is none."""
    return tuple(
        Step(
            share=step.at[0],
            after=step.at[1],
            tell=tuple(dict.fromkeys(step.tell)),
            in_calendar=step.in_calendar or promise.calendar,
            channel=step.channel,
            reassign=step.reassign,
        )
        for step in promise.ladder
    )


def ladder_text(promise: Commitment, agreement: Agreement) -> tuple[str, ...]:
    """Return a sentence for each step of a ladder."""
    return tuple(_sentence(step, promise, agreement) for step in promise.ladder)


def ladder_facts(promise: Commitment, agreement: Agreement) -> dict[str, str]:
    """Return what a comparison of versions says of each step, by its position."""
    told = enumerate(ladder_text(promise, agreement), 1)
    return {
        f"step {number} of its ladder": f"{sentence[:1].lower()}{sentence[1:]}".removesuffix(".")
        for number, sentence in told
    }


def when_text(step: Step) -> str:
    """Return when a step is taken: `after 80 % of the time`, `4 working hours after that`."""
    if step.share is not None:
        return f"after {percent(step.share)} of the time"
    if not step.after:
        return "when the time is used up"
    return f"{spoken_time(step.after, 'working ')} after the time is used up"


def _sentence(step: Step, promise: Commitment, agreement: Agreement) -> str:
    whom = listed([_whom(name) for name in step.tell], "and")
    hours = ""
    if step.in_calendar != promise.calendar:
        hours = f", in the hours of {hours_of(agreement.calendars[step.in_calendar])}"
    moved = (
        " The lead is handed to somebody of the team who has not had it and is not on leave; "
        "where there is nobody, back to the team."
        if step.reassign
        else ""
    )
    when = when_text(step)
    return f"{when[:1].upper()}{when[1:]} a {step.channel} goes to {whom}{hours}.{moved}"


def _whom(name: str) -> str:
    return _WHOM.get(name, name.removeprefix(CONTACT))


def _order(at: StepAt) -> tuple[bool, Fraction, timedelta]:
    share, after = at
    return share is None, share or Fraction(0), after


def _tell_problems(
    place: str, step: StepShape, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    party = shape.parties.get(promise.by)
    contacts = [contact.name for contact in party.contacts] if party else []
    for number, name in enumerate(step.tell, 1):
        key = f"{place}.tell[{number}]"
        if name.startswith(CONTACT):
            if party and name.removeprefix(CONTACT) not in contacts:
                yield AgreementProblem(
                    key,
                    f"{promise.by} has no contact {name.removeprefix(CONTACT)!r}",
                    nearest(name.removeprefix(CONTACT), contacts),
                )
        elif name not in list(Tell):
            yield AgreementProblem(
                key, f"{name!r} is nobody", nearest(name, [*Tell, f"{CONTACT}NAME"])
            )
