"""`smarketing import` and `smarketing mapping`: files by hand."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smarketing.cli.main import IN_PART
from smarketing.cli.parts import INSTANT, house, json_option, now, put_json, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from connectors.protocol import Batch
    from smarketing.services.intake.report import ImportReport

_PROBLEMS_SHOWN = 5


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--as", "kind", type=click.Choice(["leads", "activities", "deals"]),
    help="What the records are.",
)  # fmt: skip
@click.option("--source", help="Whose records they are; else the mapping's vendor.")
@click.option("--mapping", help="Name or file of a mapping; else it is found by the headers.")
@click.option("--timezone", help="Zone of times without an offset, instead of the mapping's.")
@click.option("--sheet", help="Sheet of a workbook; else the first one with data.")
@click.option(
    "--as-of", type=INSTANT, help="Until when the file is complete; else its latest instant."
)
@click.option("--dry-run", is_flag=True, help="Do everything, and take it back.")
@click.option(
    "--undo", "import_id", type=click.IntRange(1, 2**63 - 1), metavar="IMPORT_ID",
    help="Take this import back where nothing was built on it; list what was.",
)  # fmt: skip
@json_option
def import_command(
    file: Path | None,
    *,
    kind: str | None,
    source: str | None,
    mapping: str | None,
    timezone: str | None,
    sheet: str | None,
    as_of: datetime | None,
    dry_run: bool,
    import_id: int | None,
    as_json: bool,
) -> None:
    """Take in a CSV or XLSX FILE of leads, activities or deals.

    A record that cannot be used does not stop the file: it is kept with what to mend. A file
    that was taken in before changes nothing.
    """
    if import_id is not None:
        _undo(import_id, alone=not (file or kind), dry_run=dry_run, as_json=as_json)
        return
    if file is None or kind is None:
        raise click.UsageError(
            "name a FILE and what it holds: smarketing import FILE --as leads, activities or deals"
        )
    from connectors.protocol import Kind
    from connectors.tabular import file_delivery
    from smarketing.bootstrap import take

    home = house()
    delivery = file_delivery(
        file,
        kind=Kind(kind),
        mappings_folder=home.settings.config / "mappings",
        mapping=mapping,
        remembered=home.settings.home / "mappings",
        timezone=timezone,
        fallback_timezone=home.settings.timezone,
        sheet=sheet,
    )
    with progress_bar(delivery.label) as tick:
        report = take(
            home, delivery, now(), source=source, known_until=as_of, dry_run=dry_run, tick=tick
        )
    put_json(report.as_json()) if as_json else tell(report, dry_run=dry_run)
    if report.rejected:
        sys.exit(IN_PART)


@click.group("mapping")
def mapping_command() -> None:
    """Guess a mapping from the headers and values of a file."""


@mapping_command.command("suggest")
@click.argument("file", type=click.Path(path_type=Path))
def suggest(file: Path) -> None:
    """Print a mapping (TOML) for FILE; look it over and keep it under config/mappings."""
    from connectors.suggest import suggest_mapping

    click.echo(suggest_mapping(file), nl=False)


def _undo(import_id: int, *, alone: bool, dry_run: bool, as_json: bool) -> None:
    from smarketing.bootstrap import undo

    if not alone:
        raise click.UsageError("--undo takes back an earlier import: name neither FILE nor --as")
    report = undo(house(), import_id, now(), dry_run=dry_run)
    if as_json:
        put_json(report.as_json())
    else:
        click.echo(f"{'Dry run, nothing was undone: ' if dry_run else ''}{report}")
        for one in report.standing:
            click.echo(f"  {' '.join(filter(None, (one.key, one.name)))} stays: {one.why}")
        if report.stayed > len(report.standing):
            click.echo(f"  and {report.stayed - len(report.standing):,} more")
    if report.stayed:
        sys.exit(IN_PART)


def tell(report: ImportReport, *, dry_run: bool = False) -> None:
    """Tell a person what an import did, on stdout."""
    number = "" if report.import_id is None else f" (import {report.import_id})"
    click.echo(f"{'Dry run, nothing was kept: ' if dry_run else ''}{report}{number}")
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        found = f" {problem.found!r}" if problem.found else ""
        click.echo(
            f"  record {problem.row}, {problem.column or 'whole record'}:{found} "
            f"{problem.reason}. {problem.mend}"
        )
    if report.rejected_file:
        click.echo(f"  rejected records, to mend and import again: {report.rejected_file}")


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[Batch], None]]:
    """Show a bar on a terminal while batches come; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _batch: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn

    columns = (SpinnerColumn(), "{task.description}", MofNCompleteColumn(), "records")
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda batch: bar.advance(task, batch.read)
    say(f"{label} was read")
