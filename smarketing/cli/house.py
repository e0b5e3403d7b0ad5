"""`smarketing init` and `smarketing doctor`: the installation itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from smarketing.cli.main import FAILED
from smarketing.cli.parts import house, json_option, now, put_json, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from smarketing.bootstrap import House


@click.command("init")
def init_command() -> None:
    """Create or migrate the database; safe to repeat."""
    from smarketing.store.engine import without_password

    home = house()
    say(f"the database is ready: {without_password(home.settings.database_url)}")


@click.command("doctor")
@json_option
def doctor_command(*, as_json: bool) -> None:
    """Check the installation, and say what to mend. Exit 1 when something needs mending."""
    findings = list(_findings(house(), now()))
    if as_json:
        put_json([{"what": what, "ok": ok, "told": told} for what, ok, told in findings])
    else:
        for what, ok, told in findings:
            click.echo(f"{'ok  ' if ok else 'MEND'}  {what}: {told}")
    if not all(ok for _, ok, _ in findings):
        sys.exit(FAILED)


def _findings(home: House, at: datetime) -> Iterator[tuple[str, bool, str]]:
    """Yield what was checked, whether it is well, and what was found or is to be done."""
    from smarketing.store.engine import without_password

    yield "database", True, without_password(home.settings.database_url)
    versions = home.shelf.versions()
    held = [f"{v.name} {v.version}" for v in versions if v.in_force]
    yield (
        "agreement",
        bool(held),
        ", ".join(held) if held else "none in force; load one and have it signed",
    )
    yield from _sources(home)
    yield from _outbox(home)
    yield from _channels(home)
    yield from _worker(home, at)
    yield "facts", *_facts(home, at)


def _sources(home: House) -> Iterator[tuple[str, bool, str]]:
    for row in home.sources.overview().iter_rows(named=True):
        if row["name"] != "portal":
            yield (
                f"source {row['name']}",
                not row["fault"],
                row["fault"] or f"{row['leads']:,} leads",
            )


def _outbox(home: House) -> Iterator[tuple[str, bool, str]]:
    from smarketing.store.outbox import OutboxStore

    counts = OutboxStore(home.engine).counts()
    told = ", ".join(f"{count:,} {state}" for state, count in counts.items()) or "empty"
    trouble = any(counts.get(state) for state in ("held", "failed"))
    way = "by SMTP" if home.settings.smtp else f"to files in {home.settings.outbox}"
    yield "outbox", not trouble, f"{told}; mails go {way}"


def _channels(home: House) -> Iterator[tuple[str, bool, str]]:
    from smarketing.bootstrap import channel_fault, channels_shown

    shown = channels_shown(home)
    if shown.fault:
        yield "channels", False, shown.fault
    for line in shown.lines:
        fault = channel_fault(line.channel) or line.fault
        told = f"last: {line.last.state}" if line.last else "nothing was sent to it yet"
        yield f"channel {line.channel.name}", not fault, fault or told


def _worker(home: House, at: datetime) -> Iterator[tuple[str, bool, str]]:
    from smarketing.store.runs import JobRuns

    states = JobRuns(home.engine).states()
    if not states:
        yield "worker", False, "has never run; start it with: smarketing scheduler"
    for state in states:
        age = int(at.timestamp()) - state.seen_at
        told = state.fault or f"seen {age} s ago"
        yield f"job {state.job}", not state.fault, told


def _facts(home: House, at: datetime) -> tuple[bool, str]:
    """Hold the stored facts against a recount from the events."""
    from smarketing.bootstrap import recount

    wrong = recount(home, at)
    if wrong:
        return False, f"{wrong} days and cells differ from a recount; tell the developers"
    return True, "agree with a recount"
