from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import ConflictError
from smarketing.services.leads.recycle import RecycleReason, hand_off_again, recycle
from smarketing.services.people.people import Role
from smarketing.store.acts import ActDesk
from tests.builders import AGREEMENT, Company, at
from tests.store.seed import act, let_in, person

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

NOW = at("2026-03-02 10:00")
LEAD = "id,created,handed,title,employees\na,2026-03-02 09:00,2026-03-02 09:00,CEO,900\n"


def test_a_lead_is_not_handed_off_twice_in_one_second(engine: Engine, tmp_path: Path):
    company = Company(engine, tmp_path)
    let_in(engine, person(role=Role.SALES_MANAGER))
    company.sign(AGREEMENT)
    company.take("leads", LEAD, NOW)
    desk, book = ActDesk(engine), company.book

    def again(now=NOW) -> None:
        who = act(now=now, role=Role.SALES_MANAGER)
        recycle(desk, 1, who, book, reason=RecycleReason.NOT_NOW)
        hand_off_again(desk, 1, act(now=now, role=Role.SALES_MANAGER), book)

    again()
    with pytest.raises(ConflictError, match="this very second"):
        again()
    hand_off_again(desk, 1, act(now=NOW + timedelta(seconds=1), role=Role.SALES_MANAGER), book)
