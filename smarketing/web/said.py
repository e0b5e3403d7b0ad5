"""What came of an act, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.numbers import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from smarketing.services.leads.acknowledge import Answer
    from smarketing.services.leads.acts import Done

_SENTENCES: Final[Mapping[str, str]] = {
    "attempt:call:reached": "Noted: you reached {name} by phone.",
    "attempt:call:missed": "Noted: you called {name}, without an answer.",
    "attempt:mail:reached": "Noted: you wrote to {name}, who answered.",
    "attempt:mail:missed": "Noted: you wrote to {name}.",
    "attempt:meeting:reached": "Noted: you met {name}.",
    "attempt:meeting:missed": "Noted: you wanted to meet {name}, who did not come.",
    "accept": "You accepted {name}.",
    "reject": "You rejected {name}.",
    "recycle": "{name} goes back to Marketing to be nurtured.",
    "hand_off_again": "{name} is handed off again: its clocks begin anew.",
    "pause": "{name} is paused: the clocks stand.",
    "resume": "The clocks of {name} run again.",
    "hand_back": "{name} is back in the team’s queue.",
    "assign": "{whom} has {name} now.",
    "undo": "Taken back. {name} stands where it stood before.",
}

_TOO_LATE: Final = (
    "It still counts as delivered: the time to reject it is over, or the reason is none agreed."
)


def done_sentence(what: str, done: Done, whom: str = "") -> str:
    """Return what was done, as the person who did it reads it."""
    said = _SENTENCES[what].format(name=done.name, whom=whom)
    return said if done.counts else f"{said} {_TOO_LATE}"


def answer_sentence(answer: Answer, now: datetime) -> str:
    """Return what came of pressing *I have it*."""
    if answer.is_new:
        said = f"You have {answer.name}."
        if not answer.is_held:
            said = f"{answer.name} is acknowledged; who held it still does."
        if answer.attempt_due_at:
            is_past = answer.attempt_due_at < now
            when = moment(answer.attempt_due_at, answer.zone, now)
            said += f" The first attempt {'was' if is_past else 'is'} due {when}."
        return said
    since = moment(answer.at, answer.zone, now)
    if answer.is_own:
        return f"{answer.name} is already yours since {since}."
    return f"{answer.by or 'Somebody in the CRM'} has {answer.name} since {since}."
