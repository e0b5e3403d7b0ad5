from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reports.digest import Audience
from reports.mail import render_digest
from smarketing.domain.errors import NotFoundError
from smarketing.domain.weeks import week_named
from smarketing.services.digest.frozen import Changed, changed, found, frozen
from smarketing.store.reports import Reports
from tests.reports.digests import digest

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = datetime(2018, 3, 12, 7, tzinfo=UTC)
WEEK = week_named("2018-W10")


class Drawing:
    """Draws a digest, and remembers as of when."""

    def __init__(self, **changes: object) -> None:
        self.digest = digest(**changes)
        self.asked: list[datetime] = []

    def __call__(self, at: datetime):
        self.asked.append(at)
        return self.digest, render_digest(self.digest)


def print_one(shelf: Reports, draw: Drawing, *, now: datetime = NOW, **told: str):
    chosen = {"audience": "both", "locale": "en-GB"} | told
    return frozen(shelf, draw, week=WEEK, now=now, **chosen)


def test_a_report_is_made_once_and_kept_to_the_byte(engine: Engine):
    shelf, draw = Reports(engine), Drawing()
    first = print_one(shelf, draw)
    again = print_one(shelf, Drawing(waiting=99), now=NOW + timedelta(days=4))
    assert again == first
    assert draw.asked == [NOW]
    drawn = render_digest(draw.digest)
    assert (first.rendered.marked_html, first.rendered.marked_text, first.rendered.images) == (
        drawn.marked_html,
        drawn.marked_text,
        drawn.images,
    )


def test_all_reports_of_a_week_know_what_was_known_when_the_first_was_made(engine: Engine):
    shelf, draw, of_sales = Reports(engine), Drawing(), Drawing(audience=Audience.SALES)
    print_one(shelf, draw)
    print_one(shelf, of_sales, audience="sales", now=NOW + timedelta(days=4))
    print_one(shelf, draw, locale="de", now=NOW + timedelta(days=5))
    assert draw.asked + of_sales.asked == [NOW, NOW, NOW]


def test_of_two_that_make_it_at_once_the_first_one_stays(engine: Engine):
    shelf = Reports(engine)

    def slow(at: datetime):
        of_sales = Drawing(audience=Audience.SALES, waiting=7)
        print_one(shelf, of_sales, audience="sales")  # somebody else is quicker
        return Drawing(audience=Audience.SALES, waiting=5)(at)

    kept = frozen(shelf, slow, week=WEEK, audience="sales", locale="en-GB", now=NOW)
    assert dict(kept.figures)["Waiting past due"] == "7"


def test_a_report_is_found_in_another_locale_where_the_own_was_not_made(engine: Engine):
    shelf = Reports(engine)
    print_one(shelf, Drawing(), locale="de")
    assert found(shelf, WEEK.name, "both", "fr").locale == "de"
    print_one(shelf, Drawing(), locale="fr")
    assert found(shelf, WEEK.name, "both", "fr").locale == "fr"
    with pytest.raises(NotFoundError, match="no report was made of 2018-W10"):
        found(shelf, WEEK.name, "sales", "fr")


def test_what_a_recount_gives_another_value_is_told(engine: Engine):
    shelf, draw = Reports(engine), Drawing(audience=Audience.SALES)
    kept = print_one(shelf, draw, audience="sales")
    assert changed(kept, draw.digest) == ()
    later = replace(draw.digest, waiting=draw.digest.waiting + 2)
    assert changed(kept, later) == (Changed("Waiting past due", "5", "7"),)


def test_reports_are_listed_the_newest_week_first(engine: Engine):
    shelf = Reports(engine)
    print_one(shelf, Drawing())
    later = week_named("2018-W11")
    draw = Drawing(week="2018-W11", audience=Audience.SALES)
    frozen(shelf, draw, week=later, audience="sales", locale="en-GB", now=NOW + timedelta(days=7))
    listed = [(week, audience) for week, audience, *_ in shelf.listed()]
    assert listed == [("2018-W11", "sales"), ("2018-W10", "both")]
    assert shelf.first_made("2018-W11") == NOW + timedelta(days=7)
    assert shelf.first_made("2018-W12") is None


def test_a_quiet_week_is_told_from_others(engine: Engine):
    assert not print_one(Reports(engine), Drawing()).quiet
    weeks = tuple(replace(one, delivered=0, customers=0) for one in digest().weeks)
    quiet = Drawing(weeks=weeks, promises=(), waiting=0, audience=Audience.SALES)
    assert print_one(Reports(engine), quiet, audience="sales").quiet


def test_without_a_lead_there_is_no_first_day(engine: Engine):
    assert Reports(engine).first_day() is None
