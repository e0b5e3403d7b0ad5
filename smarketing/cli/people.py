"""`smarketing user`: people, from the command line."""

from __future__ import annotations

import click

from smarketing.cli.parts import house, now, put_table, say

_ROLES = (
    "administrator", "marketing_manager", "sales_manager", "rep", "supplier", "mail_only",
)  # fmt: skip


@click.group("user")
def user_command() -> None:
    """Add people, and set what they may do."""


@user_command.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As others call them.")
@click.option("--role", type=click.Choice(_ROLES), required=True)
@click.option("--owner", help="The name that the CRM uses for a rep: its leads become theirs.")
@click.option("--provider", help="The name that the leads of a supplier carry.")
@click.option(
    "--audience", type=click.Choice(["marketing", "sales", "both"]),
    help="Send them the weekly report for this audience.",
)  # fmt: skip
@click.password_option(help="Asked for when it is not given; empty: may not sign in.", default="")
def add(
    email: str,
    *,
    name: str,
    role: str,
    owner: str | None,
    provider: str | None,
    audience: str | None,
    password: str,
) -> None:
    """Add a person by EMAIL."""
    from smarketing.bootstrap import hand_over
    from smarketing.services.people.passwords import Passwords
    from smarketing.services.people.people import Role, add_person
    from smarketing.store.people import People

    home = house()
    add_person(
        People(home.engine),
        Passwords(),
        email=email,
        name=name,
        role=Role(role),
        now=now(),
        provider=provider,
        audience=audience or "",
        password=password or None,
    )
    hand_over(home, email, now(), owner)
    say(f"{email} added as {role.replace('_', ' ')}")


@user_command.command("list")
def list_people() -> None:
    """Show everyone."""
    from smarketing.services.people.people import everyone
    from smarketing.store.people import People

    put_table(
        ("e-mail", "name", "role", "provider", "report", "active"),
        [
            (
                p.email,
                p.name,
                str(p.role),
                p.provider,
                p.audience or None,
                "yes" if p.active else "no",
            )
            for p in everyone(People(house().engine))
        ],
    )


@user_command.command("password")
@click.argument("email")
@click.password_option(help="Asked for when it is not given.")
def password_command(email: str, *, password: str) -> None:
    """Give a person another password; their sessions end."""
    from smarketing.services.people.passwords import Passwords, set_password
    from smarketing.store.people import People

    set_password(People(house().engine), Passwords(), email, password)
    say(f"{email} has a new password")


@user_command.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let a person in no longer: their sessions end, and their leads go to the team's queue."""
    from smarketing.bootstrap import hand_over
    from smarketing.services.people.people import disable_person
    from smarketing.store.people import People

    home = house()
    disable_person(People(home.engine), email)
    hand_over(home, email, now())
    say(f"{email} may sign in no longer")


@user_command.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let a person in again, with the password that they had; their leads are theirs again."""
    from smarketing.bootstrap import hand_over
    from smarketing.services.people.people import enable_person
    from smarketing.store.people import People

    home = house()
    enable_person(People(home.engine), email)
    hand_over(home, email, now())
    say(f"{email} may sign in again")


@user_command.command("owner")
@click.argument("name")
@click.option("--person", metavar="EMAIL", help="Who it is.")
@click.option("--nobody", is_flag=True, help="Tie the name to nobody any more.")
def owner_command(name: str, *, person: str | None, nobody: bool) -> None:
    """Say who it is that the CRM calls NAME: their leads change hands."""
    from smarketing.services.people.owners import tie
    from smarketing.services.people.people import person_named
    from smarketing.store.owners import OwnerDesk
    from smarketing.store.people import People

    if nobody == bool(person):
        raise click.UsageError("say who it is: either --person EMAIL or --nobody")
    home = house()
    people = People(home.engine)
    who = person_named(people, person) if person else None
    names = {name: who.id if who else None}
    moved = tie(OwnerDesk(home.engine), people, names, by="", now=now())
    say(f"{name} is {who.name if who else 'nobody'} now; {moved:,} leads changed hands")
