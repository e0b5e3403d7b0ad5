"""`smarketing agreement`: check, load, show, explain, diff, propose, sign, review, cancel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smarketing.cli.parts import DAY, house, now, put_table, say

if TYPE_CHECKING:
    from datetime import date

    from smarketing.bootstrap import House
    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Version
    from smarketing.services.agreements.acts import Hand

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group("agreement")
def agreement_command() -> None:
    """Check, load, show, compare, propose, sign, review and cancel agreements."""


@agreement_command.command("check")
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """Read FILE and name every fault, with its key and what to write instead.

    What it inherits comes from the agreement that is in force now.
    """
    from smarketing.services.agreements.export import made_from
    from smarketing.services.agreements.file import inherited_name, parse_agreement, read_text
    from smarketing.services.agreements.life import base_for

    _, text = made_from(read_text(file))
    base = None
    if inherited_name(text, file.name):
        base = base_for(text, file.name, house().shelf.versions(), now())
    agreement = parse_agreement(text, file.name, base)
    say(
        f"{file.name} is sound: {agreement.title}, {len(agreement.commitments)} commitments"
        f"{_of_base(base)}"
    )
    _warn(agreement)


@agreement_command.command("load")
@click.argument("file", type=_FILE)
def load(file: Path) -> None:
    """Keep FILE as the newest version of its agreement, to be signed for every party."""
    from smarketing.services.agreements import life
    from smarketing.services.agreements.file import read_text

    version, is_new = life.load(read_text(file), file.name, house().shelf, now())
    told = "loaded as" if is_new else "stands already as"
    say(
        f"{version.name} {told} version {version.version}{_of_base(version.base)}; "
        f"{_next_step(version)}"
    )
    _warn(life.agreement_of(version))


@agreement_command.command("show")
@click.argument("name", required=False)
@click.option("--toml", is_flag=True, help="Print the text of the newest version, to be changed.")
def show(name: str | None, *, toml: bool) -> None:
    """Show every version, where it stands and who has signed it, or the text of NAME's newest."""
    from smarketing.services.agreements.export import exported
    from smarketing.services.agreements.overview import standing

    if toml:
        click.echo(exported(_newest(name)), nl=False)
        return
    versions, at = house().shelf.versions(), now()
    shown = [standing(v, versions, at) for v in versions if name in (None, v.name)]
    put_table(
        ("agreement", "version", "state", "from", "until", "next review", "signed by", "sha256"),
        [
            (
                one.version.name,
                one.version.version,
                one.words,
                one.version.starts_on,
                one.until,
                one.review_on,
                _signatures(one.version),
                one.version.sha256[:12],
            )
            for one in shown
        ],
    )


@agreement_command.command("diff")
@click.argument("name")
@click.option("--from", "first", type=int, help="Number of a version; else the one before.")
@click.option("--to", "last", type=int, help="Number of a version; else the newest.")
def diff(name: str, first: int | None, last: int | None) -> None:
    """Say what changed from one version of NAME to another, in sentences and in the text."""
    from smarketing.services.agreements.difference import changes, text_difference
    from smarketing.services.agreements.life import agreement_of, version_of
    from smarketing.services.goals.changes import target_changes

    home = house()
    shelf = home.shelf
    after = version_of(name, last, shelf) if last else _newest(name)
    if first is None and after.version == 1:
        raise click.ClickException(f"{name} has no version before version 1")
    before = version_of(name, first or after.version - 1, shelf)
    old, new = agreement_of(before), agreement_of(after)
    say(f"{name}, version {before.version} to version {after.version}")
    told = target_changes(before, after, home.history, home.book(), now())
    for sentence in (*changes(old, new), *told) or ("Nothing that is promised is different.",):
        click.echo(sentence)
    click.echo()
    for line in text_difference(old, new):
        click.echo(f"{line.sign} {line.text}")


@agreement_command.command("propose")
@click.argument("name")
@click.option("--as", "email", required=True, help="E-mail of a signatory or an administrator.")
@click.option("--take-back", is_flag=True, help="Make it a draft again.")
def propose(name: str, email: str, *, take_back: bool) -> None:
    """Offer the newest version of NAME to be signed."""
    from smarketing.services.agreements import acts

    home = house()
    do = acts.take_back if take_back else acts.propose
    version = do(name, _hand(home, email), home.shelf, now())
    done = "is a draft again" if take_back else "is proposed"
    say(f"{name} version {version.version} {done}; {_next_step(version)}")


@agreement_command.command("review")
@click.argument("name")
@click.option("--as", "email", required=True, help="E-mail of a signatory or an administrator.")
@click.option("--note", default="", help="What was found.")
def review(name: str, email: str, note: str) -> None:
    """Write down that both sides looked at NAME today."""
    from smarketing.services.agreements import acts
    from smarketing.services.agreements.overview import standing

    home, at = house(), now()
    version = acts.review(name, _hand(home, email), home.shelf, at, text=note)
    again = standing(version, home.shelf.versions(), at).review_on
    say(f"{name} version {version.version} is reviewed" + (f"; next by {again}" if again else ""))


@agreement_command.command("cancel")
@click.argument("name")
@click.option("--from", "from_on", type=DAY, required=True, help="First day without it.")
@click.option("--as", "email", required=True, help="E-mail of a signatory or an administrator.")
@click.option("--note", default="", help="Why.")
def cancel(name: str, from_on: date, email: str, note: str) -> None:
    """End NAME from a day on; what is still owed for a lead then is void."""
    from smarketing.services.agreements import acts

    home = house()
    acts.cancel(name, from_on, _hand(home, email), home.shelf, now(), text=note)
    say(f"{name} is cancelled: it holds no longer from {from_on} on")


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
    from smarketing.bootstrap import pen

    version, enacted = pen(house()).sign(name, party, email, now())
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
    from smarketing.services.agreements.signing import missing_parties

    if version.in_force:
        return "it is in force"
    missing = missing_parties(version)
    return (
        f"not signed yet for {', '.join(missing)}: "
        f"smarketing agreement sign {version.name} --party {missing[0]} --as EMAIL"
    )


def _of_base(base: Version | None) -> str:
    return f", which inherits from {base.name} version {base.version}" if base else ""


def _warn(agreement: Agreement) -> None:
    from smarketing.services.agreements.warnings import warnings_of

    for warning in warnings_of(agreement):
        say(f"Think again: {warning}")


def _hand(home: House, email: str) -> Hand:
    """Return who does something, by e-mail; an administrator need not be a signatory."""
    from smarketing.services.agreements.acts import Hand
    from smarketing.services.people.people import Role, everyone
    from smarketing.store.people import People

    administrators = {
        person.email
        for person in everyone(People(home.engine))
        if person.role is Role.ADMINISTRATOR and person.active
    }
    return Hand(email, administers=email.lower() in administrators)


def _signatures(version: Version) -> str:
    return ", ".join(f"{s.party} ({s.email})" for s in version.signatures) or "nobody yet"
