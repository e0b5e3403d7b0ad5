"""`smarketing forecast`: how likely each commitment of volume still is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from smarketing.cli.parts import INSTANT, house, json_option, now, put_json, put_table

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.services.forecast.row import ForecastRow
    from smarketing.services.forecast.shares import ShareRow


@click.command("forecast")
@click.option("--agreement", help="Only this one; else every agreement in force.")
@click.option("--period", help="A month, quarter or year, as 2026-11; else the current month.")
@click.option("--as-of", type=INSTANT, help="From what was known and signed then; else now.")
@click.option("--by", default="", help="Comma-separated: segment, tier; else whole commitments.")
@json_option
def forecast_command(
    agreement: str | None,
    period: str | None,
    as_of: datetime | None,
    by: str,
    *,
    as_json: bool,
) -> None:
    """Show how likely each target of leads or lead value still is, and where a month may end.

    A quarter or a year is shown month by month: a target belongs to a month. A month that has
    ended shows what happened. 80 % of such months end in the range that is given. Days left are
    average working days: a weekday that brings more counts for more, and today as far as it is to
    come. Below stand the promised shares that fall due with the leads: acknowledged, attempted,
    accepted.
    """
    from smarketing.bootstrap import facts_at, leads_known_until
    from smarketing.services.forecast.forecasts import forecasts, shares

    home, at = house(), as_of or now()
    facts, book = facts_at(home, as_of, at), home.book(as_of)
    rows = forecasts(
        facts,
        book,
        period,
        at,
        agreement=agreement,
        by=tuple(dict.fromkeys(key.strip() for key in by.split(",") if key.strip())),
        known_until=lambda month: leads_known_until(home, month, as_of),
    )
    kept = shares(
        facts,
        book,
        period,
        at,
        agreement=agreement,
        known_until=lambda month: leads_known_until(home, month, as_of),
    )
    if as_json:
        put_json(
            {
                "as_of": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                "rows": [row.as_json() for row in rows],
                "shares": [row.as_json() for row in kept],
            }
        )
        return
    put_table(tuple(_headers(rows)), [_line(row) for row in rows])
    if kept:
        put_table(_SHARES, [_share_line(row) for row in kept])


_HEADERS: Final = (
    "delivered", "counted", "target", "due by now", "expected", "80 % range", "needed a day",
    "days left", "finding",
)  # fmt: skip


_SHARES: Final = (
    "agreement", "commitment", "month", "kept", "due", "still to fall due", "share so far",
    "promised", "finding",
)  # fmt: skip


def _share_line(row: ShareRow) -> list[Any]:
    return [
        row.agreement,
        row.commitment,
        f"{row.month:%Y-%m}",
        row.kept,
        row.due,
        row.left,
        f"{100 * row.kept / row.due:.1f} %" if row.due else None,
        f"{float(100 * row.promised):.10g} %",
        row.finding,
    ]


def _headers(rows: tuple[ForecastRow, ...]) -> list[str]:
    return ["agreement", "commitment", "month", *rows[0].keys, *_HEADERS]


def _line(row: ForecastRow) -> list[Any]:
    from reports.outlook import amount, finding, range_of

    shown = row.outlook
    needed = shown.needed_per_day
    return [
        row.agreement,
        row.commitment,
        f"{row.month:%Y-%m}",
        *row.keys.values(),
        row.delivered,
        amount(shown.done, shown.currency),
        amount(shown.target, shown.currency),
        f"{float(row.due):,.1f}",
        None if shown.expected is None else amount(shown.expected, shown.currency),
        range_of(shown),
        None if needed is None else f"{float(needed):,.1f}",
        f"{float(row.left):,.1f}",
        finding(shown),
    ]
