from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from smarketing.store.marks import Marks
from tests.store.test_one_writer import at_once

if TYPE_CHECKING:
    from sqlalchemy import Engine

NIGHT = datetime(2026, 11, 26, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def test_of_ten_that_ask_for_a_night_at_once_one_gets_it(engine: Engine):
    for night in (NIGHT, NIGHT + DAY):
        marks = [Marks(engine) for _ in range(10)]
        got = at_once(*(lambda one=one, at=night: one.claim("night:backup", at) for one in marks))
        assert sorted(got) == [False] * 9 + [True]


def test_a_mark_only_moves_forward(engine: Engine):
    marks = Marks(engine)
    assert marks.claim("digest", NIGHT)
    assert not marks.claim("digest", NIGHT - DAY)
    assert marks.all() == {"digest": NIGHT}


def test_a_night_is_given_back_by_who_has_it_alone(engine: Engine):
    marks = Marks(engine)
    marks.claim("night:facts", NIGHT)
    marks.give_back("night:facts", NIGHT - DAY, NIGHT - 2 * DAY)
    assert marks.all() == {"night:facts": NIGHT}
    marks.give_back("night:facts", NIGHT, NIGHT - DAY)
    assert marks.claim("night:facts", NIGHT)
