from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from smarketing.domain.versions import Act, State
from smarketing.services.agreements import acts, life
from smarketing.services.agreements.acts import Hand
from smarketing.services.agreements.overview import standing
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from tests.builders import Company

NOW = at("2026-04-01 09:00")
SALES, ADMIN = Hand("Sales@Example.com"), Hand("ada@example.com", administers=True)
NOTICE = AGREEMENT + '\n[cancellation]\nnotice = "30 days"\n'


def state(company: Company, name: str = "test") -> State:
    versions = company.shelf.versions()
    return standing(life.newest(name, company.shelf), versions, NOW).state


def test_a_draft_is_proposed_and_taken_back(company: Company):
    life.load(AGREEMENT, "a.toml", company.shelf, NOW)
    assert state(company) is State.DRAFT
    acts.propose("test", SALES, company.shelf, NOW)
    again = acts.propose("test", ADMIN, company.shelf, NOW)
    assert (state(company), len(again.acts)) == (State.PROPOSED, 1)
    acts.take_back("test", ADMIN, company.shelf, NOW)
    assert state(company) is State.DRAFT
    with pytest.raises(ConflictError, match="is not proposed"):
        acts.take_back("test", ADMIN, company.shelf, NOW)


def test_what_somebody_has_signed_is_not_taken_back(company: Company):
    life.load(AGREEMENT, "a.toml", company.shelf, NOW)
    acts.propose("test", SALES, company.shelf, NOW)
    life.sign("test", "sales", "sales@example.com", company.shelf, NOW)
    with pytest.raises(ConflictError, match="is signed for sales already"):
        acts.take_back("test", SALES, company.shelf, NOW)


def test_what_is_in_force_is_not_proposed(company: Company):
    company.sign()
    with pytest.raises(ConflictError):
        acts.propose("test", SALES, company.shelf, NOW)


def test_only_signatories_and_administrators_do_anything(company: Company):
    company.sign()
    other, shelf = Hand("otto@example.com"), company.shelf
    for do in (acts.propose, acts.take_back, acts.review):
        with pytest.raises(ForbiddenError):
            do("test", other, shelf, NOW)
    with pytest.raises(ForbiddenError):
        acts.cancel("test", date(2027, 1, 1), other, shelf, NOW)


def test_leads_from_the_day_of_a_cancellation_on_belong_to_no_agreement(company: Company):
    company.sign(NOTICE)
    acts.cancel("test", date(2026, 5, 4), SALES, company.shelf, NOW, text=" enough ")
    rows = "a,2026-05-03 10:00,CEO,900\nb,2026-05-04 10:00,CEO,900\n"
    company.take("leads", f"id,created,title,employees\n{rows}", at("2026-05-05 09:00"))
    days = company.progress(date(2026, 5, 1), date(2026, 6, 1), "segment")
    assert [(row.keys["segment"], row.delivered) for row in days] == [
        ("enterprise", 1), ("other", 1),
    ]  # fmt: skip
    # The Friday before is the only working day of May that is still promised.
    assert days[0].target == 1
    kept, ended = life.newest("test", company.shelf).acts
    assert (kept.from_on, kept.text) == (date(2026, 5, 4), "enough")
    assert ended.act is Act.ENDED


@pytest.mark.parametrize(
    ("text", "from_on"),
    [(NOTICE, date(2026, 4, 30)), (AGREEMENT, date(2026, 4, 1))],
    ids=["in the notice", "today"],
)
def test_a_cancellation_that_is_too_early_is_refused(company: Company, text: str, from_on: date):
    company.sign(text)
    with pytest.raises(InvalidError, match=f"{from_on} is too early"):
        acts.cancel("test", from_on, SALES, company.shelf, NOW)
    assert company.book.versions[0].agreement.ends_on is None


def test_the_first_day_that_the_notice_allows_is_taken(company: Company):
    company.sign(NOTICE)
    acts.cancel("test", date(2026, 5, 1), SALES, company.shelf, NOW)
    assert company.book.versions[0].agreement.ends_on == date(2026, 5, 1)
    with pytest.raises(ConflictError, match="ends on 2026-05-01 already"):
        acts.cancel("test", date(2026, 6, 1), SALES, company.shelf, NOW)


def test_what_does_not_hold_is_neither_cancelled_nor_reviewed(company: Company):
    life.load(AGREEMENT, "a.toml", company.shelf, NOW)
    with pytest.raises(ConflictError, match="is not in force"):
        acts.cancel("test", date(2027, 1, 1), SALES, company.shelf, NOW)
    with pytest.raises(ConflictError, match="is not in force"):
        acts.review("test", SALES, company.shelf, NOW)
    with pytest.raises(NotFoundError):
        acts.review("none", SALES, company.shelf, NOW)


def test_a_review_moves_the_next_one(company: Company):
    company.sign(AGREEMENT.replace("2026-01-01", '2026-01-01\nreview = "quarterly"', 1))
    versions = company.shelf.versions()
    assert standing(versions[0], versions, NOW).review_on == date(2026, 4, 1)
    version = acts.review("test", SALES, company.shelf, NOW, text="All well")
    assert standing(version, (version,), NOW).review_on == date(2026, 7, 1)


def test_an_agreement_that_is_signed_after_a_cancellation_holds(company: Company):
    company.sign()
    acts.cancel("test", date(2026, 5, 1), SALES, company.shelf, NOW)
    company.sign(AGREEMENT.replace("2026-01-01", "2026-06-01"), NOW)
    ends = [held.agreement.ends_on for held in company.book.versions]
    assert ends == [None, date(2026, 5, 1)]


def test_a_review_is_of_the_version_in_force_and_a_cancellation_of_the_newest(company: Company):
    company.sign()
    company.sign(AGREEMENT.replace("2026-01-01", "2026-06-01"), NOW)
    assert acts.review("test", SALES, company.shelf, NOW).version == 1
    assert acts.cancel("test", date(2026, 7, 1), SALES, company.shelf, NOW).version == 2
