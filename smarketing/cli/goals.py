"""`smarketing goals`: how many leads the goal asks for, how sure that is, and why."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import click

from smarketing.cli.backtests import show_backtest
from smarketing.cli.parts import INSTANT, house, json_option, now, put_json, put_table, say

if TYPE_CHECKING:
    from datetime import date, datetime


_KEYS: Final = ("segment", "tier")


class Confidence(click.ParamType[Fraction]):
    """A probability from one in two to 99 in 100, as 0.8 or 80%; exactly."""

    name = "confidence"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        """Return the fraction."""
        from smarketing.domain.confidence import BEYOND, is_within

        text = str(value).strip()
        try:
            exact = Fraction(text.rstrip("% ")) / (100 if text.endswith("%") else 1)
        except (ValueError, ZeroDivisionError):
            exact = Fraction(0)
        if not is_within(exact):
            self.fail(f"{text!r} {BEYOND}: write it as 80%", param, ctx)
        return exact


@click.command("goals")
@click.option("--agreement", help="Which one; else the first with a goal.")
@click.option(
    "--period", help="Months of the revenue, as 2027-01, 2027-Q1 or 2027; else the next that can "
    "still be planned.",
)  # fmt: skip
@click.option("--as-of", type=INSTANT, help="From what was known and signed then; else now.")
@click.option("--confidence", type=Confidence(), help="As 0.8; else that of the goal, or 0.8.")
@click.option("--by", help="Sum the leads by segment, by tier, or (as without it) by both.")
@click.option("--backtest", is_flag=True, help="Show how good the forecasts of the past were.")
@json_option
def goals_command(
    agreement: str | None,
    period: str | None,
    as_of: datetime | None,
    confidence: Fraction | None,
    by: str | None,
    *,
    backtest: bool,
    as_json: bool,
) -> None:
    """Show how many leads the goal asks for in each cell, with every input and how sure it is.

    The period is that of the revenue; the leads are to be handed off earlier by their lag.
    """
    from smarketing.domain.days import local_date
    from smarketing.services.agreements.life import agreement_of, newest
    from smarketing.services.agreements.then import ShelfThen
    from smarketing.services.goals.as_json import grouped, plan_json
    from smarketing.services.goals.months import found_of, left_out, plans_of, unplanned_of
    from smarketing.services.goals.shown import planned_of
    from smarketing.services.goals.words import conclusion, plan_notes

    keys = _keys(by)
    if backtest and (period or confidence or by is not None):
        raise click.UsageError(
            "--backtest looks at every past month, confidence and cell; leave out --period, "
            "--confidence and --by"
        )
    home, at = house(), as_of or now()
    shelf = home.shelf if as_of is None else ShelfThen(home.shelf, as_of)
    versions = shelf.versions()
    if not versions:
        since = "" if as_of is None else f" as of {as_of:%Y-%m-%d %H:%M} UTC"
        raise click.ClickException(
            f"there is no agreement yet{since}. Load one: smarketing agreement load FILE"
        )
    planned = planned_of(versions, at)
    name = newest(agreement, shelf).name if agreement else next(iter(planned))
    version = planned[name]
    if backtest:
        show_backtest(home, version.name, at, as_json=as_json)
        return
    told = agreement_of(version)
    if told.goal is None:
        raise click.ClickException(f"{version.name} has no goal. Add a [goal] to it, or targets.")
    found = found_of(version, home.history, home.book(), at)
    months = _months(period)
    plans = plans_of(told, found, at, months, confidence)
    today = local_date(at, told.timezone)
    if as_json:
        left = {"left_out": [f"{month:%Y-%m}" for month in left_out(months, plans)]}
        put_json(plan_json(plans, keys, today) | left)
        return
    if unplanned := unplanned_of(told, months, plans):
        say(unplanned)
    for plan in plans:
        say(f"Revenue of {plan.month:%Y-%m}, in {told.currency}. {conclusion(plan)}")
        if keys == _KEYS:
            cells = plan_json([plan], keys, today)["cells"]
            put_table(_HEADERS, [_line(cell) for cell in cells])
        else:
            put_table((*keys, *_SUMS), [_sums(row) for row in grouped(plan, keys)])
    for note in dict.fromkeys(note for plan in plans for note in plan_notes(plan, today)):
        say(note)


_HEADERS: Final = (
    "segment", "tier", "hand off in", "revenue", "average deal", "close rate", "its range",
    "plain rate", "customers", "textbook", "its chance", "leads", "alone", "value of a lead",
)  # fmt: skip
_SUMS: Final = ("revenue", "textbook", "leads", "value")


def _keys(by: str | None) -> tuple[str, ...]:
    asked = ",".join(_KEYS) if by is None else by
    keys = tuple(dict.fromkeys(key.strip() for key in asked.split(",") if key.strip()))
    if not set(keys) <= set(_KEYS):
        raise click.UsageError(f"--by {by} is neither segment nor tier, nor both with a comma")
    return keys


def _months(period: str | None) -> tuple[date, ...]:
    from smarketing.domain.periods import months_of

    return months_of(period) if period else ()


def _sums(row: dict[str, Any]) -> list[Any]:
    money = {name: f"{row[name]:,.2f}" for name in ("revenue", "value")}
    return [*(row | money).values()]


def _line(cell: dict[str, Any]) -> list[Any]:
    history = cell["history"] or {}
    return [
        cell["segment"],
        cell["tier"],
        cell["month"],
        f"{cell['revenue']:,.2f}",
        _given(cell["average_deal"], f"{cell['average_deal']['value']:,.2f}"),
        _given(cell["close_rate"], _percent(_taken(cell), 2)),
        _interval(history),
        _rate(history.get("naive")),
        f"{cell['customers']:,.2f}",
        cell["textbook"],
        None if cell["chance"] is None else _percent(cell["chance"], 0),
        cell["leads"],
        cell["leads_alone"],
        f"{cell['lead_value']:,.2f}",
    ]


def _taken(cell: dict[str, Any]) -> float:
    """Return the rate that leads are planned with; the textbook takes the plain one of history."""
    rate, history = cell["close_rate"], cell["history"]
    return float(history["rate"] if rate["origin"] == "history" and history else rate["value"])


def _given(given: dict[str, Any], text: str) -> str:
    if given["sample"] is None:
        return f"{text} ({given['origin'].replace('agreement', 'agreed')})"
    return f"{text} (from {given['sample']:,})"


def _percent(share: float, decimals: int) -> str:
    return f"{100 * share:.{decimals}f} %"


def _rate(rate: float | None) -> str | None:
    return None if rate is None else _percent(rate, 2)


def _interval(history: dict[str, Any]) -> str | None:
    if not history:
        return None
    low, high = history["low"], history["high"]
    ends = (
        f"at least {_percent(low, 2)}"
        if high is None
        else f"{_percent(low, 2)} to {_percent(high, 2)}"
    )
    return f"{_percent(history['rate'], 2)} ({ends})"
