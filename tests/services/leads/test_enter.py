from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from connectors.typed import TypedLead
from smarketing.domain.calendar import seconds
from smarketing.domain.errors import NotFoundError
from smarketing.services.intake.take_in import take_in
from smarketing.services.leads.enter import EntryDesk, Typing, enter, own_columns
from smarketing.services.people.people import Role
from smarketing.store.desk import Desk
from smarketing.store.leads import LeadShelf
from smarketing.store.people import People
from tests.builders import AGREEMENT
from tests.store.seed import at, let_in, person

if TYPE_CHECKING:
    from tests.builders import Company

NOW = at("2026-11-16 10:00")
ADA: dict[str, str] = {
    "full_name": "Ada Love", "email": "Ada@Acme.example", "company": "Acme", "job_title": "CEO",
    "employees": "1,200",
}  # fmt: skip


@pytest.fixture
def office(company: Company) -> Company:
    company.sign()
    let_in(company.engine, person(1), person(4, Role.MARKETING_MANAGER))
    return company


def typed(company: Company, values: dict[str, str], word: str = "first-form", **more: Any):
    shelf = LeadShelf(company.engine)

    def take(delivery, now):
        return take_in(delivery, Desk(company.engine, company.folder), company.book,
                       now=seconds(now))  # fmt: skip

    desk = EntryDesk(
        finder=shelf,
        people=People(company.engine),
        typed=lambda told, source, label: TypedLead(told, source, label, "Europe/Berlin"),
        take=take,
    )
    typing = Typing(values, word, "entered by Mark", **more)
    return enter(desk, company.book, typing, NOW)


def leads(company: Company) -> int:
    with company.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT COUNT(*) FROM lead").scalar() or 0)


def test_a_lead_is_classified_handed_off_and_its_clocks_run(office: Company):
    done = typed(office, ADA)
    assert done.is_new
    lead, clocks, events, _ = LeadShelf(office.engine).whole(done.lead_id)
    assert (lead["segment"], lead["tier"], lead["employees"]) == (
        "enterprise", "decision_maker", 1200,
    )  # fmt: skip
    assert (lead["email"], lead["source"], lead["label"]) == (
        "ada@acme.example", "by hand", "entered by Mark",
    )  # fmt: skip
    assert (lead["handed_at"], lead["created_at"]) == (seconds(NOW), seconds(NOW))
    assert {clock["started_at"] for clock in clocks} == {seconds(NOW)}
    assert len(clocks) == 2
    assert [event["kind"] for event in events] == ["created", "handed_off"]
    assert lead["holder_id"] is None


def test_it_is_given_to_a_person(office: Company):
    done = typed(office, ADA, hand_to=1)
    lead, *_ = LeadShelf(office.engine).whole(done.lead_id)
    assert (lead["holder_id"], lead["held_since"]) == (1, seconds(NOW))


@pytest.mark.parametrize("number", [4, 99])
def test_it_is_given_to_nobody_who_holds_no_leads(office: Company, number: int):
    with pytest.raises(NotFoundError):
        typed(office, ADA, hand_to=number)
    assert leads(office) == 0


def test_a_form_that_is_sent_twice_enters_one_lead(office: Company):
    first, second = typed(office, ADA), typed(office, ADA)
    assert second.lead_id == first.lead_id
    assert (first.is_new, second.is_new) == (True, False)
    assert leads(office) == 1


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"employees": "many"}, "employees", "not a whole number"),
        ({"created_at": "soon"}, "created_at", "not a date or time"),
        ({"created_at": "2026-11-16T11:01"}, "created_at", "it lies in the future"),
        ({"email": "ada"}, "email", "not an e-mail address"),
        ({"full_name": " ", "email": "", "company": "-"}, "full_name", "nothing says who it is"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_entered(
    office: Company, values: dict[str, str], column: str, reason: str
):
    done = typed(office, ADA | values)
    (problem,) = done.problems
    assert problem.column == column
    assert reason in problem.reason
    assert (done.lead_id, leads(office)) == (None, 0)


def test_when_it_came_in_is_a_time_of_the_agreements_zone(office: Company):
    done = typed(office, ADA | {"created_at": "2026-11-16T09:30"})
    lead, *_ = LeadShelf(office.engine).whole(done.lead_id)
    assert lead["created_at"] == seconds(at("2026-11-16 08:30"))
    assert lead["handed_at"] == seconds(NOW)


@pytest.mark.parametrize(
    ("values", "same"),
    [
        pytest.param({"full_name": "Someone", "email": "ADA@ACME.EXAMPLE"}, "e-mail", id="e-mail"),
        pytest.param(
            {"full_name": "ada love", "company": "ACME", "email": ""}, "name and company",
            id="name and company",
        ),
    ],
)  # fmt: skip
def test_a_lead_that_may_be_there_is_shown_and_entered_on_the_second_press(
    office: Company, values: dict[str, str], same: str
):
    first = typed(office, ADA)
    asked = typed(office, values, "second-form")
    (one,) = asked.alike
    assert (one.lead_id, one.same, one.source) == (first.lead_id, same, "by hand")
    assert (asked.lead_id, leads(office)) == (None, 1)
    sure = typed(office, values, "second-form", is_sure=True)
    assert sure.is_new
    assert leads(office) == 2


def test_a_lead_of_another_source_may_be_the_same(office: Company):
    mapped = "id,created,company,title\nx,2026-11-02 09:00,Acme,CEO\n"
    office.take("leads", mapped, NOW)
    with office.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE lead SET email = 'ada@acme.example'")
    (one,) = typed(office, ADA).alike
    assert (one.source, one.company) == ("crm", "Acme")


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"full_name": "Ada Love", "email": "other@acme.example"}, id="only the name"),
        pytest.param({"company": "Acme"}, id="only the company"),
        pytest.param({"full_name": "Ada Love", "company": "Other"}, id="another company"),
    ],
)
def test_what_only_half_agrees_is_another_lead(office: Company, values: dict[str, str]):
    typed(office, ADA)
    assert typed(office, values, "second-form").is_new


def test_first_and_last_name_of_a_file_are_a_name_too(office: Company):
    typed(office, ADA)
    with office.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE lead SET full_name = NULL, first_name = 'Ada', last_name = 'Love'"
        )
    asked = typed(office, {"full_name": "Ada Love", "company": "Acme"}, "second-form")
    assert len(asked.alike) == 1


def test_columns_that_an_agreement_looks_at_can_be_typed(company: Company):
    company.sign(
        AGREEMENT.replace('currency = "EUR"', 'currency = "EUR"\nextra_columns = ["page"]').replace(
            'when = "employees < 500"', "when = \"page = '/fair'\""
        )
    )
    assert own_columns(company.book) == ("page",)
    done = typed(company, {"full_name": "Ada", "page": "/fair"})
    assert LeadShelf(company.engine).whole(done.lead_id)[0]["segment"] == "small"
