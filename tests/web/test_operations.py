"""The pages about the installation itself, and the banner on every page of administrators."""

from __future__ import annotations

from datetime import timedelta

from smarketing.domain.findings import Finding, FindingKind
from smarketing.services.audit.restored import KEY

LEASE = Finding("lease", FindingKind.LEASE, "3 messages are <claimed>.")
BACK = Finding(KEY, FindingKind.RESTORED, "The database was restored.")


def find(office, *findings: Finding) -> None:
    office.house.findings.see(findings, tuple(FindingKind), office.now)


def banner(page: str) -> str:
    return page.partition('banner" role="alert">')[2].partition("</div>")[0]


def test_who_administrates_is_told_on_every_page_and_nobody_else(office):
    find(office, LEASE)
    said = banner(office.client("Ada").get("/progress").text)
    assert "Messages are stuck on their way out." in said
    assert "/findings" in said
    assert not banner(office.client("Mark").get("/progress").text)
    assert not banner(office.client().get("/sign-in").text)


def test_several_findings_are_one_banner(office):
    find(office, LEASE, BACK, Finding("clock", FindingKind.CLOCK, "Clocks ran out."))
    assert ", and 2 more." in banner(office.client("Ada").get("/people").text)


def test_a_worker_that_stands_still_is_told_by_the_page_itself(office):
    office.now += timedelta(minutes=6)
    find(office, Finding("worker", FindingKind.WORKER, "The worker stands still."))
    said = banner(office.client("Ada").get("/progress").text)
    assert "The worker stands still." in said
    page = office.client("Ada").get("/findings").text
    assert "The worker stands still since 16 November 2026, 10:00" in page


def test_what_is_open_comes_first_and_then_what_was_mended(office):
    find(office, BACK)
    find(office, LEASE)
    page = office.client("Ada").get("/findings").text
    assert "One thing is amiss." in page
    assert "3 messages are &lt;claimed&gt;." in page
    assert page.index("Messages are stuck") < page.index("Mended") < page.index("was restored")


def test_when_nothing_is_amiss_the_page_says_so(office):
    assert "Nothing is amiss" in office.client("Ada").get("/findings").text


def test_a_person_may_see_to_a_restore_and_to_nothing_else(office):
    find(office, BACK, LEASE)
    for key in (KEY, "lease"):
        answer = office.post("Ada", "/findings/see-to", key=key)
        assert answer.location == "/findings"
    assert [one.key for one in office.house.findings.open()] == ["lease"]


def test_the_page_of_jobs_says_what_each_did_and_what_went_wrong(office):
    at = office.now - timedelta(minutes=1)
    runs = office.house.runs
    runs.record("drain", started_at=at, ended_at=at, failed=False, detail="2 sent")
    runs.record("drain", started_at=at, ended_at=at, failed=True, detail="no <server>")
    page = office.client("Ada").get("/jobs").text
    assert "The worker is alive." in page
    row = page.partition(">drain<")[2].partition("</tr>")[0]
    assert "fails" in row
    assert "2 sent" in row
    assert "no &lt;server&gt;" in row
    assert "There is no backup on this machine yet." in page


def test_a_worker_that_never_ran_is_told_how_to_start(office):
    with office.house.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM job_run")
    assert "has never run" in office.client("Ada").get("/findings").text
    assert "No worker has run here yet." in office.client("Ada").get("/jobs").text
