from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import pytest

from reports.outlook import State, finding
from smarketing.domain.calendar import seconds
from smarketing.domain.days import day_number
from smarketing.domain.errors import InvalidError, NotFoundError
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.forecast.forecasts import forecasts, shares
from smarketing.services.levels.levels import levels
from smarketing.store.facts import FactsNow
from smarketing.store.levels import LevelDesk
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.services.forecast.row import ForecastRow
    from smarketing.services.forecast.shares import ShareRow
    from tests.builders import Company

MORNING, NOON = at("2026-05-12 11:00"), at("2026-05-12 12:00")
BIG = {"segment": "enterprise", "tier": "decision_maker"}
SMALL = {"segment": "small", "tier": "other"}
TWO_CELLS = AGREEMENT.replace(
    "target = 21\n",
    'target = 21\n\n[[commitments.leads.terms]]\nsegment = "small"\ntier = "other"\ntarget = 40\n',
)
VALUE = TWO_CELLS.replace(
    "[commitments.acknowledge]",
    """[commitments.value]
metric = "lead_value_delivered"
by = "marketing"
to = "sales"
calendar = "office"

[[commitments.value.terms]]
segment = "enterprise"
tier = "decision_maker"
amount = "21000"

[commitments.acknowledge]""",
    1,
)
HOLIDAYS = ", ".join(f'"2026-05-{day:02}"' for day in range(1, 32))
CLOSED = AGREEMENT.replace("]] }\n", f"]] }}\nholidays = [{HOLIDAYS}]\n", 1)
HEAD = "id,created,accepted,rejected,reason,title,employees\n"


def leads(first: date, after: date, mark: str = "") -> str:
    """One decision maker of a large company a working day, and two of small companies.

    A quarter of them is rejected two days later, the others accepted at once.
    """
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    lines = []
    for n, day in enumerate(day for day in days if day.isoweekday() < 6):
        for place, told in enumerate(("CEO,900", "Clerk,20", "Clerk,20")):
            accepted = "" if (n + place) % 4 == 0 else f"{day} 10:30"
            rejected = "" if accepted else f"{day + timedelta(days=2)} 10:00"
            reason = "" if accepted else "wrong_tier"
            lines.append(f"{mark}{day}-{place},{day} 10:00,{accepted},{rejected},{reason},{told}\n")
    return HEAD + "".join(lines)


def filled(company: Company, text: str = TWO_CELLS, *, first: date = date(2026, 1, 1)) -> Company:
    """A company whose CRM tells of its leads, today's three included, on the morning of 12 May."""
    company.sign(text)
    company.take("leads", _until(leads(first, date(2026, 5, 13)), "2026-05-12 12:00"), MORNING)
    return company


def _until(text: str, now: str) -> str:
    """Blank what happens later."""
    lines = [line.split(",") for line in text.splitlines()]
    for line in lines[1:]:
        if line[3] > now:
            line[3] = line[4] = ""
    return "\n".join(",".join(line) for line in lines) + "\n"


def asked(company: Company, now: datetime = NOON, **more: object) -> tuple[ForecastRow, ...]:
    facts = FactsAsOf(company.history, company.book, seconds(now))
    return forecasts(facts, company.book, more.pop("period", None), now, **more)  # type: ignore[arg-type]


def by_cell(rows: tuple[ForecastRow, ...]) -> dict[str, ForecastRow]:
    return {row.keys["segment"]: row for row in rows}


def test_a_month_says_what_progress_says_and_where_it_may_end(company: Company):
    filled(company)
    rows = by_cell(asked(company, by=("segment", "tier")))
    for segment, row in rows.items():
        (said,) = [
            one
            for one in company.progress(
                date(2026, 5, 1), date(2026, 6, 1), "segment", "tier", as_of=NOON
            )
            if one.keys["segment"] == segment
        ]
        assert (row.delivered, row.outlook.done) == (said.delivered, said.counted)
        assert said.target is not None
        assert row.outlook.target == ceil(said.target)
        # 21 working days (Monday to Friday), 7 of them before the 12th.
        assert (row.due, row.left_days) == (Fraction(said.target) * 7 / 21, 14)
        missing = row.outlook.target - row.outlook.done
        needed = row.outlook.needed_per_day
        # Half a working day of the 12th is gone, and weekdays weigh about alike.
        assert float(needed) == pytest.approx(missing / 13.6, rel=0.03)
        assert row.outlook.state is State.OPEN
        assert row.outlook.low < row.outlook.expected < row.outlook.high
    assert rows["enterprise"].keys == BIG
    assert rows["small"].keys == SMALL


def test_without_keys_a_commitment_is_the_sum_of_its_cells(company: Company):
    filled(company)
    (whole,) = asked(company)
    cells = asked(company, by=("segment", "tier"))
    assert (whole.agreement, whole.commitment, whole.keys) == ("test", "leads", {})
    assert whole.delivered == sum(row.delivered for row in cells)
    assert whole.outlook.done == sum(row.outlook.done for row in cells)
    assert whole.outlook.target == 61
    assert whole.due == sum(row.due for row in cells)
    assert [dict(row.keys) for row in asked(company, by=("tier",))] == [
        {"tier": "decision_maker"}, {"tier": "other"},
    ]  # fmt: skip


def test_what_is_told_later_changes_no_forecast_as_of_then(company: Company):
    filled(company)
    before = asked(company, by=("segment", "tier"))
    later = leads(date(2026, 5, 1), date(2026, 6, 1)) + leads(
        date(2026, 5, 4), date(2026, 5, 12), "late-"
    ).removeprefix(HEAD)
    company.take("leads", later, at("2026-06-02 09:00"))
    assert asked(company, by=("segment", "tier")) == before
    assert asked(company, at("2026-05-29 16:00"), period="2026-05") != asked(company)


def test_facts_as_they_stand_give_the_forecast_as_of_now(company: Company):
    filled(company)
    company.watch(NOON)
    stands = forecasts(FactsNow(company.engine), company.book, None, NOON)
    assert stands == asked(company)


def test_leads_that_may_still_be_rejected_are_expected_to_be_so_in_part(company: Company):
    filled(company)
    (row,) = asked(company, by=("segment",))[:1]
    unsure = row.outlook.undecided
    assert unsure == 1  # that of the 11th: sales will reject it on the 13th
    company.take(
        "leads", HEAD + "".join(
            f"x{n},2026-05-12 09:{n:02},,,,CEO,900\n" for n in range(10)
        ), NOON - timedelta(minutes=1)
    )  # fmt: skip
    (more,) = asked(company, by=("segment",))[:1]
    assert more.outlook.undecided == unsure + 10
    assert more.outlook.low < more.outlook.done + 10


def test_nothing_counts_as_gone_that_no_source_has_told_of(company: Company):
    filled(company)
    facts = FactsAsOf(company.history, company.book, seconds(at("2026-05-20 12:00")))
    now = at("2026-05-20 12:00")
    silent = forecasts(facts, company.book, None, now, known_until=lambda _: NOON)
    blind = forecasts(facts, company.book, None, now)
    assert silent[0].outlook.expected > blind[0].outlook.expected + 10
    assert (silent[0].due, silent[0].left_days) == (blind[0].due, blind[0].left_days)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        pytest.param("2026-05-01 08:00", "too early to tell", id="no history, the first morning"),
        pytest.param("2026-05-01 18:00", "too early to tell", id="no history, one day"),
        pytest.param("2026-06-01 09:00", "ended: 6 of 21, 15 short", id="the month is over"),
        pytest.param("2026-05-31 22:00", "21 is out of reach", id="nothing is left"),
    ],
)
def test_what_can_be_said_in_the_first_month(company: Company, now: str, words: str):
    filled(company, first=date(2026, 5, 1))
    (row, *_) = asked(company, at(now), period="2026-05", by=("segment", "tier"))
    assert finding(row.outlook).partition(";")[0] == words


def test_a_month_to_come_is_forecast_from_the_months_before(company: Company):
    filled(company)
    row = by_cell(asked(company, period="2026-07", by=("segment", "tier")))["small"]
    assert (row.outlook.done, row.due, row.left_days) == (0, 0, 23)
    assert 28 < row.outlook.expected < 42
    assert row.outlook.state is State.OPEN


def test_a_quarter_is_shown_month_by_month(company: Company):
    filled(company)
    rows = asked(company, period="2026-Q2")
    assert [(f"{row.month:%Y-%m}", row.outlook.state) for row in rows] == [
        ("2026-04", State.ENDED), ("2026-05", State.OPEN), ("2026-06", State.OPEN),
    ]  # fmt: skip


def test_a_target_that_is_reached_says_so(company: Company):
    filled(company, TWO_CELLS.replace("target = 21", "target = 2"))
    row = by_cell(asked(company, by=("segment", "tier")))["enterprise"]
    assert row.outlook.state is State.REACHED
    assert finding(row.outlook) == "reached"


def test_a_month_without_a_working_day_is_not_forecast(company: Company):
    company.sign(CLOSED)
    (row,) = asked(company)
    assert finding(row.outlook) == "no working day in this month: nothing to forecast by"
    assert (row.outlook.needed_per_day, row.outlook.chance) == (None, None)


def test_lead_value_is_that_of_the_level_and_has_its_currency(company: Company):
    filled(company, VALUE)
    company.watch(NOON)
    facts = FactsNow(company.engine)
    row = next(
        row for row in forecasts(facts, company.book, None, NOON) if row.commitment == "value"
    )
    level = next(
        one
        for one in levels(LevelDesk(company.engine), facts, company.book, date(2026, 5, 1), NOON)
        if one.commitment.name == "value"
    )
    assert Fraction(row.outlook.done) == level.numerator > 0
    assert Fraction(row.outlook.target) == level.denominator == 21000
    assert row.due == 7000
    assert row.outlook.low < row.outlook.expected < row.outlook.high
    assert "EUR 21,000" in finding(row.outlook)
    assert row.as_json()["currency"] == "EUR"


@pytest.mark.parametrize(
    ("more", "error", "sentence"),
    [
        ({"agreement": "other"}, NotFoundError, "no agreement in force is named 'other'"),
        ({"period": "soon"}, NotFoundError, "“soon” is no month, quarter or year"),
        ({"period": "2027-W03"}, NotFoundError, "“2027-W03” is no month, quarter or year"),
        ({"period": "2025-12"}, NotFoundError, "promised by any agreement in 2025-12"),
        ({"by": ("owner",)}, InvalidError, "a forecast has no key 'owner'"),
    ],
    ids=["agreement", "period", "week", "before the agreement", "key"],
)
def test_what_is_not_there_is_said_in_one_sentence(company: Company, more, error, sentence: str):
    company.sign(TWO_CELLS)
    with pytest.raises(error) as raised:
        asked(company, **more)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_agreement_without_a_volume_promises_nothing_to_forecast(company: Company):
    start, end = TWO_CELLS.index("[commitments.leads]"), TWO_CELLS.index("[commitments.acknow")
    company.sign(TWO_CELLS[:start] + TWO_CELLS[end:])
    with pytest.raises(NotFoundError, match="no volume of leads or lead value is promised"):
        asked(company)


def test_every_number_of_any_day_is_one(company: Company):
    filled(company, VALUE)
    for day in (1, 2, 3, 4, 12, 28, 29, 30, 31):
        for hour in (0, 12, 23):
            now = at(f"2026-05-{day:02} {hour:02}:30")
            rows = asked(company, now, by=("segment", "tier"))
            assert json.dumps([row.as_json() for row in rows], allow_nan=False)
            chances = [row.outlook.chance for row in rows if row.outlook.chance is not None]
            assert all(0 <= chance <= 1 for chance in chances)


def test_an_amount_of_all_leads_is_that_of_the_level(company: Company):
    terms = '[[commitments.value.terms]]\nsegment = "enterprise"\ntier = "decision_maker"\n'
    filled(company, VALUE.replace(f"{terms}amount", "amount"))
    company.watch(NOON)
    facts = FactsNow(company.engine)
    row = forecasts(facts, company.book, None, NOON)[1]
    (level,) = (
        one
        for one in levels(LevelDesk(company.engine), facts, company.book, date(2026, 5, 1), NOON)
        if one.commitment.name == "value"
    )
    assert row.delivered == 24  # eight working days, today included, three leads each
    assert (Fraction(row.outlook.done), Fraction(row.outlook.target)) == (
        level.numerator, level.denominator,
    )  # fmt: skip


def test_until_when_leads_are_known_is_that_of_then(company: Company):
    filled(company)
    days = day_number(date(2026, 5, 1)), day_number(date(2026, 6, 1))
    desk = LevelDesk(company.engine)
    first = desk.leads_known(*days)
    company.take("leads", leads(date(2026, 5, 13), date(2026, 5, 20)), at("2026-05-20 09:00"))
    assert desk.leads_known(*days, seconds(NOON)) == first
    assert desk.leads_known(*days)[1] > first[1]


def test_what_is_needed_a_day_goes_by_weekdays_and_holidays(company: Company):
    """Mondays bring five times as many: with them gone, the same days left have to bring more."""
    company.sign(AGREEMENT.replace("]] }\n", ']] }\nholidays = ["2026-05-28"]\n', 1))
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(132)]
    lines = [
        f"{day}-{n},{day} 10:00,{day} 10:30,,,CEO,900\n"
        for day in days
        if day.isoweekday() < 6
        for n in range(5 if day.isoweekday() == 1 else 1)
    ]
    company.take("leads", HEAD + "".join(lines), MORNING)
    needed = {}
    for now in ("2026-05-25 00:00", "2026-05-26 00:00"):
        (row,) = asked(company, at(now), period="2026-05")
        missing = row.outlook.target - row.outlook.done
        needed[row.left_days] = float(missing / row.outlook.needed_per_day)
    # 25 to 29 May without the holiday: a Monday is worth more than the three days after it.
    assert set(needed) == {4, 3}
    assert needed[4] - needed[3] > needed[3]
    assert needed[3] < 2.5  # where three days alike are worth three


def every_day(company: Company, until: datetime) -> None:
    """Ten leads a working day and six a day off, of a source that tells dates alone."""
    company.sign(AGREEMENT.replace("target = 21\n", "target = 260\n"))
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(200)]
    lines = [
        f"{day}-{n},{day} 00:00,{day} 00:00,,,CEO,900\n"
        for day in days
        if at(f"{day} 00:00") < until
        for n in range(10 if day.isoweekday() < 6 else 6)
    ]
    company.take("leads", HEAD + "".join(lines), until)


def test_no_weekend_and_no_hour_of_the_day_moves_what_a_steady_month_comes_to(company: Company):
    """It was 6 to 9 % more on Sunday night, and 16 % more at noon where dates alone are told."""
    every_day(company, at("2026-05-19 00:00"))
    said = []
    for now in ("2026-05-15 23:30", "2026-05-17 23:30", "2026-05-18 12:30", "2026-05-18 23:30"):
        (row,) = asked(company, at(now), period="2026-05")
        said.append(row.outlook.expected)
    assert max(said) < 1.01 * min(said)
    assert said[0] == pytest.approx(10 * 21 + 6 * 10, rel=0.05)


def test_an_ended_month_whose_sources_fell_silent_is_not_called_short(company: Company):
    filled(company)
    facts = FactsAsOf(company.history, company.book, seconds(at("2026-06-01 09:00")))
    silent, late, told = (
        forecasts(
            facts, company.book, "2026-05", at("2026-06-01 09:00"), known_until=lambda _, t=until: t
        )[0]
        for until in (at("2026-05-26 12:00"), at("2026-05-29 12:00"), at("2026-06-01 00:00"))
    )
    assert silent.outlook.state is State.PART_UNTOLD
    assert late.outlook.state is told.outlook.state is State.ENDED  # a weekend follows
    assert finding(silent.outlook) == (
        "ended, and not all told yet: 19 of 61 so far; import the rest of the month"
    )
    assert silent.outlook.needed_per_day is told.outlook.needed_per_day is None
    assert (silent.left_days, silent.left) == (0, 0)


def test_what_is_needed_a_day_times_the_days_left_is_what_is_missing(company: Company):
    filled(company)
    now = at("2026-05-20 12:00")
    facts = FactsAsOf(company.history, company.book, seconds(now))
    for until in (now, NOON):
        (row,) = forecasts(facts, company.book, None, now, known_until=lambda _, t=until: t)
        needed = row.outlook.needed_per_day
        assert needed is not None
        assert needed * row.left == row.outlook.target - row.outlook.done
        assert 7 < row.left < row.left_days == 8  # half of the 20th is gone


def test_lead_value_is_known_on_the_first_days_from_the_months_before(company: Company):
    filled(company, VALUE)
    row = next(row for row in asked(company, at("2026-05-01 15:00")) if row.commitment == "value")
    leads_, value = row.outlook.expected, row.outlook.target
    assert row.outlook.state is State.OPEN
    assert leads_ is not None
    assert 0.5 * float(value) < leads_ < 2 * float(value)
    silent = next(row for row in asked(company, period="2026-07") if row.commitment == "value")
    assert silent.outlook.chance is not None


def shares_of(company: Company, now: datetime, period: str | None = None) -> dict[str, ShareRow]:
    facts = FactsAsOf(company.history, company.book, seconds(now))
    return {row.commitment: row for row in shares(facts, company.book, period, now)}


def test_a_promised_share_has_the_counts_of_its_level_and_a_chance(company: Company):
    filled(company)
    company.watch(NOON)
    rows = shares_of(company, NOON)
    standing = {
        level.commitment.name: level
        for level in levels(
            LevelDesk(company.engine),
            FactsNow(company.engine),
            company.book,
            date(2026, 5, 1),
            NOON,
        )
    }
    assert "acknowledge" in rows
    assert "first_attempt" in rows
    for name, row in rows.items():
        level = standing[name]
        assert (row.kept, row.due) == (level.numerator, level.denominator)
        assert row.promised == level.promised
        # 21 working days of three leads each: those not due yet, and those of the days to come.
        if row.due:
            assert row.due + row.left == pytest.approx(63, abs=8)
        assert json.dumps(row.as_json(), allow_nan=False)


def test_an_ended_month_is_judged_and_one_that_runs_has_a_chance(company: Company):
    filled(company)
    april = shares_of(company, at("2026-06-02 09:00"), "2026-04")["acknowledge"]
    assert april.left == 0
    kept = april.kept >= april.promised * april.due
    assert april.finding == f"ended: 90 % {'kept' if kept else 'not kept'}"
    assert "90 %" in shares_of(company, NOON)["acknowledge"].finding


def test_a_share_of_an_ended_month_that_is_not_all_told_is_not_judged(company: Company):
    filled(company)
    now = at("2026-06-01 09:00")
    facts = FactsAsOf(company.history, company.book, seconds(now))
    rows = shares(facts, company.book, "2026-05", now, known_until=lambda _: at("2026-05-26 12:00"))
    assert {row.finding.partition(":")[0] for row in rows if row.due} == {
        "ended, and not all told yet"
    }


def test_what_no_source_tells_of_has_not_fallen_due(company: Company):
    filled(company)
    found = shares_of(company, NOON)["first_attempt"]
    assert (found.due, found.finding) == (0, "nothing of it has fallen due yet")


def test_without_history_a_share_is_too_early_to_tell(company: Company):
    filled(company, first=date(2026, 5, 1))
    assert shares_of(company, at("2026-05-04 18:00"))["acknowledge"].finding == "too early to tell"
