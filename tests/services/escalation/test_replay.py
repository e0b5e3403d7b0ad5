"""The steps that the worker takes, tick by tick, are those that the final events give."""

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
from tests.store.seed import act, lead

if TYPE_CHECKING:
    from smarketing.services.leads.acts import Actor

AWAY = answers.PauseReason.AWAY
START, END = berlin("16 09:00"), berlin("19 12:00")
BEAT = timedelta(minutes=12)
"""How far ticks lie apart here. Hand-offs are on the beat, and so are steps; people act between two
beats: no act comes between a step and the tick after it, as at twenty seconds it hardly does."""


EVENING, MORNING = berlin("16 18:00"), berlin("17 08:48")
"""Between them nobody is told anything; one tick has to do."""


class Story(NamedTuple):
    """What becomes of one lead, in beats from START on."""

    created: int
    acknowledged: int | None
    paused: tuple[int, int] | None


_stories = st.builds(
    Story,
    created=st.integers(0, 60),
    acknowledged=st.none() | st.integers(0, 300),
    paused=st.none() | st.tuples(st.integers(0, 200), st.integers(1, 60)),
)


def _manager(at: datetime) -> Actor:
    return act(MANAGER, at, role=Role.SALES_MANAGER)


def _between(beats: int) -> datetime:
    return START + beats * BEAT + BEAT / 2


def _acts(stories: list[Story], company: Company):
    """Each act with its instant."""
    desk, book = ActDesk(company.engine), company.book
    for lead_id, story in enumerate(stories, 1):
        if story.paused:
            begins = _between(max(story.paused[0], story.created))
            until = (begins + story.paused[1] * BEAT).replace(tzinfo=None)
            yield (
                begins,
                lambda n=lead_id, at=begins, to=until: answers.pause(
                    desk, n, _manager(at), book, reason=AWAY, until=to
                ),
            )
        if story.acknowledged is not None:
            at = _between(max(story.acknowledged, story.created))
            yield at, lambda n=lead_id, at=at: acknowledge(desk, n, _manager(at), book)


def _lived(company: Company, stories: list[Story]) -> set[tuple[object, ...]]:
    """The steps that were taken as the days went by."""
    company.hand_off(
        *[lead(created_at=START + story.created * BEAT) for story in stories], at=START
    )
    acts = sorted(_acts(stories, company), key=lambda one: one[0])
    now = START + timedelta(seconds=20)
    while now < END:
        while acts and acts[0][0] < now:
            acts.pop(0)[1]()
        company.mark(now)
        company.escalate(now)
        now += BEAT if 8 <= now.hour < 18 else MORNING - EVENING
    return set(company.steps())


@given(st.lists(_stories, min_size=1, max_size=4))
@settings(max_examples=12)
def test_what_ticks_take_is_what_a_replay_of_the_events_gives(sqlite_template, stories):
    with TemporaryDirectory() as folder:
        shutil.copy(sqlite_template, Path(folder) / "test.db")
        engine = open_engine(f"sqlite:///{folder}/test.db")
        company = built(engine, Path(folder))
        lived = _lived(company, stories)
        (version,) = AgreementShelf(engine).versions()
        replay = Replay(version, date(2026, 11, 1), History(engine), company.book, END)
        assert {(step.lead_id, step.step) for step in replay.taken()} == lived
        engine.dispose()
