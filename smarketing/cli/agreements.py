"""`smarketing agreement`: check, load, show, explain, sign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smarketing.cli.parts import house, now, put_table, say

if TYPE_CHECKING:
    from smarketing.domain.versions import Version

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group("agreement")
def agreement_command() -> None:
    """Check, load, show, explain and sign agreements."""


@agreement_command.command("check")
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """Read FILE and name every fault, with its key and what to write instead."""
    from smarketing.services.agreements.file import load_agreement

    agreement = load_agreement(file)
    say(f"{file.name} is sound: {agreement.title}, {len(agreement.commitments)} commitments")


@agreement_command.command("load")
@click.argument("file", type=_FILE)
def load(file: Path) -> None:
    """Keep FILE as the newest version of its agreement, to be signed for both sides."""
    from smarketing.services.agreements import life

    version, is_new = life.load(file.read_text(encoding="utf-8"), file.name, house().shelf, now())
    told = "loaded as" if is_new else "stands already as"
    say(f"{version.name} {told} version {version.version}; {_next_step(version)}")


@agreement_command.command("show")
@click.argument("name", required=False)
@click.option("--toml", is_flag=True, help="Print the text of the newest version as it was loaded.")
def show(name: str | None, *, toml: bool) -> None:
    """Show every version and who has signed it, or the text of the newest one of NAME."""
    shelf = house().shelf
    if toml:
        click.echo(_newest(name).text, nl=False)
        return
    versions = [v for v in shelf.versions() if name in (None, v.name)]
    put_table(
        ("agreement", "version", "in force", "signed by", "sha256"),
        [
            (v.name, v.version, "yes" if v.in_force else "no", _signatures(v), v.sha256[:12])
            for v in versions
        ],
    )


@agreement_command.command("explain")
@click.argument("name", required=False)
def explain(name: str | None) -> None:
    """Say in plain English what the newest version of NAME promises."""
    from smarketing.services.agreements.life import agreement_of
    from smarketing.services.agreements.text import agreement_text

    click.echo(agreement_text(agreement_of(_newest(name))))


@agreement_command.command("sign")
@click.argument("name")
@click.option("--party", required=True, help="The party that is signed for.")
@click.option("--as", "email", required=True, help="E-mail of the signatory.")
def sign(name: str, party: str, email: str) -> None:
    """Sign the newest version of NAME; the last party's signature puts it in force."""
    from smarketing.services.agreements import life
    from smarketing.services.progress import goals

    home = house()
    version = life.sign(name, party, email, home.shelf, now())
    enacted = goals.enact(version, home.shelf, home.history, home.desk, book=home.book(), now=now())
    if enacted is None:
        say(f"{email} signed {name} version {version.version} for {party}; {_next_step(version)}")
        return
    say(
        f"{name} version {version.version} is in force; {enacted.leads:,} leads that came before "
        "were classified by it"
    )


def _newest(name: str | None) -> Version:
    from smarketing.services.agreements.life import newest

    shelf = house().shelf
    if name is None:
        versions = shelf.versions()
        if not versions:
            raise click.ClickException(
                "there is no agreement yet. Load one: smarketing agreement load FILE"
            )
        name = versions[0].name
    return newest(name, shelf)


def _next_step(version: Version) -> str:
    from smarketing.services.agreements.life import agreement_of

    if version.in_force:
        return "it is in force"
    signed = {signature.party for signature in version.signatures}
    missing = [party for party in agreement_of(version).parties if party not in signed]
    return (
        f"not signed yet for {', '.join(missing)}: "
        f"smarketing agreement sign {version.name} --party {missing[0]} --as EMAIL"
    )


def _signatures(version: Version) -> str:
    return ", ".join(f"{s.party} ({s.email})" for s in version.signatures) or "nobody yet"
