from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.goals import Origin
from smarketing.services.agreements import life
from smarketing.services.goals.freeze import goal_targets
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from tests.builders import Company

NOW = at("2026-06-01 09:00")
OPEN = AGREEMENT.replace('average_deal = "10000"\n', "").replace('close_rate = "0.1"\n', "")
LEADS = "id,created,title,employees\n" + "".join(
    f"{n},2026-03-{1 + n % 28:02} 10:00,CEO,900\n" for n in range(50)
)
DEALS = "id,lead,outcome,amount,currency,closed\n" + "".join(
    f"d{n},{n},won,{4000 + n},EUR,2026-04-02 10:00\n" for n in range(5)
)


def test_what_the_agreement_leaves_open_comes_from_history(company: Company):
    company.take("leads", LEADS, NOW)
    company.take("deals", DEALS, NOW)
    version, _ = life.load(OPEN, "a.toml", company.shelf, NOW)
    (cell,) = goal_targets(version, company.history, company.book, NOW).cells
    assert (cell.close_rate.value, cell.close_rate.sample) == (Fraction(5, 50), 50)
    assert (cell.average_deal.value, cell.average_deal.origin) == (Fraction(4002), Origin.HISTORY)
    assert cell.leads == 125  # 50,000 / 4,002 = 12.49 customers / 0.1, rounded up once


def test_history_is_what_was_known_then(company: Company):
    company.take("leads", LEADS, NOW)
    company.take("deals", DEALS, NOW)
    version, _ = life.load(OPEN, "a.toml", company.shelf, NOW)
    with pytest.raises(ImpossibleGoalError, match="enterprise / decision_maker"):
        goal_targets(version, company.history, company.book, at("2026-04-01 00:00"))


def test_without_history_an_open_goal_says_what_is_missing(company: Company):
    version, _ = life.load(OPEN, "a.toml", company.shelf, NOW)
    with pytest.raises(ImpossibleGoalError, match="average deal"):
        goal_targets(version, company.history, company.book, NOW)
