from __future__ import annotations

import polars as pl
import pytest

from smarketing.domain.agreement import Rule
from smarketing.services.rules.check import check_condition
from smarketing.services.rules.match import NO_RULE, RuleError, holds, match_first

# 2026-01-01 00:30 in Berlin, still 2025 in UTC.
NEW_YEAR_S = 1_767_223_800
LEADS = pl.DataFrame(
    {
        "company": ["Acme", "Foo GmbH", None],
        "country": ["DE", None, "FR"],
        "employees": [5000, 20, None],
        "amount": [12_3450, 10_0000, None],
        "created_at": [NEW_YEAR_S, NEW_YEAR_S - 86_400, NEW_YEAR_S + 86_400],
        "seniority": ["c_level", "intern", "unknown"],
        "extra": ['{"landing page":"demo","it\'s":"1"}', '{"landing page":"ebook"}', None],
    },
    schema_overrides={"employees": pl.Int64, "amount": pl.Int64},
)


def rule(name: str, when: str) -> Rule:
    return Rule(name, name, when)


def met(when: str, zone: str = "Europe/Berlin") -> list[bool]:
    return holds(LEADS, when, zone).to_list()


def test_the_first_rule_that_matches_wins() -> None:
    rules = [rule("large", "employees >= 1000"), rule("german", "country = 'DE'")]
    assert match_first(LEADS, rules, "UTC").names.to_list() == ["large", "other", "other"]
    turned = match_first(LEADS, rules[::-1], "UTC")
    assert turned.names.to_list() == ["german", "other", "other"]


def test_what_matches_nothing_is_other_with_no_rule() -> None:
    found = match_first(LEADS, [rule("small", "employees < 100")], "UTC")
    assert found.names.to_list() == ["other", "small", "other"]
    assert (found.rules.dtype, found.rules.to_list()) == (pl.Int16, [NO_RULE, 0, NO_RULE])


def test_null_does_not_match_and_its_opposite_neither() -> None:
    rules = [rule("german", "country = 'DE'"), rule("foreign", "country <> 'DE'")]
    assert match_first(LEADS, rules, "UTC").names.to_list() == ["german", "other", "foreign"]


def test_true_takes_every_lead() -> None:
    assert match_first(LEADS, [rule("all", "TRUE")], "UTC").rules.to_list() == [0, 0, 0]


def test_without_rules_every_lead_is_other() -> None:
    assert match_first(LEADS, [], "UTC").names.to_list() == ["other"] * 3


@pytest.mark.parametrize("rules", [[], [rule("all", "TRUE")]], ids=["no rule", "a constant"])
def test_no_leads_match_nothing(rules: list[Rule]) -> None:
    found = match_first(LEADS.clear(), rules, "UTC")
    assert (found.names.to_list(), found.rules.to_list()) == ([], [])


@pytest.mark.parametrize(
    ("when", "leads"),
    [
        ("company ILIKE '%gmbh'", [False, True, False]),
        ("seniority IN ('c_level', 'vp')", [True, False, False]),
        ("amount > 12.34", [True, False, False]),
        ("amount = 10", [False, True, False]),
        ("country IS NULL OR employees BETWEEN 1000 AND 9999", [True, True, False]),
        ("\"landing page\" = 'demo'", [True, False, False]),
        ("\"it's\" = '1'", [True, False, False]),
        ('TRY_CAST("landing page" AS INT) > 3', [False, False, False]),
    ],
    ids=["text", "seniority", "cents", "money", "or", "own column", "a quote", "no number"],
)
def test_a_condition_sees_the_lead(when: str, leads: list[bool]) -> None:
    assert met(when) == leads


def test_an_instant_is_wall_time_of_the_agreements_zone() -> None:
    when = "created_at >= DATE '2026-01-01'"
    assert met(when, "Europe/Berlin") == [True, False, True]
    assert met(when, "UTC") == [False, False, True]
    assert met("created_at = TIMESTAMP '2026-01-01 00:30:00'") == [True, False, False]
    assert met("EXTRACT(year FROM created_at) = 2025") == [False, True, False]


def test_a_rule_that_fails_on_a_value_is_named() -> None:
    rules = [rule("fine", "employees < 1"), rule("bad", 'CAST("landing page" AS INT) > 1')]
    with pytest.raises(RuleError, match=r"the rule bad .* TRY_CAST") as caught:
        match_first(LEADS, rules, "UTC")
    assert caught.value.key == "bad"


def test_a_condition_that_fails_is_named() -> None:
    with pytest.raises(RuleError, match="applies_when"):
        met("CAST(company AS INT) = 1")


@pytest.mark.parametrize(
    "when",
    [
        "TRUE",
        "employees >= 1000 AND country IN ('DE', 'AT')",
        "company = 'select now()'",
        "LOWER(email) LIKE '%@acme.example' OR phone ~ '^\\+49'",
        "COALESCE(industry, '') <> 'Retail'",
        "CASE WHEN employees > 3 THEN TRUE END",
        "handed_off_at >= DATE '2026-01-01'",
        "amount / 2 > 10.5",
        "\"landing page\" = 'demo'",
        "SPLIT_PART(email, '@', 2) = 'acme.example'",
    ],
)
def test_a_condition_over_one_lead_can_be_used(when: str) -> None:
    assert check_condition(when, ["landing page"]) is None


@pytest.mark.parametrize(
    ("when", "reason", "mend"),
    [
        ("employee > 3", "there is no column 'employee'", "Did you mean employees?"),
        ("Company = 'a'", "no column 'Company'", "Did you mean company?"),
        ("page_id = '1'", "no column 'page_id'", 'extra_columns = ["page_id"]'),
        ('company = "Acme"', "no column 'Acme'", "single quotes"),
        ("employees", "gives Int64, not TRUE or FALSE", "condition over one lead"),
        ("NULL", "gives Null", "condition over one lead"),
        ("employees >", "not a SQL condition", "condition over one lead"),
        ("", "not a SQL condition", "condition over one lead"),
        ("company = 'a'; DROP TABLE lead", "not a SQL condition", "condition"),
        ("COUNT(*) > 3", "look at other leads", "condition over one lead"),
        ("employees > AVG(employees)", "look at other leads", "condition"),
        ("QUANTILE_CONT(employees, 0.5) > 1", "look at other leads", "condition"),
        ("ROW_NUMBER() OVER (ORDER BY employees) = 1", "look at other leads", "condition"),
        ("MAX(employees) OVER (PARTITION BY country) > 3", "look at other leads", "condition"),
        ("employees IN (SELECT 1)", "a SELECT of its own", "condition"),
        ("EXISTS (SELECT * FROM read_csv('/etc/passwd'))", "a SELECT of its own", "condition"),
        ("created_at > NOW()", "reads the clock", "DATE '2026-01-01'"),
        ("created_at > CURRENT_DATE", "reads the clock", "DATE '2026-01-01'"),
        ("COLUMNS('^e.*') IS NULL", "several columns at once", "by itself"),
        ("company = 3", "cannot be evaluated", "text with text"),
        ("CAST(company AS INT) = 3", "cannot be evaluated", "TRY_CAST"),
        ("created_at > '2026-01-01'", "cannot be evaluated", "DATE '2026-01-01'"),
        ("company ~ '('", "cannot be evaluated", "text with text"),
    ],
)
def test_a_condition_that_cannot_be_used_says_why(when: str, reason: str, mend: str) -> None:
    fault = check_condition(when)
    assert fault is not None
    assert reason in fault.reason
    assert mend in fault.mend


def test_a_declared_column_is_among_the_known() -> None:
    fault = check_condition("landing_pag = '1'", ["landing_page"])
    assert fault is not None
    assert "Did you mean landing_page?" in fault.mend
