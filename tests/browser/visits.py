"""Pages in a real browser, watched: every complaint of the browser fails the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from smarketing.services.demo.people import demo_people

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

    from smarketing.services.people.people import Role
    from tools.sample_site import Site

WIDTHS = (1280, 390)
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_ALL_RULES = {"type": "tag", "values": list(_RULES)}
_OF_COLOURS = {"type": "rule", "values": ["color-contrast"]}
_TELL_OF_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass
class Clock:
    """What a portal takes for now."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Visits:
    """Opens pages as somebody; `complaints` is what the browser had to say against them."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def of(self, site: Site, role: Role | None = None, person: int = 0, **look: Any) -> Page:
        """Return an empty page of someone with this role; None: nobody is signed in.

        Args:
            site: The portal.
            role: Of the person.
            person: Which one of those with the role.
            look: As Playwright's new_context: color_scheme, viewport, java_script_enabled ...
        """
        context = self.browser.new_context(base_url=site.url, reduced_motion="reduce", **look)
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        context.add_init_script(_TELL_OF_VIOLATIONS)
        if role:
            token = site.session_of(email_of(role, person))
            context.add_cookies([{"name": "sid", "value": token, "url": site.url}])
        page = context.new_page()
        page.on("console", lambda message: self._hear(page, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self._look_at(site, request))
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _hear(self, page: Page, message: ConsoleMessage) -> None:
        # A page that is not found is an error of the console, too, and what a test asked for.
        is_answer = message.text.startswith("Failed to load resource: the server responded")
        is_page = urlsplit(message.location["url"]).path == urlsplit(page.url).path
        if message.type in ("error", "warning") and not (is_answer and is_page):
            self.complaints.append(f"{page.url}: {message.text}")

    def _look_at(self, site: Site, request: Request) -> None:
        if not request.url.startswith((f"{site.url}/", "data:")):
            self.complaints.append(f"asked elsewhere: {request.url}")


def email_of(role: Role, person: int = 0) -> str:
    """Return the address of somebody at the sample company."""
    return [one.email for one in demo_people() if one.role is role][person]


def assert_accessible(page: Page, rules: dict[str, Any] = _ALL_RULES) -> None:
    """Fail for everything that axe finds against WCAG 2.2 AA and good practice."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  (may be missing)

    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    told = [f"{one['id']}: {one['help']}: {node['html']}" for one in found for node in one["nodes"]]
    assert not told, "\n".join(told)


def assert_fits(page: Page) -> None:
    """Fail where a page is wider than its window."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"


def assert_good_looks(page: Page) -> None:
    """Fail where a page does not fit or is not accessible, wide or narrow, light or dark."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        page.emulate_media(color_scheme="light")
        assert_accessible(page)
        page.emulate_media(color_scheme="dark")
        assert_accessible(page, _OF_COLOURS)
