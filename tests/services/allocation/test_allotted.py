from __future__ import annotations

from fractions import Fraction

import pytest

from smarketing.domain.agreement import CapacityTerms
from smarketing.services.allocation.words import mix_headline, price_sentences
from smarketing.services.capacity.page import Typed
from tests.services.able import BIG, SIX, Recorded, asked

SMALL = ("small", "decision_maker")
TWO = (
    SIX.replace(
        'share = "1"\naverage_deal = "10000"\nclose_rate = "0.1"\n',
        """share = "80 %"
average_deal = "10000"
close_rate = "10 %"
cost = 200

[[goal.cells]]
segment = "small"
tier = "decision_maker"
share = "20 %"
average_deal = "1000"
close_rate = "10 %"
cost = 10
""",
    )
    .replace('period = "month"\n', 'period = "month"\ntarget = "goal"\n')
    .replace("target = 21", 'target = "goal"')
)
"""50,000 a month: from leads worth 1,000 at 200, or worth 100 at 10; each takes 48 minutes."""

SIGNED = 'tier = "decision_maker"\ntarget = "goal"'
BOTH = Recorded({BIG: 2, SMALL: 4})
TARGETS = {BIG: 40, SMALL: 100}


def numbers(found):
    return {line.cell: line.leads for line in found.lines}


def test_the_cheapest_mix_is_bought_where_a_unit_of_revenue_costs_least():
    # Best months: 2 x 23 = 46 and 4 x 23 = 92; 1.5 times that at most. 60 h x 4 people: 300 leads.
    found = asked(TWO, BOTH, targets=TARGETS).mix
    assert [line.buy.most for line in found.lines] == [69, 138]
    assert numbers(found) == {BIG: 37, SMALL: 130}
    assert found.minutes == 4 * 3600
    assert mix_headline(found) == (
        "The cheapest mix brings 50,000 EUR a month with 167 leads for 8,700 EUR, in 134 hours of "
        "the 240 hours that reps have for them. The signed targets cost 9,000 EUR: 300 EUR more."
    )


def test_limits_are_priced_in_words():
    found = asked(TWO, BOTH, typed=Typed(CapacityTerms(reps=1))).mix
    # 75 leads in all: x + y = 75, 1000 x + 100 y = 50000.
    assert numbers(found) == {BIG: 48, SMALL: 20}
    assert price_sentences(found) == (
        "One more EUR of revenue costs about 0.21 EUR.",
        "One more minute of a rep saves about 0.23 EUR.",
    )
    assert price_sentences(asked(TWO, BOTH).mix) == (
        "One more EUR of revenue costs about 0.20 EUR.",
        "More time of reps would save nothing: there is enough for this mix.",
        "One more lead of small decision maker than there are at most would save about 10.00 EUR.",
    )


def test_a_goal_out_of_reach_is_told_with_what_is_possible():
    found = asked(TWO, Recorded({BIG: 1, SMALL: 1})).mix
    assert mix_headline(found) == (
        "At most 37,400 EUR; 12,600 EUR short of the 50,000 EUR that marketing's leads are to "
        "bring."
    )
    assert price_sentences(found) == (
        "Every cell is at the most leads that there are: more of them would bring more.",
    )
    busy = asked(TWO, BOTH, Typed(CapacityTerms(reps=1, minutes=16))).mix
    assert mix_headline(busy).startswith("At most 37,000 EUR; 13,000 EUR short")
    assert price_sentences(busy) == (
        "The time of the reps is used up: more of it would bring more.",
    )


def test_signed_targets_that_take_too_long_are_told():
    found = asked(TWO, BOTH, Typed(CapacityTerms(reps=1)), targets={BIG: 50, SMALL: 60}).mix
    assert mix_headline(found).endswith(
        "The signed targets take 88 hours of them, which is more than there are."
    )


def test_what_is_signed_as_a_number_is_bought_in_any_case():
    text = TWO.replace(SIGNED, SIGNED[:-6] + "50")
    found = asked(text, BOTH).mix
    assert found.lines[0].buy.least == 50
    assert numbers(found)[BIG] == 50


def test_more_signed_than_ever_came_is_taken_as_signed():
    found = asked(TWO.replace(SIGNED, SIGNED[:-6] + "90"), BOTH).mix
    assert (found.lines[0].buy.least, found.lines[0].buy.most) == (90, 90)
    assert found.lines[0].most_from == "signed, and more than ever came"


def test_signed_leads_that_nobody_can_work_are_told():
    text = TWO.replace(SIGNED, SIGNED[:-6] + "90")
    found = asked(text, BOTH, Typed(CapacityTerms(reps=1))).mix
    assert mix_headline(found) == (
        "Not even the leads that are signed as a number can be worked: 12 hours are missing."
    )


def test_leads_of_other_cells_take_their_time_first():
    found = asked(TWO, Recorded({BIG: 2, SMALL: 4, ("small", "other"): 5})).mix
    assert found.reserved == 5 * 22 * 48
    assert found.minutes == 4 * 3600 - found.reserved


def test_what_sales_brings_itself_is_not_bought_and_takes_its_time():
    own = TWO.replace("cost = 200", "cost = 200\nown_leads = 5")
    found = asked(own, BOTH).mix
    assert found.quota == 50_000 - 5 * 1_000
    assert found.reserved == 5 * 48
    assert found.minutes == 4 * 3600 - found.reserved


def test_values_are_those_that_were_signed():
    found = asked(TWO, BOTH, values={BIG: 12_000_000, SMALL: 1_000_000}).mix
    assert [line.buy.value for line in found.lines] == [Fraction(1200), Fraction(100)]
    assert found.lines[0].value_from == "as signed"


@pytest.mark.parametrize(
    ("text", "recorded", "said"),
    [
        (SIX[: SIX.index("[goal]")] + SIX[SIX.index("[capacity]") :], BOTH,
         "The agreement has no goal: add [goal] to it"),
        (TWO.replace("cost = 10\n", ""), BOTH,
         "Nobody said what a lead costs of small decision maker: write cost"),
        (TWO.replace('average_deal = "1000"\n', ""), BOTH,
         "Nobody knows what a lead is worth of small decision maker"),
        (TWO, Recorded({BIG: 2}),
         "No lead came in the last six whole months of small decision maker: type in"),
        (TWO.replace("minutes_an_attempt = 8\n", ""), BOTH,
         "The time of the reps is not known yet"),
    ],
    ids=["no goal", "no cost", "no value", "no history", "no minutes"],
)  # fmt: skip
def test_what_is_missing_is_said_in_one_sentence(text: str, recorded: Recorded, said: str):
    found = asked(text, recorded).mix
    assert found.allocation is None
    assert mix_headline(found).startswith(said)


def test_without_history_the_most_may_be_typed_in():
    found = asked(TWO, Recorded({BIG: 2}), Typed(most={SMALL: 138})).mix
    assert numbers(found) == {BIG: 37, SMALL: 130}
    assert found.lines[1].most_from == "typed in"
    assert asked(TWO, Recorded({BIG: 2})).mix.open_cells == (SMALL,)
