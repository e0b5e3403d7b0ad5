"""The state is a function of what was told, not of when and in which portions."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from smarketing.domain.calendar import seconds
from smarketing.domain.moment import FOREVER
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.audit import differing_facts
from smarketing.store.engine import open_engine
from smarketing.store.facts import FactsNow
from tests.builders import IN_FULL, Company, at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    Fresh = Callable[[], AbstractContextManager[str]]

START = at("2026-03-02 08:00")
TOLD = at("2026-03-23 09:00")
"""After every act, so that how far a source has told does not depend on when it was read; but
before the last leads' windows of rejection end."""
NOW = at("2026-05-01 09:00")
MIXED = IN_FULL.replace('allowance = "4h"', 'allowance = "4h"\nrecorded_in = ["source", "portal"]')
MIXED = MIXED.replace('allowance = "30h"', 'allowance = "30h"\nrecorded_in = ["portal"]')
ENDING = MIXED.replace("starts_on = 2026-01-01", "starts_on = 2026-01-01\nends_on = 2026-03-18")
AGREEMENTS = st.sampled_from([IN_FULL, MIXED, ENDING])
"""With acts told of in files, also in the portal, and with an end before the last acts."""
SPAN = (date(2026, 1, 1), date(2026, 12, 31))
KEYS = ("segment", "tier", "owner", "lead_source", "week")
HEADS = {
    "leads": "id,created,handed,acknowledged,attempted,accepted,rejected,reason,title,employees,"
    "origin,owner,note,updated\n",
    "activities": "id,lead,kind,direction,at,result,note\n",
    "deals": "id,lead,outcome,amount,currency,closed,note\n",
}
STORED = (
    (
        "SELECT lead.source_key, commitment_id, cycle, started_at, due_at, stopped_at, state, "
        "breached_at, used_s, relief FROM clock JOIN lead ON lead.id = lead_id ORDER BY 1, 2, 3"
    ),
    (
        "SELECT lead.source_key, commitment_id, cycle, breach.kind, reason, month, at, late_s, "
        "wall_s FROM breach JOIN lead ON lead.id = lead_id WHERE record <> 'withdrawn' AND NOT "
        "EXISTS (SELECT 1 FROM breach AS later WHERE later.lead_id = breach.lead_id AND "
        "later.commitment_id = breach.commitment_id AND later.cycle = breach.cycle AND "
        "later.nth > breach.nth) ORDER BY 1, 2, 3"
    ),
    "SELECT COUNT(*) FROM unrecorded",
    (
        "SELECT source_key, owner, lead_source, acknowledged_at, reject_reason, updated_at, extra, "
        "accepted, rejected, acknowledged, accept_due_at, value, won_deals, won_amount "
        "FROM lead ORDER BY 1"
    ),
    (
        "SELECT deal.source_key, lead.source_key, deal.outcome, deal.amount, deal.currency, "
        "deal.closed_at, before_lead, deal.extra FROM deal LEFT JOIN lead ON lead.id = lead_id "
        "ORDER BY 1"
    ),
    (
        "SELECT activity.source_key, lead.source_key, activity.kind, direction, "
        "activity.occurred_at, activity.extra FROM activity "
        "LEFT JOIN lead ON lead.id = lead_id ORDER BY 1"
    ),
)


class Told(NamedTuple):
    """One record of one kind."""

    kind: str
    line: str

    @property
    def key(self) -> tuple[str, str]:
        """What it is a version of."""
        return self.kind, self.line.split(",", 1)[0]


_minutes = st.integers(0, 20 * 24 * 60)
_maybe = st.one_of(st.none(), _minutes)
_ids = st.sampled_from("abcde")
_notes = st.sampled_from(["", "hot", "cold"])
_versions = st.integers(1, 3)


def _when(minutes: int | None) -> str:
    return "" if minutes is None else f"{START + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"


@st.composite
def _lead(draw: st.DrawFn, lead: str, version: int) -> Told:
    """A record of a lead; a later version has a later time of its last change.

    What its segment and tier follow from stays: they are frozen at the hand-off.
    """
    # 4.5 days apart; the last one on the day of the first: it has relief where that one is known.
    created = 90 if lead == "e" else (ord(lead) - ord("a")) * 6480
    acts = [_when(draw(_maybe)) for _ in range(3)]
    rejected = draw(_maybe)
    reason = draw(st.sampled_from(["", "wrong_tier", "mood"])) if rejected is not None else ""
    cells = [
        lead, _when(created), _when(created + 5), *acts, _when(rejected), reason,
        "CEO" if lead < "c" else "Intern", "900" if lead < "d" else "20",
        draw(st.sampled_from(["", "fair"])), draw(st.sampled_from(["", "Ann", "Bob"])),
        draw(_notes), _when(version),
    ]  # fmt: skip
    return Told("leads", ",".join(cells))


@st.composite
def _stories(draw: st.DrawFn) -> list[Told]:
    told = [
        draw(_lead(lead, version))
        for lead in draw(st.sets(_ids, min_size=1))
        for version in range(draw(_versions))
    ]
    for number in range(draw(st.integers(0, 4))):
        for _ in range(draw(_versions)):
            what = draw(st.sampled_from(["call,outbound", "mail,inbound", "meeting,outbound"]))
            result = draw(st.sampled_from(["", "connected"]))
            line = f"t{number},{draw(_ids)},{what},{_when(draw(_minutes))},{result},{draw(_notes)}"
            told.append(Told("activities", line))
    for number in range(draw(st.integers(0, 3))):
        for _ in range(draw(_versions)):
            won = draw(st.sampled_from(["won,10,EUR", "won,7.5,USD", "lost,3,EUR", "open,4,EUR"]))
            line = f"d{number},{draw(_ids)},{won},{_when(draw(_minutes))},{draw(_notes)}"
            told.append(Told("deals", line))
    return told


def _later_last(shuffled: Sequence[Told], told: Sequence[Told]) -> list[Told]:
    """The records in a new order, but each activity's and deal's versions in their own.

    They do not say when they were changed: the one that is told last counts.
    """
    versions: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in reversed(told):
        versions[one.key].append(one)
    return [one if one.kind == "leads" else versions[one.key].pop() for one in shuffled]


def _files(records: Sequence[Told]) -> Iterator[str]:
    """The records of one kind as files; only leads may be told of twice in one."""
    rounds: dict[int, list[str]] = defaultdict(list)
    nth: dict[tuple[str, str], int] = defaultdict(int)
    for one in records:
        rounds[nth[one.key]].append(one.line)
        nth[one.key] += one.kind != "leads"
    for number in sorted(rounds):
        yield HEADS[records[0].kind] + "\n".join(rounds[number]) + "\n"


def _take(company: Company, portion: Sequence[Told], now: datetime) -> None:
    for kind in HEADS:
        records = [one for one in portion if one.kind == kind]
        if records:
            for text in _files(records):
                assert company.take(kind, text, now).rejected == 0


class Portion(NamedTuple):
    """Records that are taken in at an instant; then what fell due is marked."""

    records: Sequence[Told]
    now: datetime


def _taken_in(fresh: Fresh, agreement: str, portions: Sequence[Portion]) -> object:
    """What is concluded once all portions were taken in: facts, and what is stored."""
    with fresh() as url, tempfile.TemporaryDirectory() as folder:
        company = Company(open_engine(url), Path(folder))
        company.sign(agreement)
        for portion in portions:
            _take(company, portion.records, portion.now)
            company.watch(portion.now)
        company.watch(NOW)
        book, now = company.book, seconds(NOW)
        recounted = FactsAsOf(company.history, book, now, FOREVER, FOREVER)
        assert differing_facts(FactsNow(company.engine), recounted) == 0
        facts = company.progress(*SPAN, *KEYS)
        with company.engine.connect() as connection:
            stored = [connection.exec_driver_sql(sql).all() for sql in STORED]
        company.engine.dispose()
        return facts, stored


def _hold(fresh: Fresh, data: st.DataObject, told: Sequence[Told]) -> None:
    agreement = data.draw(AGREEMENTS)
    one_by_one = _taken_in(fresh, agreement, [Portion([one], NOW) for one in told])
    shuffled = _later_last(data.draw(st.permutations(told)), told)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(told)), max_size=4)))
    edges = list(itertools.pairwise([0, *cuts, len(told)]))
    hours = st.lists(st.integers(0, 120), min_size=len(edges), max_size=len(edges))
    nows = [TOLD + timedelta(hours=h) for h in sorted(data.draw(hours))]
    portions = [Portion(shuffled[a:b], now) for (a, b), now in zip(edges, nows, strict=True)]
    assert _taken_in(fresh, agreement, portions) == one_by_one
    assert _taken_in(fresh, agreement, [*portions, Portion(told, NOW)]) == one_by_one


def test_a_column_that_nobody_fills_does_not_stand_for_the_log_of_calls(
    sqlite_template: Path, tmp_path: Path
):
    lead = "a,2026-03-02 08:00,2026-03-02 08:05,,,,2026-03-19 20:30,mood,CEO,900,,,,\n"
    call = "t0,a,mail,inbound,2026-03-02 12:29,,\n"
    states = []
    for number, order in enumerate((("leads", "activities"), ("activities", "leads"))):
        home = tmp_path / str(number)
        home.mkdir()
        company = Company(open_engine(f"sqlite:///{shutil.copy(sqlite_template, home)}"), home)
        company.sign()
        for kind in order:
            company.take(kind, HEADS[kind] + (lead if kind == "leads" else call), NOW)
        company.watch(NOW)
        states.append(company.progress(*SPAN, *KEYS))
        company.engine.dispose()
    assert states[0] == states[1]
    assert [row.attempted_due for row in states[0]] == [0]


@settings(max_examples=18, deadline=None)
@given(data=st.data(), told=_stories())
def test_any_order_and_any_portions_end_in_the_same_state(
    sqlite_template: Path, data: st.DataObject, told: list[Told]
):
    @contextmanager
    def fresh() -> Iterator[str]:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{shutil.copy(sqlite_template, folder)}"

    _hold(fresh, data, told)


@settings(max_examples=3, deadline=None)
@given(data=st.data(), told=_stories())
def test_the_same_holds_on_postgresql(postgres: str, data: st.DataObject, told: list[Told]):
    @contextmanager
    def fresh() -> Iterator[str]:
        server = create_engine(postgres, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE any_order TEMPLATE template_empty")
            try:
                url = make_url(postgres).set(database="any_order")
                yield url.render_as_string(hide_password=False)
            finally:
                connection.exec_driver_sql("DROP DATABASE any_order WITH (FORCE)")
        server.dispose()

    _hold(fresh, data, told)
