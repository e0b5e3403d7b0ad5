from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.findings import Finding, FindingKind
from smarketing.store.findings import FindingShelf
from tests.store.test_one_writer import at_once

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
LEASE = Finding("lease", FindingKind.LEASE, "3 messages are claimed")
CLOCK = Finding("clock", FindingKind.CLOCK, "Clocks ran out")
KINDS = (FindingKind.LEASE,)


@pytest.fixture
def shelf(engine: Engine) -> FindingShelf:
    return FindingShelf(engine)


def test_a_finding_is_open_from_when_it_was_found_first_until_it_is_missed_no_more(shelf):
    assert shelf.see([LEASE], KINDS, NOW) == (1, 0)
    more = Finding("lease", FindingKind.LEASE, "4 messages are claimed")
    assert shelf.see([more], KINDS, LATER) == (0, 0)
    (open_one,) = shelf.open()
    assert (open_one.said, open_one.found_at, open_one.seen_at) == (more.said, NOW, LATER)
    assert shelf.see([], KINDS, LATER) == (0, 1)
    assert shelf.open() == ()
    assert [one.gone_at for one in shelf.mended()] == [LATER]


def test_a_finding_that_comes_back_is_found_anew(shelf: FindingShelf):
    shelf.see([LEASE], KINDS, NOW)
    shelf.see([], KINDS, NOW)
    shelf.see([LEASE], KINDS, LATER)
    assert [one.found_at for one in shelf.open()] == [LATER]
    assert shelf.mended() == ()


def test_an_audit_of_one_kind_leaves_findings_of_another_as_they_are(shelf: FindingShelf):
    shelf.see([CLOCK], (FindingKind.CLOCK,), NOW)
    shelf.see([], KINDS, LATER)
    assert [one.key for one in shelf.open()] == ["clock"]


def test_a_person_may_see_to_a_finding_once(shelf: FindingShelf):
    shelf.see([CLOCK], (FindingKind.CLOCK,), NOW)
    assert shelf.see_to("clock", LATER)
    assert not shelf.see_to("clock", LATER)
    assert shelf.drop_before(LATER + timedelta(seconds=1)) == 1
    assert shelf.mended() == ()


def test_workers_that_see_the_same_keep_one(engine: Engine):
    shelves = [FindingShelf(engine) for _ in range(4)]
    at_once(*(lambda one=one: one.see([LEASE, CLOCK], KINDS, NOW) for one in shelves))
    assert [one.key for one in shelves[0].open()] == ["clock", "lease"]
