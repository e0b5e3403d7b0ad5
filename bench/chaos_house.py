"""The installation of a chaos run, and what its processes do until they are killed.

All of them read the business clock from the file FOLDER/now. The worker is the product's own, with
every job; the portal is asked for pages and signs somebody in and out.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import time
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has a calendar, too

from bench.our_import import NOW, enact  # noqa: E402  (bench is a folder of scripts)
from bench.rude_server import NOBODY  # noqa: E402
from smarketing.bootstrap import open_house, portal  # noqa: E402
from smarketing.domain.messages import KINDS  # noqa: E402
from smarketing.scheduler.parts import worker_parts  # noqa: E402
from smarketing.scheduler.worker import run  # noqa: E402
from smarketing.services.people.passwords import Passwords  # noqa: E402
from smarketing.services.people.people import Role, add_person  # noqa: E402
from smarketing.settings import load_settings  # noqa: E402
from smarketing.store.people import People  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from smarketing.settings import Settings

_AUDIENCES: Final = ("marketing", "sales")
_ADMIN: Final = "person-0@example.com"
_PASSWORD: Final = "a long enough one"  # noqa: S105  (nobody's)
_TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Place:
    """Where a run takes place.

    Attributes:
        policy: `hold` or `retry`, for whatever may have arrived.
    """

    folder: Path
    database_url: str
    policy: str

    def settings(self) -> Settings:
        """Return the settings of the installation."""
        port = (self.folder / "port").read_text()
        environ = {
            "SMARKETING_HOME": str(self.folder / "home"),
            "SMARKETING_CONFIG": str(_ROOT / "config"),
            "SMARKETING_DATABASE_URL": self.database_url,
            "SMARKETING_SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=never",
            "SMARKETING_MAIL_FROM": "smarketing <reports@example.org>",
        }
        if self.policy == "retry":
            environ["SMARKETING_RESEND"] = ", ".join(KINDS)
        return load_settings(environ, Path.cwd())

    def now(self) -> datetime:
        """Return the business clock."""
        return datetime.fromtimestamp(int((self.folder / "now").read_text()), UTC)

    def set_clock(self, at: datetime) -> None:
        """Move the business clock of all processes."""
        draft = self.folder / "now.new"
        draft.write_text(str(int(at.timestamp())))
        draft.rename(self.folder / "now")


def found(place: Place, people: int) -> None:
    """Make the installation: an agreement in force, and people who get a report; one is nobody."""
    house = open_house(place.settings())
    enact(house.engine)
    directory, passwords = People(house.engine), Passwords()
    for number in range(people):
        email = f"person-{number}@example.com" if number < people - 1 else NOBODY
        role = Role.ADMINISTRATOR if number == 0 else Role.MARKETING_MANAGER
        add_person(
            directory, passwords, email=email, name=f"Person {number}", role=role, now=NOW,
            audience=_AUDIENCES[number % 2], password=_PASSWORD if number == 0 else None,
        )  # fmt: skip
    house.engine.dispose()


def begin(live: Callable[[Place], None], place: Place) -> int:
    """Return the number of a new process that does something, until it is done or killed."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        log = (place.folder / "processes.log").open("a")
        os.dup2(log.fileno(), sys.stderr.fileno())
        logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
        live(place)
        os._exit(0)
    except BaseException:  # noqa: BLE001  (whatever it is, the parent's code must not go on here)
        traceback.print_exc()
    os._exit(1)


def work(place: Place) -> None:
    """Be a worker, as `smarketing scheduler` is one."""
    house = open_house(place.settings())
    run(worker_parts(house, place.now()), place.now)


def finish(place: Place) -> None:
    """Plan and send without the rhythm of a worker."""
    parts = worker_parts(open_house(place.settings()), place.now())
    while True:
        for job in (parts.plan, parts.drain):
            try:
                job(place.now())
            except Exception:  # noqa: BLE001  (as the wrapper of jobs does it)
                traceback.print_exc()
        time.sleep(0.05)


def visit(place: Place) -> None:
    """Be a portal that people use."""
    client = portal(open_house(place.settings()), place.now).test_client()
    while True:
        token = _TOKEN.search(client.get("/sign-in").text)
        told = {"csrf_token": token and token[1], "email": _ADMIN, "password": _PASSWORD}
        client.post("/sign-in", data=told)
        page = ""
        for path in ("/", "/healthz", "/people", "/account"):
            page = client.get(path).text
        token = _TOKEN.search(page)
        client.post("/sign-out", data={"csrf_token": token and token[1]})
        time.sleep(0.2)
