"""A portal over fakes: one person of each role, a few leads, one agreement."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher

from reports.digest import CellProgress
from smarketing.services.audit.standing import Standing
from smarketing.services.people.passwords import Passwords
from smarketing.services.people.people import Role, add_person
from smarketing.services.progress.progress import ProgressRow
from smarketing.web.app import create_app
from smarketing.web.parts import MonthOverview, PortalParts, WatchParts
from tests.services.shelf import Shelf
from tests.services.waiting import BOOK, Waiting, row
from tests.web.no_imports import no_imports

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from smarketing.services.forecast.shares import ShareRow
    from smarketing.web.parts import ImportParts

START = datetime(2026, 11, 16, 9, tzinfo=UTC)
PASSWORD = "four words in a row"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def cell(segment: str, tier: str, counted: int, target: int | None, expected: int) -> CellProgress:
    return CellProgress(
        segment=segment, tier=tier, segment_title=segment.title(), tier_title=tier.title(),
        counted_week=1, delivered=counted + 1, rejected=1, counted=counted, target=target,
        expected=None if target is None else Fraction(expected), left_days=10, days=(),
    )  # fmt: skip


CELLS = (cell("enterprise", "gold", 12, 20, 10), cell("small", "silver", 3, 30, 15))
CELLS += (cell("other", "other", 4, None, 0),)


def progress_row(segment: str | None, tier: str | None) -> ProgressRow:
    return ProgressRow(
        keys={"segment": segment, "tier": tier}, delivered=9, rejected=1, counted=8, accepted=7,
        acknowledged=6, acknowledged_in_time=5, acknowledged_due=6, attempted_in_time=0,
        attempted_due=0, customers=1, value=Decimal(5), won_amount=Decimal(0),
        target=Fraction(13, 2), attainment=Fraction(16, 13),
    )  # fmt: skip


def watching(standing: Standing | None = None) -> WatchParts:
    """An installation that does well, and whose pages about itself are asked for in the office."""
    well = standing or Standing(tick_age_s=12, oldest_due_s=0, still=())
    nothing = Findings()
    return WatchParts(nothing, lambda _: well, lambda _: "", tuple, tuple)


class Findings:
    """None."""

    def open(self) -> tuple[()]:
        return ()


@dataclass
class Portal:
    """The fakes, to be changed by a test before it asks.

    Attributes:
        now: What the clock says.
        spans: The days that progress was asked for.
    """

    now: datetime = START
    shelf: Shelf = field(default_factory=Shelf)
    queue: Any = field(default_factory=lambda: Waiting(row(full_name="Ada <b>Lovelace</b>")))
    cells: tuple[CellProgress, ...] | None = CELLS
    spans: list[tuple[date, date]] = field(default_factory=list)
    imports: ImportParts = field(default_factory=no_imports)
    replayed: Any = None
    shares: tuple[ShareRow, ...] = ()
    answers: bool = True
    watch: WatchParts = field(default_factory=watching)
    secure: bool = False
    demo: tuple[tuple[str, str, str], ...] = ()

    def __post_init__(self) -> None:
        self.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        for role in Role:
            add_person(
                self.shelf, self.passwords, email=f"{role}@example.com", name=f"A {role}",
                role=role, now=START, password=PASSWORD,
            )  # fmt: skip

    def overview(self, month: date | None) -> tuple[MonthOverview, ...]:
        if self.cells is None:
            return ()
        first = month or date(2026, 11, 1)
        cells = self.cells if first == date(2026, 11, 1) else ()
        shown = MonthOverview("The agreement", first, "Europe/Riga", self.now, cells)
        return (replace(shown, shares_of=lambda: self.shares),)

    def progress(
        self, starts: date, ends: date, by: tuple[str, ...], agreement: str | None
    ) -> tuple[ProgressRow, ...]:
        assert agreement is None
        assert by == ("segment", "tier")
        self.spans.append((starts, ends))
        return (progress_row("enterprise", "gold"), progress_row("small", None))

    def app(self) -> Flask:
        parts = PortalParts(
            keys=("a key for tests",), secure=self.secure, clock=lambda: self.now,
            people=self.shelf, passwords=self.passwords, queue=self.queue, acts=self.queue,
            owners=self.queue, links=None,
            leads=None,  # its pages are asked for in the office, over a real store
            leave=None,  # the same
            agreements=None,  # its pages are asked for in the office, too
            book=lambda: BOOK,
            team=self.queue, exceptions=None, compare=None,  # over a real store, too
            breaches=None, statements=None, ladders=None, goals=None, what_if=None,
            past_forecasts=lambda _: self.replayed,
            progress=self.progress, month_overview=self.overview,
            capacity=None,  # over a real store, too
            reports=None,  # over a real store, too
            watch=self.watch, imports=self.imports, messages=None,
            database_answers=lambda: self.answers, demo_logins=self.demo,
        )  # fmt: skip
        return create_app(parts)

    def client(self, role: Role | None = None) -> FlaskClient:
        client = self.app().test_client()
        if role:
            assert sign_in(client, f"{role}@example.com").status_code == 303
        return client

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


def form_token(client: FlaskClient, page: str = "/sign-in") -> str:
    found = _TOKEN.search(client.get(page).text)
    assert found, f"{page} has no form"
    return found[1]


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
    token = form_token(client)
    told = {"csrf_token": token, "email": email, "password": password, **more}
    return client.post("/sign-in", data=told)
