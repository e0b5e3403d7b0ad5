from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from reports.digest import Audience
from reports.mail import render_digest
from smarketing.domain.errors import NotFoundError
from smarketing.domain.weeks import week_named
from smarketing.services.digest.frozen import Changed, changed, found, frozen, week_numbers
from smarketing.store.reports import Reports
from tests.reports.digests import digest

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from reports.digest import Digest

NOW = datetime(2018, 3, 12, 7, tzinfo=UTC)
WEEK = week_named("2018-W10")


class Counting:
    """Counts a digest, and remembers as known when."""

    def __init__(self, **changes: object) -> None:
        self.digest = digest(**changes)
        self.asked: list[datetime] = []

    def __call__(self, at: datetime) -> Digest:
        self.asked.append(at)
        return replace(self.digest, generated_at=at)


def print_one(shelf: Reports, count: Counting, *, now: datetime = NOW, **told: str):
    chosen = {"audience": "both", "locale": "en-GB"} | told
    return frozen(shelf, count, week=WEEK, now=now, **chosen)


def test_a_report_is_made_once_and_kept_to_the_byte(engine: Engine):
    shelf, count = Reports(engine), Counting()
    first = print_one(shelf, count)
    again = print_one(shelf, Counting(waiting=99), now=NOW + timedelta(days=4))
    assert again == first
    assert (count.asked, first.made_at) == ([NOW], NOW)
    drawn = render_digest(replace(count.digest, generated_at=NOW))
    assert (first.rendered.marked_html, first.rendered.marked_text, first.rendered.images) == (
        drawn.marked_html,
        drawn.marked_text,
        drawn.images,
    )


def test_all_reports_of_a_week_have_the_numbers_of_the_first_one(engine: Engine):
    shelf, count, later = Reports(engine), Counting(), Counting(waiting=99, promises=(), cells=())
    print_one(shelf, count)
    of_sales = print_one(shelf, later, audience="sales", now=NOW + timedelta(days=4))
    german = print_one(shelf, later, locale="de", now=NOW + timedelta(days=5))
    assert (count.asked, later.asked) == ([NOW], [])
    assert dict(of_sales.figures)["Waiting past due"] == "5"
    assert german.made_at == of_sales.made_at == NOW
    assert week_numbers(shelf, later, WEEK, NOW) == replace(count.digest, generated_at=NOW)


def test_what_was_made_before_numbers_were_kept_stays_readable_and_others_know_as_much(
    engine: Engine,
):
    shelf = Reports(engine)
    first = print_one(shelf, Counting())
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM report_numbers"))
    assert print_one(shelf, Counting(waiting=99), now=NOW + timedelta(days=4)) == first
    later = Counting()
    print_one(shelf, later, audience="sales", now=NOW + timedelta(days=4))
    assert later.asked == [NOW]


def test_of_two_that_count_at_once_the_first_one_stays(engine: Engine):
    shelf = Reports(engine)

    def slow(at: datetime) -> Digest:
        print_one(shelf, Counting(waiting=7), audience="both")  # somebody else is quicker
        return Counting(waiting=5)(at)

    kept = frozen(shelf, slow, week=WEEK, audience="sales", locale="en-GB", now=NOW)
    assert dict(kept.figures)["Waiting past due"] == "7"


def test_a_report_is_found_in_another_locale_where_the_own_was_not_made(engine: Engine):
    shelf = Reports(engine)
    print_one(shelf, Counting(), locale="de")
    assert found(shelf, WEEK.name, "both", "fr").locale == "de"
    print_one(shelf, Counting(), locale="fr")
    assert found(shelf, WEEK.name, "both", "fr").locale == "fr"
    with pytest.raises(NotFoundError, match="no report was made of 2018-W10"):
        found(shelf, WEEK.name, "sales", "fr")


def test_what_a_recount_gives_another_value_is_told(engine: Engine):
    shelf, count = Reports(engine), Counting(audience=Audience.SALES)
    kept = print_one(shelf, count, audience="sales")
    assert changed(kept, count.digest) == ()
    later = replace(count.digest, waiting=count.digest.waiting + 2)
    assert changed(kept, later) == (Changed("Waiting past due", "5", "7"),)


def test_reports_are_listed_the_newest_week_first(engine: Engine):
    shelf = Reports(engine)
    print_one(shelf, Counting())
    later = week_named("2018-W11")
    count = Counting(week="2018-W11")
    frozen(shelf, count, week=later, audience="sales", locale="en-GB", now=NOW + timedelta(days=7))
    listed = [(week, audience) for week, audience, *_ in shelf.listed()]
    assert listed == [("2018-W11", "sales"), ("2018-W10", "both")]
    assert shelf.first_made("2018-W11") == NOW + timedelta(days=7)
    assert shelf.first_made("2018-W12") is None


def test_a_quiet_week_is_told_from_others(engine: Engine):
    assert not print_one(Reports(engine), Counting()).quiet
    weeks = tuple(replace(one, delivered=0, customers=0) for one in digest().weeks)
    quiet = Counting(weeks=weeks, promises=(), waiting=0)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM report_numbers"))
    assert print_one(Reports(engine), quiet, audience="sales").quiet


def test_without_a_lead_there_is_no_first_day(engine: Engine):
    assert Reports(engine).first_day() is None
