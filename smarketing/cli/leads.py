"""`smarketing lead`: a lead entered by hand."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

import click

from smarketing.cli.parts import house, json_option, now, put_json, say

if TYPE_CHECKING:
    from smarketing.services.leads.enter import Alike, Entered


@click.group("lead")
def lead_command() -> None:
    """Enter a lead by hand."""


@lead_command.command("add")
@click.option("--name", "full_name", help="As people call it.")
@click.option("--email")
@click.option("--phone")
@click.option("--company")
@click.option("--title", "job_title", help="Job title: its seniority may decide the tier.")
@click.option("--employees", help="A whole number.")
@click.option("--industry")
@click.option("--country")
@click.option("--region")
@click.option("--lead-source", help="As trade_fair.")
@click.option("--campaign")
@click.option("--provider", help="The supplier who delivered it.")
@click.option("--created", "created_at", help="When it came in, as 2026-11-23T09:00; else now.")
@click.option("--set", "own", multiple=True, metavar="COLUMN=VALUE", help="A column of your own.")
@click.option("--to", help="E-mail of who gets it; else it waits in the team's queue.")
@click.option("--all-the-same", is_flag=True, help="Also when it may be there already.")
@json_option
def add(
    *, own: tuple[str, ...], to: str | None, all_the_same: bool, as_json: bool, **values: str | None
) -> None:
    """Enter a lead; it is handed off to Sales at once."""
    from smarketing.bootstrap import entry_desk
    from smarketing.services.leads.enter import Typing, enter
    from smarketing.services.people.people import person_named

    home = house()
    desk = entry_desk(home)
    typing = Typing(
        values={name: text for name, text in values.items() if text} | dict(_pairs(own)),
        word=token_urlsafe(9),
        label="entered by the command",
        hand_to=person_named(desk.people, to).id if to else 0,
        is_sure=all_the_same,
    )
    entered = enter(desk, home.book(), typing, now())
    if entered.lead_id is None:
        raise click.ClickException(_why_not(entered))
    if as_json:
        put_json({"lead": entered.lead_id})
    else:
        say(f"lead {entered.lead_id} entered, and handed off to Sales")


def _pairs(own: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the columns and values of `COLUMN=VALUE`."""
    told = [text.partition("=") for text in own]
    if wrong := [name for name, sign, _ in told if not (name and sign)]:
        raise click.UsageError(f"--set {wrong[0]!r}: write it as COLUMN=VALUE")
    return [(name, value) for name, _, value in told]


def _why_not(entered: Entered) -> str:
    """Return why nothing was entered, and how to mend it."""
    if entered.problems:
        (problem,) = entered.problems
        found = f" {problem.found!r}" if problem.found else ""
        return f"{problem.column}:{found} {problem.reason}; {problem.mend}"
    lines = "\n".join(f"  {_told(one)}" for one in entered.alike)
    return f"it may be there already; to enter it all the same: --all-the-same\n{lines}"


def _told(one: Alike) -> str:
    parts: tuple[Any, ...] = (one.name, one.company, one.email)
    named = ", ".join(str(part) for part in parts if part)
    return f"lead {one.lead_id} from {one.source}: {named} (the same {one.same})"
