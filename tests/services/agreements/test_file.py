from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from smarketing.domain.agreement import Evidence, Side
from smarketing.domain.errors import AgreementError
from smarketing.domain.metrics import Metric
from smarketing.services.agreements.file import load_agreement, parse_agreement

AGREEMENTS = Path(__file__).parents[3] / "config" / "agreements"
EXAMPLE = (AGREEMENTS / "example.toml").read_text(encoding="utf-8")


def faults(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    text = EXAMPLE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(AgreementError) as caught:
        parse_agreement(text)
    return [(problem.key, f"{problem.reason}. {problem.mend}") for problem in caught.value.problems]


def test_the_example_is_an_agreement() -> None:
    agreement = load_agreement(AGREEMENTS / "example.toml")
    assert (agreement.name, agreement.currency) == ("sales-marketing", "EUR")
    assert (agreement.starts_on, agreement.ends_on) == (date(2026, 1, 1), date(2028, 1, 1))
    assert agreement.rates["USD"] == Decimal("0.92")
    assert agreement.parties["sales"].side is Side.SALES
    assert agreement.acceptance_window == timedelta(hours=24)
    assert [rule.name for rule in agreement.segments] == ["enterprise", "midmarket", "small"]
    assert agreement.text == EXAMPLE


def test_the_promises_of_the_example_are_exact() -> None:
    agreement = load_agreement(AGREEMENTS / "example.toml")
    leads, acknowledge, attempt = agreement.commitments
    assert acknowledge.metric is Metric.ACKNOWLEDGED_WITHIN
    assert acknowledge.promised_rate == Fraction(9, 10)
    assert acknowledge.at_risk == (Fraction(1, 2), Fraction(4, 5))
    assert acknowledge.recorded_in == {Evidence.SOURCE, Evidence.PORTAL}
    assert leads.recorded_in == {Evidence.SOURCE}
    assert [term.level for term in attempt.terms] == ["corporate", "customer", "service"]
    assert agreement.goal is not None
    assert sum(cell.share for cell in agreement.goal.cells) == 1


def test_the_goals_cells_are_targets_and_a_number_by_hand_stays() -> None:
    leads = load_agreement(AGREEMENTS / "example.toml").commitments[0]
    by_hand = leads.term("small", "decision_maker")
    from_goal = leads.term("enterprise", "manager")
    assert by_hand is not None
    assert from_goal is not None
    assert (by_hand.target, from_goal.target) == (60, None)
    assert leads.term("small", "intern") is None


def test_a_calendar_has_the_holidays_of_its_country_and_its_own() -> None:
    office = load_agreement(AGREEMENTS / "example.toml").calendars["office"]
    assert {date(2026, 10, 3), date(2026, 12, 24), date(2025, 12, 25)} <= office.holidays
    assert office.hours[4] == ((9 * 3600, 17 * 3600),)
    assert 5 not in office.hours


def test_the_agreement_of_the_public_export_is_one() -> None:
    agreement = load_agreement(AGREEMENTS / "olist.toml")
    targets = [term.target for term in agreement.commitments[0].terms]
    assert sum(target or 0 for target in targets) == 1100
    assert date(2018, 9, 7) in agreement.calendars["office"].holidays
    assert all(promise.recorded_in == {Evidence.SOURCE} for promise in agreement.commitments)


def test_an_open_end_has_holidays_for_ten_years() -> None:
    text = EXAMPLE.replace("ends_on = 2028-01-01", "")
    agreement = parse_agreement(text)
    assert agreement.ends_on is None
    assert max(agreement.calendars["office"].holidays).year == 2036


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('currency = "EUR" ', 'curency = "EUR" ', "curency", "Did you mean currency?"),
        ('by = "sales"', 'from = "sales"', "commitments.acknowledge.by", "is missing. Add by ="),
        ("\naverage_deal = 24000", "\ndeal = 1", "goal.cells[1].deal", "Known are segment, tier"),
        ('country = "DE" ', 'land = "DE" ', "calendars.office.land", "no such key"),
        ("revenue = 250000", "revenue = 250000.5", "goal.revenue", 'in quotes: "250000.5"'),
        ("revenue = 250000", 'revenue = "1e-9"', "goal.revenue", "is not an amount"),
        ("revenue = 250000", 'revenue = "1e999999"', "goal.revenue", "is not an amount"),
        ("revenue = 250000", 'revenue = "much"', "goal.revenue", "is not an amount"),
        ('"4h"  ', '"999999999999h"  ', "commitments.acknowledge.allowance", "is not an allowance"),
        ("target = 60", "", "commitments.leads.terms[1].target", "is missing"),
        ('allowance = "1h"', "", "commitments.acknowledge.terms[1].allowance", "is missing"),
        (
            'allowance = "4h"  ',
            "target = 3 ",
            "commitments.acknowledge.target",
            "belongs to a commitment with a volume",
        ),
        ("revenue = 250000", "revenue = true", "goal.revenue", "is not an amount"),
        ("revenue = 250000", "revenue = 0", "goal.revenue", "is zero"),
        ('"4h"  ', '"2d"  ', "commitments.acknowledge.allowance", '"16h" for two days of eight'),
        ('"4h"  ', '"soon"  ', "commitments.acknowledge.allowance", 'as "30m", "4h" or "1h30m"'),
        ('"4h"  ', '""  ', "commitments.acknowledge.allowance", "is not an allowance"),
        ('"4h"  ', "4  ", "commitments.acknowledge.allowance", "is not an allowance"),
        ('"90 %"\nall', "90\nall", "commitments.acknowledge.promised_rate", 'as "90 %" or "0.90"'),
        ('"90 %"\nall', '"0"\nall', "commitments.acknowledge.promised_rate", "not above 0 %"),
        ('"90 %"\nall', '"most"\nall', "commitments.acknowledge.promised_rate", "is not a rate"),
        ("target = 60", "target = -1", "commitments.leads.terms[1].target", "whole number from 0"),
        ("target = 60", "target = 6.5", "commitments.leads.terms[1].target", "whole number from 0"),
        ("starts_on = 2026-01-01", 'starts_on = "soon"', "term.starts_on", "as 2026-01-31"),
        ("starts_on = 2026-01-01", "starts_on = 2026-01-01T00:00:00", "term.starts_on", "a day"),
        ('side = "sales"', 'side = "buyers"', "parties.sales.side", "one of marketing, sales"),
        ('period = "month"', 'period = "week"', "commitments.leads.period", 'Write "month"'),
        ('title = "Sales"', 'title = " "', "parties.sales.title", "is blank"),
        ('title = "Sales"', "title = 3", "parties.sales.title", "Put it in quotes"),
        ("[rates] ", "[[rates]] ", "rates", "is not a table"),
        ('["source", "portal"]  #', "[]  #", "commitments.acknowledge.recorded_in", "is empty"),
        ('["source", "portal"]  #', '["ear"]  #', "commitments.acknowledge.recorded_in[1]", "port"),
        ('name = "sales-', 'name = "Sales ', "name", "small letters and digits"),
        ('"Europe/Berlin" ', '"Berlin" ', "timezone", "Write an IANA zone"),
        ('currency = "EUR"', 'currency = "Euro"', "currency", "ISO 4217"),
        ('GBP = "1.15"', 'EUR = "1"', "rates.EUR", "own currency"),
        ('GBP = "1.15"', "GBP = 0", "rates.GBP", "how many EUR one GBP is worth"),
        ("ends_on = 2028-01-01", "ends_on = 2026-01-01", "term.ends_on", "is not after starts_on"),
        ('# extra_columns = ["landing_page"]', 'extra_columns = ["email"]', "extra_columns", "off"),
        ('# extra_columns = ["landing_page"]', "extra_columns = ['a\"']", "extra_columns", "quot"),
        ('# applies_when = "country', 'applies_when = "land', "applies_when", "no column 'land'"),
        ('side = "sales"', 'side = "marketing"', "parties", "nobody stands for sales"),
        ('["sam.sales@example.com"]', "[]", "parties", "nobody signs for sales"),
        ('"sam.sales@example.com"', '"sam"', "parties.sales.signatories[1]", "not an e-mail"),
        (
            '"sam.sales@example.com"',
            '"Mara.Marketing@example.com"',
            "parties.sales.signatories",
            "signs for marketing and sales. Nobody signs for both",
        ),
        ('country = "DE" ', 'country = "GE1" ', "calendars.office.country", "Did you mean GE?"),
        ('country = "DE" ', 'country = "12345" ', "calendars.office.country", 'as "DE"'),
        ('"DE" ', '"DE"\nsubdivision = "XX"', "calendars.office.subdivision", "not a part of DE"),
        ('country = "DE" ', 'subdivision = "BE" ', "calendars.office.subdivision", "a country"),
        ("mon-fri = ", "mo-fr = ", "calendars.office.hours.mo-fr", "is not a weekday"),
        ('[["09:00", "17:00"]]', "[]", "calendars.office", "has no working time"),
        ('"17:00"]]', '"17:00"]], tue = []', "calendars.office.hours.tue", "hours twice"),
        ('"employees >= 1000"', '"employee >= 1"', "segments[1].when", "Did you mean employees?"),
        ('name = "midmarket"', 'name = "enterprise"', "segments", "is there 2 times"),
        ('name = "intern"', 'name = "other"', "tiers", "what no rule matches"),
        (
            'calendar = "office"\nreject',
            'calendar = "ofice"\nreject',
            "acceptance.calendar",
            "offi",
        ),
        ('"wrong_tier"', '"Wrong tier!"', "acceptance.reject_reasons", "small letters"),
        ("[parties.marketing]", "[parties.Marketing]", "parties", "small letters"),
        ('by = "marketing"', 'by = "sales"', "commitments.leads.by", "is owed by marketing"),
        ('to = "sales"', 'to = "sale"', "commitments.leads.to", "Did you mean sales?"),
        ('to = "sales"', 'to = "marketing"', "commitments.leads.to", "on the same side"),
        ('target = "goal" ', "target = 100 ", "commitments.leads.target", "Name segment and tier"),
        ('target = "goal" ', 'at_risk = ["50 %"] ', "commitments.leads.at_risk", "with clocks"),
        ("target = 60", 'target = "goal"', "commitments.leads.terms[1].target", "no cell in the g"),
        ("target = 60", 'allowance = "1h"', "commitments.leads.terms[1].allowance", "not a number"),
        ('tier = "decision_maker"\ntarget', "target", "commitments.leads.terms[1]", "only one of"),
        ('promised_rate = "90 %"', "", "commitments.acknowledge.promised_rate", "is missing"),
        ('["50 %", "80 %"]', '["80 %", "50 %"]', "commitments.acknowledge.at_risk", "ascending"),
        ('["50 %", "80 %"]', '["100 %"]', "commitments.acknowledge.at_risk", "is late"),
        (
            'allowance = "1h"',
            'allowance = "5h"',
            "commitments.acknowledge.terms[1].allowance",
            "ov",
        ),
        (
            'allowance = "2h"',
            'allowance = "5h"',
            "commitments.first_attempt.terms[2].allowance",
            "o",
        ),
        ('allowance = "1h"', "target = 1", "commitments.acknowledge.terms[1].target", "not a time"),
        (
            'segment = "enterprise"\nallowance',
            "allowance",
            "commitments.first_attempt.terms[1]",
            "n",
        ),
        (
            'segment = "enterprise"\nallowance',
            'segment = "entreprise"\nallowance',
            "commitments.first_attempt.terms[1].segment",
            "Did you mean enterprise?",
        ),
        ('share = "35 %"', 'share = "36 %"', "goal.cells", "sum to 101 %"),
        ('tier = "manager"\nshare', 'tier = "boss"\nshare', "goal.cells[2].tier", "not defined"),
        ('tier = "manager"\nshare', 'tier = "decision_maker"\nshare', "goal.cells", "2 times"),
        ("average_deal = 24000", "average_deal = 0", "goal.cells[1].average_deal", "is zero"),
    ],
)
def test_a_fault_is_told_with_its_place_and_its_mend(
    old: str, new: str, key: str, said: str
) -> None:
    found = faults((old, new))
    assert [text for place, text in found if place == key and said in text], found


def test_every_fault_of_the_shape_is_told_at_once() -> None:
    found = faults(('"4h"  ', '"2d"  '), ("revenue = 250000", "revenue = 2.5"), ("[term]", "[trm]"))
    assert [key for key, _ in found] == [
        "term",
        "commitments.acknowledge.allowance",
        "goal.revenue",
        "trm",
    ]


def test_every_fault_of_sense_is_told_at_once() -> None:
    found = faults(('share = "35 %"', 'share = "36 %"'), ('"Europe/Berlin" ', '"Berlin" '))
    assert [key for key, _ in found] == ["timezone", "calendars.office.timezone", "goal.cells"]


def test_more_time_for_a_lower_level_is_meant_where_it_says_so() -> None:
    text = EXAMPLE.replace('allowance = "1h"', 'allowance = "5h"\noverride = true')
    term = parse_agreement(text).commitments[1].term("enterprise", "decision_maker")
    assert term is not None
    assert term.allowance == timedelta(hours=5)


def test_a_promise_without_a_number_is_no_promise() -> None:
    start, end = EXAMPLE.index('target = "goal"'), EXAMPLE.index("# --- What sales owes")
    assert faults((EXAMPLE[start:end], ""))[0][0] == "commitments.leads"
    start, end = EXAMPLE.index("[commitments.leads]"), EXAMPLE.index("# --- What the business")
    (fault,) = faults((EXAMPLE[start:end], ""), ("[term]", "[commitments]\n\n[term]"))
    assert fault == ("commitments", "nobody promises anything. Add one for each side")


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse_agreement("\ufeff" + EXAMPLE).text == "\ufeff" + EXAMPLE


def test_an_agreement_for_ever_has_holidays_for_fifty_years() -> None:
    agreement = parse_agreement(EXAMPLE.replace("ends_on = 2028-01-01", "ends_on = 9999-12-31"))
    assert max(agreement.calendars["office"].holidays).year == 2076


def test_a_goal_that_is_named_must_be_there() -> None:
    found = faults((EXAMPLE[EXAMPLE.index("[goal]") :], ""))
    assert found == [
        (
            "commitments.leads.target",
            "comes from the goal, and there is none. Add [goal], or write a number",
        )
    ]


def test_declared_columns_may_be_used_in_rules() -> None:
    text = EXAMPLE.replace("# extra_columns", "extra_columns").replace(
        '"employees >= 1000"', "\"landing_page = 'demo'\""
    )
    assert parse_agreement(text).extra_columns == ("landing_page",)


def test_a_bare_decimal_is_an_exact_rate() -> None:
    text = EXAMPLE.replace('promised_rate = "90 %"', "promised_rate = 0.9")
    assert parse_agreement(text).commitments[1].promised_rate == Fraction(9, 10)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"name = ", "is not TOML"), (b"name = '\xff'", "is not UTF-8"), (None, "cannot be read")],
    ids=["no TOML", "no UTF-8", "no file"],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AgreementError, match=rf"mine\.toml cannot be used:\n  the file: {reason}"):
        load_agreement(path)


def test_two_commitments_of_one_metric_are_refused():
    text = (AGREEMENTS / "example.toml").read_text(encoding="utf-8")
    section = text[text.index("[commitments.acknowledge]") :]
    section = section[: section.index("[commitments.first_attempt]")]
    twice = text + "\n" + section.replace("commitments.acknowledge", "commitments.again")
    with pytest.raises(AgreementError) as caught:
        parse_agreement(twice)
    keys = [problem.key for problem in caught.value.problems]
    assert keys == ["commitments.again.metric"]


def test_an_allowance_of_no_time_is_due_at_once():
    text = (AGREEMENTS / "olist.toml").read_text(encoding="utf-8")
    agreement = parse_agreement(text.replace('allowance = "8h"', 'allowance = "0h"'))
    assert {c.terms[0].allowance for c in agreement.commitments[1:]} == {timedelta(0)}


def test_a_source_cannot_be_fresh_within_no_time():
    fresh = (
        '[commitments.fresh]\nmetric = "data_fresh_within"\nby = "sales"\nto = "marketing"\n'
        'calendar = "office"\npromised_rate = "90 %"\nsource = "crm"\nallowance = "0h"\n\n[goal]'
    )
    assert faults(("[goal]", fresh)) == [
        (
            "commitments.fresh.allowance",
            'is no time at all. Write how old data may be, as "24h"',
        )
    ]


LADDER = "commitments.acknowledge.ladder"


def test_a_ladder_is_read_as_it_is_written() -> None:
    first, second, third = load_agreement(AGREEMENTS / "example.toml").commitments[1].ladder
    assert (first.share, first.tell, first.is_late) == (Fraction(4, 5), ("holder",), False)
    assert (second.share, second.after, second.is_late) == (None, timedelta(0), True)
    assert (third.after, third.reassign, third.in_calendar) == (timedelta(hours=4), True, "office")


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('at = "80 %" ', 'at = "soon" ', "[1].at", 'a share of the allowance as "80 %"'),
        ('at = "80 %" ', 'at = "100 %" ', "[1].at", 'is the due time. Write "breach"'),
        ('at = "80 %" ', 'at = "+0h" ', "[1].at", 'the due time itself. Write "breach"'),
        ('at = "80 %" ', 'at = "+4d" ', "[1].at", "in days or weeks"),
        ('at = "80 %" ', "at = 80 ", "[1].at", "is no time of a step"),
        ('at = "80 %" ', "", "[1].at", 'is missing. Add at = "80 %"'),
        ('at = "breach" ', 'at = "80 %" ', "[2].at", "does not come after the step before it"),
        ('at = "+4h" ', 'at = "breach" ', "[3].at", "does not come after the step before it"),
        ('tell = ["holder"]', "tell = []", "[1].tell", "Name at least one"),
        ('tell = ["holder"]', 'tell = ["holders"]', "[1].tell[1]", "Did you mean holder?"),
        (
            'tell = ["holder"]',
            'tell = ["contact:Eve"]',
            "[1].tell[1]",
            "sales has no contact 'Eve'. None is defined",
        ),
        (
            'tell = ["holder"]',
            'tell = ["holder"]\nin_calendar = "ofice"',
            "[1].in_calendar",
            "Did you mean office?",
        ),
        (
            'tell = ["holder"]',
            'tell = ["holder"]\nchannel = "pigeon"',
            "[1].channel",
            "one of mail",
        ),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(old, new, key, said) -> None:
    ((found, sentence),) = faults((old, new))
    assert found == f"{LADDER}{key}"
    assert said in sentence


def test_a_ladder_belongs_to_clocks() -> None:
    step = 'target = "goal"\n[[commitments.leads.ladder]]\nat = "50 %"\ntell = ["team"]\n'
    ((key, sentence),) = faults(('target = "goal"', step))
    assert key == "commitments.leads.ladder"
    assert "belongs to a commitment with clocks" in sentence


def test_a_contact_of_the_party_that_owes_the_act_may_be_told() -> None:
    contact = '[[parties.sales.contacts]]\nname = "Eve"\nemail = "eve@example.com"\n'
    text = EXAMPLE.replace("[parties.sales]", f"{contact}[parties.sales]", 1)
    text = text.replace('tell = ["holder"]', 'tell = ["contact:Eve"]')
    assert parse_agreement(text).commitments[1].ladder[0].tell == ("contact:Eve",)
