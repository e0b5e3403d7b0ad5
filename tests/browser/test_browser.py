from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_browser_is_here(browser: Browser):
    assert browser.is_connected()
