from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from smarketing.domain.scope import QueuePart
from smarketing.services.leads.queue import queue_of
from smarketing.web.words import due_words, duration, moment, sentence
from tests.services.waiting import BOOK, Waiting, person, row

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)  # a Wednesday, 11:00 in Riga


def test_a_sentence_begins_with_a_capital_letter_but_not_an_address():
    assert sentence("the text is another one") == "The text is another one"
    assert sentence("mira@example.com may not sign") == "mira@example.com may not sign"


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(0), "today, 11:00"),
        (timedelta(hours=13), "tomorrow, 00:00"),
        (timedelta(days=-1), "yesterday, 11:00"),
        (timedelta(days=2), "Friday, 11:00"),
        (timedelta(days=-6), "Thursday, 11:00"),
        (timedelta(days=-7), "11 November 2026, 11:00"),
    ],
    ids=["today", "tomorrow by local day", "yesterday", "ahead", "six days ago", "a week ago"],
)
def test_an_instant_is_said_as_people_say_it(away: timedelta, words: str):
    assert moment(NOW + away, "Europe/Riga", NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "less than a minute"), (59, "less than a minute"), (60, "1 min"), (3599, "59 min"),
     (3600, "1 h 00 min"), (7505, "2 h 05 min")],
)  # fmt: skip
def test_a_span_of_time_is_cut_to_whole_minutes(seconds: int, words: str):
    assert duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("due", "warned", "state", "words", "exact"),
    [
        pytest.param(90, 60, "time", "1 h 30 min left", "due today, 12:30", id="time enough"),
        pytest.param(30, -5, "risk", "30 min left", "due today, 11:30", id="at risk"),
        pytest.param(-5, -90, "late", "5 min late", "was due today, 10:55", id="late"),
        pytest.param(24 * 60, 60, "time", "Due tomorrow, 11:00", "", id="due another day"),
        pytest.param(-24 * 60, -2000, "late", "Late since yesterday, 11:00", "", id="late since"),
    ],
)
def test_a_due_time_has_words_and_a_state(
    due: int, warned: int, state: str, words: str, exact: str
):
    at = {"next_due_at": due, "next_risk_at": warned}
    told = {name: int(NOW.timestamp()) + minutes * 60 for name, minutes in at.items()}
    (item,) = queue_of(Waiting(row(**told)), BOOK, person(), QueuePart.MINE, now=NOW).items
    shown = due_words(item, NOW)
    assert (shown.state, shown.words, shown.exact) == (state, words, exact)


def test_each_state_has_a_shape_of_its_own():
    minutes = {"time": (90, 60), "risk": (30, -5), "late": (-5, -9)}
    shapes = set()
    for due, warned in minutes.values():
        now = int(NOW.timestamp())
        told = row(next_due_at=now + due * 60, next_risk_at=now + warned * 60)
        (item,) = queue_of(Waiting(told), BOOK, person(), QueuePart.MINE, now=NOW).items
        shapes.add(due_words(item, NOW).shape)
    assert len(shapes) == 3
