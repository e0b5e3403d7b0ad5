from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reports.chronic import Chronic, FailedMonth
from reports.content import content
from reports.notice import LINES, Fact, Line, Notice
from reports.notices import chronic_notice, digest_notice, escalation_notice, trial_notice
from reports.slack import slack_body
from reports.teams import teams_body
from reports.webhook import webhook_body
from tests.reports import digests
from tests.reports.test_escalation import LATE, LEAD, told

NASTY = Notice(
    title="Late: <!channel> & [press](https://evil.example) *now*",
    text="<https://evil.example|Acme>",
    link="Open the lead",
    url="https://portal.example/leads/7?a=1&b=2",
    footer="https://evil.example",
    facts=(Fact("Who has it", "<@U1>"),),
    lines=(Line("[x](https://evil.example)", "https://portal.example/1", "A|B <b>"),),
)
CHRONIC = Chronic(
    agreement="Our agreement", commitment="Leads acknowledged", party="Sales",
    rule="Chronic is what failed in 2 of 3 months.",
    months=(FailedMonth("September 2026", "70 % of 40", failed=True),
            FailedMonth("October 2026", "", failed=None)),
    url="https://portal.example/statements?party=marketing",
)  # fmt: skip


def slack(notice: Notice) -> dict[str, Any]:
    return json.loads(slack_body(notice))


def card(notice: Notice) -> dict[str, Any]:
    (attachment,) = json.loads(teams_body(notice))["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    return attachment["content"]


def words(document: object) -> str:
    """Every text of a document, in its order."""
    if isinstance(document, dict):
        return " ".join(words(value) for value in document.values())
    if isinstance(document, list):
        return " ".join(map(words, document))
    return document if isinstance(document, str) else ""


def notices() -> list[Notice]:
    weeks = [digest_notice(content(made(), ())) for made in digests.ALL.values()]
    steps = [escalation_notice(told()), escalation_notice(told(LATE, *[LEAD] * 20))]
    return [
        *weeks,
        *steps,
        chronic_notice(CHRONIC),
        trial_notice("room", "Ada", "https://p.example"),
    ]


def test_a_step_about_one_lead_says_who_waits_until_when_and_links_to_it():
    notice = escalation_notice(told())
    assert notice.title == "Due soon: Acme GmbH"
    assert notice.text == "Acme GmbH is to be acknowledged by today, 13:00."
    assert [(fact.label, fact.value) for fact in notice.facts] == [
        ("What it is", "Enterprise · Decision makers"),
        ("Waits since", "today, 09:00"),
        ("Who has it", "Rita"),
    ]
    assert (notice.link, notice.url) == ("Open the lead", LEAD.url)


def test_a_storm_is_one_message_that_lists_the_first_and_counts_the_others():
    notice = escalation_notice(told(LATE, *[LEAD] * 20))
    assert notice.title == "Late or due soon: 21 leads"
    assert (len(notice.lines), notice.more) == (LINES, 11)
    assert notice.lines[0] == Line(
        "(Enterprise · Decision makers), was due today, 12:00, Rita", LEAD.url, "Acme GmbH"
    )
    assert "and 11 more" in words(slack(notice))
    assert "and 11 more" in words(card(notice))


@pytest.mark.parametrize(
    ("changes", "holder"),
    [({}, "Rita"), ({"holder": None}, "nobody"), ({"given_to": "Otto"}, "Otto"),
     ({"given_to": ""}, "the team")],
)  # fmt: skip
def test_who_has_the_lead_is_who_has_it_after_the_step(changes: dict[str, Any], holder: str):
    notice = escalation_notice(told(replace(LEAD, **changes)))
    assert notice.facts[-1].value == holder


def test_telephone_and_e_mail_of_a_lead_go_to_no_chat():
    for leads in ((LEAD,), (LEAD, LATE)):
        notice = escalation_notice(told(*leads))
        for body in (slack_body(notice), teams_body(notice)):
            assert b"123-456" not in body


def test_the_week_is_its_headline_four_figures_what_to_do_and_a_link():
    said = content(digests.digest(), ())
    notice = digest_notice(said)
    assert (notice.title, notice.text) == (said.subject, said.headline)
    assert [fact.label for fact in notice.facts] == [figure.label for figure in said.figures]
    assert len(notice.facts) == 4
    assert [line.text for line in notice.lines] == [advice.text for advice in said.advice]
    assert notice.url == said.home


def test_chronic_failure_is_told_month_by_month():
    notice = chronic_notice(CHRONIC)
    assert notice.title == "“Leads acknowledged” failed in 1 of 2 months"
    assert [line.text for line in notice.lines] == [
        "September 2026: failed, 70 % of 40", "October 2026: nothing was due",
    ]  # fmt: skip


def test_every_message_keeps_to_what_slack_takes():
    for notice in notices():
        message = slack(notice)
        assert message["text"].startswith(notice.title.replace("&", "&amp;"))
        assert len(message["blocks"]) <= 50
        for block in message["blocks"]:
            match block["type"]:
                case "header":
                    assert block["text"]["type"] == "plain_text"
                    assert 0 < len(block["text"]["text"]) <= 150
                case "section" if "fields" in block:
                    assert len(block["fields"]) <= 10
                    assert all(0 < len(field["text"]) <= 2000 for field in block["fields"])
                case "section":
                    assert 0 < len(block["text"]["text"]) <= 3000
                case "context":
                    assert all(element["text"] for element in block["elements"])
                case other:
                    pytest.fail(f"unknown block {other}")


def test_every_message_keeps_to_what_a_workflow_of_teams_takes():
    for notice in notices():
        body = teams_body(notice)
        assert len(body) < 28_000
        assert json.loads(body)["type"] == "message"
        found = card(notice)
        assert (found["type"], found["version"]) == ("AdaptiveCard", "1.4")
        assert {element["type"] for element in found["body"]} == {"RichTextBlock"}
        for element in found["body"]:
            assert all(run["type"] == "TextRun" and run["text"] for run in element["inlines"])
        assert found["actions"][0]["url"] == notice.url


def test_slack_takes_nothing_of_a_name_for_a_link_or_a_mention():
    message = slack(NASTY)
    marked = re.findall(r"<[^>]*>", words(message["blocks"][1:-1]))
    assert marked == [
        "<https://portal.example/1|A¦B &lt;b&gt;>",
        "<https://portal.example/leads/7?a=1&amp;b=2|Open the lead>",
    ]
    assert "<" not in message["text"]
    sections = [block for block in message["blocks"] if block["type"] == "section"]
    texts = [field for block in sections for field in block.get("fields", [block.get("text")])]
    assert all(text["verbatim"] for text in texts)


def test_teams_shows_a_name_without_reading_marks_in_it():
    found = card(NASTY)
    assert "TextBlock" not in {element["type"] for element in found["body"]}
    urls = set(re.findall(r'"url": "([^"]+)"', json.dumps(found)))
    assert urls == {"https://portal.example/1", NASTY.url}


def test_a_webhook_has_type_version_timestamp_and_data():
    at = datetime(2026, 11, 23, 7, tzinfo=UTC)
    body = json.loads(webhook_body("digest.ready", at, NASTY, {"week": "2026-W47"}))
    assert body == {
        "type": "digest.ready",
        "version": 1,
        "timestamp": "2026-11-23T07:00:00Z",
        "data": {
            "title": NASTY.title, "text": NASTY.text, "url": NASTY.url, "week": "2026-W47",
        },
    }  # fmt: skip
