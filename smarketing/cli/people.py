"""`smarketing user`: people, from the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from smarketing.cli.parts import DAY, house, now, put_table, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from smarketing.bootstrap import House
    from smarketing.services.people.leave import Coming, Teller
    from smarketing.services.people.people import Person
    from smarketing.store.people import People

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


@user_command.command("report")
@click.argument("email")
@click.option(
    "--audience", type=click.Choice(["marketing", "sales", "both", "none"]),
    help="Who their report is written for; none: they get none.",
)  # fmt: skip
@click.option("--weekday", help="Day by its name, as monday; none: only in the portal.")
@click.option("--at", metavar="HH:MM", help="Local time, as 08:00.")
@click.option("--timezone", help="IANA zone, as Europe/Berlin; empty: the agreement's.")
@click.option("--locale", help="How dates and numbers are written, as de; empty: en-GB.")
@click.option("--skip-quiet/--no-skip-quiet", default=None, help="Nothing after a quiet week.")
def report_command(email: str, *, audience: str | None, **told: str | bool | None) -> None:
    """Say when and how the weekly report comes to the person of EMAIL, or show it.

    What is not told stays as it is.
    """
    from smarketing.services.people.people import person_named
    from smarketing.services.people.preferences import next_report
    from smarketing.store.people import People

    home = house()
    people = People(home.engine)
    person = person_named(people, email)
    if audience is not None or any(value is not None for value in told.values()):
        _prefer(people, person, audience, told, now())
        person = person_named(people, email)
    zone, wanted = home.book().pages_timezone, person.preferences
    at = next_report(wanted, zone, now()) if person.audience else None
    put_table(
        ("e-mail", "report", "day", "time", "zone", "locale", "quiet weeks", "next"),
        [
            (
                person.email,
                person.audience or None,
                wanted.weekday or "not by mail",
                wanted.at,
                wanted.timezone or zone,
                wanted.written,
                "no mail" if wanted.skip_quiet else "mail",
                f"{at:%Y-%m-%dT%H:%MZ}" if at else None,
            )
        ],
    )


def _prefer(
    people: People,
    person: Person,
    audience: str | None,
    told: Mapping[str, str | bool | None],
    at: datetime,
) -> None:
    from smarketing.services.people.account import set_report
    from smarketing.services.people.people import report_begins

    form = person.preferences.form
    for name, value in told.items():
        if value is not None:
            form[name] = ("1" if value else "") if isinstance(value, bool) else value
    form["weekday"] = "" if form["weekday"] == "none" else form["weekday"]
    wanted = set_report(people, person, form, at)
    if audience is not None:
        audience = "" if audience == "none" else audience
        begun = report_begins(person, replace(person, audience=audience, preferences=wanted), at)
        with people.changing() as changing:
            changing.set(person.id, {"audience": audience, **begun})


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
    at = now()
    enable_person(People(home.engine), email, at)
    hand_over(home, email, at)
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


@user_command.command("leave")
@click.argument("email", required=False)
@click.option("--from", "starts", type=DAY, help="First day away.")
@click.option("--to", "ends", type=DAY, help="First day back.")
@click.option("--note", default="", help="Why, for those who plan.")
@click.option("--remove", is_flag=True, help="Forget it; with --from where there are several.")
def leave_command(
    email: str | None, *, starts: date | None, ends: date | None, note: str, remove: bool
) -> None:
    """Plan when the person of EMAIL is away; without EMAIL, show who is or will be."""
    from smarketing.services.people.leave import add, remove_of
    from smarketing.services.people.people import person_named
    from smarketing.store.leave import LeaveShelf
    from smarketing.store.people import People

    home = house()
    shelf, teller = LeaveShelf(home.engine), _teller(home)
    if email is None:
        if remove or starts or ends or note:
            raise click.UsageError("say whose leave it is: their e-mail comes first")
        _put_leave(shelf, teller.today)
        return
    person = person_named(People(home.engine), email)
    if remove:
        gone = remove_of(shelf, person, teller.today, starts)
        say(f"{person.name} is not away from {gone.starts_on} to {gone.ends_on}")
    elif starts is None or ends is None:
        raise click.UsageError("say when: --from the first day away, --to the first day back")
    else:
        add(shelf, person, (starts, ends), note, teller)
        say(f"{person.name} is away from {starts}, back on {ends}")


def _teller(home: House) -> Teller:
    from smarketing.domain.days import local_date
    from smarketing.services.people.leave import Teller

    at = now()
    return Teller("", at, local_date(at, home.book().pages_timezone))


def _put_leave(shelf: Coming, today: date) -> None:
    from smarketing.services.people.leave import coming

    put_table(
        ("e-mail", "name", "from", "back", "note", "entered by"),
        [
            (one.email, one.name, one.starts_on, one.ends_on, one.note or None, one.told_by or None)
            for one in coming(shelf, today)
        ],
    )
