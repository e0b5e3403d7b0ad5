"""`smarketing breaches`: what was promised and not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from smarketing.cli.parts import DAY, MONTH, house, json_option, now, put_json, put_table, say

if TYPE_CHECKING:
    from datetime import date, datetime

    from smarketing.services.breaches.listed import Line

_MINUTE_S = 60


@click.command("breaches")
@click.option("--from", "starts", type=DAY, help="First day.")
@click.option("--to", "ends", type=DAY, help="First day after the span.")
@click.option("--month", type=MONTH, help="Instead: those that count for it, as 2026-10.")
@click.option("--agreement", help="Only of that agreement.")
@click.option("--all", "withdrawn", is_flag=True, help="Those that were withdrawn, too.")
@json_option
def breaches_command(
    starts: date | None,
    ends: date | None,
    month: date | None,
    agreement: str | None,
    *,
    withdrawn: bool,
    as_json: bool,
) -> None:
    """List the breaches that count for a month, or began in a span of days, the newest first.

    A month has the clocks of its leads, whenever they ran out, and its targets when it has ended:
    as the page of breaches has it. Days are half-open and of the first agreement's zone. A clock is
    a breach from its due instant on, a month from its end on.
    """
    from smarketing.bootstrap import judge_months
    from smarketing.domain.breaches import Standing
    from smarketing.domain.days import starts_at
    from smarketing.services.breaches.listed import Asked, every_line

    starts, ends = _days(starts, ends, month)
    home = house()
    judge_months(home, now())
    book = home.book()
    zone = book.pages_timezone
    asked = Asked(
        starts_at(starts, zone),
        starts_at(ends, zone),
        agreement=agreement,
        month=f"{month:%Y-%m}" if month else None,
    )
    lines = [
        line
        for line in every_line(home.breach_shelf, book, asked)
        if withdrawn or line.breach.standing is not Standing.WITHDRAWN
    ]
    if as_json:
        put_json({"breaches": [_json(line) for line in lines]})
        return
    rule = f"count for {asked.month}" if month else f"began from {starts} until before {ends}"
    say(f"{len(lines):,} that {rule}" if lines else f"no breaches {rule}, as far as is known")
    if lines:
        put_table(_HEADERS, [_row(line) for line in lines])


def _days(starts: date | None, ends: date | None, month: date | None) -> tuple[date, date]:
    """Return the first day, and the first one after."""
    from smarketing.domain.targets import next_month

    if month is not None and starts is None and ends is None:
        return month, next_month(month)
    if month is not None or starts is None or ends is None:
        raise click.UsageError("name either --month, or --from and --to")
    if starts >= ends:
        raise click.UsageError(f"--to {ends} is not after --from {starts}; --to is the day after")
    return starts, ends


_HEADERS = ("since", "owed by", "commitment", "kind", "reason", "lead", "late", "short", "stands")


def _row(line: Line) -> tuple[Any, ...]:
    breach = line.breach
    return (
        _utc(breach.at), line.by, line.place.commitment.name, breach.kind, breach.reason,
        line.lead or breach.subject.occasion, f"{breach.late_s // _MINUTE_S} min",
        breach.quantity or None, breach.standing,
    )  # fmt: skip


def _json(line: Line) -> dict[str, Any]:
    breach, place = line.breach, line.place
    return {
        "id": line.id,
        "agreement": place.agreement.name,
        "version": place.version.number,
        "commitment": place.commitment.name,
        "by": place.commitment.by,
        "to": place.commitment.to,
        "kind": breach.kind,
        "reason": breach.reason,
        "record": breach.record,
        "standing": breach.standing,
        "month": breach.month,
        "at": _utc(breach.at),
        "recorded_at": _utc(breach.recorded_at),
        "late_minutes": breach.late_s // _MINUTE_S,
        "wall_minutes": breach.wall_s // _MINUTE_S,
        "quantity": str(breach.quantity),
        "lead": line.lead_id,
        "cycle": breach.subject.cycle or None,
        "occasion": breach.subject.occasion or None,
        "words": [
            {
                "act": word.act,
                "clause": word.clause or None,
                "text": word.text,
                "party": word.party,
                "by": word.by,
                "at": _utc(word.at),
            }
            for word in breach.words
        ],
    }


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
