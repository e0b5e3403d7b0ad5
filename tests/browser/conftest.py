from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.visits import Clock, Visits
from tools.chromium import missing, running
from tools.sample_site import copy_home, make_home, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tools.sample_site import Site

MISSING = missing()
if MISSING:
    # One line says so, that of test_browser.py.
    collect_ignore_glob = ["test_[!b]*.py"]

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""A Tuesday, half past ten at the sample company: leads wait, and none of it depends on today."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # One worker of xdist, so that one browser and one sample company do for all of them.
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without it the tests are skipped, but on CI they fail."""
    if MISSING and os.environ.get("CI"):
        pytest.fail(MISSING, pytrace=False)
    if MISSING:
        pytest.skip(MISSING)
    with running() as browser:
        yield browser


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company at `AT`; copied, never served itself."""
    home = tmp_path_factory.mktemp("sample") / "home"
    make_home(home, AT)
    return home


@pytest.fixture(scope="module")
def looked_at(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample company for tests that only look."""
    home = copy_home(sample_home, tmp_path_factory.mktemp("looked_at") / "home")
    with serving(home, Clock(AT)) as site:
        yield site


@pytest.fixture
def site(sample_home: Path, tmp_path: Path) -> Iterator[Site]:
    """The sample company for a test that changes it; `site.clock.pass_(hours=1)` moves it on."""
    with serving(copy_home(sample_home, tmp_path / "home"), Clock(AT)) as site:
        yield site


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    """Opens pages, and fails the test for whatever a browser complains about."""
    visits = Visits(browser)
    yield visits
    visits.close()
    assert not visits.complaints
