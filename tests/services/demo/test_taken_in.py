from __future__ import annotations

import polars as pl
import pytest

from connectors.protocol import Kind
from smarketing.domain.calendar import seconds
from smarketing.services.agreements import life
from smarketing.services.agreements.file import load_agreement
from smarketing.services.conclusions.book import Frozen
from smarketing.services.demo.office import office_around
from smarketing.services.demo.people import REPS, UNTIED, demo_people
from smarketing.services.demo.titles import TITLES
from smarketing.services.intake.take_in import take_in
from smarketing.services.people.passwords import check_strength
from smarketing.services.people.people import Role
from smarketing.services.rules.seniority import load_words, seniority_of
from smarketing.store.agreements import AgreementShelf
from smarketing.store.desk import Desk
from smarketing.store.engine import open_engine, reading
from smarketing.store.migrate import migrate


@pytest.fixture(scope="session")
def agreement(config):
    return load_agreement(config / "agreements" / "demo.toml")


@pytest.fixture(scope="session")
def taken(now, config, deliveries, tmp_path_factory):
    """Return the engine of a database that has the whole sample company, and the reports."""
    folder = tmp_path_factory.mktemp("taken")
    engine = open_engine(f"sqlite:///{folder / 'demo.db'}")
    migrate(engine)
    shelf = AgreementShelf(engine)
    for name in ("demo.toml", "demo-agency.toml"):
        text = (config / "agreements" / name).read_text(encoding="utf-8")
        version, _ = life.load(text, name, shelf, now)
        for party in life.agreement_of(version).parties.values():
            version = life.sign(version.name, party.name, party.signatories[0], shelf, now)
        life.put_in_force(version, Frozen({}, {}), shelf)
    book = life.book_of(shelf, "UTC", load_words(config / "seniority.toml"))
    reports = {
        kind: take_in(delivery, Desk(engine, folder), book, now=seconds(now))
        for kind, delivery in deliveries.items()
    }
    yield engine, reports
    engine.dispose()


def asked(taken, sql):
    with reading(taken[0]) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def test_all_of_it_is_taken_in_and_finds_its_lead(taken):
    _, reports = taken
    assert all(report.created == report.read > 0 for report in reports.values())
    assert reports[Kind.ACTIVITIES].unmatched == reports[Kind.DEALS].unmatched == 0
    assert not reports[Kind.DEALS].unconverted


def test_every_segment_and_tier_of_the_agreement_occurs(taken, agreement):
    cells = set(asked(taken, "SELECT DISTINCT segment, tier FROM cell"))
    wanted = {(s.name, t.name) for s in agreement.segments for t in agreement.tiers}
    assert wanted <= cells


@pytest.mark.parametrize(
    "verdicts", ["ack_met, ack_late, ack_overdue", "attempt_met, attempt_late, attempt_overdue"]
)
def test_most_answers_are_in_time_and_a_tail_is_not(taken, verdicts):
    facts = asked(taken, f"SELECT {verdicts} FROM daily_fact")  # noqa: S608  (our own columns)
    met, late, overdue = (sum(column) for column in zip(*facts, strict=True))
    assert 0.8 < met / (met + late + overdue) < 0.95
    assert late
    assert overdue


def test_decision_makers_buy_more_often_than_others_and_interns_hardly(taken):
    rates = dict(
        asked(
            taken,
            "SELECT tier, 1.0 * SUM(customers) / SUM(delivered) FROM daily_fact "
            "JOIN cell ON cell.id = cell_id GROUP BY tier",
        )
    )
    assert 0.03 < rates["decision_maker"] < 0.12
    assert rates["decision_maker"] > rates["manager"] > rates["individual"] >= rates["intern"]


def test_leads_wait_some_fresh_some_at_risk_some_overdue(taken, now):
    waiting = asked(
        taken,
        "SELECT at_risk_at, due_at FROM clock JOIN commitment ON commitment.id = commitment_id "
        "WHERE metric = 'acknowledged_within' AND state = 0 AND at_risk_at IS NOT NULL",
    )
    at = now.timestamp()
    assert sum(at < at_risk for at_risk, _ in waiting) >= 3
    assert sum(at_risk <= at < due for at_risk, due in waiting) >= 3
    assert sum(due <= at for _, due in waiting) >= 3


@pytest.mark.parametrize("tier", [name for name in TITLES if name != "other"])
def test_a_title_belongs_to_the_tier_it_stands_for(tier, config):
    words = load_words(config / "seniority.toml")
    titles = [title for said in TITLES[tier].values() for title in said]
    levels = {
        "decision_maker": {"c_level", "vp", "director", "head"},
        "manager": {"manager"},
        "individual": {"individual"},
        "intern": {"intern"},
    }[tier]
    found = dict(zip(titles, seniority_of(pl.Series(titles), words), strict=True))
    assert {title: level for title, level in found.items() if level not in levels} == {}


def test_the_office_is_open_when_the_agreement_says(agreement, now):
    office, agreed = office_around(now.date()), agreement.calendars["office"]
    assert office.hours == agreed.hours
    assert office.holidays <= agreed.holidays
    assert office.timezone == agreement.timezone


def test_all_who_sign_are_people_of_the_sample_company(agreement, config):
    agency = load_agreement(config / "agreements" / "demo-agency.toml")
    people = {person.email for person in demo_people()}
    for party in (*agreement.parties.values(), *agency.parties.values()):
        assert set(party.signatories) <= people


def test_the_leads_of_the_agency_are_under_its_own_agreement(taken):
    found = asked(
        taken,
        "SELECT DISTINCT agreement_version.name, lead.provider = 'Leuchtfeuer Agency' FROM lead "
        "JOIN cell ON cell.id = lead.cell_id "
        "JOIN agreement_version ON agreement_version.id = cell.version_id",
    )
    assert set(found) == {("nordlicht", 0), ("leuchtfeuer", 1)}


def test_every_rep_but_one_is_tied_to_their_leads_and_three_of_them_sign_in(taken):
    owners = {owner for (owner,) in asked(taken, "SELECT DISTINCT owner FROM lead")}
    reps = [person for person in demo_people() if person.role is Role.REP]
    tied = {person.owner for person in reps if person.owner}
    assert {rep.name for rep in REPS} - tied == {UNTIED}
    assert tied < owners
    assert [bool(person.password) for person in reps].count(True) == 3


def test_the_supplier_delivered_leads(taken):
    (supplier,) = [person for person in demo_people() if person.role is Role.SUPPLIER]
    delivered = dict(asked(taken, "SELECT provider, COUNT(*) FROM lead GROUP BY provider"))
    assert delivered[supplier.provider] > 0


def test_the_passwords_are_strong_enough_to_be_accepted():
    for person in demo_people():
        if person.password:
            check_strength(person.password, person.email)
