"""`smarketing ladder`: what an escalation ladder would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from smarketing.cli.parts import MONTH, house, json_option, now, put_json, put_table, say

if TYPE_CHECKING:
    from datetime import date

    from smarketing.services.escalation.simulate import Simulated


@click.group("ladder")
def ladder_command() -> None:
    """Replay a month: what an escalation ladder would have done."""


@ladder_command.command("simulate")
@click.argument("name")
@click.option("--version", "number", type=int, help="Of the agreement; else its newest one.")
@click.option("--month", type=MONTH, help="As 2026-10; else the last month that is over.")
@json_option
def simulate(name: str, number: int | None, month: date | None, *, as_json: bool) -> None:
    """Say what the ladders of a version of NAME would have sent and handed on in a month.

    The version may be a draft. It is taken as if it had been in force all the month.
    """
    from smarketing.bootstrap import catch_up, ladder_simulated
    from smarketing.services.agreements.ladders import when_text

    home, at = house(), now()
    catch_up(home, at)
    found = ladder_simulated(home, name, number, month, at)
    if as_json:
        put_json(_json(found))
        return
    if not found.steps:
        say(f"{name} version {found.version} has no ladder")
        return
    ladders = {c.name: c.ladder for c in found.agreement.commitments}
    put_table(
        ("commitment", "step", "taken", "messages", "handed on"),
        [
            (commitment, when_text(step), told.taken, told.messages, told.reassigned)
            for commitment, steps in found.steps.items()
            for step, told in zip(ladders[commitment], steps, strict=True)
        ],
    )
    say(found.sentence)


def _json(found: Simulated) -> dict[str, Any]:
    return {
        "agreement": found.agreement.name,
        "version": found.version,
        "month": f"{found.month:%Y-%m}",
        "clocks": found.clocks,
        "messages": found.messages,
        "reassigned": found.reassigned,
        "commitments": {
            name: [vars(step) for step in steps] for name, steps in found.steps.items()
        },
    }
