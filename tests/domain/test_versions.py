from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from smarketing.domain.agreement import Review
from smarketing.domain.versions import (
    Act,
    Done,
    Signed,
    State,
    Version,
    ends_before,
    lapses_on,
    next_review,
    state_on,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = Version(
    id=1, name="a", version=1, text="", sha256="x", in_force=True, frozen="{}", signatures=(),
    commitment_ids={}, starts_on=date(2026, 1, 10), ends_on=date(2026, 12, 1), loaded_at=NOW,
    base=None, acts=(),
)  # fmt: skip
NEWER = replace(FIRST, id=2, version=2, starts_on=date(2026, 6, 1))


def done(act: Act, from_on: date | None = None) -> Done:
    return Done(act, "a@example.com", NOW, from_on, "")


CANCELLED = replace(FIRST, acts=(done(Act.CANCELLED, date(2026, 3, 1)),))


@pytest.mark.parametrize(
    ("version", "others", "today", "state"),
    [
        (replace(FIRST, in_force=False), (), date(2026, 2, 1), State.DRAFT),
        (
            replace(FIRST, in_force=False, acts=(done(Act.PROPOSED),)),
            (), date(2026, 2, 1), State.PROPOSED,
        ),
        (
            replace(FIRST, in_force=False, acts=(done(Act.PROPOSED), done(Act.TAKEN_BACK))),
            (), date(2026, 2, 1), State.DRAFT,
        ),
        (
            replace(FIRST, in_force=False, signatures=(Signed("sales", "s@x.de", NOW, "x"),)),
            (), date(2026, 2, 1), State.PROPOSED,
        ),
        (FIRST, (), date(2026, 1, 9), State.SIGNED),
        (FIRST, (), date(2026, 1, 10), State.IN_FORCE),
        (FIRST, (), date(2026, 11, 30), State.IN_FORCE),
        (FIRST, (), date(2026, 12, 1), State.ENDED),
        (FIRST, (NEWER,), date(2026, 5, 31), State.IN_FORCE),
        (FIRST, (NEWER,), date(2026, 6, 1), State.SUPERSEDED),
        (FIRST, (replace(NEWER, in_force=False),), date(2026, 6, 1), State.IN_FORCE),
        (FIRST, (replace(NEWER, name="b"),), date(2026, 6, 1), State.IN_FORCE),
        (FIRST, (replace(NEWER, starts_on=date(2026, 1, 10)),), date(2026, 1, 1), State.SUPERSEDED),
        (CANCELLED, (), date(2026, 2, 28), State.IN_FORCE),
        (CANCELLED, (), date(2026, 3, 1), State.ENDED),
        (CANCELLED, (NEWER,), date(2026, 3, 1), State.ENDED),
        (NEWER, (CANCELLED,), date(2026, 7, 1), State.IN_FORCE),
    ],
    ids=[
        "loaded", "proposed", "taken back", "signed by one", "before it begins", "first day",
        "last day", "past", "before it is taken over", "taken over", "a draft takes nothing over",
        "another agreement", "taken over before it began", "before the cancellation", "cancelled",
        "cancelled before it is taken over", "signed after a cancellation",
    ],
)  # fmt: skip
def test_a_version_stands_somewhere_on_each_day(version, others, today, state):
    assert state_on(version, (*others, version), today) is state


def test_a_cancellation_ends_the_older_versions_too_and_no_newer_one():
    cancelled = replace(NEWER, acts=(done(Act.CANCELLED, date(2026, 4, 1)),))
    third = replace(FIRST, id=3, version=3)
    versions = (third, cancelled, FIRST)
    assert [ends_before(one, versions) for one in versions] == [
        date(2026, 12, 1), date(2026, 4, 1), date(2026, 4, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rhythm", "acts", "day"),
    [
        (None, (), None),
        (Review.MONTHLY, (), date(2026, 2, 10)),
        (Review.QUARTERLY, (done(Act.REVIEWED, date(2026, 11, 30)),), date(2027, 2, 28)),
        (Review.YEARLY, (done(Act.REVIEWED, date(2028, 2, 29)),), date(2029, 2, 28)),
    ],
    ids=["not agreed", "from the first day", "into a short month", "from a leap day"],
)
def test_the_next_review_is_counted_from_the_last_one(rhythm, acts, day):
    assert next_review(replace(FIRST, acts=acts), rhythm) == day


def signed(version: Version, day: int) -> Version:
    return replace(version, signatures=(Signed("sales", "s@x.de", in_november(day), "x"),))


def in_november(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC)


TOO_LATE = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
FIRST_OF_MAY = replace(FIRST, id=2, version=2, starts_on=date(2026, 5, 1), ends_on=date(2026, 8, 1))
WINTER = replace(FIRST, id=2, version=2, starts_on=date(2026, 12, 1), ends_on=None)


OPEN = replace(FIRST, ends_on=None)
AFTER_A_GAP = replace(
    FIRST, id=3, version=3, starts_on=date(2026, 9, 1), ends_on=None,
    signatures=(Signed("a", "a@x.de", datetime(2026, 6, 1, tzinfo=UTC), "x"),),
)  # fmt: skip
TOO_LATE_TO_GO_ON = replace(
    FIRST, id=3, version=3, starts_on=date(2026, 7, 1), ends_on=None,
    signatures=(Signed("a", "a@x.de", datetime(2026, 8, 2, tzinfo=UTC), "x"),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("versions", "day"),
    [
        ((FIRST,), date(2026, 12, 1)),
        ((replace(FIRST, ends_on=None),), None),
        ((FIRST, signed(WINTER, 30)), None),
        ((FIRST, replace(WINTER, in_force=False)), date(2026, 12, 1)),
        ((FIRST, signed(replace(WINTER, starts_on=date(2026, 12, 2)), 30)), date(2026, 12, 1)),
        ((FIRST, signed(replace(WINTER, ends_on=date(2027, 2, 1)), 30)), date(2027, 2, 1)),
        ((replace(FIRST, ends_on=None), signed(FIRST_OF_MAY, 1)), date(2026, 8, 1)),
        ((CANCELLED, signed(WINTER, 30)), date(2026, 3, 1)),
        ((OPEN, signed(FIRST_OF_MAY, 1), AFTER_A_GAP), date(2026, 8, 1)),
        ((OPEN, signed(FIRST_OF_MAY, 1), TOO_LATE_TO_GO_ON), date(2026, 8, 1)),
        (
            (FIRST, replace(WINTER, signatures=(Signed("a", "a@x.de", TOO_LATE, "x"),))),
            date(2026, 12, 1),
        ),
    ],
    ids=[
        "its last day", "open", "goes on", "never signed", "a day between", "until its next ends",
        "an open one is taken over", "cancelled", "the one after the next comes after a gap",
        "and is signed too late", "signed after the end",
    ],
)  # fmt: skip
def test_an_agreement_lapses_where_nothing_that_was_signed_in_time_goes_on(
    versions: tuple[Version, ...], day: date | None
):
    assert lapses_on(versions[0], versions, "UTC") == day
