from __future__ import annotations

import subprocess
import sys

ASK = """
import sys
from smarketing.domain import cure, deals, lag, pooling, triangle, ultimate
print(sorted(name for name in sys.modules if name.split(".")[0] == "scipy"))
"""


def test_statistics_import_scipy_only_when_they_are_used() -> None:
    done = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
