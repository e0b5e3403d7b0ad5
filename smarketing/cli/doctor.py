"""`smarketing doctor`: whether the installation is well, section by section, and what to mend."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from smarketing.cli.main import FAILED
from smarketing.cli.parts import house, json_option, now, put_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from smarketing.bootstrap import House

_FIXED_SQLITE: Final = (3, 51, 3)
"""Older ones may damage a database in WAL mode when two processes write it back at one moment
(https://sqlite.org/wal.html#walresetbug, read in November 2026)."""
_WAL: Final = (
    "older than 3.51.3, which mends a rare fault that damages a database when two processes write "
    "it back at one moment: run portal and worker in one process (smarketing serve "
    "--with-scheduler), or with a Python that has a newer library"
)
_OLD: Final = timedelta(hours=36)
"""A nightly backup is never that old, unless a night was missed."""


class Checked(NamedTuple):
    """One line: what was looked at, and what was found or is to be done.

    `ok` is None where nothing is wrong, and something is to be known.
    """

    what: str
    ok: bool | None
    told: str


_SAID: Final = {True: "ok  ", False: "MEND", None: "note"}


@click.command("doctor")
@json_option
def doctor_command(*, as_json: bool) -> None:
    """Check the installation, and say what to mend. Exit 1 when something needs mending."""
    checked = list(_checked(house(), now()))
    if as_json:
        put_json([line._asdict() | {"ok": line.ok is not False} for line in checked])
    else:
        for what, ok, told in checked:
            click.echo(f"{_SAID[ok]}  {what}: {told}")
    if any(line.ok is False for line in checked):
        sys.exit(FAILED)


def _checked(home: House, at: datetime) -> Iterator[Checked]:
    yield from _database(home)
    yield _agreement(home)
    yield from _sources(home)
    yield from _messages(home)
    yield from _channels(home)
    yield from _worker(home, at)
    yield from _jobs(home, at)
    yield from _findings(home, at)
    yield from _backups(home, at)
    yield _facts(home, at)


def _database(home: House) -> Iterator[Checked]:
    from smarketing.store.engine import without_password

    yield Checked("database", ok=True, told=without_password(home.settings.database_url))
    if home.engine.dialect.name == "sqlite":
        import sqlite3

        old = sqlite3.sqlite_version_info < _FIXED_SQLITE
        told = sqlite3.sqlite_version + (f"; {_WAL}" if old else "")
        yield Checked("SQLite library", None if old else True, told)


def _agreement(home: House) -> Checked:
    held = [f"{v.name} {v.version}" for v in home.shelf.versions() if v.in_force]
    told = ", ".join(held) or "none in force; load one and have it signed"
    return Checked("agreement", bool(held), told)


def _sources(home: House) -> Iterator[Checked]:
    for row in home.sources.overview().iter_rows(named=True):
        if row["name"] != "portal":
            told = row["fault"] or f"{row['leads']:,} leads"
            yield Checked(f"source {row['name']}", not row["fault"], told)


def _messages(home: House) -> Iterator[Checked]:
    from smarketing.store.receipts import Receipts

    receipts = Receipts(home.engine)
    counts = receipts.counts()
    told = ", ".join(f"{count:,} {state}" for state, count in counts.items()) or "none so far"
    way = "by SMTP" if home.settings.smtp else f"to files in {home.settings.outbox}"
    yield Checked("messages", ok=not counts.get("held"), told=f"{told}; mails go {way}")
    for one in receipts.resting():
        told = f"takes nothing since {one.since_at:%d %B %Y, %H:%M} UTC and rests: {one.said}"
        yield Checked(f"way out {one.channel}", ok=False, told=told)


def _channels(home: House) -> Iterator[Checked]:
    from smarketing.bootstrap import channel_fault, channels_shown

    shown = channels_shown(home)
    if shown.fault:
        yield Checked("channels", ok=False, told=shown.fault)
    for line in shown.lines:
        fault = channel_fault(line.channel) or line.fault
        told = f"last: {line.last.state}" if line.last else "nothing was sent to it yet"
        yield Checked(f"channel {line.channel.name}", not fault, fault or told)


def _worker(home: House, at: datetime) -> Iterator[Checked]:
    from smarketing.services.audit.jobs import TICK, is_still, worker_words

    seen_at = home.runs.seen_at(TICK)
    if is_still(seen_at, at):
        yield Checked("worker", ok=False, told=worker_words(seen_at, home.settings.timezone))
    elif seen_at:
        told = f"alive, seen {max(0, round((at - seen_at).total_seconds()))} s ago"
        yield Checked("worker", ok=True, told=told)


def _jobs(home: House, at: datetime) -> Iterator[Checked]:
    from smarketing.scheduler.rhythms import job_rhythms
    from smarketing.services.audit.told import job_lines

    for job in job_lines(home.runs.states(), job_rhythms(home, at)):
        if job.seen_at is None:
            continue
        seen = f"ran last {job.seen_at:%Y-%m-%d %H:%M} UTC"
        did = f"; did last: {job.did}" if job.did else ""
        told = job.fault if job.fails else f"{seen}{did}"
        yield Checked(f"job {job.name}", not job.fails, told)


def _findings(home: House, at: datetime) -> Iterator[Checked]:
    """Look as the auditors of the worker do, who may stand still; its line is told already."""
    from smarketing.bootstrap import audit_all
    from smarketing.domain.findings import FindingKind
    from smarketing.scheduler.rhythms import job_rhythms

    audit_all(home, job_rhythms(home, at), at)
    found = [one for one in home.findings.open() if one.kind is not FindingKind.WORKER]
    for one in found:
        yield Checked(f"finding {one.key}", ok=False, told=one.said)
    if not found:
        yield Checked("findings", ok=True, told="none is open")


def _backups(home: House, at: datetime) -> Iterator[Checked]:
    from smarketing.store.backup.files import backups_in

    files, settings = backups_in(home.settings.backups), home.settings
    if settings.backup == "off":
        yield Checked("backups", ok=True, told="off; somebody else backs the database up")
    elif not files:
        yield Checked(
            "backups",
            ok=False,
            told=f"none in {settings.backups}; make one with: smarketing backup",
        )
    else:
        hours = (at - files[0].made_at).total_seconds() / 3600
        told = f"{len(files)} in {settings.backups}, the last one {hours:.0f} hours old"
        yield Checked("backups", at - files[0].made_at <= _OLD, told)


def _facts(home: House, at: datetime) -> Checked:
    """Hold the stored facts against a recount from the events."""
    from smarketing.bootstrap import recount
    from smarketing.services.audit.facts import wrong_facts

    wrong = next(wrong_facts(recount(home, at)), None)
    return Checked("facts", wrong is None, wrong.said if wrong else "agree with a recount")
