from __future__ import annotations

from fractions import Fraction

import pytest

from smarketing.domain.breaches import Kind
from smarketing.domain.errors import AgreementError
from smarketing.domain.remedies import Band, Chronic, EarnBack, Fee, RemedyKind
from smarketing.services.agreements.file import parse_agreement
from smarketing.services.agreements.text import explain
from tests.builders import AGREEMENT
from tests.services.agreements.remedied import CREDIT, FEE, REMEDIED, SUPPLIED

POINTS = """
[remedies.points]
kind = "credit"
commitment = "accepted"

[remedies.points.points]
late = 1
missing = 3
table = [{ at_least = 5, credit = "0 %" }, { at_least = 10, credit = "2 %" }]
"""


def faults(old: str, new: str, text: str = REMEDIED) -> list[tuple[str, str]]:
    assert old in text, old
    with pytest.raises(AgreementError) as caught:
        parse_agreement(text.replace(old, new, 1))
    return [(problem.key, f"{problem.reason}. {problem.mend}") for problem in caught.value.problems]


def test_remedies_are_read_exactly() -> None:
    agreement = parse_agreement(REMEDIED)
    credit, missing, slow = agreement.remedies
    assert agreement.fees == {"agency": Fee(Fraction(100_000), Fraction(1, 10), Fraction(30_000))}
    assert (credit.kind, credit.incident) == (RemedyKind.CREDIT, "rejected")
    assert credit.schedule == (
        Band(Fraction(4, 5), Fraction(1, 2)), Band(Fraction(3, 5), Fraction(1)),
    )  # fmt: skip
    assert credit.earn_back == EarnBack(Fraction(1, 2), 2)
    assert credit.chronic == Chronic(2, 3)
    assert (missing.band, missing.cap, missing.claim_days) == (Fraction(1, 10), Fraction(1, 2), 30)
    assert slow.relieves == "accepted"


def test_a_table_of_points_may_begin_with_nothing() -> None:
    (remedy,) = parse_agreement(SUPPLIED + FEE + POINTS).remedies
    assert remedy.points is not None
    assert remedy.points.steps == ((5, Fraction(0)), (10, Fraction(2, 100)))
    assert remedy.points.of_kind[Kind.MISSING] == 3


@pytest.mark.parametrize(
    ("old", "new", "key", "told"),
    [
        ('kind = "supplier"', "", "fees.agency", "no money moves between departments"),
        ('kind = "supplier"', "", "remedies.rejected.kind", 'kind = "make_good" or "relief"'),
        (FEE, "", "remedies.rejected.kind", "Add [fees.agency] with invoice and at_risk"),
        ('minimum = "1"', 'minimum = "2000"', "remedies.rejected.minimum", "less than the cap"),
        ('cap_year = "30000"', 'cap_year = "1"', "remedies.rejected.minimum", "the cap is 1"),
        ('below = "60 %"', 'below = "80 %"', "remedies.rejected.schedule[2].below", "overlaps"),
        ('below = "60 %"', 'below = "90 %"', "remedies.rejected.schedule[2].below", "descend"),
        ('credit = "100 %"', 'credit = "40 %"', "remedies.rejected.schedule[2].credit", "more"),
        ('below = "80 %"', 'below = "85 %"', "remedies.rejected.schedule[1].below", "is kept"),
        ('= "accepted"\npool', '= "accept"\npool', "remedies.rejected.commitment", "accepted?"),
        ('minimum = "1"', "claim_days = 0", "remedies.rejected.claim_days", "nobody could claim"),
        ('minimum = "1"', "answer_days = 0", "remedies.rejected.answer_days", "dispute a claim"),
        ("failed = 2", "failed = 4", "remedies.rejected.chronic", "4 of the last 3 months"),
        ("after_months = 2", "after_months = 0", "remedies.rejected.earn_back.after_months", "1"),
        ("schedule = [", "by_gap = true\nschedule = [", "remedies.rejected.by_gap", "one way"),
        ('minimum = "1"', 'cap = "10 %"', "remedies.rejected.cap", "belongs to a make-good"),
        ('= "leads"\nband', '= "accepted"\nband', "remedies.missing.commitment", "no volume"),
        ('relieves = "accepted"', "", "remedies.slow.relieves", "is missing"),
        ('relieves = "accepted"', 'relieves = "leads"', "remedies.slow.relieves", "no share"),
        ('= "acknowledge"\n', '= "accepted"\n', "remedies.slow.commitment", "has no clocks"),
        ('invoice = "100000"', 'invoice = "0"', "fees.agency.invoice", "is zero"),
        ("[fees.agency]", "[fees.sales]", "fees.sales", "sales is a department"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_key_and_how_to_mend_it(
    old: str, new: str, key: str, told: str
) -> None:
    found = faults(old, new)
    assert any(where == key and told in words for where, words in found), found


def test_a_table_of_points_ascends() -> None:
    found = faults("at_least = 10", "at_least = 5", SUPPLIED + FEE + POINTS)
    assert [key for key, _ in found] == ["remedies.points.points.table[2]"]


def test_an_annual_cap_of_a_make_good_below_its_minimum_is_refused() -> None:
    found = faults('cap = "50 %"', 'cap = "50 %"\nminimum = "5"\ncap_year = "5"')
    assert [key for key, _ in found] == ["remedies.missing.cap_year"]


def test_between_departments_there_is_no_credit() -> None:
    credit = CREDIT.replace('commitment = "accepted"', 'commitment = "acknowledge"')
    with pytest.raises(AgreementError) as caught:
        parse_agreement(AGREEMENT + credit)
    assert [problem.key for problem in caught.value.problems] == ["remedies.rejected.kind"]


def test_every_remedy_is_told_in_plain_english() -> None:
    told = "\n".join(explain(parse_agreement(REMEDIED + POINTS)))
    assert (
        "Fair Ltd is paid 100,000 EUR a month, and 10 % of it is at risk: all credits of a month "
        "together are at most 10,000 EUR and of a calendar year 30,000 EUR."
    ) in told
    assert (
        "Credit for rejected leads: Fair Ltd gives Sales a credit of a part of 2,000 EUR by the "
        "level of “Accepted” in a month: 50 % of it below 80 % and at least 60 %; 100 % of it "
        "below 60 %. What is not more than 1 EUR is not owed. Sales has to claim it within 30 days "
        "of the end of the month, or of the day on which the breach is known, where that is later; "
        "a claim that Fair Ltd does not dispute within 30 days is accepted. 50 % of a credit is "
        "earned back when the promise is met in each of the 2 months after. When 2 of the last 3 "
        "months fail, it is chronic and goes to those who signed."
    ) in told
    assert (
        "Missing leads: Marketing makes good to Sales the leads that a month of “Leads” is short "
        "of, for each segment and tier; the first 10 % of a month's target are not owed; more than "
        "50 % of it is never owed. Only whole leads are owed."
    ) in told
    assert (
        "Slow answers: leads of a month for which Sales broke “Leads acknowledged” do not count in "
        "“Accepted” of Fair Ltd, neither as accepted nor as rejected; those of them that were "
        "recycled count as delivered. Nobody has to claim it."
    ) in told
    assert (
        "have points, 3 for each missing one and 1 for each late one, and their sum gives from 5 "
        "points on 0 % and from 10 points on 2 %."
    ) in told
