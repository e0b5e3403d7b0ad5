"""`smarketing digest`: the weekly report, written to a folder, or planned by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smarketing.cli.parts import INSTANT, house, now, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from reports.mail import RenderedDigest
    from smarketing.bootstrap import House
    from smarketing.domain.weeks import Week
    from smarketing.services.digest.due import DueReport
    from smarketing.services.digest.plan import Planned

AUDIENCES = click.Choice(["marketing", "sales", "both"])


@click.group("digest", invoke_without_command=True)
@click.option("--week", help="ISO week, as 2018-W10.")
@click.option("--audience", type=AUDIENCES, default="both", show_default=True)
@click.option("--as-of", type=INSTANT, help="As it was known then; else at the end of the week.")
@click.option(
    "--locale", default="en-GB", show_default=True,
    help="How dates and numbers are written, as de; the words stay English.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False),
    help="Folder for digest.eml, digest.html, digest.txt and the pictures; the current one "
    "unless --eml is given.",
)  # fmt: skip
@click.option(
    "--eml", type=click.Path(path_type=Path, dir_okay=False), help="File for the mail alone.",
)  # fmt: skip
@click.pass_context
def digest_command(
    context: click.Context,
    *,
    week: str | None,
    audience: str,
    as_of: datetime | None,
    locale: str,
    out: Path | None,
    eml: Path | None,
) -> None:
    """Write the weekly report as mail, page, text and pictures; `send` plans it by hand."""
    if context.invoked_subcommand is not None:
        if week is not None:
            raise click.UsageError(f"write --week behind {context.invoked_subcommand}")
        return
    from smarketing.bootstrap import rendered_digest

    named = _week(week)
    _check_locale(locale)
    home, at = house(), now()
    rendered = rendered_digest(home, named, audience, at, as_of=as_of, locale=locale)
    folder = out if out is not None or eml is not None else Path()
    mail = _mail(home, rendered, f"digest:{named.name}:{audience}", at)
    said = [rendered.subject]
    if eml is not None:
        eml.parent.mkdir(parents=True, exist_ok=True)
        eml.write_bytes(mail)
        said.append(f"written to {eml}: mail")
    if folder is not None:
        _write(folder, rendered, mail)
        pictures = len(rendered.images)
        said.append(f"written to {folder}: mail, page, text, {pictures} pictures")
    say("\n".join(said))


@digest_command.command("send")
@click.option("--week", required=True, help="ISO week, as 2018-W10.")
@click.option("--to", metavar="EMAIL", help="To this person alone.")
@click.option("--audience", type=AUDIENCES, help="To everybody whose report is written so.")
def send(week: str, *, to: str | None, audience: str | None) -> None:
    """Plan the report of a week by hand, as after a restore.

    Nobody gets a report twice: one that is planned already stays as it is. One that was left out,
    as it would have come too late, is sent to a person who is named. The worker sends it.
    """
    from smarketing.bootstrap import press, report_span
    from smarketing.domain.errors import ConflictError
    from smarketing.services.digest.plan import plan_asked, plan_by_hand
    from smarketing.store.outbox import OutboxStore

    named = _week(week)
    if (to is None) == (audience is None):
        raise click.UsageError("say to whom: either --to EMAIL or --audience A")
    home, at = house(), now()
    outbox, made, span = OutboxStore(home.engine), press(home, at), report_span(home, at)
    reports = tuple(_reports(home, named, at, to, audience))
    if not reports:
        raise ConflictError(f"nobody gets a report for {to or audience}: give somebody one with "
                            "smarketing user report EMAIL --audience A")  # fmt: skip
    planned = (
        plan_asked(reports[0], outbox, made, span)
        if to
        else plan_by_hand(reports, outbox, made, span)
    )
    if planned.unaddressable and not planned.count:
        raise ConflictError(str(planned))
    say(_planned(named, planned, len(reports)))


def _planned(week: Week, planned: Planned, asked: int) -> str:
    before = asked - planned.count - len(planned.unaddressable)
    what = "1 report" if planned.count == 1 else f"{planned.count} reports"
    also = f"; {before} planned before, or not wanted, stay as they are" if before else ""
    lost = str(replace(planned, count=0))
    return f"{what} of {week.name} planned{also}{'; ' if lost else ''}{lost}"


def _reports(
    home: House, week: Week, at: datetime, to: str | None, audience: str | None
) -> Iterator[DueReport]:
    from smarketing.domain.slots import Slot
    from smarketing.services.digest.due import DueReport, dedupe_key
    from smarketing.services.people.people import everyone, person_named
    from smarketing.store.people import People

    people = People(home.engine)
    chosen = (person_named(people, to),) if to else everyone(people)
    slot = Slot(week.name, at)
    for person in chosen:
        if person.active and person.audience and audience in (None, person.audience):
            yield DueReport(dedupe_key(week.name, person.id), slot, person)


def _week(name: str | None) -> Week:
    from smarketing.domain.weeks import week_named

    if name is None:
        raise click.UsageError("say which week: --week 2018-W10")
    try:
        return week_named(name)
    except ValueError as error:
        raise click.UsageError(f"{name!r} is not a week; write it as 2018-W10") from error


def _check_locale(locale: str) -> None:
    from reports.locales import LOCALES

    if locale not in LOCALES:
        raise click.UsageError(f"{locale!r} is no locale: choose one of {', '.join(LOCALES)}")


def _mail(home: House, rendered: RenderedDigest, key: str, at: datetime) -> bytes:
    from reports.mail import to_bytes
    from smarketing.bootstrap import envelope

    return to_bytes(rendered, **envelope(home, key, at))


def _write(folder: Path, rendered: RenderedDigest, mail: bytes) -> None:
    from reports.mail import standalone_html

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "digest.eml").write_bytes(mail)
    (folder / "digest.html").write_text(standalone_html(rendered), encoding="utf-8")
    (folder / "digest.txt").write_text(rendered.text, encoding="utf-8")
    for image in rendered.images:
        (folder / f"{image.name}.png").write_bytes(image.png)
