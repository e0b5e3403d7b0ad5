"""A file with two bad rows on its way through the portal, with and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from smarketing.services.people.people import Role
from tests.browser.visits import assert_good_looks

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.visits import Visits
    from tools.sample_site import Site

ROWS = (
    "Record ID,Lifecycle Stage,Create Date,Email,Mood\n"
    "n1,lead,2026-11-20 10:00,ada@new.example,good\n"
    "n2,lead,soon,bob@new.example,bad\n"
    "n3,lead,,cem@new.example,\n"
)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_bad_rows_are_mended_and_imported_again_and_all_is_undone(
    site: Site, visits: Visits, tmp_path: Path, *, scripts: bool
):
    page = visits.of(site, Role.MARKETING_MANAGER, java_script_enabled=scripts)
    looks = _looks if scripts else _no_looks  # axe is a script itself
    first = tmp_path / "new leads.csv"
    first.write_text(ROWS)
    _bring(page, first)
    expect(page.get_by_text("an export of hubspot")).to_be_visible()
    looks(page)
    page.get_by_role("button", name="Try it, change nothing yet").click()
    expect(page.get_by_role("heading", name="2 records cannot be used")).to_be_visible()
    looks(page)
    page.get_by_role("button", name="Take in 1 lead").click()
    expect(page.get_by_role("heading", name="2 records were rejected")).to_be_visible()
    looks(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download rejected-").click()
    mended = tmp_path / "mended.csv"
    text = download.value.path().read_text(encoding="utf-8-sig")
    mended.write_text(
        text.replace(",soon,", ",2026-11-21 10:00,").replace(",,cem", ",2026-11-22,cem")
    )
    _bring(page, mended)
    page.get_by_role("button", name="Try it, change nothing yet").click()
    page.get_by_role("button", name="Take in 2 leads").click()
    expect(page.get_by_text("2 leads of hubspot")).to_be_visible()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_role("status")).to_contain_text("2 removed")
    looks(page)


def test_a_file_that_is_no_table_is_told_on_the_form(site: Site, visits: Visits, tmp_path: Path):
    page = visits.of(site, Role.MARKETING_MANAGER)
    file = tmp_path / "it.pdf"
    file.write_text("%PDF-1.7")
    _bring(page, file)
    expect(page.get_by_role("alert")).to_contain_text("it.pdf is a PDF document")
    assert_good_looks(page)


def _bring(page: Page, file: Path) -> None:
    page.goto("/import")
    page.get_by_label("A CSV or XLSX file of your CRM").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()


def _looks(page: Page) -> None:
    assert_good_looks(page)


def _no_looks(_page: Page) -> None:
    pass
