"""`smarketing demo`: the sample company, up to today."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smarketing.cli.parts import house, now, say
from smarketing.cli.serving import serve

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.bootstrap import House
    from smarketing.services.demo.people import DemoPerson
    from smarketing.web.parts import DemoLogin

_SOURCE = "demo-crm"
_AGREEMENTS = {"nordlicht": "demo.toml", "leuchtfeuer": "demo-agency.toml"}
"""Name to file; the first one is asked for a lead first."""
_THERE_FOR = timedelta(weeks=13)
"""The people of the sample were there before its leads: the report of the last week is theirs."""


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Only load it.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def demo_command(host: str, port: int, *, no_serve: bool) -> None:
    """Load the sample company (three months up to today, an agreement, people), and serve it.

    It goes into an empty database only; a sample of an earlier day is made anew as long as nobody
    added anything to it.
    """
    home, at = house(), now()
    load_sample(home, at)
    say("sample logins:")
    logins = sample_logins()
    for title, email, password in logins:
        say(f"  {title:20} {email:42} {password}")
    if not no_serve:
        serve(home, host, port, with_scheduler=True, demo_logins=logins)


def sample_logins() -> tuple[DemoLogin, ...]:
    """Return what the sign-in page of the sample company offers."""
    from smarketing.services.demo.people import demo_people

    return tuple((_title(p), p.email, p.password) for p in demo_people() if p.password)


def load_sample(home: House, at: datetime) -> None:
    """Fill an empty database with the sample company up to an instant; else leave what is there.

    Raises:
        ClickException: The database is in use for something else.
    """
    from smarketing.store.migrate import start_over

    found = _Found.in_house(home)
    if found.is_empty:
        _fill(home, at)
    elif not found.has_sample:
        raise click.ClickException(
            "this database is in use; the sample company would mix with what is there. Give it a "
            "home of its own: SMARKETING_HOME=var/demo smarketing demo"
        )
    elif _day(found.read_at) != _day(int(at.timestamp())):
        if found.is_untouched:
            say("the sample is from an earlier day; making it anew")
            start_over(home.engine)
            _fill(home, at)
        else:
            say("the sample is from an earlier day, but something was added to it: left as it is")


@dataclass(frozen=True)
class _Found:
    """What a database holds.

    Attributes:
        read_at: When the sample was loaded, in seconds of UTC; None: never.
    """

    sources: frozenset[str]
    agreements: tuple[str, ...]
    people: frozenset[str]
    read_at: int | None

    @classmethod
    def in_house(cls, home: House) -> _Found:
        from smarketing.services.people.people import everyone
        from smarketing.store.people import People

        read_at = dict(home.sources.overview().select("name", "read_at").iter_rows())
        return cls(
            sources=frozenset(read_at),
            agreements=tuple(version.name for version in home.shelf.versions()),
            people=frozenset(person.email for person in everyone(People(home.engine))),
            read_at=read_at.get(_SOURCE),
        )

    @property
    def is_empty(self) -> bool:
        return not (self.sources or self.agreements or self.people)

    @property
    def has_sample(self) -> bool:
        return _SOURCE in self.sources and set(_AGREEMENTS) <= set(self.agreements)

    @property
    def is_untouched(self) -> bool:
        from smarketing.services.demo.people import demo_people

        return (
            self.sources <= {_SOURCE, "portal"}
            and set(self.agreements) == set(_AGREEMENTS)
            and self.people == {person.email for person in demo_people()}
        )


def _fill(home: House, at: datetime) -> None:
    """Take in the files of the sample company, sign its agreement, and let its people in."""
    from connectors.tabular import file_delivery
    from smarketing.bootstrap import judge_months, take
    from smarketing.services.demo.export import MAPPING, demo_files

    _let_in(home, at)
    _sign(home, at)
    with tempfile.TemporaryDirectory() as folder:
        for file in demo_files(at, Path(folder)):
            delivery = file_delivery(
                file.path,
                kind=file.kind,
                mappings_folder=home.settings.config / "mappings",
                mapping=MAPPING,
            )
            say(str(take(home, delivery, at, known_until=at)))
    judge_months(home, at)


def _let_in(home: House, at: datetime) -> None:
    from smarketing.bootstrap import hand_over
    from smarketing.services.demo.people import demo_people
    from smarketing.services.people.passwords import Passwords
    from smarketing.services.people.people import add_person
    from smarketing.store.people import People

    passwords = Passwords()
    for person in demo_people():
        add_person(
            People(home.engine),
            passwords,
            email=person.email,
            name=person.name,
            role=person.role,
            now=at - _THERE_FOR,
            provider=person.provider,
            audience=person.audience,
            password=person.password or None,
        )
        hand_over(home, person.email, at, person.owner)


def _sign(home: House, at: datetime) -> None:
    """Let everybody sign who has to: those whom the agreements name."""
    from smarketing.services.agreements import life
    from smarketing.services.goals import freeze

    for name in _AGREEMENTS.values():
        file = home.settings.config / "agreements" / name
        version, _ = life.load(file.read_text(encoding="utf-8"), file.name, home.shelf, at)
        for party in life.agreement_of(version).parties.values():
            version = life.sign(version.name, party.name, party.signatories[0], home.shelf, at)
        freeze.enact(version, home.shelf, home.history, home.desk, book=home.book(), now=at)


def _title(person: DemoPerson) -> str:
    title = person.role.replace("_", " ").capitalize()
    return f"{title} {person.name.split()[0]}" if person.owner else title


def _day(seconds: int | None) -> int | None:
    """Return the day (UTC) of an instant."""
    return None if seconds is None else seconds // 86_400
