"""Taking an import back on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

HEAD = "Record ID,Lifecycle Stage,Create Date,Email\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(f"{HEAD}1,lead,2026-04-20 10:00,a@b.c\n2,lead,2026-04-20 11:00,b@b.c\n")
    second.write_text(f"{HEAD}2,lead,2026-04-20 11:00,new@b.c\n3,lead,2026-04-21 11:00,c@b.c\n")
    return str(first), str(second)


def test_the_wrong_file_is_taken_back(smarketing_anywhere: Command, files: tuple[str, str]):
    smarketing = smarketing_anywhere
    assert "(import 1)" in smarketing.done("import", files[0], "--as", "leads")
    smarketing.done("import", files[1], "--as", "leads")
    tried = smarketing.done("import", "--undo", "2", "--dry-run")
    assert tried == (
        "Dry run, nothing was undone: import 2 (second.csv, leads of hubspot): "
        "1 removed, 1 as before, 0 stay\n"
    )
    assert smarketing.json("import", "--undo", "2")["restored"] == 1
    again = smarketing("import", "--undo", "2")
    assert (again.returncode, again.stderr) == (1, "Import 2 was undone already.\n")
    assert "all unchanged" in smarketing.done("import", files[0], "--as", "leads")
    assert '"told": "agree with a recount"' in smarketing("doctor", "--json").stdout


def test_what_was_built_on_stays_and_is_listed(smarketing: Command, files: tuple[str, str]):
    for file in files:
        smarketing.done("import", file, "--as", "leads")
    done = smarketing("import", "--undo", "1")
    assert done.returncode == 3
    assert "1 removed, 0 as before, 1 stay\n" in done.stdout
    assert "  2 new@b.c stays: import 2 changed it since\n" in done.stdout


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        pytest.param(["--undo", "7"], 1, "there is no import 7", id="unknown"),
        pytest.param(["--undo", "0"], 2, "not in the range", id="no number of an import"),
        pytest.param(["x.csv", "--undo", "1"], 2, "name neither FILE nor --as", id="with a file"),
        pytest.param([], 2, "smarketing import FILE --as leads", id="nothing at all"),
        pytest.param(["x.csv"], 2, "what it holds", id="no kind"),
    ],
)
def test_a_wrong_call_is_one_sentence(smarketing: Command, call: list[str], code: int, said: str):
    done = smarketing("import", *call)
    assert (done.returncode, said in done.stderr) == (code, True)
    assert "Traceback" not in done.stderr
