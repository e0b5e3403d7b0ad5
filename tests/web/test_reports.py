from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from reports.digest import Audience
from reports.mail import render_digest, self_contained_html
from smarketing.bootstrap import mail_links
from smarketing.domain.weeks import week_named
from smarketing.services.digest.frozen import frozen
from smarketing.services.digest.links import Sent
from smarketing.services.digest.numbers import text_of
from smarketing.store.reports import Reports
from smarketing.web.report_document import SHOWN
from tests.reports.digests import digest
from tests.web.office import MONDAY

if TYPE_CHECKING:
    from reports.digest import Digest
    from tests.web.office import Office

DIGEST = digest()
MADE = datetime(2018, 3, 12, 7, tzinfo=UTC)
RENDERED = render_digest(replace(DIGEST, audience=Audience.SALES, generated_at=MADE))


@pytest.fixture
def sent(office) -> Office:
    """The office; Sally gets the report for Sales, and that of 2018-W10 was made."""
    reads(office, 3, "sales")
    week = week_named(DIGEST.week)
    shelf = Reports(office.house.engine)
    for audience in ("sales", "marketing"):
        frozen(
            shelf, counted, week=week, audience=audience, locale="en-GB", now=MADE,
        )  # fmt: skip
    return office


def counted(at: datetime) -> Digest:
    return replace(DIGEST, generated_at=at)


def reads(office: Office, person: int, audience: str) -> None:
    with office.house.engine.begin() as connection:
        sql = "UPDATE person SET audience = :audience WHERE id = :person"
        connection.execute(text(sql), {"audience": audience, "person": person})


def token(url: str) -> str:
    return url.removeprefix("http://127.0.0.1:8000")


def test_past_reports_are_listed_for_who_gets_them(sent):
    page = sent.client("Sally").get("/reports").text
    assert 'href="/reports/2018-W10/sales"' in page
    assert "/reports/2018-W10/marketing" not in page
    everything = sent.client("Ada").get("/reports").text
    assert "/reports/2018-W10/marketing" in everything


def test_who_gets_no_report_is_told_and_has_no_way_there(sent):
    assert "You get no weekly report." in sent.client("Hetty").get("/reports").text
    assert "/reports" not in sent.client("Hetty").get("/queue").text
    assert '<a href="/reports"' in sent.client("Sally").get("/progress").text


def test_a_report_of_somebody_else_is_not_opened(sent):
    for path in ("/reports/2018-W10/marketing", "/reports/2018-W10/marketing/mail"):
        assert sent.client("Sally").get(path).status_code == 404


@pytest.mark.parametrize("week", ["2018-W11", "2018-W1", "2018-W60", "nonsense", "2018-W010"])
def test_a_week_without_a_report_is_not_found(sent, week: str):
    assert sent.client("Ada").get(f"/reports/{week}/sales").status_code == 404


@pytest.mark.parametrize("shown", SHOWN)
def test_a_report_is_shown_in_each_way_without_a_script(sent, shown: str):
    page = sent.client("Sally").get(f"/reports/2018-W10/sales?shown={shown}").text
    assert re.search(rf'shown={shown}" aria-current="true">{SHOWN[shown]}<', page)
    assert ('<pre class="sheet"' in page) == (shown == "text")
    assert ("<iframe" in page) == (shown != "text")


def test_the_mail_is_shut_in_and_brings_everything_along(sent):
    page = sent.client("Sally").get("/reports/2018-W10/sales?shown=desktop")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    mail = sent.client("Sally").get("/reports/2018-W10/sales/mail?shown=desktop")
    policy = mail.headers["Content-Security-Policy"]
    assert {"default-src 'none'", "img-src data:", "frame-ancestors 'self'"} <= set(
        policy.split("; ")
    )
    assert "sandbox allow-popups" in policy
    assert "script" not in policy
    assert mail.text.count("data:image/png;base64,") == len(RENDERED.images)
    assert "cid:" not in mail.text
    assert mail.headers["Cache-Control"] == "no-store"


def test_dark_is_dark_and_everything_else_is_light_whatever_the_screen_is_set_to(sent):
    def of(shown: str) -> str:
        return sent.client("Sally").get(f"/reports/2018-W10/sales/mail?shown={shown}").text

    assert "@media all" in of("dark")
    assert 'name="color-scheme" content="dark"' in of("dark")
    for shown in ("desktop", "phone", "no-images"):
        assert "@media not all" in of(shown)
        assert "prefers-color-scheme" not in of(shown)
        assert 'name="color-scheme" content="light"' in of(shown)


def test_without_images_their_words_are_there(sent):
    mail = sent.client("Sally").get("/reports/2018-W10/sales/mail?shown=no-images").text
    assert "data:image" not in mail
    assert len(re.findall(r"<img\b(?![^>]* src=)[^>]* alt=\"[^\"]+", mail)) == len(RENDERED.images)


def test_what_is_counted_otherwise_by_now_is_said(sent):
    """The office has no lead of 2018: its recount gives nothing."""
    page = sent.client("Sally").get("/reports/2018-W10/sales").text
    assert "Changed since it was sent:" in page
    assert re.search(r"March so far 150, now\s*<strong>0</strong>", page)


def test_a_week_that_nobody_was_sent_is_made_to_look_at_it(sent):
    asked = sent.client("Ada").get("/reports/preview?week=2026-W47&audience=both")
    assert asked.location == "/reports/2026-W47/both"
    page = sent.client("Ada").get(f"{asked.location}?shown=text").text
    assert "Made just now" in page
    assert Reports(sent.house.engine).report("2026-W47", "both", "en-GB") is None


def test_a_choice_without_a_week_is_refused(sent):
    assert sent.client("Ada").get("/reports/preview").status_code == 404


def view(office: Office, person: int = 7, audience: str = "sales") -> str:
    link = mail_links(office.house).view(Sent(person, "2018-W10", audience, "en-GB"))
    return token(link)


def test_the_link_of_a_mail_shows_what_was_sent_to_the_letter_without_signing_in(sent):
    answer = sent.client().get(view(sent))
    strip = re.search(r'<div style="padding: 12px[^>]*>.*?</div>', answer.text)
    assert answer.text.replace(strip[0], "") == self_contained_html(RENDERED)
    assert "As it was sent; made 12 March 2018, 08:00. " in strip[0]
    assert "now 0" not in strip[0]
    assert 'href="/reports/2018-W10/sales"' in strip[0]
    assert "Set-Cookie" not in answer.headers


def test_to_look_at_a_report_marks_and_records_nothing(sent):
    """By then the clocks of the office's leads have run out, and no worker has looked."""
    sent.now = MONDAY + timedelta(days=3)
    late = "SELECT COUNT(*) FROM clock WHERE state = 0 AND due_at < :now AND breached_at IS NULL"
    now = int(sent.now.timestamp())
    before = sent.one(late, now=now)
    assert before
    sent.client().get(view(sent))
    for path in ("2018-W10/sales", "2018-W10/sales/mail", "2026-W47/sales"):
        assert sent.client("Ada").get(f"/reports/{path}").status_code == 200
    assert (sent.one(late, now=now), sent.one("SELECT COUNT(*) FROM breach")) == (before, 0)


def test_a_report_that_is_looked_at_has_the_numbers_that_others_were_sent(sent):
    kept = replace(DIGEST, week="2026-W46", generated_at=MADE)
    Reports(sent.house.engine).keep_numbers("2026-W46", MADE, text_of(kept))
    page = sent.client("Ada").get("/reports/2026-W46/both?shown=text").text
    assert "Made just now" in page
    assert "41 of 50" in page


@pytest.mark.parametrize("harm", ["cut", "of the way out"])
def test_a_link_that_was_tampered_with_shows_nothing(sent, harm: str):
    stop = token(mail_links(sent.house).stop(7)).replace("stop", "view")
    path = view(sent)[:-2] if harm == "cut" else stop
    assert sent.client().get(path).status_code == 404


def test_the_link_of_who_was_shut_out_shows_nothing(sent):
    sent.post("Ada", "/people/3/shut-out", page="/people/3")
    assert sent.client().get(view(sent, 3)).status_code == 404
    assert sent.client().get(view(sent, 7)).status_code == 200
