from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import NotFoundError
from smarketing.services.agreements import life
from smarketing.services.escalation.simulate import last_month, simulate, version_named
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.people.people import Role, everyone
from smarketing.store.acts import ActDesk
from smarketing.store.agreements import AgreementShelf
from smarketing.store.escalation import EscalationDesk
from smarketing.store.history import History
from smarketing.store.people import People
from tests.services.escalation.company import MANAGER, berlin
from tests.store.seed import CONFIG, MONDAY, act, lead

if TYPE_CHECKING:
    from smarketing.services.escalation.simulate import Simulated
    from tests.services.escalation.company import Company

EXAMPLE = (CONFIG / "agreements" / "example.toml").read_text(encoding="utf-8")
NAME, NOVEMBER = "sales-marketing", date(2026, 11, 1)


def replay(company: Company, number: int | None = None, now: str = "30 12:00") -> Simulated:
    version = version_named(AgreementShelf(company.engine), NAME, number)
    return simulate(
        version, NOVEMBER, history=History(company.engine), hands=EscalationDesk(company.engine),
        people=everyone(People(company.engine)), book=company.book, now=berlin(now),
    )  # fmt: skip


def draft(company: Company, old: str, new: str) -> None:
    assert old in EXAMPLE
    text = EXAMPLE.replace(old, new).replace("starts_on = 2026-01-01", "starts_on = 2026-12-01")
    life.load(text, "draft.toml", AgreementShelf(company.engine), MONDAY)


def counts(found: Simulated) -> list[tuple[int, int, int]]:
    return [(s.taken, s.messages, s.reassigned) for s in found.steps["acknowledge"]]


def test_a_month_is_replayed_step_by_step_and_said_in_one_sentence(company: Company):
    company.hand_off(lead(), lead(owner="Otto Other"), lead(owner=None))
    acknowledge(ActDesk(company.engine), 2, act(2, berlin("16 14:00")), company.book)
    found = replay(company)
    assert counts(found) == [(3, 5, 0), (3, 8, 0), (2, 2, 2)]
    assert found.clocks == 3
    assert found.sentence == (
        "With this ladder, November 2026 would have sent 15 messages and handed on 2 leads."
    )


def test_it_tells_what_the_worker_did_where_the_ladder_was_in_force(company: Company):
    company.hand_off(*[lead(company=f"Firm {n}") for n in range(7)], lead(owner=None))
    company.tick("16 12:12")
    acknowledge(ActDesk(company.engine), 3, act(1, berlin("16 12:30")), company.book)
    company.tick("16 13:00:20")
    company.tick("17 09:00")
    found = replay(company)
    (moves,) = company.all("SELECT COUNT(*) FROM lead_event WHERE actor = 'ladder'")
    assert found.messages == len(company.mails())
    assert found.reassigned == moves[0]
    assert sum(taken for taken, _, _ in counts(found)) == len(company.steps())


def test_more_than_five_at_once_are_one_message(company: Company):
    company.hand_off(*[lead() for _ in range(6)])
    assert [messages for _, messages, _ in counts(replay(company))] == [1, 2, 1]


def test_a_draft_is_replayed_as_if_it_had_been_in_force(company: Company):
    company.hand_off()
    acknowledge(ActDesk(company.engine), 1, act(1, berlin("16 11:00")), company.book)
    draft(company, 'allowance = "4h"  ', 'allowance = "1h"  ')
    assert counts(replay(company, 1)) == [(0, 0, 0)] * 3
    found = replay(company)
    assert (found.version, counts(found)) == (2, [(1, 1, 0), (1, 2, 0), (0, 0, 0)])


def test_what_has_not_come_yet_is_not_counted(company: Company):
    company.hand_off()
    assert counts(replay(company, now="16 12:30")) == [(1, 1, 0), (0, 0, 0), (0, 0, 0)]


def test_a_lead_that_somebody_handed_on_is_told_to_who_had_it_then(company: Company):
    from smarketing.services.leads.handing import assign  # noqa: PLC0415

    company.hand_off()
    company.change("UPDATE person SET alerts = 0 WHERE id = 1")
    manager = act(MANAGER, berlin("16 12:30"), role=Role.SALES_MANAGER)
    people = People(company.engine)
    assign(ActDesk(company.engine), people, [1], manager, company.book, to=2)
    assert counts(replay(company)) == [(1, 0, 0), (1, 2, 0), (1, 1, 1)]


def test_a_clock_that_is_excused_takes_no_step(company: Company):
    company.hand_off()
    company.change(
        "INSERT INTO breach_word (commitment_id, lead_id, cycle, occasion, act, clause, text, "
        "party, by, at) VALUES (2, 1, 1, '', 'excused', '', '', 'sales', 'x', 0)"
    )
    assert counts(replay(company)) == [(0, 0, 0)] * 3


def test_a_version_that_is_not_there_is_said_so(company: Company):
    shelf = AgreementShelf(company.engine)
    with pytest.raises(NotFoundError, match="has no version 7; it has: 1"):
        version_named(shelf, NAME, 7)
    with pytest.raises(NotFoundError, match="no agreement is named 'x'"):
        version_named(shelf, "x")


@pytest.mark.parametrize(
    ("now", "expected"),
    [("30 12:00", date(2026, 10, 1)), ("01 00:30", date(2026, 10, 1))],
    ids=["the month before", "of the agreement's zone"],
)
def test_the_last_month_is_the_one_that_is_over(company: Company, now, expected):
    agreement = company.book.versions[0].agreement
    assert last_month(agreement, berlin(now)) == expected
