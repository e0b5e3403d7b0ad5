"""`smarketing init`: the installation itself."""

from __future__ import annotations

import click

from smarketing.cli.parts import house, say


@click.command("init")
def init_command() -> None:
    """Create or migrate the database; safe to repeat."""
    from smarketing.store.engine import without_password

    home = house()
    say(f"the database is ready: {without_password(home.settings.database_url)}")
