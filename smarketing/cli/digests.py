"""`smarketing digest`: the weekly report, written to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smarketing.cli.parts import INSTANT, house, now, say

if TYPE_CHECKING:
    from datetime import datetime


@click.command("digest")
@click.option("--week", required=True, help="ISO week, as 2018-W10.")
@click.option(
    "--audience", type=click.Choice(["marketing", "sales", "both"]), default="both",
    show_default=True,
)  # fmt: skip
@click.option("--as-of", type=INSTANT, help="As it was known then; else at the end of the week.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path(),
    help="Folder for digest.eml, digest.html, digest.txt and the pictures.",
)  # fmt: skip
def digest_command(week: str, audience: str, as_of: datetime | None, out: Path) -> None:
    """Write the weekly report as mail, page, text and pictures."""
    from reports.mail import standalone_html, to_bytes
    from smarketing.bootstrap import envelope, rendered_digest
    from smarketing.domain.weeks import week_named

    home, at = house(), now()
    try:
        named = week_named(week)
    except ValueError as error:
        raise click.UsageError(f"{week!r} is not a week; write it as 2018-W10") from error
    rendered = rendered_digest(home, named, audience, at, as_of=as_of)
    out.mkdir(parents=True, exist_ok=True)
    (out / "digest.eml").write_bytes(
        to_bytes(rendered, **envelope(home, f"digest:{named.name}:{audience}", at))
    )
    (out / "digest.html").write_text(standalone_html(rendered), encoding="utf-8")
    (out / "digest.txt").write_text(rendered.text, encoding="utf-8")
    for image in rendered.images:
        (out / f"{image.name}.png").write_bytes(image.png)
    say(f"{rendered.subject}\nwritten to {out}: mail, page, text, {len(rendered.images)} pictures")
