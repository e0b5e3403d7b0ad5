"""What a person meets who gives the command something that it cannot use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import AGREEMENT, MAPPING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        pytest.param(["import", "none.csv", "--as", "leads"], 1, "none.csv", id="no such file"),
        pytest.param(["import", "x.csv", "--as", "people"], 2, "leads", id="no such kind"),
        pytest.param(["agreement", "show", "--toml"], 1, "agreement load FILE", id="no agreement"),
        pytest.param(
            ["agreement", "sign", "x", "--party", "y", "--as", "z"],
            1,
            "none yet",
            id="unknown agreement",
        ),
        pytest.param(
            ["progress", "--from", "soon", "--to", "2026-01-01"], 2, "2026-11-23", id="no day"
        ),
        pytest.param(
            ["progress", "--from", "2026-01-01", "--to", "2026-02-01", "--by", "mood"],
            1,
            "lead_source",
            id="unknown key",
        ),
        pytest.param(
            ["progress", "--from", "2026-02-01", "--to", "2026-01-01"],
            2,
            "day after",
            id="reversed span",
        ),
        pytest.param(
            ["progress", "--from", "2026-01-01", "--to", "2026-02-01", "--agreement", "x"],
            1,
            "none yet",
            id="no such agreement",
        ),
        pytest.param(["digest", "--week", "2026-W60"], 2, "2018-W10", id="no such week"),
        pytest.param(["clock", "nobody@example.com"], 1, "SOURCE:SOURCE_ID", id="no such lead"),
        pytest.param(["pull", "nowhere"], 1, "config/sources.toml", id="no such source"),
        pytest.param(["goals"], 1, "agreement load FILE", id="no goal"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_an_exit_code(smarketing: Command, call, code, said):
    done = smarketing(*call)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_some_rejected_rows_end_with_3_and_can_be_mended(smarketing: Command, tmp_path: Path):
    mapping, file = tmp_path / "crm.toml", tmp_path / "leads.csv"
    mapping.write_text(MAPPING)
    file.write_text("id,created\n1,2026-03-02\n2,soon\n")
    done = smarketing("import", str(file), "--as", "leads", "--mapping", str(mapping))
    assert done.returncode == 3
    assert "record 2, created: 'soon'" in done.stdout
    kept = next((smarketing.home / "imports").glob("rejected-*.csv"))
    kept.write_text(kept.read_text(encoding="utf-8-sig").replace("soon", "2026-03-03"))
    again = smarketing.json("import", str(kept), "--as", "leads", "--mapping", str(mapping))
    assert (again["created"], again["rejected"]) == (1, 0)


def test_an_unreadable_file_leaves_nothing_behind(smarketing: Command, tmp_path: Path):
    file = tmp_path / "leads.csv"
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    done = smarketing("import", str(file), "--as", "leads")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert smarketing.json("sources") == {"sources": []}


def test_a_faulty_agreement_names_every_key(smarketing: Command, tmp_path: Path):
    file = tmp_path / "bad.toml"
    file.write_text(AGREEMENT.replace("employees >= 500", "employes >= 500"))
    done = smarketing("agreement", "check", str(file))
    assert done.returncode == 1
    assert "segments[1].when" in done.stderr
    assert "employees" in done.stderr


def test_a_wrong_setting_ends_with_4(tmp_path: Path, smarketing: Command):
    done = type(smarketing)(tmp_path, "mysql://h/n")("init")
    assert done.returncode == 4
    assert "SMARKETING_DATABASE_URL" in done.stderr


def test_the_help_answers_at_once(smarketing: Command):
    done = smarketing("--help")
    assert done.returncode == 0
    for name in ("import", "progress", "digest", "serve"):
        assert name in done.stdout
