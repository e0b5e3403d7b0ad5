"""`smarketing backup` and `smarketing restore`: a copy of the database, and putting one back."""

from __future__ import annotations

from pathlib import Path

import click

from smarketing.cli.parts import house, now, say


@click.command("backup")
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path),
    help="Folder that it goes to; the one of the nightly backups otherwise.",
)  # fmt: skip
def backup_command(folder: Path | None) -> None:
    """Make a backup of the database, while others work on, and check it.

    Prints its file. The worker makes one every night and keeps the newest of each of 7 days,
    4 weeks and 12 months; what goes to another folder is never dropped.
    """
    from smarketing.bootstrap import backup

    home = house()
    click.echo(backup(home, folder or home.settings.backups, now()))


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only look at the backup.")
def restore_command(file: Path, *, dry_run: bool) -> None:
    """Put a backup in the place of the database; stop the portal and the worker before.

    What was there is kept beside it. Nothing that fell due until now is sent again: messages on
    their way are held for a person, and reports, alerts and escalations count as planned.
    Everybody has to sign in again.
    """
    from smarketing.bootstrap import restore
    from smarketing.settings import settings_from_environment

    settings = settings_from_environment()
    done = restore(settings, file, now(), dry_run=dry_run)
    made = f"of {done.made_at:%Y-%m-%d %H:%M} UTC" if done.made_at else "of unknown age"
    say(f"{file}: a sound backup {made}, tables {done.revision}")
    if dry_run:
        held = "" if done.held is None else f" {done.held:,} messages would be held."
        say(f"Nothing was changed.{held}")
        return
    say(f"It is the database now; {done.held:,} messages are held for a person.")
    if done.aside:
        say(f"What was there is kept: {done.aside}")
    say("See what is left to do with: smarketing doctor")
