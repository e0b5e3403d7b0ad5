from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smarketing.services.agreements import life
from tests.web.office import TOKEN, Office

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

EXAMPLE = (Path(__file__).parents[2] / "config" / "agreements" / "example.toml").read_text(
    encoding="utf-8"
)
SUPPLIER = """
[parties.fair]
title = "Fair Ltd"
side = "marketing"
kind = "supplier"
provider = "Fair Ltd"
signatories = ["sue@example.com", "boss@fair.example"]

[calendars.office]"""
OURS = (
    EXAMPLE.replace(
        'signatories = ["mara.marketing@example.com"]', 'signatories = ["mark@example.com"]'
    )
    .replace('["sam.sales@example.com"]', '["sally@example.com"]')
    .replace("starts_on = 2026-01-01", "starts_on = 2026-12-01")
    .replace('"4h"  ', '"2h"  ')
)
WITH_SUPPLIER = OURS.replace("\n[calendars.office]", SUPPLIER, 1)
PAGE = "/agreements/sales-marketing/2"


def load(office: Office, text: str = OURS) -> str:
    version, _ = life.load(text, "ours.toml", office.house.shelf, office.now)
    return version.sha256


def proposed(office: Office, text: str = OURS) -> str:
    sha = load(office, text)
    assert office.post("Ada", f"{PAGE}/propose").status_code == 303
    return sha


def sign(office: Office, name: str, party: str, sha: str, **more: str) -> str:
    """The page after somebody pressed the button."""
    told = {"party": party, "sha256": sha, "read": "1"} | more
    answer = office.post(name, f"{PAGE}/sign", **told)
    assert answer.status_code == 303, answer.text
    return office.client(name).get(answer.location).text


def signatures(office: Office) -> object:
    return office.one("SELECT COUNT(*) FROM signature")


def test_every_version_is_listed_with_where_it_stands(office: Office):
    sha = load(office)
    page = office.client("Mark").get("/agreements").text
    assert 'href="/agreements/sales-marketing/1"' in page
    assert sha[:12] in page
    assert page.index("draft") < page.index("in force")
    assert "before 1 January 2028" in page
    assert "1 April 2026" in page  # the next review of the version in force


def test_the_page_shows_what_is_promised_beside_who_signs(office: Office):
    sha = load(office)
    page = office.client("Sally").get(PAGE).text
    assert "Sales acknowledges at least 90 %" in page
    assert "Signs: sally@example.com" in page
    assert sha in page
    assert "Leads acknowledged: all leads within 4 hours → within 2 hours." in page
    assert "Friday, 25 December 2026" in page
    assert "enterprise decision makers" in page


def test_both_sides_sign_in_the_portal_and_the_last_one_puts_it_in_force(office: Office):
    sha = proposed(office)
    assert "Version 2 is signed for sales." in sign(office, "Sally", "sales", sha)
    page = sign(office, "Mark", "marketing", sha)
    assert "Signed for every party" in page
    assert "signed, not begun yet" in page
    assert [one.number for one in office.house.book().versions] == [2, 1]
    assert office.one("SELECT COUNT(*) FROM commitment") == 6


@pytest.mark.parametrize(
    ("name", "party"),
    [("Sally", "marketing"), ("Mark", "sales"), ("Ada", "sales"), ("Ada", "marketing")],
)
def test_nobody_signs_for_a_party_that_is_not_theirs(office: Office, name: str, party: str):
    sha = proposed(office)
    assert "I have read this text" not in office.client("Ada").get(PAGE).text
    told = {"party": party, "sha256": sha, "read": "1"}
    assert office.post(name, f"{PAGE}/sign", **told).status_code == 403
    assert office.post(name, f"{PAGE}/sign", **told, signer="mark@example.com").status_code == 403
    assert signatures(office) == 0


def test_without_the_tick_nothing_is_signed(office: Office):
    sha = proposed(office)
    assert "Tick that the text was read" in sign(office, "Sally", "sales", sha, read="")
    assert signatures(office) == 0


def test_a_text_that_was_replaced_while_somebody_read_is_not_signed(office: Office):
    sha = proposed(office)
    load(office, OURS.replace('"2h"  ', '"1h"  '))
    assert "another one since you opened it" in sign(office, "Sally", "sales", sha)
    assert signatures(office) == 0


def test_a_draft_is_proposed_before_it_is_signed(office: Office):
    load(office)
    assert "I have read this text" not in office.client("Sally").get(PAGE).text
    office.post("Sally", f"{PAGE}/propose")
    assert "I have read this text" in office.client("Sally").get(PAGE).text
    office.post("Sally", f"{PAGE}/take-back")
    assert "It is a draft again." in office.client("Sally").get(PAGE).text


def test_a_supplier_sees_and_signs_only_where_it_is_a_party(office: Office):
    load(office)
    sue = office.client("Sue")
    assert "There is no agreement here for you yet" in sue.get("/agreements").text
    for path in (PAGE, f"{PAGE}/toml", "/agreements/sales-marketing/1"):
        assert sue.get(path).status_code == 404
    for act in ("sign", "propose", "take-back", "review", "cancel"):
        assert office.post("Sue", f"{PAGE}/{act}").status_code == 404
    sha = proposed(office, WITH_SUPPLIER)
    assert 'href="/agreements/sales-marketing/2"' in sue.get("/agreements").text
    assert "/agreements/sales-marketing/1" not in sue.get("/agreements").text
    assert "since version" not in sue.get(PAGE).text
    assert "signed for fair" in sign(office, "Sue", "fair", sha)


def test_an_administrator_writes_down_what_a_supplier_signed(office: Office):
    sha = proposed(office, WITH_SUPPLIER)
    assert "I hold the signature of Fair Ltd" in office.client("Ada").get(PAGE).text
    page = sign(office, "Ada", "fair", sha, signer="boss@fair.example")
    assert "Written down by ada@example.com" in page
    assert "boss@fair.example" in page


def cancel(office: Office, name: str, day: str) -> TestResponse:
    path = "/agreements/sales-marketing/1/cancel"
    return office.post(name, path, from_on=day, note="A new start")


def test_an_agreement_is_cancelled_from_a_day_that_its_notice_allows(office: Office):
    early = cancel(office, "Ada", "2026-12-01")
    assert "2026-12-01 is too early" in office.client("Ada").get(early.location).text
    assert "Choose a day" in office.client("Ada").get(cancel(office, "Ada", "").location).text
    page = office.client("Ada").get(cancel(office, "Ada", "2027-01-01").location).text
    assert "it holds no longer from 2027-01-01 on" in page
    assert "until before 1 January 2027" in page
    assert "A new start" in page
    assert str(office.house.book().versions[0].agreement.ends_on) == "2027-01-01"


def test_who_signs_for_nobody_does_not_cancel_propose_or_review(office: Office):
    load(office, EXAMPLE.replace("= 2026-01-01", "= 2026-12-01", 1))
    assert cancel(office, "Mark", "2027-01-01").status_code == 403
    for act in ("propose", "take-back", "review"):
        assert office.post("Mark", f"{PAGE}/{act}").status_code == 403


def test_a_review_moves_the_next_one(office: Office):
    path = "/agreements/sales-marketing/1"
    office.post("Ada", f"{path}/review", note="All well")
    page = office.client("Ada").get(path).text
    assert "next review by 16 February 2027" in page
    assert "All well" in page


def test_a_review_is_written_to_the_version_in_force_while_a_newer_one_waits(office: Office):
    sha = proposed(office)
    sign(office, "Sally", "sales", sha)
    sign(office, "Mark", "marketing", sha)
    for number, said in ((1, "All well"), (2, "Still well")):
        path = f"/agreements/sales-marketing/{number}"
        page = office.client("Ada").get(path).text
        assert f'action="{path}/review"' in page
        assert (f'action="{path}/cancel"' in page) is (number == 2)
        answer = office.post("Ada", f"{path}/review", note=said)
        assert "written down at version 1" in office.client("Ada").get(answer.location).text
    first = office.client("Ada").get("/agreements/sales-marketing/1").text
    assert "next review by 16 February 2027" in first
    assert "All well" in first
    assert "Still well" in first


def test_an_amendment_of_what_is_past_is_refused_with_the_day_to_write(office: Office):
    text = office.client("Ada").get("/agreements/sales-marketing/1/toml").text
    changed = text.replace('"4h"  ', '"2h"  ')
    answer = office.post("Ada", "/agreements/new", page="/agreements/new", text=changed)
    assert answer.status_code == 422
    assert "term.starts_on" in answer.text
    assert "Write 2026-12-01, or another day after 2026-11-16" in answer.text


def test_a_text_is_loaded_as_a_draft_by_file_or_by_hand(office: Office):
    file = (BytesIO(OURS.encode()), "ours.toml")
    answer = office.post("Ada", "/agreements/new", page="/agreements/new", file=file)
    assert answer.location == PAGE
    assert "Version 2 of sales-marketing is loaded" in office.client("Ada").get(PAGE).text
    lines = OURS.replace("\n", "\r\n")
    assert office.post("Ada", "/agreements/new", text=lines).location == PAGE
    assert "stands already" in office.client("Ada").get(PAGE).text


def test_faults_are_shown_with_key_and_mend_and_the_text_stays(office: Office):
    faulty = OURS.replace('"2h"  ', '"2d"  ').replace('to = "marketing"', 'too = "<b>"', 1)
    answer = office.post("Ada", "/agreements/new", text=faulty)
    assert answer.status_code == 422
    assert "<code>commitments.acknowledge.allowance</code>" in answer.text
    assert "Say how many working hours are meant" in answer.text
    assert "too = &#34;&lt;b&gt;&#34;" in answer.text
    file = (BytesIO(b"\xff\xfe"), "ours.toml")
    answer = office.post("Ada", "/agreements/new", file=file)
    assert (answer.status_code, "is not UTF-8" in answer.text) == (422, True)


def test_an_export_is_changed_in_the_portal_and_a_stale_one_is_refused(office: Office):
    form = office.client("Ada").get("/agreements/new?name=sales-marketing").text
    assert "# Made from sales-marketing version 1." in form
    old = office.client("Mark").get("/agreements/sales-marketing/1/toml")
    assert old.headers["Content-Disposition"] == "attachment; filename=sales-marketing-1.toml"
    proposed(office)
    changed = old.text.replace('"4h"  ', '"3h"  ')
    answer = office.post("Ada", "/agreements/new", text=changed)
    assert answer.status_code == 409
    assert "was made from version 1 of sales-marketing" in answer.text


def test_only_an_administrator_loads(office: Office):
    for name in ("Mark", "Sally", "Sue", "Hetty"):
        assert office.client(name).get("/agreements/new").status_code == 403
        assert office.post(name, "/agreements/new", text=OURS).status_code == 403


def test_what_is_written_in_an_agreement_is_never_markup(office: Office):
    load(office, OURS.replace('title = "Sales"', 'title = "<i>Sales</i>"'))
    page = office.client("Sally").get(PAGE).text
    assert "<i>" not in page
    assert "&lt;i&gt;Sales" in page


def test_every_form_carries_the_token(office: Office):
    proposed(office, WITH_SUPPLIER)
    for name, path in (("Ada", PAGE), ("Ada", "/agreements/sales-marketing/1"), ("Sue", PAGE)):
        page = office.client(name).get(path).text
        assert len(TOKEN.findall(page)) == page.count('method="post"'), path


def test_a_warning_stands_on_the_page(office: Office):
    load(office, OURS.replace('recorded_in = ["source", "portal"]', 'recorded_in = ["portal"]', 1))
    found = re.search(r'class="message known">([^<]*)', office.client("Sally").get(PAGE).text)
    assert found
    assert "judged only by what people press in the portal" in found[1]


def test_of_two_agreements_the_figures_of_the_month_lead_to_their_own_leads(office: Office):
    second = OURS.replace('name = "sales-marketing"', 'name = "second"', 1).replace(
        "2026-12-01", "2026-01-01"
    )
    load(office, second)
    for party, name in (("sales", "Sally"), ("marketing", "Mark")):
        told = {"party": party, "read": "1"}
        sha = life.newest("second", office.house.shelf).sha256
        office.post(name, "/agreements/second/1/sign", sha256=sha, **told)
    page = office.client("Mark").get("/progress?month=2026-11").text
    wanted = "segment=enterprise&amp;tier=decision_maker&amp;agreement=sales-marketing"
    link = re.search(rf'href="(/leads\?[^"]*{wanted}&amp;what=counted)"', page)
    assert link
    assert "4 leads" in office.client("Mark").get(link[1].replace("&amp;", "&")).text
    other = link[1].replace("&amp;", "&").replace("=sales-marketing", "=second")
    assert "4 leads" not in office.client("Mark").get(other).text
    only = office.client("Mark").get("/progress?month=2026-11&agreement=second").text
    assert only.count('id="agreement-') == 1
