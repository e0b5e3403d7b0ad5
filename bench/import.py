"""Times our import against two peers, interleaved, in CPU seconds and peak memory.

ours          `smarketing import`: validation, tiers, events, clocks, facts, into a fresh database
              with the sample agreement in force
intake        the same without the command around it (bench/our_import.py)
.import       `sqlite3 .import --csv` into a table of texts with a key: no rules at all
sqlite-utils  `sqlite-utils insert --csv --pk --replace`

Every run is a process of its own; what is counted is its user and system time and its largest
resident set. Needs the command sqlite3 (Debian package sqlite3); for sqlite-utils, a tool and no
part of the project, name the command with --sqlite-utils.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Nothing but the standard library here: what a child weighs begins with what its parent weighs.
_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parent
_KEY: Final = "Record ID"
_BARE: Final = ".import"
_COMMAND: Final = (sys.executable, "-c", "from smarketing.cli.main import main; main()")


@dataclass(frozen=True)
class Run:
    """What one process took.

    Attributes:
        cpu_s: User and system time.
        peak_mb: Largest resident set.
        rows: Leads in the database afterwards: proof that the work was done.
    """

    cpu_s: float
    peak_mb: float
    rows: int


def measured(
    command: Sequence[str | Path], database: Path, log: Path, environment: dict[str, str]
) -> Run:
    """Return what a command took that fills a database; stop when it fails."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            list(map(str, command)), stdout=output, stderr=output, env=environment, cwd=_ROOT
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    # 3: done in part. Some rows of the file are invalid on purpose.
    if child.returncode not in (0, 3):
        sys.exit(f"{' '.join(map(str, command))} failed:\n{log.read_text()}")
    counting = ["sqlite3", str(database), "SELECT COUNT(*) FROM lead"]
    rows = subprocess.run(counting, check=True, capture_output=True, text=True).stdout
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, int(rows))


class Contest:
    """One file, its contestants, and the folder in which they work."""

    def __init__(self, folder: Path, sqlite_utils: str | None) -> None:
        self._folder = folder
        self._file = folder / "leads.csv"
        self._sqlite_utils = sqlite_utils
        self._environment = _environment(folder / "home")

    def prepare(self, leads: int) -> None:
        """Write the file, and a database with the sample agreement in force."""
        home = self._folder / "home"
        home.mkdir()
        for script, *arguments in (
            ("lead_csv.py", str(self._file), str(leads)),
            ("our_import.py", "prepare", str(home)),
        ):
            subprocess.run([sys.executable, _HERE / script, *arguments], check=True)
        shutil.copy(home / "smarketing.db", self._folder / "empty.db")

    def contestants(self) -> dict[str, Callable[[], Run]]:
        """Return how each is run, by name, in the order in which they are."""
        known = {"ours": self._ours, "intake": self._intake, _BARE: self._bare}
        return known | ({"sqlite-utils": self._utils} if self._sqlite_utils else {})

    def _ours(self) -> Run:
        mapping = self._folder / "home" / "bench.toml"
        command = (*_COMMAND, "import", self._file, "--as", "leads", "--mapping", mapping)
        return self._run(self._fresh(), *command)

    def _intake(self) -> Run:
        script, home = _HERE / "our_import.py", self._folder / "home"
        return self._run(self._fresh(), sys.executable, script, "import", home, self._file)

    def _bare(self) -> Run:
        database = self._folder / "bare.db"
        database.unlink(missing_ok=True)
        with self._file.open(encoding="utf-8") as file:
            names = file.readline().strip().split(",")
        columns = ", ".join(f"{name} TEXT{' PRIMARY KEY' * (_KEY in name)}" for name in names)
        subprocess.run(["sqlite3", database, f"CREATE TABLE lead ({columns})"], check=True)
        # A repeated id is refused with a line on stderr; sqlite3 still ends with 0.
        return self._run(
            database, "sqlite3", database, f".import --csv --skip 1 '{self._file}' lead"
        )

    def _utils(self) -> Run:
        database = self._folder / "utils.db"
        database.unlink(missing_ok=True)
        options = ("--csv", "--pk", _KEY, "--replace")
        command = (self._sqlite_utils or "", "insert", database, "lead", self._file, *options)
        return self._run(database, *command)

    def _run(self, database: Path, *command: str | Path) -> Run:
        return measured(command, database, self._folder / "log.txt", self._environment)

    def _fresh(self) -> Path:
        """Return our database, empty again."""
        database = self._folder / "home" / "smarketing.db"
        for left in database.parent.glob("smarketing.db*"):
            left.unlink()
        shutil.copy(self._folder / "empty.db", database)
        return database


def _environment(home: Path) -> dict[str, str]:
    ours = {"SMARKETING_HOME": str(home), "SMARKETING_CONFIG": str(_ROOT / "config")}
    return os.environ | ours


def table(runs: dict[str, list[Run]]) -> str:
    """Return the result, a line a contestant; ratios are of medians."""
    bare = median(run.cpu_s for run in runs[_BARE])
    heads = ("CPU s min", "median", "max", "to .import", "peak MB", "leads")
    lines = [" " * 13 + "".join(f"{head:>11}" for head in heads)]
    for name, all_runs in runs.items():
        cpu = sorted(run.cpu_s for run in all_runs)
        peak = max(run.peak_mb for run in all_runs)
        figures = (cpu[0], median(cpu), cpu[-1], median(cpu) / bare)
        told = "".join(f"{figure:11.2f}" for figure in figures)
        lines.append(f"{name:13}{told}{peak:11.0f}{all_runs[-1].rows:11,}")
    return "\n".join(lines)


def main() -> None:
    """Run the contest and print its table."""
    parser = argparse.ArgumentParser(description="Import N leads, and let two peers do it, too.")
    parser.add_argument("--leads", type=int, default=200_000, help="rows of the file")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turn")
    parser.add_argument("--sqlite-utils", default=shutil.which("sqlite-utils"), help="its command")
    asked = parser.parse_args()
    if shutil.which("sqlite3") is None:
        sys.exit("the command sqlite3 is missing; install the Debian package sqlite3")
    if not asked.sqlite_utils:
        print(
            "sqlite-utils is missing and left out; to have it: python3 -m venv var/su &&"
            " var/su/bin/pip install sqlite-utils, then --sqlite-utils var/su/bin/sqlite-utils",
            file=sys.stderr,
        )
    with tempfile.TemporaryDirectory() as folder:
        contest = Contest(Path(folder), asked.sqlite_utils)
        contest.prepare(asked.leads)
        runs: dict[str, list[Run]] = {name: [] for name in contest.contestants()}
        for number in range(1, asked.rounds + 1):
            for name, run in contest.contestants().items():
                runs[name].append(run())
                told = f"round {number}: {name} {runs[name][-1].cpu_s:.2f} s"
                print(told, file=sys.stderr)
    print(f"{asked.leads:,} leads, {asked.rounds} rounds, interleaved")
    print(table(runs))


if __name__ == "__main__":
    main()
