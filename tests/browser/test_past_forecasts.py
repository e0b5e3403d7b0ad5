from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from smarketing.bootstrap import portal
from smarketing.cli.demo import sample_logins
from smarketing.services.people.people import Role
from tests.browser.visits import assert_good_looks
from tests.services.goals.invented import company, replayed_of
from tools.sample_site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.services.goals.backtest.shown import Replayed
    from tests.browser.visits import Visits


@pytest.fixture(scope="module")
def years(looked_at: Site) -> Iterator[Site]:
    """The sample company, with the past forecasts of a company of two years."""
    with _serving(looked_at, replayed_of(company(3, date(2026, 1, 1), spread=0.1))) as site:
        yield site


@contextmanager
def _serving(looked_at: Site, shown: Replayed) -> Iterator[Site]:
    app = portal(looked_at.house, looked_at.clock, sample_logins())
    app.extensions["portal"] = replace(app.extensions["portal"], past_forecasts=lambda _: shown)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", looked_at.house, looked_at.clock)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_two_years_of_forecasts_look_good(years: Site, visits: Visits):
    page = visits.of(years, Role.MARKETING_MANAGER)
    page.goto("/goals/past-forecasts")
    page.get_by_text("80 % range of customers held").wait_for()
    assert page.locator(".plot svg").count() == 2
    assert_good_looks(page)


def test_without_scripts_there_is_a_picture_of_the_same(years: Site, visits: Visits):
    page = visits.of(years, Role.SALES_MANAGER, java_script_enabled=False)
    page.goto("/goals/past-forecasts")
    picture = page.locator("noscript img, figure img")
    assert "happened" in (picture.get_attribute("alt") or "")
    page.set_viewport_size({"width": 390, "height": 900})
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 1280


def test_the_page_of_progress_leads_there(years: Site, visits: Visits):
    page = visits.of(years, Role.MARKETING_MANAGER)
    page.goto("/progress")
    page.get_by_role("link", name="How good are our forecasts?").click()
    page.get_by_role("heading", name="How good are our forecasts?").wait_for()
