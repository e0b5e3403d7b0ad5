from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from smarketing.domain.calendar import Calendar
from smarketing.services.agreements.file import load_agreement, parse_agreement
from smarketing.services.agreements.text import agreement_text, commitment_text, explain
from smarketing.services.agreements.words import amount, hours_of, listed, percent, spoken_time

AGREEMENTS = Path(__file__).parents[3] / "config" / "agreements"
EXAMPLE = load_agreement(AGREEMENTS / "example.toml")
OFFICE = "the calendar office (Mon-Fri 09:00-17:00 Europe/Berlin)"


def test_a_promise_of_sales_is_a_sentence() -> None:
    assert commitment_text(EXAMPLE.commitments[1], EXAMPLE) == (
        "Sales acknowledges at least 90 % of the leads handed to it within 4 working hours of "
        f"{OFFICE}; enterprise decision makers within 1 hour. A lead is at risk at 50 % and again "
        "at 80 % of its time. After 80 % of the time a mail goes to the holder of the lead. When "
        "the time is used up a mail goes to the holder of the lead and the sales managers. 4 "
        "working hours after the time is used up a mail goes to the sales managers. The lead is "
        "handed to somebody of the team who has not had it and is not on leave; where there is "
        "nobody, back to the team. What counts is what is recorded in the portal or in the source."
    )


def test_a_promise_of_marketing_names_what_is_agreed_and_what_follows_from_the_goal() -> None:
    said = commitment_text(EXAMPLE.commitments[0], EXAMPLE)
    assert said.startswith(
        "Marketing hands over to Sales every month at least 60 small business decision makers; "
        "and as many enterprise decision makers, enterprise managers, mid-market decision makers "
        "and mid-market managers as the goal asks for."
    )


def test_the_whole_is_explained_once_for_each_part() -> None:
    paragraphs = explain(EXAMPLE)
    assert len(paragraphs) == 1 + 3 + 1 + 1 + 1 + 1 + 2 + 6
    assert paragraphs[0].startswith("This agreement holds from 2026-01-01 until 2028-01-01")
    assert "35 % from enterprise decision makers (an average deal of 24,000" in paragraphs[5]
    text = agreement_text(EXAMPLE)
    assert text.startswith(EXAMPLE.title)
    assert all(paragraph in text for paragraph in paragraphs)


def test_what_no_rule_matches_is_said_so() -> None:
    olist = load_agreement(AGREEMENTS / "olist.toml")
    assert "190 seller leads of no tier" in commitment_text(olist.commitments[0], olist)


def test_what_is_left_open_is_said_to_come_from_the_past() -> None:
    bare = EXAMPLE.text.replace('average_deal = 24000\nclose_rate = "10 %"', "")
    bare = bare.replace('allowance = "4h"  ', "").replace("ends_on = 2028-01-01", "")
    text = agreement_text(parse_agreement(bare.replace("# applies_when", "applies_when")))
    assert "(the average deal of the past, the close rate of the past)" in text
    assert f"handed to it for enterprise decision makers within 1 hour of {OFFICE}" in text
    assert "until it is ended and is about leads for which country = 'DE'" in text


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(hours=1), "1 working hour"),
        (timedelta(hours=4), "4 working hours"),
        (timedelta(minutes=30), "30 working minutes"),
        (timedelta(minutes=90), "1 working hour 30 minutes"),
    ],
)
def test_time_is_said_in_hours_and_minutes(time: timedelta, said: str) -> None:
    assert spoken_time(time, "working ") == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(Fraction(9, 10), "90 %"), (Fraction(7, 200), "3.5 %"), (Fraction(1), "100 %")],
)
def test_a_share_is_said_without_empty_decimals(share: Fraction, said: str) -> None:
    assert percent(share) == said


def test_an_amount_has_cents_only_where_there_are_any() -> None:
    assert (amount(Decimal(7200)), amount(Decimal("1200.5"))) == ("7,200", "1,200.50")


def test_a_list_ends_with_its_word() -> None:
    assert [listed(items, "and") for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_hours_are_grouped_by_weekdays() -> None:
    long, short = ((9 * 3600, 12 * 3600), (46800, 61200)), ((9 * 3600, 50400),)
    hours = {0: long, 1: long, 2: long, 4: short, 6: short}
    assert hours_of(Calendar("UTC", hours)) == (
        "Mon-Wed 09:00-12:00 and 13:00-17:00, Fri 09:00-14:00, Sun 09:00-14:00 UTC"
    )
    assert hours_of(Calendar("UTC", {})) == "on single dates only UTC"
