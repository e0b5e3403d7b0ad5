from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from smarketing.services.agreements.file import parse_agreement
from smarketing.services.reaching.speed import Speed, speed_of
from smarketing.services.reaching.tries import Tries, tries_of
from smarketing.services.reaching.words import speed_words, tries_headline
from tests.builders import AGREEMENT

OWN = parse_agreement(AGREEMENT)
THREE = Tries(given=(100, 60, 30, 4), reached=(25, 15, 6, 4), unlogged=0)


def counted(*rows: tuple[int, int, int, int]) -> pl.DataFrame:
    names = ("attempts", "reached", "logged", "leads")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64()), orient="row")


def outcomes(*rows: tuple[str, int, int, int]) -> pl.DataFrame:
    schema = {"tier": pl.String(), "lead_source": pl.String()}
    schema |= dict.fromkeys(("in_time", "won", "leads"), pl.Int64())
    return pl.DataFrame([("decision_maker", *row) for row in rows], schema=schema, orient="row")


def test_who_was_tried_three_times_was_given_the_first_and_the_second_attempt_too():
    found = tries_of(counted((1, 1, 1, 5), (1, 0, 1, 4), (3, 1, 1, 2), (1, 0, 0, 7)))
    assert (found.given, found.reached, found.unlogged) == ((11, 2, 2), (5, 0, 2), 7)
    assert found.a_lead == Fraction(15, 11)


def test_an_attempt_that_few_leads_were_given_is_taken_like_the_last_one_that_many_were():
    assert THREE.hazards(5) == (
        Fraction(1, 4), Fraction(1, 4), Fraction(1, 5), Fraction(1, 5), Fraction(1, 5),
    )  # fmt: skip


def test_without_a_record_of_attempts_a_lead_takes_every_one():
    nothing = tries_of(counted())
    assert nothing.hazards(2) == (0, 0)
    assert nothing.a_lead is None
    assert "Too few attempts are recorded to say what they bring" in tries_headline(nothing)
    told = tries_headline(tries_of(counted((1, 0, 0, 3))))
    assert told.endswith("3 leads have a first attempt on their record alone.")


def test_what_attempts_brought_is_said_with_its_counts_and_without_those_of_too_few():
    assert tries_headline(THREE) == (
        "46 of 100 leads that were tried were reached (46 %). Had each been tried 3 times, about "
        "55 of 100 would be: giving up early leaves 9 of 100, if those given up are like the "
        "others."
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "No lead is old enough yet"),
        ([("web", 1, 1, 49), ("web", 0, 0, 90)], "49 were answered in time and 90 were not"),
        ([("web", 1, 1, 9), ("web", 1, 0, 90), ("web", 0, 0, 90)],
         "9 of these leads became customers after their answer was due"),
        ([("web", 1, 1, 90), ("fair", 0, 0, 90)], "In no tier and source are there leads"),
    ],
    ids=["none", "few in time", "few customers", "nothing alike"],
)  # fmt: skip
def test_where_the_records_do_not_show_what_speed_brings_it_is_said_why(
    rows: list[tuple[str, int, int, int]], said: str
):
    found = speed_of(outcomes(*rows), OWN)
    assert found.effect is None
    assert speed_words(found).startswith(said)


def speed(fast_won: int, slow_won: int) -> Speed:
    rows = [("web", 1, 1, fast_won), ("web", 1, 0, 200 - fast_won)]
    return speed_of(outcomes(*rows, ("web", 0, 1, slow_won), ("web", 0, 0, 200 - slow_won)), OWN)


def test_a_difference_is_said_with_its_interval():
    assert speed_words(speed(60, 20)) == (
        "Of 200 leads answered in time 60 became customers later (30 %), of 200 answered late or "
        "never 20 (10 %). Among leads of the same tier and source: +20.0 points (+12.4 to +27.6)."
    )
    assert [one.name for one in speed(60, 20).strata] == ["Decision maker, web"]


def test_a_difference_that_may_be_none_is_not_shown_as_one():
    assert "so that no difference is shown" in speed_words(speed(22, 20))
