from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.agreement import ClauseKind, Disputes, Exclusion
from smarketing.domain.breaches import Act, Standing
from smarketing.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from smarketing.services.breaches.listed import Asked, breaches_of, one_line
from smarketing.services.breaches.record import record_breaches
from smarketing.services.breaches.speaking import Said, may_say, say
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.audit import differing_facts
from smarketing.services.people.people import Role
from smarketing.store.breach_words import BreachShelf
from smarketing.store.breaches import BreachDesk
from smarketing.store.facts import FactsNow
from tests.builders import IN_FULL, Company, at
from tests.store.seed import person

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from smarketing.services.breaches.listed import Line
    from smarketing.services.conclusions.book import Book

NOW = at("2026-03-10 09:00")
OUTAGE = Exclusion("outage", "The CRM could not be reached", ClauseKind.OUTAGE)
TERMS = Disputes(window=timedelta(days=10), answer=timedelta(days=5))
SALES = person(1, Role.SALES_MANAGER)
MARKETING = person(2, Role.MARKETING_MANAGER)
ADMINISTRATOR = person(3, Role.ADMINISTRATOR)
SUPPLIER = person(4, Role.SUPPLIER, provider="Fair Ltd")
MARCH = Asked(at("2026-03-01 00:00"), at("2026-04-01 00:00"), commitment="acknowledge")
LEADS = """id,created,handed,acknowledged,attempted,accepted,rejected,reason,title,employees
a,2026-03-02 09:00,2026-03-02 09:00,2026-03-02 12:00,2026-03-09 10:00,,,,CEO,900
b,2026-03-02 09:00,2026-03-02 09:00,2026-03-02 09:30,2026-03-02 09:30,,,,CEO,900
"""


class Room:
    """A company with one lead that was acknowledged two hours late, and its agreement."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.company = Company(engine, folder)
        self.company.sign(IN_FULL)
        self.company.take("leads", LEADS, NOW)
        record_breaches(BreachDesk(engine), self.book, int(NOW.timestamp()))
        self.shelf = BreachShelf(engine)

    @property
    def book(self) -> Book:
        book = self.company.book
        agreed = {"exclusions": (OUTAGE,), "disputes": TERMS}
        versions = (replace(v, agreement=replace(v.agreement, **agreed)) for v in book.versions)
        return replace(book, versions=tuple(versions))

    def line(self) -> Line:
        (line,) = breaches_of(self.shelf, self.book, ADMINISTRATOR, MARCH).lines
        return line

    def say(self, act: Act, who=SALES, text: str = "because", clause: str = "", now=NOW) -> int:
        said = Said(act, who, now, text, clause)
        return say(self.shelf, [self.line().id], said, self.book)

    def due(self) -> tuple[int, int]:
        row = self.company.progress(date(2026, 3, 1), date(2026, 4, 1))[0]
        return row.acknowledged_in_time, row.acknowledged_due


@pytest.fixture
def room(engine: Engine, tmp_path: Path) -> Room:
    return Room(engine, tmp_path)


def test_a_breach_is_disputed_by_who_owes_it_and_answered_by_the_other_side(room: Room):
    room.say(Act.DISPUTED, SALES)
    assert room.line().breach.standing is Standing.DISPUTED
    assert room.due() == (1, 2), "a dispute alone takes nothing off"
    room.say(Act.UPHELD, MARKETING)
    assert room.line().breach.standing is Standing.COUNTS
    acts = [(word.act, word.party, word.by) for word in room.line().breach.words]
    assert acts == [
        (Act.DISPUTED, "sales", "p1@example.com"),
        (Act.UPHELD, "marketing", "p2@example.com"),
    ]


def test_what_is_dropped_counts_nowhere(room: Room):
    room.say(Act.DISPUTED)
    room.say(Act.DROPPED, MARKETING)
    assert room.line().breach.standing is Standing.DROPPED
    assert room.due() == (1, 1)


def test_an_excuse_names_its_clause_and_may_be_taken_back(room: Room):
    with pytest.raises(InvalidError, match="the agreement has outage"):
        room.say(Act.EXCUSED, MARKETING, clause="weather")
    room.say(Act.EXCUSED, MARKETING, clause="outage")
    assert room.line().breach.words[-1].clause == "outage"
    assert room.due() == (1, 1)
    room.say(Act.REINSTATED, MARKETING, text="")
    assert room.line().breach.standing is Standing.COUNTS
    assert room.due() == (1, 2)


def test_the_facts_agree_with_a_recount_after_an_excuse(room: Room):
    room.say(Act.WAIVED, MARKETING, text="")
    recounted = FactsAsOf(room.company.history, room.book, int(NOW.timestamp()) + 1)
    assert differing_facts(FactsNow(room.company.engine), recounted) == 0


def test_a_report_of_before_the_excuse_still_counts_the_breach(room: Room):
    before = int(NOW.timestamp())
    room.say(Act.WAIVED, MARKETING, text="", now=NOW + timedelta(days=1))
    then = FactsAsOf(room.company.history, room.book, before + 1)
    assert differing_facts(FactsNow(room.company.engine), then) == 1


@pytest.mark.parametrize(
    ("act", "who"),
    [(Act.DISPUTED, MARKETING), (Act.WAIVED, SALES)],
    ids=["a dispute of the other side", "a waiver of one's own"],
)
def test_nobody_says_what_is_another_partys_to_say(room: Room, act: Act, who):
    with pytest.raises(ForbiddenError):
        room.say(act, who)
    assert not room.line().breach.words


def test_what_is_between_others_is_not_there_for_somebody_outside(room: Room):
    with pytest.raises(NotFoundError, match="there is no breach"):
        room.say(Act.WAIVED, SUPPLIER)
    assert not room.line().breach.words


def test_a_breach_is_disputed_once(room: Room):
    room.say(Act.DISPUTED)
    room.say(Act.UPHELD, MARKETING)
    line = room.line()
    assert may_say(line.breach, line.place, SALES, NOW) == ()
    with pytest.raises(ConflictError, match="a breach can be disputed once"):
        room.say(Act.DISPUTED)


def test_it_is_too_late_after_the_window(room: Room):
    late = NOW + TERMS.window + timedelta(seconds=1)
    with pytest.raises(ConflictError, match="possible for 10 days"):
        room.say(Act.DISPUTED, now=late)
    room.say(Act.DISPUTED, now=NOW + TERMS.window)
    assert room.line().breach.standing is Standing.DISPUTED


def test_an_answer_without_a_dispute_is_none(room: Room):
    with pytest.raises(ConflictError, match="It counts already"):
        room.say(Act.UPHELD, MARKETING)


def test_a_dispute_says_why(room: Room):
    with pytest.raises(InvalidError, match="Say why"):
        room.say(Act.DISPUTED, text="  ")


def test_what_may_be_said_is_what_is_taken(room: Room):
    line = room.line()
    assert may_say(line.breach, line.place, SALES, NOW) == (Act.DISPUTED,)
    assert may_say(line.breach, line.place, MARKETING, NOW) == (Act.EXCUSED, Act.WAIVED)
    assert may_say(line.breach, line.place, SUPPLIER, NOW) == ()


def test_a_supplier_sees_no_breach_between_others(room: Room):
    march = replace(MARCH, commitment=None)
    assert breaches_of(room.shelf, room.book, SUPPLIER, march).in_all == 0
    with pytest.raises(NotFoundError, match="no commitment is named “acknowledge”"):
        breaches_of(room.shelf, room.book, SUPPLIER, MARCH)
    with pytest.raises(NotFoundError):
        one_line(room.shelf, room.book, SUPPLIER, room.line().id)


def test_a_withdrawn_breach_leaves_its_words(room: Room):
    room.say(Act.DISPUTED)
    told = LEADS.replace("2026-03-02 12:00", "2026-03-02 09:45")
    room.company.take("leads", told, NOW)
    room.company.watch(NOW)
    found = breaches_of(room.shelf, room.book, ADMINISTRATOR, MARCH)
    assert found.total == 0
    withdrawn = replace(MARCH, standing=Standing.WITHDRAWN)
    (line,) = breaches_of(room.shelf, room.book, ADMINISTRATOR, withdrawn).lines
    assert [word.act for word in line.breach.words] == [Act.DISPUTED]


def test_an_excuse_of_what_never_was_a_breach_takes_nothing_out_of_the_count(room: Room):
    room.say(Act.WAIVED, MARKETING, text="")
    assert room.due() == (1, 1)
    told = LEADS.replace("2026-03-02 12:00", "2026-03-02 09:45")
    room.company.take("leads", told, NOW)
    room.company.watch(NOW)
    assert room.due() == (2, 2)


def test_what_was_said_of_a_late_one_does_not_cover_a_missing_one(room: Room):
    text = LEADS.replace("2026-03-02 12:00", "")
    room.company.take("leads", text.replace("a,", "c,", 1), NOW)
    room.company.watch(NOW)
    lines = breaches_of(room.shelf, room.book, ADMINISTRATOR, MARCH).lines
    (late,) = (one for one in lines if one.breach.reason == "still_open")
    say(room.shelf, [late.id], Said(Act.DISPUTED, SALES, NOW, "because"), room.book)
    say(room.shelf, [late.id], Said(Act.WAIVED, MARKETING, NOW), room.book)
    april = at("2026-04-03 09:00")
    more = "d,2026-04-01 09:00,2026-04-01 09:00,2026-04-02 10:00,,,,,CEO,900\n"
    room.company.take("leads", text.splitlines()[0] + "\n" + more, april)
    room.company.watch(april)
    lines = breaches_of(room.shelf, room.book, ADMINISTRATOR, MARCH).lines
    (missing,) = (one for one in lines if one.breach.kind == "missing")
    assert missing.breach.words[-1].act is Act.WAIVED
    assert missing.breach.standing is Standing.COUNTS
    assert may_say(missing.breach, missing.place, SALES, april) == (Act.DISPUTED,)
