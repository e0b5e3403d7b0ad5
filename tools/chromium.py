"""The browser of the tests and of the pictures: the machine's own Chromium, never a download."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""Of the program, as Debian, Ubuntu and others call it."""

FLAGS = (
    "--no-sandbox",  # a container runs as root
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def missing() -> str:
    """Return in one sentence what is not there; empty: everything is."""
    if not _program():
        return "no Chromium here; install it with tools/browser.sh"
    if not (find_spec("playwright") and find_spec("axe_playwright_python")):
        return "no Playwright or axe here; install them with make setup"
    return ""


@contextmanager
def running() -> Iterator[Browser]:
    """Run the browser; CHROMIUM names another program than the first one found."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (may be missing)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_program(), args=list(FLAGS))
        yield browser
        browser.close()


def _program() -> str | None:
    named = os.environ.get("CHROMIUM")
    return next(filter(None, (shutil.which(name) for name in (named, *NAMES) if name)), None)
