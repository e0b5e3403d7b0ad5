"""The forecast of the sample company, as a person asks for it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Command

BOOT = """
import sys
from click.testing import CliRunner
import smarketing.bootstrap, smarketing.web.app
import smarketing.services.forecast.forecasts
from smarketing.cli.main import cli
assert CliRunner().invoke(cli, ["forecast", "--help"]).exit_code == 0
print(sorted(name for name in sys.modules if name.split(".")[0] == "scipy"))
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Command:
    from tests.end_to_end.conftest import Command  # noqa: PLC0415  (a fixture of the module)

    command = Command(tmp_path_factory.mktemp("sample") / "home")
    command.done("demo", "--no-serve")
    return command


def test_every_commitment_of_volume_has_a_line(sample: Command):
    found = sample.json("forecast", "--agreement", "nordlicht")
    (row,) = found["rows"]
    assert (row["agreement"], row["commitment"]) == ("nordlicht", "leads")
    assert row["target"]
    cells = sample.json("forecast", "--by", "segment,tier")["rows"]
    assert sum(cell["target"] for cell in cells) == row["target"]
    assert sum(cell["counted"] for cell in cells) == row["counted"]
    assert {cell["days_vary_from"] for cell in cells} <= {
        "its own days", "the days of all segments and tiers",
    }  # fmt: skip
    table = sample.done("forecast")
    assert "80 % range" in table
    assert row["finding"] in table


def test_an_ended_month_says_what_happened(sample: Command):
    period = sample.json("forecast", "--as-of", "2026-01-01T00:00:00Z", "--period", "2099")
    assert len(period["rows"]) == 12
    ended = sample.json("forecast", "--as-of", "2150-01-01T00:00:00Z", "--period", "2099-01")
    told = "ended, and no lead of it is known: import those of that time"
    assert ended["rows"][0]["finding"] == told
    assert ended["rows"][0]["chance"] is None


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (("--agreement", "x"), "no agreement in force is named 'x'; there are: nordlicht"),
        (("--period", "soon"), "“soon” is no month, quarter or year; write 2026-11"),
        (("--by", "owner"), "a forecast has no key 'owner'; use segment, tier or both"),
        (("--period", "2001"), "is promised by any agreement in 2001; see what is"),
    ],
)
def test_bad_input_gets_one_sentence(sample: Command, call: tuple[str, ...], sentence: str):
    done = sample("forecast", *call)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_neither_the_portal_nor_the_help_loads_scipy():
    done = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", BOOT], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
