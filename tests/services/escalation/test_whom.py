from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from smarketing.domain.holders import Absence, Holders
from smarketing.services.agreements.file import parse_agreement
from smarketing.services.conclusions.book import Laddered
from smarketing.services.escalation.whom import Crew, ever_held
from smarketing.services.people.people import Role
from tests.store.seed import CONFIG, person

TODAY = date(2026, 11, 16)
RITA, OTTO, RHEA = person(1), person(2), person(5)
PEOPLE = (
    RITA, OTTO, person(3, Role.SALES_MANAGER), person(4, Role.MARKETING_MANAGER), RHEA,
    person(6, Role.ADMINISTRATOR), person(7, Role.SUPPLIER, "Fair Ltd"),
)  # fmt: skip
HOLDERS = Holders({"Rita Rep": 1, "otto@example.com": 2}, frozenset({1, 2, 5}))
CONTACT = '[[parties.sales.contacts]]\nname = "Eve"\nemail = "{email}"\n[parties.sales]'


def laddered(email: str = "eve@example.com") -> Laddered:
    text = (CONFIG / "agreements" / "example.toml").read_text(encoding="utf-8")
    text = text.replace("[parties.sales]", CONTACT.format(email=email), 1)
    agreement = parse_agreement(text)
    return Laddered(agreement, agreement.commitments[1])


@pytest.mark.parametrize(
    ("tell", "holder", "told"),
    [
        (("holder",), 2, ["p2"]),
        (("holder",), None, ["p1", "p2", "p5"]),
        (("holder", "team"), 2, ["p1", "p2", "p5"]),
        (("sales_manager", "marketing_manager", "administrator"), 1, ["p3", "p4", "p6"]),
        (("holder", "contact:Eve"), 1, ["eve", "p1"]),
    ],
)
def test_a_step_tells_whom_it_names_each_once(tell, holder, told):
    found = laddered()
    step = replace(found.commitment.ladder[0], tell=tell)
    addresses = Crew(PEOPLE).told(step, holder, found)
    assert sorted(address.username for address in addresses) == told


def test_a_contact_whose_address_is_none_is_not_told():
    found = laddered("eve,adam@x.example")
    step = replace(found.commitment.ladder[0], tell=("contact:Eve", "sales_manager"))
    assert [a.username for a in Crew(PEOPLE).told(step, 1, found)] == ["p3"]


def test_the_next_one_is_who_has_the_fewest_and_whoever_gets_one_has_one_more():
    crew = Crew(PEOPLE)
    crew.loads.update({1: 3, 2: 1})
    assert [crew.successor((), TODAY) for _ in range(4)] == [5, 2, 5, 2]


@pytest.mark.parametrize(
    ("had", "absences", "expected"),
    [
        ({1, 2}, [], 5),
        ({1}, [Absence(2, TODAY, date(2026, 11, 17))], 5),
        ({1}, [Absence(2, date(2026, 11, 9), TODAY)], 2),
        ({1, 2, 5}, [], None),
        ({1, 2}, [Absence(5, date(2026, 11, 1), date(2026, 12, 1))], None),
    ],
    ids=["who had it", "on leave", "back today", "all had it", "nobody is there"],
)
def test_a_lead_never_goes_to_who_had_it_or_is_away(had, absences, expected):
    assert Crew(PEOPLE, absences).successor(had, TODAY) == expected


def test_neither_managers_nor_who_is_gone_get_a_lead():
    people = [replace(one, active=one.id != 2) for one in PEOPLE]
    assert Crew(people).successor({1}, TODAY) == 5


def test_who_had_a_lead_is_remembered_from_events_and_from_the_crm():
    words = [
        {"kind": "assigned", "detail": "5"},
        {"kind": "returned", "detail": None},
        {"kind": "owner", "detail": "Otto@Example.com"},
        {"kind": "owner", "detail": None},
    ]
    assert ever_held(words, "Rita Rep", None, HOLDERS) == {1, 2, 5}
    assert ever_held([], "Nobody Known", 7, HOLDERS) == {7}
