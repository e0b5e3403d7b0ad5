"""Runs of `bench/chaos.py`: workers are killed, and the mail server says what arrived.

The environment variable CHAOS_SECONDS says how long each run of a database and a policy kills.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = float(os.environ.get("CHAOS_SECONDS", "4"))  # noqa: TID251  (a longer run in CI)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(("--policy=hold", "--workers=2"), id="two workers, doubt is held"),
        pytest.param(
            ("--policy=retry", "--workers=5", "--web=3"),
            id="five workers and three portals, doubt is sent again",
        ),
    ],
)
def test_killed_workers_lose_nothing_and_double_nothing_unmarked(
    database_url: str, asked: tuple[str, ...]
):
    kind = database_url.partition(":")[0].partition("+")[0]
    where = (f"--only={kind}", f"--database-url={database_url}")
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, ROOT / "bench" / "chaos.py", f"--seconds={SECONDS}", *where, *asked],
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=150 + SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
