"""The sample company of one Thursday, written and taken in once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.protocol import Kind
from connectors.tabular import file_delivery
from smarketing.services.demo.export import MAPPING, demo_files

if TYPE_CHECKING:
    import polars as pl

    from connectors.tabular import FileDelivery
    from smarketing.services.demo.export import DemoFile

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime(2026, 11, 19, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def files(now: datetime, tmp_path_factory: pytest.TempPathFactory) -> tuple[DemoFile, ...]:
    return demo_files(now, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def deliveries(files: tuple[DemoFile, ...]) -> dict[Kind, FileDelivery]:
    return {
        file.kind: file_delivery(
            file.path, kind=file.kind, mappings_folder=CONFIG / "mappings", mapping=MAPPING
        )
        for file in files
    }


@pytest.fixture(scope="session")
def leads(deliveries: dict[Kind, FileDelivery]) -> pl.DataFrame:
    (batch,) = deliveries[Kind.LEADS].open().batches
    return batch.frame


@pytest.fixture(scope="session")
def config() -> Path:
    return CONFIG
