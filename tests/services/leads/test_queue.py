from __future__ import annotations

import pytest

from smarketing.domain.clocks import ClockState
from smarketing.domain.scope import QueuePart, Reach, Scope
from smarketing.services.leads.queue import queue_of
from tests.services.waiting import BOOK, NOW, Waiting, person, row


@pytest.mark.parametrize(
    ("told", "name"),
    [
        pytest.param({"full_name": "Ada L.", "first_name": "Ada"}, "Ada L.", id="full name"),
        pytest.param({"first_name": "Ada", "last_name": "Love"}, "Ada Love", id="both names"),
        pytest.param({"last_name": "Love", "email": "a@b.c"}, "Love", id="one name"),
        pytest.param({"email": "a@b.c", "company": "Acme"}, "a@b.c", id="e-mail"),
        pytest.param({"company": "Acme"}, "Acme", id="company"),
        pytest.param({}, "L1", id="key in the source"),
    ],
)
def test_a_lead_is_called_by_the_best_there_is(told: dict[str, object], name: str):
    (item,) = queue_of(Waiting(row(**told)), BOOK, person(), QueuePart.MINE, now=NOW).items
    assert (item.name, item.segment, item.zone) == (name, "Other", "Europe/Riga")


@pytest.mark.parametrize(
    ("warned", "due", "at_risk", "breached"),
    [
        pytest.param(1, 2, False, False, id="before the warning"),
        pytest.param(0, 2, True, False, id="at the warning"),
        pytest.param(-1, 0, True, False, id="due this very second"),
        pytest.param(-2, -1, False, True, id="a second after it was due"),
        pytest.param(None, 1, False, False, id="no warning agreed"),
    ],
)
def test_at_risk_is_between_warning_and_due_and_late_is_after_it(
    warned: int | None, due: int, *, at_risk: bool, breached: bool
):
    now = int(NOW.timestamp())
    told = row(next_risk_at=None if warned is None else now + warned, next_due_at=now + due)
    (item,) = queue_of(Waiting(told), BOOK, person(), QueuePart.MINE, now=NOW).items
    assert (item.is_at_risk, item.is_breached) == (at_risk, breached)


def test_the_first_attempt_is_told_where_one_is_owed():
    told = row(attempt=int(ClockState.RUNNING), attempt_due_at=int(NOW.timestamp()))
    items = queue_of(Waiting(told, row(id=2)), BOOK, person(), QueuePart.MINE, now=NOW).items
    assert [(i.attempt, i.attempt_due_at) for i in items] == [
        (ClockState.RUNNING, NOW), (None, None),
    ]  # fmt: skip


def test_a_page_holds_fifty_leads():
    store = Waiting(*(row(id=number) for number in range(120)))
    page = queue_of(store, BOOK, person(), QueuePart.MINE, now=NOW, number=3)
    assert store.asked == [(QueuePart.MINE, 50, 100)]
    assert (len(page.items), page.total, page.pages) == (20, 120, 3)


@pytest.mark.parametrize(
    ("reach", "holder", "provider", "has"),
    [
        pytest.param(Reach.TEAM, 7, None, True, id="one's own"),
        pytest.param(Reach.TEAM, None, None, True, id="the team's"),
        pytest.param(Reach.TEAM, 8, None, False, id="another's"),
        pytest.param(Reach.ALL, 8, None, True, id="all"),
        pytest.param(Reach.DELIVERED, 7, "Fair", True, id="what a supplier delivered"),
        pytest.param(Reach.DELIVERED, 7, "Other", False, id="what another one delivered"),
        pytest.param(Reach.DELIVERED, 7, None, False, id="what nobody delivered"),
    ],
)
def test_which_leads_a_scope_covers(
    reach: Reach, holder: int | None, provider: str | None, *, has: bool
):
    lead = {"holder_id": holder, "provider": provider}
    assert Scope(reach, 7, "Fair").has(lead) is has


def test_a_supplier_without_a_name_delivered_nothing():
    assert not Scope(Reach.DELIVERED, 7).has({"holder_id": None, "provider": None})
