from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.lead_lists import Question, What
from smarketing.domain.scope import Reach, Scope
from smarketing.services.conclusions.watch import mark_due
from smarketing.services.leads.answers import accept, reject
from smarketing.services.leads.lists import PAGE, every_line, listed
from smarketing.services.people.people import Role
from smarketing.services.progress.month import month_cells
from smarketing.services.progress.progress import progress
from smarketing.store.acts import ActDesk
from smarketing.store.desk import Desk
from smarketing.store.facts import FactsNow
from smarketing.store.lead_lists import LeadLists
from tests.builders import AGREEMENT, Company
from tests.store.seed import MONDAY, act, at, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

DAYS = (date(2026, 11, 16), date(2026, 11, 20))
BOSS = person(9, Role.SALES_MANAGER)
ALL = Scope(Reach.ALL, 9)
FIGURES = {
    What.DELIVERED: "delivered", What.COUNTED: "counted", What.REJECTED: "rejected",
    What.ACCEPTED: "accepted", What.ACKNOWLEDGED: "acknowledged", What.CUSTOMERS: "customers",
}  # fmt: skip


@pytest.fixture
def book(engine: Engine):
    let_in(engine, person(1), person(2), BOSS, owners={"Rita Rep": 1, "Otto Other": 2})
    return signed_book(engine, MONDAY)


def busy_week(engine: Engine, book, folder: Path) -> None:
    """Forty leads of four days and two cells: answered, late, rejected, won, or none of it."""
    told = [
        lead(
            created_at=MONDAY + timedelta(days=n % 5, minutes=n),
            full_name=f"Lead {n}",
            employees=2000 if n % 3 else 50,
            job_title="CEO",
            acknowledged_at=_s(MONDAY + timedelta(days=n % 5, hours=n % 9)) if n % 4 else None,
            outcome="won" if n % 10 == 0 else None,
            amount=10_000,
            currency="EUR",
            closed_at=_s(MONDAY + timedelta(days=9)) if n % 10 == 0 else None,
        )
        for n in range(40)
    ]
    ids = hand_off(engine, book, told, MONDAY)
    desk, boss = ActDesk(engine), {"role": Role.SALES_MANAGER, "now": MONDAY + timedelta(hours=5)}
    for n in (1, 2, 7, 13):
        reject(desk, ids[n], act(9, **boss), book, reason="duplicate")
    accept(desk, ids[3], act(9, **boss), book)
    with Desk(engine, folder).ledger() as ledger:
        mark_due(ledger, book, _s(at("2026-11-19 12:00")))


def _s(when) -> int:
    return int(when.timestamp())


def test_each_list_has_as_many_leads_as_the_figure_of_progress(engine, book, tmp_path):
    busy_week(engine, book, tmp_path)
    rows = progress(FactsNow(engine), book, *DAYS, by=("segment", "tier"))
    assert len(rows) > 1
    for row in rows:
        cell = {"segment": row.keys["segment"], "tier": row.keys["tier"]}
        figures = {what: getattr(row, name) for what, name in FIGURES.items()} | {
            What.LATE: row.acknowledged_due - row.acknowledged_in_time,
            What.ATTEMPT_LATE: row.attempted_due - row.attempted_in_time,
        }
        counted = {
            what: LeadLists(engine).count(ALL, Question(*DAYS, what, cell)) for what in figures
        }
        assert counted == figures
        assert figures[What.DELIVERED]
    total = {what: LeadLists(engine).count(ALL, Question(*DAYS, what)) for what in What}
    unpromised = [total.pop(what) for what in (What.TOO_FEW_ATTEMPTS, What.DECIDED_LATE)]
    assert unpromised == [0, 0]
    assert all(total.values()), "each list has something to show"


def names(engine: Engine, book, question: Question, who=BOSS) -> list[str]:
    page = listed(LeadLists(engine), book, who, question)
    assert page.total == len(page.lines)
    return [line.name for line in page.lines]


def test_the_newest_hand_off_stands_first(engine, book):
    told = [lead(full_name=f"Lead {n}", created_at=MONDAY + timedelta(hours=n)) for n in (1, 30, 2)]
    hand_off(engine, book, told, MONDAY)
    assert names(engine, book, Question(*DAYS)) == ["Lead 30", "Lead 2", "Lead 1"]


def test_the_days_are_half_open_and_of_the_agreements_zone(engine, book):
    told = [
        lead(full_name="Before", created_at=at("2026-11-15 22:59")),
        lead(full_name="First", created_at=at("2026-11-15 23:00")),  # midnight in Berlin
        lead(full_name="Last", created_at=at("2026-11-19 22:59")),
        lead(full_name="After", created_at=at("2026-11-19 23:00")),
    ]
    hand_off(engine, book, told, MONDAY)
    assert names(engine, book, Question(*DAYS)) == ["Last", "First"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("ada", ["Ada Love"], id="part of a name"),
        pytest.param("grace hop", ["Grace Hopper"], id="first and last name"),
        pytest.param("ACME", ["Ada Love"], id="a company in another case"),
        pytest.param("@hop.example", ["Grace Hopper"], id="part of an e-mail"),
        pytest.param("50%", ["50% off"], id="a sign that stands for others"),
        pytest.param("5_%", [], id="a sign that would stand for one"),
        pytest.param("!", [], id="the sign of escape"),
        pytest.param("a\0da", ["Ada Love"], id="a zero character"),
        pytest.param("' OR 1=1 --", [], id="no SQL"),
    ],
)
def test_a_text_is_looked_for_in_names_companies_and_mails(engine, book, text, found):
    told = [
        lead(full_name="Ada Love", company="Acme & Sons"),
        lead(first_name="Grace", last_name="Hopper", email="grace@hop.example"),
        lead(full_name="50% off"),
    ]
    hand_off(engine, book, told, MONDAY)
    assert names(engine, book, Question(*DAYS, text=text)) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({"cell": {"country": "DE"}}, ["German"], id="a part of the cell"),
        pytest.param({"cell": {"source": "crm", "country": "DE"}}, ["German"], id="its source"),
        pytest.param({"cell": {"source": "elsewhere"}}, [], id="another source"),
        pytest.param({"cell": {"segment": "no\nsuch"}}, [], id="a segment that is not there"),
        pytest.param({"holder": 2}, ["Otto's"], id="who holds it"),
        pytest.param({"holder": 0}, ["Nobody's"], id="nobody"),
    ],
)
def test_a_list_is_narrowed_down(engine, book, asked, found):
    told = [
        lead(full_name="German", country="DE"),
        lead(full_name="Otto's", owner="Otto Other"),
        lead(full_name="Nobody's", owner=None),
    ]
    hand_off(engine, book, told, MONDAY)
    assert names(engine, book, Question(*DAYS, **asked)) == found


def test_of_two_agreements_each_list_has_the_leads_of_the_months_number(
    engine: Engine, tmp_path: Path
):
    let_in(engine, BOSS)
    company = Company(engine, tmp_path)
    for name, country in (("north", "DE"), ("south", "IT")):
        company.sign(
            AGREEMENT.replace(
                'name = "test"', f'name = "{name}"\napplies_when = "country = \'{country}\'"', 1
            )
        )
    told = [
        lead(employees=900, job_title="CEO", country=country)
        for country in ("DE", "DE", "IT", "FR")
    ]
    hand_off(engine, company.book, told, MONDAY)
    cell = {"segment": "enterprise", "tier": "decision_maker"}
    counted = {}
    for name in ("north", "south"):
        (month,) = month_cells(
            FactsNow(engine), company.book, name, month=date(2026, 11, 1),
            today=date(2026, 11, 17), monday=date(2026, 11, 16),
        )  # fmt: skip
        question = Question(*DAYS, What.COUNTED, cell | {"agreement": name})
        assert LeadLists(engine).count(ALL, question) == month.counted
        counted[name] = month.counted
    assert counted == {"north": 2, "south": 1}
    assert LeadLists(engine).count(ALL, Question(*DAYS, What.COUNTED)) == 4


def test_a_rep_sees_their_own_and_the_teams_and_a_supplier_what_it_delivered(engine, book):
    told = [
        lead(full_name="Rita's"),
        lead(full_name="Otto's", owner="Otto Other", provider="Fair Ltd"),
        lead(full_name="Nobody's", owner=None),
    ]
    hand_off(engine, book, told, MONDAY)
    question = Question(*DAYS)
    assert sorted(names(engine, book, question, person(1))) == ["Nobody's", "Rita's"]
    supplier = person(6, Role.SUPPLIER, "Fair Ltd")
    assert names(engine, book, question, supplier) == ["Otto's"]
    assert names(engine, book, question, person(7, Role.SUPPLIER)) == []


def test_a_supplier_can_not_find_out_who_holds_a_lead_by_asking(engine, book):
    hand_off(engine, book, [lead(full_name="Otto's", owner="Otto Other", provider="F")], MONDAY)
    supplier = person(6, Role.SUPPLIER, "F")
    for question in (Question(*DAYS, holder=1), Question(*DAYS, cell={"owner": "Rita Rep"})):
        (line,) = listed(LeadLists(engine), book, supplier, question).lines
        assert line.holder is None


def test_a_long_list_has_pages_and_a_download_has_all_of_it(engine, book):
    told = [lead(full_name=f"Lead {n:03}") for n in range(2 * PAGE + 1)]
    hand_off(engine, book, told, MONDAY)
    question, store = Question(*DAYS), LeadLists(engine)
    pages = [listed(store, book, BOSS, question, number) for number in (1, 2, 3, 4)]
    assert [len(page.lines) for page in pages] == [PAGE, PAGE, 1, 0]
    assert {page.pages for page in pages} == {3}
    lines = [line for page in pages for line in page.lines]
    assert [line.name for line in lines] == sorted((one["full_name"] for one in told), reverse=True)
    assert list(every_line(store, book, BOSS, question)) == lines


@pytest.mark.parametrize("what", list(What))
def test_no_list_walks_all_leads_or_clocks(engine, book, what: What):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    hand_off(engine, book, [lead() for _ in range(50)], MONDAY)
    cell = {"segment": "enterprise", "source": "crm"}
    question = Question(*DAYS, what, cell, holder=1, text="a")
    asked: list[str] = []
    with engine.begin() as connection:
        connection.connection.driver_connection.set_trace_callback(asked.append)
    listed(LeadLists(engine), book, person(1), question)
    with engine.connect() as connection:
        connection.connection.driver_connection.set_trace_callback(None)
        queries = [sql for sql in asked if sql.startswith(("WITH", "SELECT"))]
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}") for sql in queries]
        steps = [step[3] for plan in plans for step in plan]
    assert len(queries) == 2
    assert not [step for step in steps if step in ("SCAN lead", "SCAN clock")]
    assert [step for step in steps if "ix_lead_day" in step or "ix_lead_held" in step]
