from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Command:
    """The `smarketing` command, as a person runs it, on an installation of its own."""

    home: Path
    database_url: str | None = None
    more: dict[str, str] = field(default_factory=dict)

    def __call__(self, *call: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        environ = {
            "SMARKETING_HOME": str(self.home),
            "SMARKETING_CONFIG": str(ROOT / "config"),
            "PATH": "/usr/bin:/bin",
        }
        if self.database_url:
            environ["SMARKETING_DATABASE_URL"] = self.database_url
        environ |= self.more
        return subprocess.run(  # noqa: S603  (our own command)
            [sys.executable, "-c", "from smarketing.cli.main import main; main()", *call],
            env=environ,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def json(self, *call: str) -> Any:
        done = self(*call, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def done(self, *call: str) -> str:
        done = self(*call)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def smarketing(tmp_path: Path) -> Command:
    return Command(tmp_path / "home")


@pytest.fixture
def smarketing_anywhere(tmp_path: Path, database_url: str) -> Command:
    """The command on SQLite and on PostgreSQL in turn."""
    return Command(tmp_path / "home", database_url)
