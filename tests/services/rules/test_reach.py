from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarketing.services.rules.columns import canonical_columns
from smarketing.services.rules.reach import dead_rules

COLUMNS = canonical_columns()


def dead(*conditions: str) -> list[tuple[int, tuple[int, ...]]]:
    return [(one.number, one.behind) for one in dead_rules(conditions, COLUMNS)]


@pytest.mark.parametrize(
    "condition",
    [
        "1 = 0",
        "NULL",
        "employees = NULL",
        "employees > 5 AND employees < 3",
        pytest.param("employees > 5 AND employees < 6", id="no whole number between"),
        pytest.param("amount > 5.5 AND amount < 5.5001", id="no amount between"),
        "country = 'DE' AND NOT (country = 'DE')",
        "country IN ('DE', 'AT') AND country = 'CH'",
        "created_at < DATE '2026-01-01' AND created_at >= TIMESTAMP '2026-01-01 10:00:00'",
        "seniority = 'vp' AND seniority IS NULL",
    ],
)
def test_a_condition_that_no_lead_meets_is_found(condition: str) -> None:
    assert dead(condition, "employees > 5") == [(0, ())]


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        pytest.param(("employees < 500", "employees < 100"), [(1, (0,))], id="the wider one first"),
        pytest.param(("seniority = 'vp'", "seniority = 'vp'"), [(1, (0,))], id="the same twice"),
        pytest.param(("country LIKE 'x%'",) * 2, [(1, (0,))], id="the same twice, not understood"),
        pytest.param(
            ("employees >= 500", "employees < 500", "employees > 7"), [(2, (0, 1))], id="both"
        ),
        pytest.param(("TRUE", "lower(country) = 'de'"), [(1, (0,))], id="nothing is left"),
        pytest.param(
            ("seniority IN ('vp', 'head')", "seniority = 'head'"), [(1, (0,))], id="of a list"
        ),
    ],
)
def test_a_rule_that_comes_too_late_is_found(conditions, found) -> None:
    assert dead(*conditions) == found


@pytest.mark.parametrize(
    "conditions",
    [
        ("employees < 100", "employees < 500"),
        ("employees >= 500", "employees < 500", "employees IS NULL"),
        pytest.param(("employees > 5 AND employees <= 6",), id="just one whole number"),
        pytest.param(("lower(country) = 'x' AND 1 = 0",), id="not understood: not judged"),
        pytest.param(("country > 'a' AND country < 'b'",), id="texts have no end between"),
        pytest.param(("country LIKE 'D%'", "country = 'DE'"), id="a pattern is not tried"),
        pytest.param(("employees > 9223372036854775807",), id="at the edge of what a column holds"),
        ("created_at >= TIMESTAMP '2026-01-01 10:00:00'", "created_at >= DATE '2026-01-01'"),
    ],
)
def test_nothing_is_said_of_rules_that_may_match(conditions) -> None:
    assert dead(*conditions) == []


def test_too_many_combinations_are_not_tried() -> None:
    columns = ("country", "industry", "region", "company", "campaign", "provider", "owner")
    many = " AND ".join(
        f"{column} IN ({', '.join(repr(f'{column}{n}') for n in range(9))})" for column in columns
    )
    assert dead(f"{many} AND country = 'x'") == []


COMPARISONS = st.one_of(
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=", "<>"]), st.integers(-2, 4).map(str)).map(
        lambda pair: f"employees {pair[0]} {pair[1]}"
    ),
    st.sampled_from(["country = 'DE'", "country IN ('DE', 'AT')", "country IS NULL"]),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda one: f"NOT ({one})"),
    ),
    max_leaves=4,
)
EVERY = pl.DataFrame(
    [(n, c) for n in (None, *range(-5, 8)) for c in (None, "DE", "AT", "FR")],
    schema={"employees": pl.Int64, "country": pl.String},
    orient="row",
)


@given(st.lists(CONDITIONS, min_size=1, max_size=4))
def test_a_rule_is_dead_just_when_no_lead_reaches_it(conditions: list[str]) -> None:
    frame = EVERY.with_columns(
        pl.sql_expr(sql).fill_null(value=False).alias(f"r{n}") for n, sql in enumerate(conditions)
    )
    first = pl.lit(-1)
    for n in reversed(range(len(conditions))):
        first = pl.when(pl.col(f"r{n}")).then(n).otherwise(first)
    reached = set(frame.select(first.alias("first"))["first"].unique())
    assert {number for number, _ in dead(*conditions)} == set(range(len(conditions))) - reached


def test_the_order_in_time_is_that_of_the_wall_clock() -> None:
    days = [datetime(2026, 1, n).date().isoformat() for n in (1, 2, 3)]  # noqa: DTZ001
    rules = [f"created_at >= DATE '{a}' AND created_at < DATE '{b}'" for a, b in pairwise(days)]
    assert dead(*rules) == []
    assert dead(*rules, f"created_at >= DATE '{days[0]}' AND created_at < DATE '{days[2]}'") == [
        (2, (0, 1))
    ]
