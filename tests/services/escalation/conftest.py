from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.services.escalation import company as built

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def company(engine: Engine, tmp_path: Path) -> built.Company:
    return built.company(engine, tmp_path)
