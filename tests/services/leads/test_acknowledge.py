from __future__ import annotations

from datetime import timedelta

import pytest

from smarketing.domain.errors import ForbiddenError, NotFoundError
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.people.people import Role
from tests.services.waiting import BOOK, NOW, Waiting, person, row


def test_marketing_does_not_acknowledge():
    with pytest.raises(ForbiddenError, match="Only Sales"):
        acknowledge(Waiting(row()), 1, person(Role.MARKETING_MANAGER), NOW, BOOK)


@pytest.mark.parametrize("lead_id", [1, 2], ids=["foreign", "unknown"])
def test_a_lead_out_of_sight_is_not_found(lead_id: int):
    with pytest.raises(NotFoundError):
        acknowledge(Waiting(row(owner="Otto")), lead_id, person(), NOW, BOOK)


@pytest.mark.parametrize(
    ("actor", "own"),
    [("rita@example.com", True), ("otto@example.com", False), (None, False)],
    ids=["oneself", "another", "the CRM"],
)
def test_a_lead_that_is_answered_says_by_whom_and_since_when(actor: str | None, *, own: bool):
    store = Waiting(row(acknowledged=1), answered=(int(NOW.timestamp()) - 60, actor))
    answer = acknowledge(store, 1, person(), NOW, BOOK)
    assert (answer.is_new, answer.is_own, answer.by) == (False, own, actor)
    assert answer.at == NOW - timedelta(minutes=1)
