"""The sample company as a portal on this machine, for the browser tests and the pictures."""

from __future__ import annotations

import logging
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from smarketing.bootstrap import open_house, portal
from smarketing.cli.demo import load_sample, sample_logins
from smarketing.services.people.passwords import Passwords
from smarketing.services.people.people import email_key
from smarketing.services.people.sign_in import Visitor, sign_in
from smarketing.settings import load_settings
from smarketing.store.people import People

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from smarketing.bootstrap import House

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Site:
    """A portal that answers.

    Attributes:
        url: Its address, without a slash at the end.
        clock: Returns what the portal takes for now.
    """

    url: str
    house: House
    clock: Callable[[], datetime]

    def session_of(self, email: str) -> str:
        """Return the token of a new session, as if this person had signed in with the form."""
        (password,) = (
            word for _, who, word in sample_logins() if email_key(who) == email_key(email)
        )
        people = People(self.house.engine)
        visitor = Visitor(agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36")
        return sign_in(people, Passwords(), email, password, self.clock(), visitor=visitor)


def make_home(folder: Path, at: datetime) -> None:
    """Load the sample company, up to an instant, into a folder of its own."""
    house = _house(folder)
    load_sample(house, at)
    house.settings.load_secret_key()
    house.engine.dispose()


@contextmanager
def serving(home: Path, clock: Callable[[], datetime]) -> Iterator[Site]:
    """Serve an installation on a free port, in a thread."""
    house, at = _house(home), clock()
    house.runs.record("tick", started_at=at, ended_at=at, failed=False, detail="")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, portal(house, clock, sample_logins()), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", house, clock)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        house.engine.dispose()


def copy_home(home: Path, to: Path) -> Path:
    """Return a copy of an installation that nobody is using."""
    return Path(shutil.copytree(home, to))


def _house(folder: Path) -> House:
    environ = {"SMARKETING_HOME": str(folder), "SMARKETING_CONFIG": str(ROOT / "config")}
    return open_house(load_settings(environ, ROOT))
