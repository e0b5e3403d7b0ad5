from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from reports import advice
from reports.digest import Audience
from reports.outlook import State
from tests.reports import digests


def texts(digest):
    return [line.text for line in advice.lines(digest)]


def test_a_cell_behind_says_what_is_needed_a_day():
    assert (
        "Enterprise / Decision makers is 7 leads behind plan; "
        "3 on an average working day needed in the 15 working days left."
    ) in texts(digests.digest())


def test_where_days_weigh_unalike_what_a_day_needs_is_that_of_the_forecast():
    plain = digests.digest()
    early = {
        key: replace(one, state=State.TOO_EARLY, chance=None, needed_per_day=Fraction(9, 2))
        for key, one in digests.outlooks(plain.cells).items()
    }
    assert (
        "Enterprise / Decision makers is 7 leads behind plan; "
        "5 on an average working day needed in the 15 working days left."
    ) in texts(replace(plain, outlooks=early))


def test_a_missed_promise_says_where_it_slips():
    assert (
        "Sales acknowledged 41 of 50 (82 %) in time, not the promised 90 %: 4 more would have "
        "kept it. It slips most on Tuesday 16-17 h hand-offs (7 leads in four weeks)."
    ) in texts(digests.digest())


def test_one_waiting_lead_is_singular_and_links_to_the_queue():
    first = advice.lines(digests.digest(waiting=1))[0]
    assert first.text == "1 lead is waiting past its due time: open the queue."
    assert first.url == "https://smarketing.example.com/queue"


def test_a_good_week_is_praised():
    (only,) = advice.lines(digests.quiet_week())
    assert only.text == "Every promise was kept this week. Nice!"
    assert only.is_praise


def test_a_promise_with_few_due_is_kept_only_where_all_were_in_time():
    week = digests.quiet_week()
    kept = replace(week, promises=(digests.promise(met=5, due=5),))
    assert texts(kept) == ["Every promise was kept this week. Nice!"]
    unclear = replace(week, promises=(digests.promise(met=4, due=5),))
    assert texts(unclear) == ["Every segment and tier with a target is on plan."]


def test_an_open_week_is_not_praised_and_says_what_the_promise_still_needs():
    said = texts(digests.open_week())
    assert said == [
        (
            "W09 was still open a week ago and is decided now: "
            "Sales acknowledged 53 of 91 (58 %) in time, not the promised 90 %."
        ),
        (
            "Sales acknowledged 42 of 92 in time so far, 49 still open: "
            "the promised 90 % needs 41 of them."
        ),
    ]
    assert not any(line.is_praise for line in advice.lines(digests.open_week()))


def test_a_week_of_nothing_is_said_kindly():
    assert texts(digests.nothing_at_all()) == ["A quiet week: nothing came in, nothing was missed."]


def test_what_is_not_measured_and_gaps_are_named():
    digest = replace(digests.unmeasured(), cells=(), gaps=("HubSpot was not read on 7 March.",))
    unmeasured, gap = texts(digest)
    assert unmeasured == (
        "Acknowledge in 4 working hours: not measured: no source supplies acknowledgements. "
        "Import or record them."
    )
    assert gap == "Data gap: HubSpot was not read on 7 March."


@pytest.mark.parametrize("audience", list(Audience))
def test_there_are_at_most_five_lines_with_two_of_the_other_side(audience):
    promises = tuple(digests.promise(f"p{n}") for n in range(6))
    busy = digests.digest(
        audience=audience,
        promises=promises,
        cells=tuple(digests.cell(f"S{n}", "T", 90, n) for n in range(5)),
    )
    shown = texts(busy)
    assert len(shown) == 5
    assert sum("behind plan" in text for text in shown) >= 2
    assert sum("Sales acknowledged" in text or "waiting" in text for text in shown) >= 2


def test_many_rejections_are_a_reason_to_talk():
    weeks = (digests.week("2018-W10", 62, 12),)
    assert ("12 of 62 leads of the week were rejected: go through the reasons together.") in texts(
        digests.digest(weeks=weeks)
    )


def test_a_month_that_is_over_says_what_is_missing():
    shown = texts(digests.month_end())
    assert "Mid-market / Influencers ended March 36 leads short of 96." in shown
    assert "3 more segments and tiers ended short of target, 51 leads together." in shown


def test_a_cell_behind_says_how_likely_its_target_is_and_what_it_takes():
    behind = [text for text in texts(digests.full_week()) if "Decision makers" in text]
    assert behind[0] == (
        "Enterprise / Decision makers is 7 short; at this pace 31 % to reach 57; "
        "2 more a week needed."
    )


def test_attempts_and_debts_are_said_with_their_pages():
    week = replace(digests.full_week(), cells=(), promises=(), waiting=0)
    shown = {line.text: line.url for line in advice.lines(week)}
    assert shown == {
        "Sales made 2.3 of 3 promised attempts a lead: 29 leads of 61 got fewer.": (
            "https://smarketing.example.com/exceptions"
        ),
        "Marketing owes Sales 12 leads for February (Leads a month): to be claimed by 30 Mar.": (
            "https://smarketing.example.com/statements?period=2018-02&party=sales"
        ),
        "15 breaches began this week, +7 on the week before, 8: "
        "Marketing 1 missing; Sales 2 missing, 9 late, 3 wrong.": (
            "https://smarketing.example.com/breaches"
            "?agreement=acme-2018&from=2018-03-05&to=2018-03-12"
        ),
    }


def test_the_debt_of_sales_is_said_to_sales_first():
    owed = (digests.debt(by="Sales", to="Marketing", party="marketing", what="3 leads"),)
    week = digests.full_week(audience=Audience.SALES)
    shown = texts(replace(week, owed=owed, waiting=0))
    assert shown[1].startswith("Sales owes Marketing 3 leads for February")


def test_what_is_settled_asks_for_nothing():
    settled = replace(
        digests.full_week(), owed=(digests.debt(state="settled", is_open=False),), depths=()
    )
    assert not any("owes" in text for text in texts(settled))


def test_a_week_with_a_breach_is_not_praised_for_keeping_every_promise():
    week = replace(digests.quiet_week(), breaches=digests.breaches())
    assert texts(week)[0].startswith("15 breaches began this week")
