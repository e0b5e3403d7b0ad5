from __future__ import annotations

from tests.web.office import LEADS
from tests.web.test_leads import plain


def test_a_supplier_opens_with_what_it_delivered_and_what_became_of_it(office):
    office.post("Otto", f"/leads/{LEADS['delivered']}/reject", reason="duplicate")
    assert office.client("Sue").get("/").location == "/deliveries"
    html = office.client("Sue").get("/deliveries").text
    assert "November 2026 1 1 0 0 0 Duplicate 1" in plain(html)
    assert "December 2025" in html
    link = "/leads?from=2026-11-01&amp;to=2026-12-01&amp;what=rejected"
    assert link in html
    listed = office.client("Sue").get(link.replace("&amp;", "&")).text
    assert "Delivered Lead" in listed


def test_a_supplier_sees_nothing_of_other_leads_and_people(office):
    html = office.client("Sue").get("/deliveries").text
    assert "What Fair Ltd delivered" in html
    assert "November 2026 1 0 1 0 0" in plain(html)
    assert "Otto" not in html


def test_a_supplier_without_leads_reads_what_will_be_here(office):
    with office.house.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE person SET provider = 'New Ltd' WHERE id = 6")
    html = office.client("Sue").get("/deliveries").text
    assert "Leads whose provider is “New Ltd” appear here" in html
    with office.house.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE person SET provider = NULL WHERE id = 6")
    assert "tied to no provider" in office.client("Sue").get("/deliveries").text
