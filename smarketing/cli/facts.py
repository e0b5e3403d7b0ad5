"""`smarketing facts`: the figures of days against a recount from the events."""

from __future__ import annotations

import sys

import click

from smarketing.cli.main import FAILED
from smarketing.cli.parts import house, now, say


@click.command("facts")
@click.option("--rebuild", is_flag=True, help="Put the recount in the place of what is stored.")
def facts_command(*, rebuild: bool) -> None:
    """Hold the figures of days against a recount from the events. Exit 1 when they differ.

    They are corrected only with --rebuild: find out what made them wrong first.
    """
    from smarketing.bootstrap import audit_facts, rebuild_facts

    home, at = house(), now()
    wrong = audit_facts(home, at)
    if not wrong:
        say("the figures agree with a recount")
    elif rebuild:
        rebuild_facts(home, at)
        left = audit_facts(home, at)
        say(f"{wrong:,} figures differed from a recount; {left:,} differ now")
        sys.exit(FAILED if left else 0)
    else:
        say(f"{wrong:,} figures differ from a recount; put it in their place with --rebuild")
        sys.exit(FAILED)
