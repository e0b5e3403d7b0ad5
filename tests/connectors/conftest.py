"""What the tests of the connectors share: files written on the spot, and a way to read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import pytest

from connectors.protocol import Kind
from connectors.tabular import file_delivery

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from connectors.protocol import Batch, Opened, RowProblem


@dataclass(frozen=True)
class Result:
    """Everything that a delivery gave."""

    opened: Opened
    batches: tuple[Batch, ...]

    @property
    def read(self) -> int:
        return sum(batch.read for batch in self.batches)

    @property
    def problems(self) -> list[RowProblem]:
        return [problem for batch in self.batches for problem in batch.problems]

    @property
    def frame(self) -> pl.DataFrame:
        return pl.concat(batch.frame for batch in self.batches)

    @property
    def rejected(self) -> pl.DataFrame:
        return pl.concat(batch.rejected for batch in self.batches)


def result_of(opened: Opened) -> Result:
    return Result(opened, tuple(opened.batches))


@pytest.fixture
def mappings(tmp_path: Path) -> Path:
    folder = tmp_path / "mappings"
    folder.mkdir()
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of text or bytes."""

    def to_file(content: str | bytes, name: str = "leads.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return to_file


@pytest.fixture
def read(mappings: Path) -> Callable[..., Result]:
    """Read a file, with a mapping in TOML if one is given."""

    def to_result(path: Path, mapping: str | None = None, **options) -> Result:
        if mapping is not None:
            (mappings / "test.toml").write_text(mapping, encoding="utf-8")
            options["mapping"] = "test"
        options.setdefault("kind", Kind.LEADS)
        return result_of(file_delivery(path, mappings_folder=mappings, **options).open())

    return to_result
