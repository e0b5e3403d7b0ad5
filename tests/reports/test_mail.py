from __future__ import annotations

import re
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import SMTP
from html import escape
from html.parser import HTMLParser

import pytest

from reports.mail import render_digest, standalone_html, to_bytes
from tests.reports import digests


def read(raw):
    return message_from_bytes(raw, policy=SMTP)


def test_text_or_html_with_its_pictures(rendered, envelope):
    message = read(to_bytes(rendered, **envelope))
    text, related = message.iter_parts()
    html, *pictures = related.iter_parts()
    assert message.get_content_type() == "multipart/alternative"
    assert related.get_content_type() == "multipart/related"
    assert [part.get_content_type() for part in (text, html)] == ["text/plain", "text/html"]
    assert [part.get_content() for part in pictures] == [image.png for image in rendered.images]
    assert {part["Content-Disposition"].content_disposition for part in pictures} == {"inline"}
    assert [str(defect) for part in message.walk() for defect in part.defects] == []


def test_every_picture_is_shown_once_by_its_content_id(rendered, envelope):
    message = read(to_bytes(rendered, **envelope))
    html = message.get_body(("html",)).get_content()
    ids = [part["Content-ID"].strip("<>") for part in message.walk() if part["Content-ID"]]
    assert re.findall(r'src="cid:([^"]+)"', html) == ids
    assert len(set(ids)) == len(ids) == 3


def test_headers_say_what_kind_of_mail_this_is(rendered, envelope):
    message = read(to_bytes(rendered, **envelope))
    assert message["Subject"] == rendered.subject
    assert message["To"].addresses[0].display_name == "Anna Bērziņa"
    assert message["Date"].datetime == envelope["date"]
    assert message["Message-ID"] == "<2018-W10.7@example.com>"
    assert message["List-Id"] == "<digest.example.com>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"


def test_a_relay_can_tell_a_message_that_comes_twice(rendered, envelope):
    message = read(to_bytes(rendered, **envelope))
    assert message["Resend-Idempotency-Key"] == "2018-W10.7@example.com"
    assert message["X-EE-Idempotency-Key"] == "2018-W10.7@example.com"


def test_a_long_way_out_is_neither_folded_nor_encoded(rendered, envelope):
    raw = to_bytes(rendered, **envelope)
    assert f"List-Unsubscribe: <{envelope['unsubscribe_url']}>\r\n".encode() in raw


def test_an_address_takes_the_wish_by_mail_where_one_is_set(rendered, envelope):
    both = envelope | {
        "unsubscribe_url": "https://x.example/s",
        "unsubscribe_mailto": "s@x.example",
    }
    message = read(to_bytes(rendered, **both))
    said = "<https://x.example/s>, <mailto:s@x.example?subject=unsubscribe>"
    assert message["List-Unsubscribe"] == said


def test_a_note_and_the_page_of_the_mail_stand_before_the_greeting_in_both_parts(
    rendered, envelope
):
    late = "Delayed: was due Monday 08:00 <&>."
    told = envelope | {"note": late, "view_url": "https://x.example/v?a=1&b=2"}
    message = read(to_bytes(rendered, **told))
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    for part, said, url in ((text, late, "a=1&b=2"), (html, escape(late), "a=1&amp;b=2")):
        assert 0 < part.index(url) < part.index(said) < part.index("Hello Anna")


def test_without_a_way_out_none_is_offered(rendered, envelope):
    message = read(to_bytes(rendered, **(envelope | {"unsubscribe_url": None, "list_id": None})))
    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None
    assert message["List-Id"] is None
    for kind in ("plain", "html"):
        assert "Stop or change" not in message.get_body((kind,)).get_content()


def test_a_person_is_greeted_and_shown_the_way_out(rendered, envelope):
    message = read(to_bytes(rendered, **envelope))
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = message.get_body(("html",)).get_content()
    assert "\nHello Anna Bērziņa,\n" in text
    assert ">Hello Anna Bērziņa,</p>" in html
    assert f"\n{envelope['unsubscribe_url']}\n" in text
    assert f'href="{envelope["unsubscribe_url"]}"' in html


def test_a_name_is_text_not_markup(rendered, envelope):
    person = Address("<b>Bobby & Co", "bobby", "example.com")
    message = read(to_bytes(rendered, **(envelope | {"recipient": person})))
    assert "Hello &lt;b&gt;Bobby &amp; Co," in message.get_body(("html",)).get_content()


def test_the_personal_lines_are_all_that_differs(rendered, envelope):
    message = read(to_bytes(rendered, **envelope))
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    personal = f"\nStop or change these mails:\n{envelope['unsubscribe_url']}\n"
    assert text.replace("Hello Anna Bērziņa,\n\n", "").replace(personal, "") == rendered.text


def test_equal_input_gives_equal_bytes(envelope):
    first, second = render_digest(digests.digest()), render_digest(digests.digest())
    assert to_bytes(first, **envelope) == to_bytes(second, **envelope)


def test_the_library_writes_what_it_reads_with_the_very_same_bytes(report, envelope):
    _, rendered = report
    as_it_stands = SMTP.clone(refold_source="none")
    nobody = envelope | {"unsubscribe_url": None, "recipient": Address("", "a", "example.com")}
    for told in (envelope, nobody, envelope | {"note": "Delayed: was due Monday 08:00 <&>."}):
        raw = to_bytes(rendered, **told)
        assert message_from_bytes(raw, policy=as_it_stands).as_bytes() == raw


def test_lines_are_short_enough_for_any_server(report, envelope):
    _, rendered = report
    raw = to_bytes(rendered, **envelope)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()


def test_a_mail_is_small_enough_not_to_be_clipped(report, envelope):
    _, rendered = report
    assert len(rendered.html.encode()) < 80_000
    assert len(to_bytes(rendered, **envelope)) < 300_000


@pytest.mark.parametrize("header", ["message_id", "list_id", "unsubscribe_url"])
def test_a_line_break_in_a_header_is_refused(rendered, envelope, header):
    bad = envelope | {header: "<x@example.com>\r\nBcc: all@example.com"}
    with pytest.raises(ValueError, match=r"newline|linefeed|carriage"):
        to_bytes(rendered, **bad)


def test_a_file_shows_its_pictures_from_beside_it(rendered):
    page = standalone_html(rendered, "digest-")
    assert "cid:" not in page
    assert 'src="digest-burn-up.png"' in page


class Balance(HTMLParser):
    """Collects tags that are not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, _attrs):
        if tag not in {"meta", "img", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_the_html_is_a_page_for_every_reader(report):
    _, rendered = report
    page = rendered.html
    balance = Balance()
    balance.feed(page)
    assert (balance.open, balance.wrong) == ([], [])
    assert page.startswith('<!DOCTYPE html><html lang="en">') or '<html lang="en">' in page[:40]
    assert '<meta name="color-scheme" content="light dark">' in page
    assert "@media (prefers-color-scheme: dark)" in page
    assert page.count("<table") == page.count('role="presentation"') + page.count('class="numbers')
    assert all(re.search(r'alt="[^"]{20,}"', tag) for tag in re.findall(r"<img[^>]+>", page))
    assert all('width="640"' in tag for tag in re.findall(r"<img[^>]+>", page))
