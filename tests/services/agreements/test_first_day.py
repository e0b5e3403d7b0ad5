from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import AgreementError, ConflictError
from smarketing.domain.versions import State
from smarketing.services.agreements import acts, life
from smarketing.services.agreements.acts import Hand
from smarketing.services.agreements.export import exported
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from tests.builders import Company

NOW = at("2026-03-10 09:00")
SALES = Hand("sales@example.com")


def from_day(day: str) -> str:
    return AGREEMENT.replace("2026-01-01", day).replace("target = 21", "target = 40")


@pytest.mark.parametrize("day", ["2026-01-01", "2020-01-01", "2026-03-10"])
def test_an_amendment_that_does_not_begin_after_today_is_refused(company: Company, day: str):
    company.sign()
    with pytest.raises(AgreementError) as refused:
        life.load(from_day(day), "mine.toml", company.shelf, NOW)
    (problem,) = refused.value.problems
    assert problem.key == "term.starts_on"
    assert problem.reason.startswith(f"{day} is not after today, and version 1 of test was signed")
    assert problem.mend == "Write 2026-04-01, or another day after 2026-03-10"
    (only,) = company.shelf.versions()
    assert life.state_now(only, (only,), NOW) is State.IN_FORCE


def test_an_amendment_from_tomorrow_on_is_taken(company: Company):
    company.sign()
    version, is_new = life.load(from_day("2026-03-11"), "mine.toml", company.shelf, NOW)
    assert (version.starts_on, is_new) == (date(2026, 3, 11), True)


def test_an_export_that_is_loaded_unchanged_is_no_amendment(company: Company):
    held = company.sign()
    again, is_new = life.load(exported(held), "mine.toml", company.shelf, NOW)
    assert (again.id, is_new) == (held.id, False)


def test_the_first_version_may_begin_in_the_past_and_its_draft_is_mended(company: Company):
    life.load(from_day("2020-01-01"), "mine.toml", company.shelf, NOW)
    assert company.sign(AGREEMENT, NOW).starts_on == date(2026, 1, 1)


def test_what_has_ended_is_not_rewritten_either(company: Company):
    company.sign()
    acts.cancel("test", date(2026, 3, 11), SALES, company.shelf, NOW)
    later = at("2026-06-10 09:00")
    with pytest.raises(AgreementError, match="amendment changes nothing that is past"):
        life.load(from_day("2026-02-01"), "mine.toml", company.shelf, later)


def test_nobody_signs_or_proposes_an_amendment_whose_first_day_has_come(company: Company):
    company.sign()
    life.load(from_day("2026-04-01"), "mine.toml", company.shelf, NOW)
    life.sign("test", "sales", "sales@example.com", company.shelf, NOW)
    late = at("2026-04-01 09:00")
    said = r"term\.starts_on: 2026-04-01 is not after today.* Write 2026-05-01"
    with pytest.raises(ConflictError, match=said):
        life.sign("test", "marketing", "marketing@example.com", company.shelf, late)
    with pytest.raises(ConflictError, match=said):
        acts.propose("test", SALES, company.shelf, late)
    assert not life.newest("test", company.shelf).in_force
