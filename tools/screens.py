"""Takes the pictures of docs/screens/: pages of the sample company, as each role sees them.

Run it as `python -m tools.screens`, or with names of pictures to take only these. To add a
picture, add a line to SCREENS.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from smarketing.services.demo.people import demo_people
from smarketing.services.people.people import Role
from tools import chromium
from tools.sample_site import ROOT, make_home, serving

if TYPE_CHECKING:
    from collections.abc import Collection

    from playwright.sync_api import Browser

    from tools.sample_site import Site

FOLDER = ROOT / "docs" / "screens"
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""A Tuesday, half past ten at the sample company, so that pictures only change with the pages."""

WIDE, PHONE = 1280, 390
HEIGHTS = {WIDE: 800, PHONE: 844}
MOST_BYTES = 80_000
COLOURS = (128, 64, 32, 16)
"""Of the palette; fewer, until the file is small enough."""


@dataclass(frozen=True)
class Screen:
    """One picture.

    Attributes:
        name: Of the file, without its ending.
        role: Who looks; None: nobody is signed in.
        width: Of the window, in pixels.
        show: What is scrolled to the top, as a CSS selector; empty: the page as it opens.
    """

    name: str
    role: Role | None
    path: str
    width: int = WIDE
    scheme: str = "light"
    show: str = ""


SCREENS = (
    Screen("sign-in", None, "/sign-in"),
    Screen("queue", Role.REP, "/queue"),
    Screen("queue-phone", Role.REP, "/queue", PHONE),
    Screen("queue-phone-dark", Role.REP, "/queue", PHONE, "dark"),
    Screen("who-waits", Role.SALES_MANAGER, "/queue"),
    Screen("people", Role.ADMINISTRATOR, "/people"),
    Screen("owners", Role.ADMINISTRATOR, "/owners"),
    Screen("account-phone", Role.REP, "/account", PHONE),
    Screen("leads", Role.SALES_MANAGER, "/leads"),
    Screen("lead", Role.SALES_MANAGER, "/leads/1369"),
    Screen("lead-phone", Role.SALES_MANAGER, "/leads/1369", PHONE),
    Screen("deliveries", Role.SUPPLIER, "/deliveries"),
    Screen("exceptions", Role.SALES_MANAGER, "/exceptions"),
    Screen("leave", Role.SALES_MANAGER, "/people/leave"),
    Screen("statement", Role.SALES_MANAGER, "/statements?party=sales&period=2026-10"),
    Screen("statement-phone", Role.SUPPLIER, "/statements?period=2026-10", PHONE),
    Screen("breaches", Role.SALES_MANAGER, "/breaches?month=2026-10"),
    Screen("comparison", Role.SALES_MANAGER, "/comparison"),
    Screen("what-if", Role.MARKETING_MANAGER, "/goals/what-if"),
    Screen("ladders", Role.SALES_MANAGER, "/ladders?version=nordlicht/1&month=2026-10"),
    Screen("goals", Role.MARKETING_MANAGER, "/goals"),
    Screen("goals-phone-dark", Role.MARKETING_MANAGER, "/goals", PHONE, "dark"),
    Screen("team", Role.SALES_MANAGER, "/team"),
    Screen("team-dark", Role.SALES_MANAGER, "/team", WIDE, "dark"),
    Screen("team-load", Role.SALES_MANAGER, "/team", show="#load"),
    Screen("team-phone", Role.SALES_MANAGER, "/team", PHONE),
    Screen("agreement", Role.SALES_MANAGER, "/agreements/nordlicht/1"),
    Screen("agreement-phone", Role.SALES_MANAGER, "/agreements/nordlicht/1", PHONE),
    Screen("progress", Role.MARKETING_MANAGER, "/progress"),
    Screen("progress-chart", Role.MARKETING_MANAGER, "/progress", show=".chart"),
    Screen("progress-chart-dark", Role.MARKETING_MANAGER, "/progress", WIDE, "dark", ".chart"),
    Screen("capacity", Role.SALES_MANAGER, "/capacity"),
    Screen("capacity-hours-dark", Role.SALES_MANAGER, "/capacity", WIDE, "dark", "#reach"),
    Screen("capacity-phone", Role.SALES_MANAGER, "/capacity", PHONE),
    Screen("progress-phone", Role.MARKETING_MANAGER, "/progress", PHONE, show=".chart"),
)


def main(names: Collection[str]) -> None:
    """Take the pictures with these names; none: all of them."""
    if sentence := chromium.missing():
        raise SystemExit(sentence)
    unknown = set(names) - {screen.name for screen in SCREENS}
    if unknown:
        raise SystemExit(f"no picture is called {', '.join(sorted(unknown))}; see SCREENS")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        make_home(Path(folder), AT)
        with serving(Path(folder), lambda: AT) as site, chromium.running() as browser:
            for screen in SCREENS:
                if not names or screen.name in names:
                    _keep(screen.name, _taken(screen, site, browser))


def _taken(screen: Screen, site: Site, browser: Browser) -> bytes:
    """Return the page as a PNG, as large as the window."""
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": screen.width, "height": HEIGHTS[screen.width]},
        color_scheme="dark" if screen.scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    if screen.role:
        email = next(one.email for one in demo_people() if one.role is screen.role)
        token = site.session_of(email)
        context.add_cookies([{"name": "sid", "value": token, "url": site.url}])
    page = context.new_page()
    page.goto(screen.path, wait_until="networkidle")
    if screen.show:
        page.locator(screen.show).first.evaluate("part => part.scrollIntoView()")
    png = page.screenshot()
    context.close()
    return png


def small_png(png: bytes) -> bytes:
    """Return a picture with few colours, and fewer where it is still too large."""
    with Image.open(BytesIO(png)) as picture:
        return min((_quantised(picture, colours) for colours in COLOURS), key=_too_large)


def _keep(name: str, png: bytes) -> None:
    small = small_png(png)
    if len(small) > MOST_BYTES:
        raise SystemExit(f"{name} has {len(small):,} bytes, more than {MOST_BYTES:,}")
    (FOLDER / f"{name}.png").write_bytes(small)
    print(f"docs/screens/{name}.png: {len(small):,} bytes")


def _too_large(png: bytes) -> int:
    """Return by how much; 0 is small enough, and the first of those is the best."""
    return max(0, len(png) - MOST_BYTES)


def _quantised(picture: Image.Image, colours: int) -> bytes:
    written = BytesIO()
    picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(
        written, "PNG", optimize=True
    )
    return written.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
