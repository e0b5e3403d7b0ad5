from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import ConflictError, ForbiddenError, ImpossibleGoalError
from smarketing.domain.versions import Act
from smarketing.services.agreements import life
from smarketing.services.agreements.acts import Hand
from smarketing.services.agreements.signing import Pen, missing_parties
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from tests.builders import Company

NOW = at("2026-01-05 09:00")
ADA = Hand("ada@example.com", administers=True)
WITH_SUPPLIER = AGREEMENT.replace(
    "[calendars.office]",
    '[parties.fair]\ntitle = "Fair"\nside = "marketing"\nkind = "supplier"\nprovider = "Fair Ltd"\n'
    'signatories = ["sue@example.com"]\n\n[calendars.office]',
)


def pen(company: Company) -> Pen:
    return Pen(company.shelf, company.history, company.desk, lambda: company.book)


def load(company: Company, text: str) -> str:
    return life.load(text, "a.toml", company.shelf, NOW)[0].sha256


def test_the_last_signature_puts_it_in_force_and_takes_the_leads_that_came_before(company):
    company.take("leads", "id,created,title,employees\na,2026-01-02 10:00,CEO,900\n", NOW)
    sha = load(company, AGREEMENT)
    one, enacted = pen(company).sign("test", "sales", "sales@example.com", NOW, sha256=sha)
    assert (one.in_force, enacted) == (False, None)
    both, enacted = pen(company).sign("test", "marketing", "marketing@example.com", NOW)
    assert enacted is not None
    assert (both.in_force, enacted.leads) == (True, 1)
    assert {signed.sha256 for signed in both.signatures} == {sha}


def test_a_text_that_was_not_the_one_read_is_not_signed(company: Company):
    load(company, AGREEMENT)
    with pytest.raises(ConflictError):
        pen(company).sign("test", "sales", "sales@example.com", NOW, sha256="0" * 64)


def test_a_goal_that_cannot_be_reached_keeps_the_last_signature_away(company: Company):
    load(company, AGREEMENT.replace('close_rate = "0.1"', ""))
    pen(company).sign("test", "sales", "sales@example.com", NOW)
    with pytest.raises(ImpossibleGoalError):
        pen(company).sign("test", "marketing", "marketing@example.com", NOW)
    assert missing_parties(life.newest("test", company.shelf)) == ("marketing",)


def test_an_administrator_writes_down_the_signature_of_a_supplier(company: Company):
    sha = load(company, WITH_SUPPLIER)
    version, _ = pen(company).record("test", "fair", "sue@example.com", ADA, NOW, sha256=sha)
    assert [(one.party, one.email) for one in version.signatures] == [("fair", "sue@example.com")]
    assert [(done.act, done.by) for done in version.acts] == [(Act.RECORDED, "ada@example.com")]


@pytest.mark.parametrize(
    ("party", "email", "by"),
    [
        pytest.param("sales", "sales@example.com", ADA, id="a department signs for itself"),
        pytest.param("fair", "ada@example.com", ADA, id="no signatory of the supplier"),
        pytest.param("fair", "sue@example.com", Hand("otto@example.com"), id="no administrator"),
        pytest.param(
            "fair",
            "sue@example.com",
            Hand("Sales@example.com", administers=True),
            id="who signs for the other side",
        ),
    ],
)
def test_no_other_signature_is_written_down(company: Company, party: str, email: str, by: Hand):
    sha = load(company, WITH_SUPPLIER)
    with pytest.raises(ForbiddenError):
        pen(company).record("test", party, email, by, NOW, sha256=sha)
    assert life.newest("test", company.shelf).signatures == ()


def test_nobody_signs_for_two_parties(company: Company):
    load(company, WITH_SUPPLIER.replace('["sue@example.com"]', '["marketing@example.com"]'))
    pen(company).sign("test", "fair", "marketing@example.com", NOW)
    with pytest.raises(ForbiddenError, match="nobody signs for both"):
        pen(company).sign("test", "marketing", "marketing@example.com", NOW)
