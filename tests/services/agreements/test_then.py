from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from smarketing.domain.calendar import seconds
from smarketing.services.agreements import acts, life
from smarketing.services.agreements.acts import Hand
from smarketing.services.agreements.then import ShelfThen, known_then
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.forecast.forecasts import forecasts
from smarketing.services.goals.shown import planned_of
from tests.builders import AGREEMENT, WORDS, at
from tests.services.forecast.test_forecasts import TWO_CELLS, asked, filled

if TYPE_CHECKING:
    from smarketing.services.conclusions.book import Book
    from tests.builders import Company

SECOND = AGREEMENT.replace("target = 21", "target = 90").replace("2026-01-01", "2026-06-01")
BEFORE, AFTER = at("2026-05-12 12:00"), at("2026-05-20 12:00")


def book_at(company: Company, then: str) -> Book:
    return life.book_of(ShelfThen(company.shelf, at(then)), "UTC", WORDS)


def test_a_version_counts_from_its_last_signature_on(company: Company):
    company.sign()
    life.load(SECOND, "b.toml", company.shelf, BEFORE)
    life.sign("test", "sales", "sales@example.com", company.shelf, BEFORE)
    company.sign(SECOND, AFTER)
    held = [
        [one.number for one in book_at(company, then).versions]
        for then in ("2026-05-12 12:01", "2026-05-20 12:00", "2026-05-20 12:01")
    ]
    assert held == [[1], [1], [2, 1]]
    half = known_then(company.shelf.versions(), at("2026-05-15 00:00"))[0]
    assert [one.party for one in half.signatures] == ["sales"]
    assert (half.in_force, half.frozen) == (False, "{}")


def test_a_cancellation_that_was_told_later_ends_nothing_yet(company: Company):
    company.sign()
    acts.cancel(
        "test", date(2026, 6, 1), Hand("sales@example.com", administers=False), company.shelf, AFTER
    )
    (now,), (then,) = company.book.versions, book_at(company, "2026-05-13 00:00").versions
    assert now.agreement.ends_on == date(2026, 6, 1)
    assert (then.agreement.ends_on, then.over_at) == (None, None)


def test_an_agreement_that_was_signed_after_all_its_leads_is_taken_as_its_first(company: Company):
    company.sign(AGREEMENT, AFTER)
    company.sign(SECOND, at("2026-05-21 12:00"))
    (version,) = book_at(company, "2018-06-01 00:00").versions
    assert version.number == 1


def test_the_forecast_of_then_has_the_target_of_then(company: Company):
    filled(company)
    before = asked(company, period="2026-06")
    company.sign(TWO_CELLS.replace("= 21", "= 90").replace("2026-01-01", "2026-06-01"), AFTER)
    after = asked(company, period="2026-06")
    assert (before[0].outlook.target, after[0].outlook.target) == (61, 130)

    book = life.book_of(ShelfThen(company.shelf, BEFORE), "UTC", WORDS)
    facts = FactsAsOf(company.history, book, seconds(BEFORE))
    assert forecasts(facts, book, "2026-06", BEFORE) == before


def test_what_is_planned_with_is_what_was_signed_then(company: Company):
    company.sign()
    company.sign(SECOND, AFTER)
    late = at("2026-06-02 00:00")
    assert planned_of(company.shelf.versions(), late)["test"].version == 2
    then = known_then(company.shelf.versions(), BEFORE)
    assert planned_of(then, BEFORE)["test"].version == 1
