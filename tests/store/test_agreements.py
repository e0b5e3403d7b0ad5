from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from tests.builders import AGREEMENT, NEW_YEAR, Company

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def test_all_versions_are_read_with_four_queries(engine: Engine, tmp_path: Path):
    company = Company(engine, tmp_path)
    for name in ("one", "two", "three"):
        company.sign(AGREEMENT.replace('name = "test"', f'name = "{name}"', 1))
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _d, sql, *_: asked.append(sql))
    versions = company.shelf.versions()
    assert [version.name for version in versions] == ["one", "two", "three"]
    assert [[s.party for s in version.signatures] for version in versions] == [
        ["marketing", "sales"]
    ] * 3
    numbers = [number for version in versions for number in version.commitment_ids.values()]
    assert len(numbers) == len(set(numbers)) == 9
    assert len([sql for sql in asked if sql.startswith("SELECT")]) == 4
    assert versions[0].signatures[0].signed_at == NEW_YEAR
