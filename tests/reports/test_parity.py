"""The text part says every number that the HTML part shows."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from reports import personal
from reports.mail import render_digest
from tests.reports import digests

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Shown(HTMLParser):
    """Collects what a reader sees: no styles, no attributes."""

    def __init__(self):
        super().__init__()
        self.texts, self.tags, self.hidden = [], set(), False

    def handle_starttag(self, tag, _attrs):
        self.tags.add(tag)
        self.hidden = self.hidden or tag in {"style", "head"}

    def handle_endtag(self, tag):
        self.hidden = self.hidden and tag != "head"

    def handle_data(self, data):
        if not self.hidden:
            self.texts.append(data)


def shown(html):
    parser = Shown()
    parser.feed(html)
    return " ".join(parser.texts)


def test_every_number_of_the_html_is_in_the_text(report):
    name, rendered = report
    numbers = set(NUMBER.findall(shown(rendered.html)))
    assert numbers, name
    assert not numbers - set(NUMBER.findall(rendered.text))


def test_every_link_of_the_mail_is_on_a_line_of_its_own(rendered):
    lines = rendered.text.splitlines()
    assert all(line.strip().startswith("https://") for line in lines if "https://" in line)


def test_both_parts_have_the_headline_and_the_advice(rendered):
    text = " ".join(rendered.text.split())
    html = " ".join(shown(rendered.html).replace("\u00a0", " ").split())
    for sentence in (
        "March: 2 of 5 segments and tiers are 8 leads behind plan",
        "5 leads are waiting past their due time: open the queue.",
        "Counted up to 12 March 2018, 00:00, days and weeks of Europe/Riga.",
    ):
        assert sentence in text
        assert sentence in html


def test_with_several_agreements_both_parts_say_which_one_is_covered():
    rendered = render_digest(digests.full_week())
    said = (
        "This report covers Acme: Marketing and Sales 2018 alone, its statement too. Also in "
        "force, and not in it: Acme: the agency 2018."
    )
    assert said in " ".join(rendered.text.split())
    assert said in shown(rendered.html)
    assert "This report covers" not in render_digest(digests.digest()).text


def test_a_hostile_title_is_text_in_every_part():
    markup = "<script>alert(1)</script> <!--personal:greeting-->\n \x1fgreeting\x1f\n"
    hostile = f"Evil\r\nBcc: all@example.com {markup}"
    cell = digests.cell("A", "B", 40, 1)
    cell = type(cell)(**{**vars(cell), "segment_title": hostile, "tier_title": hostile})
    rendered = render_digest(
        digests.digest(
            title=hostile,
            cells=(cell,),
            promises=(digests.promise(title=hostile, by=hostile),),
            gaps=(hostile,),
            currency=hostile,
        )
    )
    parser = Shown()
    parser.feed(rendered.html)
    assert "script" not in parser.tags
    assert "\nBcc" not in rendered.text
    assert rendered.marked_text.count(personal.TEXT_MARKS.greeting) == 1
    assert rendered.marked_html.count(personal.HTML_MARKS.greeting) == 1
    assert "\x1f" not in rendered.text
    assert "\n" not in rendered.subject + rendered.preheader
