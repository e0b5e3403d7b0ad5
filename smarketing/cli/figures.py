"""`smarketing progress`: what was delivered and answered."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from smarketing.cli.parts import DAY, INSTANT, house, json_option, now, put_json, put_table, say

if TYPE_CHECKING:
    from datetime import date, datetime

    from smarketing.services.progress.progress import ProgressRow

_PERCENT = 100


@click.command("progress")
@click.option("--from", "starts", type=DAY, required=True, help="First day.")
@click.option("--to", "ends", type=DAY, required=True, help="First day after the span.")
@click.option(
    "--by", default="",
    help="Group by segment,tier,source,lead_source,provider,owner,country,week,month.",
)  # fmt: skip
@click.option("--agreement", help="Only leads of that agreement.")
@click.option("--as-of", type=INSTANT, help="As it was known then; else now.")
@json_option
def progress_command(
    starts: date,
    ends: date,
    by: str,
    agreement: str | None,
    as_of: datetime | None,
    *,
    as_json: bool,
) -> None:
    """Show what was delivered and answered in a span of days, against what was promised.

    Days are half-open and of the agreement's zone. A lead belongs to the day of its hand-off.
    """
    from smarketing.bootstrap import facts_at
    from smarketing.domain.days import local_date
    from smarketing.services.progress.progress import progress

    if starts >= ends:
        raise click.UsageError(f"--to {ends} is not after --from {starts}; --to is the day after")
    home = house()
    keys = tuple(dict.fromkeys(key.strip() for key in by.split(",") if key.strip()))
    facts, book = facts_at(home, as_of, now()), home.book(as_of)
    if agreement is not None and agreement not in book.names:
        known = ", ".join(book.names) or "none yet"
        raise click.ClickException(
            f"no agreement in force is named {agreement!r}; there are: {known}"
        )
    rows = progress(facts, book, starts, ends, by=keys, agreement=agreement)
    if as_json:
        put_json({"rows": [row.as_json() for row in rows]})
    else:
        put_table((*keys, *_HEADERS), [_line(row) for row in rows])
        _put_notes(rows, starts, local_date(now(), book.pages_timezone))


def _put_notes(rows: tuple[ProgressRow, ...], starts: date, today: date) -> None:
    """Say on the error output what the table alone would leave to be guessed."""
    if starts > today:
        say(f"{starts} is still to come: nothing of these days has begun")
    without = int(sum(_without_target(row) for row in rows))
    if without:
        verb = "has" if without == 1 else "have"
        say(f"{without:,} of the counted leads {verb} no target: what is attained leaves them out")


def _without_target(row: ProgressRow) -> Fraction:
    """Return the counted leads of segments and tiers without a target, where some have one."""
    if row.target is None or row.attainment is None:
        return Fraction(0)
    return row.counted - row.attainment * row.target


_HEADERS = (
    "delivered", "rejected", "counted", "target", "attained", "accepted", "acknowledged",
    "in time", "attempted in time", "customers", "value", "won",
)  # fmt: skip


def _line(row: ProgressRow) -> list[Any]:
    told = [value if value is not None else "(blank)" for value in row.keys.values()]
    target = None if row.target is None else round(float(row.target), 1)
    attained = None if row.attainment is None else f"{float(row.attainment) * _PERCENT:.1f} %"
    return [
        *told,
        row.delivered,
        row.rejected,
        row.counted,
        None if target is None else f"{target:,g}",
        attained,
        row.accepted,
        row.acknowledged,
        _share(row.acknowledged_in_time, row.acknowledged_due),
        _share(row.attempted_in_time, row.attempted_due),
        row.customers,
        f"{row.value:,.2f}",
        f"{row.won_amount:,.2f}",
    ]


def _share(kept: int, due: int) -> str | None:
    return f"{kept:,} of {due:,}" if due else None
