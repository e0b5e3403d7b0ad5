from __future__ import annotations

from pathlib import Path

import pytest

from smarketing.domain.agreement import PartyKind, Review
from smarketing.domain.errors import AgreementError
from smarketing.services.agreements.clauses import clauses
from smarketing.services.agreements.file import parse_agreement

EXAMPLE = (Path(__file__).parents[3] / "config" / "agreements" / "example.toml").read_text(
    encoding="utf-8"
)
SUPPLIER = """
[parties.fair]
title = "Fair Ltd"
side = "marketing"
kind = "supplier"
provider = "Fair Ltd"
parent = "marketing"
signatories = ["sue@fair.example"]
contacts = [{ name = "Sue", email = "sue@fair.example", about = "escalation" }]
needs = ["Briefings", { text = "An answer to every lead", commitment = "acknowledge" }]

[calendars.office]"""
WITH_SUPPLIER = EXAMPLE.replace("\n[calendars.office]", SUPPLIER, 1)


def faults(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    text = WITH_SUPPLIER
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(AgreementError) as caught:
        parse_agreement(text)
    return [(problem.key, f"{problem.reason}. {problem.mend}") for problem in caught.value.problems]


def test_a_supplier_is_a_party_with_all_that_is_agreed_about_it():
    agreement = parse_agreement(WITH_SUPPLIER)
    fair = agreement.parties["fair"]
    assert (fair.kind, fair.parent, fair.provider) == (PartyKind.SUPPLIER, "marketing", "Fair Ltd")
    said = "\n".join(clauses(agreement))
    assert (
        "Fair Ltd is an outside supplier of Marketing; its leads carry the name Fair Ltd." in said
    )
    assert "To turn to at Fair Ltd: Sue (sue@fair.example, escalation)." in said


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('parent = "marketing"', 'parent = "markting"', "parent", "Did you mean marketing?"),
        ('parent = "marketing"', 'parent = "sales"', "parent", "stands for the same side"),
        ('parent = "marketing"', 'parent = "fair"', "parent", "would be a part of itself"),
        ('"sue@fair.example", about', '"sue", about', "contacts[1].email", "is not an e-mail"),
        ('["sue@fair.example"]', '["sue"]', "signatories[1]", "is not an e-mail address"),
        ('"acknowledge" }', '"answer" }', "needs[2].commitment", "is not defined here"),
        ('"acknowledge" }', '"leads" }', "needs[2].commitment", "is owed by marketing"),
        ('side = "marketing"\nkind', 'side = "sales"\nkind', "provider", "stands for sales"),
        ('kind = "supplier"', 'kind = "agency"', "kind", "one of department, site, supplier"),
        ('email = "sue@fair.example", ', "", "contacts[1].email", "is missing. Add email ="),
    ],
)  # fmt: skip
def test_a_fault_of_a_party_is_told_with_its_mend(old: str, new: str, key: str, said: str):
    found = faults((old, new))
    assert [text for place, text in found if place == f"parties.fair.{key}" and said in text], found


def test_parties_in_a_circle_are_refused():
    circle = ('title = "Marketing"\n', 'title = "Marketing"\nparent = "fair"\n')
    assert {key for key, _ in faults(circle)} == {
        "parties.marketing.parent", "parties.fair.parent",
    }  # fmt: skip


def test_two_parties_do_not_share_the_name_on_their_leads():
    (fault,) = faults(('title = "Marketing"\n', 'title = "Marketing"\nprovider = "Fair Ltd"\n'))
    assert fault[0] == "parties.fair.provider"
    assert "the leads of marketing carry already" in fault[1]


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('review = "quarterly"', 'review = "daily"', "term.review", "monthly, quarterly, yearly"),
        ('"30 days"', '"soon"', "cancellation.notice", 'Write it as "30 days"'),
        ('"30 days"', '"0 days"', "cancellation.notice", "is not a number of days"),
        ('"10 days"', "10", "disputes.window", "is not a number of days"),
        ('answer = "5 days"', "", "disputes.answer", "is missing. Add answer ="),
        ('kind = "surge"', 'kind = "flood"', "exclusions.campaign.kind", "force_majeure"),
        ('kind = "surge"', "", "exclusions.campaign.kind", "is missing. Add kind ="),
    ],
)  # fmt: skip
def test_a_fault_of_a_clause_is_told_with_its_mend(old: str, new: str, key: str, said: str):
    found = faults((old, new))
    assert [text for place, text in found if place == key and said in text], found


def test_the_clauses_of_the_example_are_data():
    agreement = parse_agreement(EXAMPLE)
    assert agreement.review is Review.QUARTERLY
    assert agreement.notice is not None
    assert agreement.disputes is not None
    assert [agreement.notice.days, agreement.disputes.window.days] == [30, 10]
    assert [(one.name, one.kind) for one in agreement.exclusions] == [
        ("outage", "outage"), ("campaign", "surge"),
    ]  # fmt: skip
