"""Which rule of segments or tiers a lead matches.

Rules are SQL conditions, evaluated over whole batches (`rule_columns` says what they see,
`rule_check` what they may be). The first rule that matches wins; NULL does not match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from smarketing.domain.agreement import OTHER
from smarketing.domain.errors import SmarketingError
from smarketing.services.rules.columns import as_seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smarketing.domain.agreement import Rule

NO_RULE: Final = -1
"""The index where no rule matched."""


class RuleError(SmarketingError):
    """A rule could not be evaluated over these leads.

    Attributes:
        key: Name of the rule.
    """

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


class Matched(NamedTuple):
    """Which rule each lead matched, in the order of the leads.

    Attributes:
        names: Name of the rule (String); `other` where none matched.
        rules: Index of the rule (Int16); -1 where none matched.
    """

    names: pl.Series
    rules: pl.Series


def match_first(frame: pl.DataFrame, rules: Sequence[Rule], timezone: str) -> Matched:
    """Return the first rule that each lead matches.

    Args:
        frame: Leads with the columns of a `Batch` that the rules use, and `seniority`.
        rules: In their order; each has passed `check_condition`.
        timezone: IANA zone of the wall times that a rule compares.

    Raises:
        RuleError: A rule cannot be evaluated over these leads, such as a CAST that fails.
    """
    conditions = [pl.sql_expr(rule.when) for rule in rules]
    index = pl.lit(NO_RULE, pl.Int16)
    for number, condition in reversed(list(enumerate(conditions))):
        index = pl.when(condition).then(pl.lit(number, pl.Int16)).otherwise(index)
    seen = _seen(frame, conditions, timezone)
    try:
        found = seen.with_columns(index.alias("rule")).select("rule").collect().to_series()
    except pl.exceptions.PolarsError as error:
        raise _culprit(seen, rules, error) from error
    names = pl.Series("name", [*(rule.name for rule in rules), OTHER], dtype=pl.String)
    return Matched(names.gather(found.cast(pl.Int64) % len(names)), found)


def holds(frame: pl.DataFrame, when: str, timezone: str) -> pl.Series:
    """Return whether each lead meets one condition (`applies_when`); NULL is False.

    Raises:
        RuleError: The condition cannot be evaluated over these leads.
    """
    condition = pl.sql_expr(when)
    answers = _seen(frame, [condition], timezone).with_columns(
        condition.fill_null(value=False).alias("answer")
    )
    try:
        return answers.select("answer").collect().to_series()
    except pl.exceptions.PolarsError as error:
        raise _failed("applies_when", when, error) from error


def _seen(frame: pl.DataFrame, conditions: Sequence[pl.Expr], timezone: str) -> pl.LazyFrame:
    used = {name for condition in conditions for name in condition.meta.root_names()}
    return frame.lazy().with_columns(as_seen(used, timezone))


def _culprit(seen: pl.LazyFrame, rules: Sequence[Rule], error: Exception) -> RuleError:
    """Return the error of the first rule that fails alone."""
    for rule in rules:
        try:
            seen.select(pl.sql_expr(rule.when).alias("answer")).collect()
        except pl.exceptions.PolarsError as cause:
            return _failed(rule.name, rule.when, cause)
    return _failed("", "; ".join(rule.when for rule in rules), error)


def _failed(name: str, when: str, error: Exception) -> RuleError:
    reason = str(error).strip().splitlines()[0]
    return RuleError(
        f"the rule {name} ({when}) failed: {reason}. Use TRY_CAST where a text may not be a number",
        name,
    )
