"""A real portal over a real database: people of each role, one agreement, four leads.

Hetty (1) and Otto (2) are reps, Sally (3) manages sales, Mark (4) marketing, Ada (5) is the
administrator, Sue (6) supplies leads as Fair Ltd, Paul (7) only gets mail. It is Monday, ten
in the morning in Berlin; the leads came at nine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import text

from smarketing.bootstrap import House, portal
from smarketing.services.people.people import Person, Role
from smarketing.settings import load_settings
from tests.store.seed import hand_off, let_in, signed_book

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
NAMES = ("Hetty", "Otto", "Sally", "Mark", "Ada", "Sue", "Paul")
ROLES = (
    Role.REP, Role.REP, Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.ADMINISTRATOR,
    Role.SUPPLIER, Role.MAIL_ONLY,
)  # fmt: skip
LEADS = {"own": 1, "foreign": 2, "team": 3, "delivered": 4}
"""What each lead is to Hetty; the last one is Otto's and was delivered by Fair Ltd."""

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def people() -> list[Person]:
    return [
        Person(
            number, f"{name.lower()}@example.com", name, role,
            "Fair Ltd" if role is Role.SUPPLIER else None, "", alerts=True, active=True,
        )
        for number, (name, role) in enumerate(zip(NAMES, ROLES, strict=True), 1)
    ]  # fmt: skip


@dataclass
class Office:
    """The installation; `now` may be changed between two requests."""

    house: House
    now: datetime = MONDAY + timedelta(hours=1)
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app: Flask = portal(self.house, lambda: self.now)

    def client(self, name: str = "") -> FlaskClient:
        """A browser in which somebody is signed in already; without a name nobody is."""
        if name not in self.clients:
            client = self.clients[name] = self.app.test_client()
            if name:
                token = f"session-of-{name}"
                self._begin(token, NAMES.index(name) + 1)
                client.set_cookie("sid", token)
        return self.clients[name]

    def post(self, name: str, path: str, /, page: str = "", **data: object) -> TestResponse:
        """Send a form with the token of a page (the queue, unless another one is named)."""
        client = self.client(name)
        found = TOKEN.search(client.get(page or "/sign-in").text) if page else None
        found = found or TOKEN.search(client.get("/account").text)
        token = found[1] if found else ""
        return client.post(path, data={"csrf_token": token, **data})

    def tick(self, at: datetime) -> None:
        """Let the worker give a sign of life."""
        self.house.runs.record("tick", started_at=at, ended_at=at, failed=False, detail="")

    def one(self, sql: str, **values: object) -> object:
        """The first value that a query answers."""
        with self.house.engine.connect() as connection:
            return connection.execute(text(sql), values).scalar()

    def _begin(self, token: str, person_id: int) -> None:
        with self.house.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO portal_session (token_sha256, person_id, created_at, expires_at, "
                    "agent) VALUES (:token, :person, 0, 9999999999, '')"
                ),
                {"token": sha256(token.encode()).hexdigest(), "person": person_id},
            )


def open_office(engine: Engine, folder: Path, config: Path, more: str = "") -> Office:
    let_in(engine, *people(), owners={"Hetty H.": 1, "Otto O.": 2})
    book = signed_book(engine, MONDAY, more)
    told = {"created_at": MONDAY, "employees": 2000, "job_title": "CEO", "company": "Acme"}
    leads = [
        {**told, "full_name": "Own Lead", "owner": "Hetty H.", "email": "own@lead.example"},
        {**told, "full_name": "Foreign Lead", "owner": "Otto O."},
        {**told, "full_name": "Team <b>Lead</b>", "owner": "Nobody Known"},
        {**told, "full_name": "Delivered Lead", "owner": "Otto O.", "provider": "Fair Ltd"},
    ]
    assert hand_off(engine, book, leads, MONDAY) == list(LEADS.values())
    settings = load_settings(
        {"SMARKETING_HOME": str(folder), "SMARKETING_CONFIG": str(config)}, folder
    )
    office = Office(House(settings, engine))
    office.tick(office.now)
    return office
