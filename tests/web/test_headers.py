from __future__ import annotations

import re
from pathlib import Path

import pytest

from smarketing.services.people.people import Role
from smarketing.web.headers import HEADERS
from tests.web.portal import Portal, sign_in

TEMPLATES = Path(__file__).parents[2] / "smarketing" / "web" / "templates"
PATHS = ["/", "/sign-in", "/queue", "/progress", "/healthz", "/static/tokens.css", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_every_answer_carries_the_headers(path: str, *, secure: bool):
    answer = Portal(secure=secure).client().get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert ("Strict-Transport-Security" in answer.headers) == secure
    answer.close()


@pytest.mark.parametrize("path", ["/queue", "/progress", "/nowhere"])
def test_pages_of_people_who_are_signed_in_are_not_kept(path: str):
    answer = Portal().client(Role.SALES_MANAGER).get(path)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_is_kept_where_its_address_changes_with_its_content():
    client = Portal().client()
    address = re.search(r'href="(/static/tokens.css\?v=\w{12})"', client.get("/sign-in").text)
    assert address
    kept = client.get(address[1])
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for path in ("/static/tokens.css", "/static/no-such.css?v=1"):
        asked_again = client.get(path)
        assert asked_again.headers["Cache-Control"] == "no-cache"
        asked_again.close()
    kept.close()


def test_over_https_the_cookies_are_bound_to_the_host():
    client = Portal(secure=True).app().test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_REFERER"] = "https://localhost/sign-in"
    answer = sign_in(client, "rep@example.com")
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(cookie.startswith("__Host-sid=") for cookie in cookies)
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_over_http_the_cookies_are_still_out_of_reach_for_scripts():
    answer = sign_in(Portal().client(), "rep@example.com")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Secure" not in cookie


@pytest.mark.parametrize("page", sorted(TEMPLATES.rglob("*.html")), ids=lambda page: page.stem)
def test_no_template_has_a_script_or_style_of_its_own_or_an_address_elsewhere(page: Path):
    text = page.read_text(encoding="utf-8")
    assert not re.search(
        r"<script(?! src=[^>]*></script>)|<style|\sstyle=|\son\w+=|https?://|\|\s*safe", text
    )
