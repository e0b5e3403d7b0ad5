"""`smarketing compare`: providers and sites under the same promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from smarketing.cli.parts import DAY, house, json_option, now, put_json, put_table, say

if TYPE_CHECKING:
    from datetime import date


@click.command("compare")
@click.option("--metric", default="acknowledged_within", help="The promise that is compared.")
@click.option("--by", default="provider", help="agreement, provider, source, lead_source, ...")
@click.option("--from", "starts", type=DAY, required=True, help="First day.")
@click.option("--to", "ends", type=DAY, required=True, help="First day after the span.")
@json_option
def compare_command(metric: str, by: str, starts: date, ends: date, *, as_json: bool) -> None:
    """Compare groups under the same promise, by name: nobody is ranked."""
    from smarketing.bootstrap import facts_at
    from smarketing.domain.metrics import Metric
    from smarketing.services.comparison.comparison import METRICS, compare
    from smarketing.services.comparison.comparison import as_json as plain
    from smarketing.services.comparison.words import headline

    if starts >= ends:
        raise click.UsageError(f"--to {ends} is not after --from {starts}; --to is the day after")
    if metric not in METRICS:
        raise click.UsageError(f"--metric is one of {', '.join(METRICS)}, not {metric}")
    home = house()
    facts = facts_at(home, None, now())
    found = compare(facts, home.book(), Metric(metric), by, (starts, ends))
    if as_json:
        put_json(plain(found))
        return
    put_table(
        (by, "kept", "due", "rate", "outside of chance"),
        [
            (
                group.name or "–", group.kept, group.due,
                f"{float(group.rate):.1%}" if group.rate is not None else "–",
                "yes" if group in found.outside else "no",
            )
            for group in found.groups
        ],
    )  # fmt: skip
    say(headline(found))
