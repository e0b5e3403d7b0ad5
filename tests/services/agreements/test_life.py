from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import AgreementError, ConflictError, ForbiddenError, NotFoundError
from smarketing.services.agreements import life
from smarketing.services.conclusions.book import Frozen
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from tests.builders import Company

NOW = at("2026-01-05 09:00")


def test_the_same_text_twice_is_one_version(company: Company):
    first, is_new = life.load(AGREEMENT, "a.toml", company.shelf, NOW)
    again, is_new_again = life.load(AGREEMENT, "a.toml", company.shelf, NOW)
    assert (first, is_new, is_new_again) == (again, True, False)


def test_a_draft_gives_way_and_a_signed_version_never_changes(company: Company):
    draft = AGREEMENT.replace("target = 21", "target = 22").replace("2026-01-01", "2026-02-01")
    life.load(draft, "a.toml", company.shelf, NOW)
    signed = company.sign()
    assert signed.version == 1
    later, _ = life.load(draft, "a.toml", company.shelf, NOW)
    assert (later.version, later.in_force) == (2, False)
    assert [v.text for v in company.shelf.versions()] == [draft, AGREEMENT]


def test_a_faulty_text_is_not_kept(company: Company):
    with pytest.raises(AgreementError):
        life.load("name = 'x'", "a.toml", company.shelf, NOW)
    assert company.shelf.versions() == ()


@pytest.mark.parametrize(
    ("party", "email", "error"),
    [
        pytest.param("finance", "sales@example.com", NotFoundError, id="unknown party"),
        pytest.param("sales", "marketing@example.com", ForbiddenError, id="not a signatory"),
        pytest.param("sales", "Sales@Example.com", None, id="spelt in capitals"),
    ],
)
def test_only_a_listed_signatory_signs_for_a_party(company: Company, party, email, error):
    life.load(AGREEMENT, "a.toml", company.shelf, NOW)
    if error:
        with pytest.raises(error):
            life.sign("test", party, email, company.shelf, NOW)
    else:
        life.sign("test", party, email, company.shelf, NOW)
    assert not life.newest("test", company.shelf).in_force


def test_a_version_in_force_is_not_signed_again(company: Company):
    company.sign()
    with pytest.raises(ConflictError):
        life.sign("test", "sales", "sales@example.com", company.shelf, NOW)


def test_the_last_signature_freezes_targets_and_values(company: Company):
    company.sign()
    (held,) = company.book.versions
    cell = ("enterprise", "decision_maker")
    assert held.frozen == Frozen(values={cell: 10_000_000}, targets={cell: 50})


def test_an_amended_version_has_the_leads_handed_off_from_its_first_day(company: Company):
    company.sign()
    amended = AGREEMENT.replace("2026-01-01", "2026-03-01").replace("target = 21", "target = 40")
    company.sign(amended, at("2026-02-20 09:00"))
    head = "id,created,title,employees\n"
    rows = "a,2026-02-27 10:00,CEO,900\nb,2026-03-02 10:00,CEO,900\n"
    company.take("leads", head + rows, at("2026-03-03 09:00"))
    months = company.progress(date(2026, 2, 1), date(2026, 4, 1), "month")
    assert [(row.delivered, row.target) for row in months] == [(1, 21), (1, 40)]
