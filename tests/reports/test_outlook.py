from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from reports.outlook import (
    Outlook,
    State,
    aside,
    finding,
    in_percent,
    range_of,
    sentence,
    short,
    terse_percent,
)

OPEN = Outlook(State.OPEN, 80, 140, chance=0.31, expected=120.5, low=110, high=135, days_to_go=14)
MONEY = replace(
    OPEN, done=Decimal(800), target=Decimal(1400), low=Decimal("1100.5"), high=Decimal(1350),
    expected=1205.0, currency="EUR",
)  # fmt: skip
REACHED = replace(OPEN, state=State.REACHED, done=145, chance=1.0, low=180, high=200)
EARLY = Outlook(State.TOO_EARLY, 3, 140)


@pytest.mark.parametrize(
    ("outlook", "words"),
    [
        (OPEN, "31 % to reach 140; 10 more a week needed"),
        (replace(OPEN, chance=0.75, expected=150.0), "75 % to reach 140"),
        (replace(OPEN, days_to_go=3), "31 % to reach 140; 20 more needed than this pace brings"),
        (replace(OPEN, chance=0.02), "140 is out of reach with 98 %; 10 more a week needed"),
        (
            replace(OPEN, chance=0.0004),
            "140 is out of reach with more than 99 %; 10 more a week needed",
        ),
        (replace(OPEN, chance=0.0), "140 is out of reach"),
        (MONEY, "31 % to reach EUR 1,400; EUR 98 more a week needed"),
        (REACHED, "reached"),
        (
            replace(REACHED, chance=0.86, undecided=5),
            "reached, and stays so with 86 %: 5 leads may still be rejected",
        ),
        (EARLY, "too early to tell"),
        (Outlook(State.ENDED, 131, 140), "ended: 131 of 140, 9 short"),
        (Outlook(State.ENDED, 145, 140), "ended: reached, 145 of 140"),
        (
            Outlook(State.ENDED, Decimal("10.50"), Decimal(20), currency="EUR"),
            "ended: EUR 10 of EUR 20, EUR 10 short",
        ),
        (
            Outlook(State.NO_WORKING_DAY, 0, 140),
            "no working day in this month: nothing to forecast by",
        ),
    ],
)
def test_a_finding_says_what_is_to_be_known(outlook: Outlook, words: str):
    assert finding(outlook) == words


def test_a_sentence_adds_the_range():
    assert sentence(OPEN) == (
        "31 % to reach 140; 10 more a week needed. 8 times in 10, such a month ends at 110 to 135."
    )
    assert sentence(REACHED) == "8 times in 10, such a month ends at 180 to 200."
    assert sentence(EARLY) == "It is too early to tell whether 140 will be reached."
    assert sentence(Outlook(State.ENDED, 131, 140)) == ""


def test_a_range_is_of_its_currency_and_one_number_where_both_ends_are():
    assert range_of(MONEY) == "EUR 1,100 to 1,350"
    assert range_of(replace(OPEN, low=135)) == "135"
    assert range_of(EARLY) is None


def test_beside_other_numbers_the_forecast_is_short():
    assert short(replace(OPEN, chance=0.001)) == "less than 1 % to reach 140"
    assert aside(OPEN) == ", 31 % to reach 140, likely end 110 to 135"
    assert aside(REACHED) == ", likely end 180 to 200"
    assert aside(EARLY) == ", too early to tell"
    assert aside(None) == aside(Outlook(State.ENDED, 1, 2)) == ""


@pytest.mark.parametrize(
    ("chance", "words", "terse"),
    [
        (0.0, "0 %", "0 %"),
        (0.001, "less than 1 %", "< 1 %"),
        (0.314, "31 %", "31 %"),
        (0.999, "more than 99 %", "> 99 %"),
        (1.0, "100 %", "100 %"),
    ],
)
def test_only_what_is_certain_is_called_so(chance: float, words: str, terse: str):
    assert (in_percent(chance), terse_percent(chance)) == (words, terse)
