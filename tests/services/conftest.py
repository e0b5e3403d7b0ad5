from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import Company

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def company(engine: Engine, tmp_path: Path) -> Company:
    """An empty company, on SQLite and on PostgreSQL in turn."""
    return Company(engine, tmp_path)
