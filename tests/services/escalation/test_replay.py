"""The steps and mails of the worker, tick by tick, are those that the final events give.

Everything happens on a beat of its own kind (hand-offs, steps and the window of messages on whole
beats, acts on half ones) and a tick comes just after each, as at twenty seconds it nearly does.
"""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from smarketing.services.escalation.replay import Replay
from smarketing.services.leads import answers
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.people.people import Role
from smarketing.store.acts import ActDesk
from smarketing.store.agreements import AgreementShelf
from smarketing.store.engine import open_engine
from smarketing.store.history import History
from tests.services.escalation.company import MANAGER, Company, berlin
from tests.services.escalation.company import company as built
from tests.services.escalation.test_simulate import replay as simulated
from tests.store.seed import act, lead

if TYPE_CHECKING:
    from smarketing.services.leads.acts import Actor

AWAY = answers.PauseReason.AWAY
START, END = berlin("16 09:00"), berlin("18 12:00")
BEAT, SOON = timedelta(minutes=6), timedelta(seconds=20)
"""80 % of four hours and the window of messages are beats; the office opens and shuts on one."""

NIGHT = berlin("17 08:48") - berlin("16 18:00")
"""Nobody is told anything and nobody acts; one tick has to do."""


class Story(NamedTuple):
    """What becomes of one lead, in beats from START on."""

    created: int
    acknowledged: int | None
    paused: tuple[int, int] | None


_stories = st.builds(
    Story,
    created=st.integers(0, 12) | st.integers(0, 120),
    acknowledged=st.none() | st.integers(30, 50) | st.integers(0, 500),
    paused=st.none() | st.tuples(st.integers(20, 50) | st.integers(0, 400), st.integers(1, 120)),
)


def _manager(at: datetime) -> Actor:
    return act(MANAGER, at, role=Role.SALES_MANAGER)


def _between(beats: int) -> datetime:
    """Half a beat after a beat at which people work: after hours, of the next morning's first."""
    at = START + beats * BEAT
    if at.hour >= 17:
        at = at.replace(hour=9, minute=0) + timedelta(days=1)
    return (at.replace(hour=9, minute=0) if at.hour < 9 else at) + BEAT / 2


def _acts(stories: list[Story], company: Company):
    """Each act with its instant."""
    desk, book = ActDesk(company.engine), company.book
    for lead_id, story in enumerate(stories, 1):
        if story.paused:
            first = max(story.paused[0], story.created)
            begins, until = _between(first), _between(first + story.paused[1])
            until = max(until, begins + BEAT).replace(tzinfo=None)
            yield (
                begins,
                lambda n=lead_id, at=begins, to=until: answers.pause(
                    desk, n, _manager(at), book, reason=AWAY, until=to
                ),
            )
        if story.acknowledged is not None:
            at = _between(max(story.acknowledged, story.created))
            yield at, lambda n=lead_id, at=at: acknowledge(desk, n, _manager(at), book)


def _lived(company: Company, stories: list[Story]) -> None:
    """Let the days go by."""
    company.hand_off(
        *[lead(created_at=START + story.created * BEAT) for story in stories], at=START
    )
    acts = sorted(_acts(stories, company), key=lambda one: one[0])
    now = START + SOON
    while now < END + BEAT / 2:
        while acts and acts[0][0] < now:
            acts.pop(0)[1]()
        company.mark(now)
        company.escalate(now)
        now += BEAT / 2 if 8 <= now.hour < 18 else NIGHT


@given(st.lists(_stories, min_size=1, max_size=4) | st.lists(_stories, min_size=7, max_size=12))
@settings(max_examples=5)
def test_what_ticks_take_and_tell_is_what_a_replay_of_the_events_gives(sqlite_template, stories):
    with TemporaryDirectory() as folder:
        shutil.copy(sqlite_template, Path(folder) / "test.db")
        engine = open_engine(f"sqlite:///{folder}/test.db")
        company = built(engine, Path(folder))
        _lived(company, stories)
        (version,) = AgreementShelf(engine).versions()
        replay = Replay(version, date(2026, 11, 1), History(engine), company.book, END)
        assert {(step.lead_id, step.step) for step in replay.taken()} == set(company.steps())
        assert simulated(company, now="18 12:00").messages == len(company.mails())
        engine.dispose()
