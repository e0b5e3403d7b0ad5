from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from openpyxl import Workbook
from sqlalchemy import text

from smarketing import bootstrap
from smarketing.services.people.people import Role
from smarketing.settings import load_settings
from tests.builders import ROOT
from tests.web.portal import START, Portal, form_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HUBSPOT = (
    "Record ID,Lifecycle Stage,Create Date,Email,Amount paid,Mood\n"
    "1,lead,2026-11-02 10:00,ada@example.com,5,good\n"
    "2,lead,soon,bob@example.com,7,bad\n"
    "3,lead,2026-11-04 10:00,cem@example.com,,\n"
    "4,lead,,dan@example.com,9,good\n"
)
OWN = "Nummer;Angelegt;Firma;Wer\n7;02.11.2026 10:00;Acme;Ann\n8;13.11.2026 11:00;Beta;Bob\n"


@dataclass
class Site:
    """A portal over a real import page, with a person of each role in the database."""

    house: Any
    portal: Portal

    def client(self, role: Role = Role.MARKETING_MANAGER) -> FlaskClient:
        return self.portal.client(role)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.house.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """The import page on SQLite and PostgreSQL in turn."""
    told = {
        "SMARKETING_HOME": str(tmp_path / "home"),
        "SMARKETING_CONFIG": str(ROOT / "config"),
        "SMARKETING_DATABASE_URL": database_url,
        "SMARKETING_TIMEZONE": "Europe/Riga",
    }
    house = bootstrap.open_house(load_settings(told, tmp_path))
    portal = Portal(imports=bootstrap.import_parts(house))
    with house.engine.begin() as connection:
        for person in portal.shelf.everyone():
            connection.execute(
                text(
                    "INSERT INTO person (id, email, name, role, audience, alerts, password_hash, "
                    "active, created_at) VALUES (:id, :email, :name, :role, '', 0, '', 1, 0)"
                ),
                {name: person[name] for name in ("id", "email", "name", "role")},
            )
    yield Site(house, portal)
    house.engine.dispose()


def bring(
    client: FlaskClient, content: str | bytes, name: str = "leads.csv", kind: str = ""
) -> TestResponse:
    raw = content.encode() if isinstance(content, str) else content
    told = {
        "csrf_token": form_token(client, "/import"),
        "kind": kind,
        "file": (io.BytesIO(raw), name),
    }
    answer = client.post("/import", data=told)
    answer.request.environ["wsgi.input"].close()  # a large body lies in a file
    return answer


def post(client: FlaskClient, path: str, page: str = "/import", **told: str) -> TestResponse:
    return client.post(path, data={"csrf_token": form_token(client, page), **told})


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the form of the mapping."""
    told = dict(re.findall(r'<input name="(\w+)" value="([^"]*)"', page))
    selects = re.compile(r'<select[^>]* name="([\w.]+)"[^>]*>(.*?)</select>', re.DOTALL)
    for name, options in selects.findall(page):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        told[name] = chosen[1] if chosen else ""
    return told


def option(page: str, header: str) -> str:
    found = re.search(rf'<option value="(\d+)" [a-z]*>{re.escape(header)}</option>', page)
    assert found, header
    return found[1]


def download(client: FlaskClient, path: str) -> str:
    with client.get(path) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return answer.text


def mended(rows: str) -> str:
    whole = rows.replace(",soon,", ",2026-11-03 10:00,")
    return whole.replace(",,dan", ",2026-11-05 10:00,dan")


def taken(client: FlaskClient, content: str | bytes, name: str = "leads.csv") -> str:
    """Take a file in as it is detected; return the path of the result."""
    path = bring(client, content, name).location
    return post(client, f"{path}/run", path).location


def test_an_empty_page_says_what_will_be_there_and_the_next_step(site: Site):
    page = site.client().get("/import").text
    assert "Nothing was imported yet." in page
    assert "Begin with an export of your leads." in page


def test_a_file_is_detected_and_its_columns_have_sample_values(site: Site):
    client = site.client()
    path = bring(client, HUBSPOT).location
    page = client.get(path).text
    assert "an export of hubspot" in page
    assert "UTF-8, separated by comma" in page
    assert "ada@example.com</span><span>bob@example.com</span>" in page
    assert fields(page)["column.created_at"] == option(page, "Create Date")
    assert "<li>Mood</li>" in page


def test_a_dry_run_counts_groups_the_problems_and_changes_nothing(site: Site):
    client = site.client()
    path = bring(client, HUBSPOT).location
    page = client.get(path).text
    answer = post(client, path, path, **fields(page))
    assert answer.location == f"{path}/check"
    page = client.get(answer.location).text
    assert "4 leads of hubspot were read, and nothing was changed yet" in page
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["2", "0", "0", "2"]
    assert "1 × Create Date" in page
    assert "not a date or time between 1971 and 2200" in page
    assert "created_at is blank" in page
    rejected = pl.read_csv(io.StringIO(download(client, f"{path}/rejected.csv")))
    assert rejected["Record ID"].to_list() == [2, 4]
    assert site.rows("SELECT COUNT(*) FROM lead") == [(0,)]
    assert site.rows("SELECT COUNT(*) FROM import_run") == [(0,)]


def test_bad_rows_are_downloaded_mended_and_imported_again(site: Site):
    client = site.client()
    result = taken(client, HUBSPOT)
    page = client.get(result).text
    assert "2 records were rejected" in page
    assert "by marketing_manager@example.com" in page
    rejected = download(client, f"{result}/rejected.csv")
    page = client.get(taken(client, mended(rejected), "rejected-1.csv")).text
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["2", "0", "0", "0"]
    stored = site.rows("SELECT source_key, email, extra FROM lead ORDER BY source_key")
    assert [row[0] for row in stored] == ["1", "2", "3", "4"]
    # What we wrote beside the rows is no word of the source.
    assert stored[1][2] == '{"Amount paid":"7","Mood":"bad"}'
    # The whole file, mended at its source, changes nothing any more.
    path = bring(client, mended(HUBSPOT)).location
    page = client.get(f"{path}/check").text
    assert "All of them are here already." in page
    assert "Take in" not in page


def test_a_mapping_is_corrected_checked_again_and_remembered(site: Site):
    client = site.client()
    path = bring(client, OWN, kind="leads").location
    page = client.get(path).text
    assert "no vendor that is known" in page
    told = fields(page)
    told |= {"source": "Own CRM", "timezone": "Europe/Berlin"}
    told |= {"column.source_id": option(page, "Nummer"), "column.company": option(page, "Firma")}
    # Look again: the choices stand, the samples are there, and the id is chosen, but no date yet.
    again = client.get(post(client, path, path, again="1", **told).location).text
    assert fields(again) == told
    assert "<span>Acme</span>" in again
    answer = client.get(post(client, path, path, **told).location)
    assert answer.status_code == 422
    assert "Choose which column of the file is “Created”: leads need it." in answer.text
    assert fields(answer.text) == told
    told |= {"column.created_at": option(page, "Angelegt"), "column.owner": option(page, "Wer")}
    check = post(client, path, path, **told).location
    assert "2 leads of Own CRM were read" in client.get(check).text
    result = post(client, f"{path}/run", check).location
    assert client.get(result).status_code == 200
    assert site.rows("SELECT source_key, company, owner, created_at FROM lead ORDER BY 1") == [
        ("7", "Acme", "Ann", 1_793_610_000),
        ("8", "Beta", "Bob", 1_794_564_000),
    ]
    # The next file with these columns needs nothing.
    path = bring(client, OWN.replace("Beta", "Gamma"), "next.csv").location
    page = client.get(path).text
    assert "Own CRM, as corrected before" in page
    assert fields(page)["timezone"] == "Europe/Berlin"
    assert re.findall(r"<dd>(\d+)</dd>", client.get(f"{path}/check").text) == ["0", "1", "1", "0"]


def test_nothing_is_remembered_where_nothing_was_corrected(site: Site):
    taken(site.client(), HUBSPOT)
    assert not (site.house.settings.home / "mappings").exists()


def test_a_column_can_be_left_out(site: Site):
    client = site.client()
    path = bring(client, HUBSPOT).location
    told = fields(client.get(path).text) | {"column.email": ""}
    post(client, path, path, **told)
    assert fields(client.get(path).text)["column.email"] == ""
    post(client, f"{path}/run", path)
    assert site.rows("SELECT DISTINCT email FROM lead") == [(None,)]


def test_pressing_twice_takes_a_file_in_once(site: Site):
    client = site.client()
    path = bring(client, HUBSPOT).location
    token = form_token(client, path)
    answers = [client.post(f"{path}/run", data={"csrf_token": token}) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert site.rows("SELECT COUNT(*) FROM import_run") == [(1,)]
    # Whoever goes back in the browser comes to the result, too.
    assert client.get(path).location == answers[0].location
    assert client.get(f"{path}/check").location == answers[0].location


def test_two_presses_at_once_take_a_file_in_once(site: Site):
    client, second = site.client(), site.client()
    path = bring(client, HUBSPOT).location
    token = form_token(second, path)
    wizard = site.portal.imports.wizard
    seen: list[TestResponse] = []

    def meanwhile(*given: Any, **more: Any) -> Any:
        if not more["dry_run"]:
            seen.append(second.post(f"{path}/run", data={"csrf_token": token}))
        return wizard.take(*given, **more)

    site.portal.imports = replace(site.portal.imports, wizard=replace(wizard, take=meanwhile))
    busy = site.client()
    assert post(busy, f"{path}/run", path).location == "/import/1"
    assert seen[0].location == "/import"
    assert "being taken in already" in second.get("/import").text
    assert site.rows("SELECT COUNT(*) FROM import_run") == [(1,)]


def test_an_import_that_failed_can_be_tried_again(site: Site):
    client = site.client()
    path = bring(client, HUBSPOT).location
    told = fields(client.get(path).text) | {"timezone": "Nowhere/Here"}
    post(client, path, path, **told)
    answer = post(client, f"{path}/run", path)
    assert answer.status_code == 422
    assert "is no time zone; write one like Europe/Berlin." in answer.text
    post(client, path, path, **told | {"timezone": "Europe/Berlin"})
    assert post(client, f"{path}/run", path).location == "/import/1"


def test_an_import_is_undone_and_says_what_stays(site: Site):
    client = site.client()
    result = taken(client, HUBSPOT)
    taken(client, HUBSPOT.replace("ada@", "ada.b@"), "later.csv")
    page = client.get("/import").text
    assert page.count("Undo<span") == 2
    answer = post(client, f"{result}/undo", result)
    page = client.get(answer.location).text
    assert "1 removed, 1 stays." in page
    assert "import 2 changed it since" in page
    assert "Undo this import" not in page
    assert site.rows("SELECT source_key FROM lead") == [("1",)]
    answer = post(client, f"{result}/undo", result)
    assert "Import 1 was undone already." in client.get(answer.location).text
    assert "<strong>undone</strong>" in client.get("/import").text
    assert site.rows("SELECT undone_by FROM import_run ORDER BY id") == [
        ("marketing_manager@example.com",),
        (None,),
    ]


def test_another_persons_file_is_not_there(site: Site):
    path = bring(site.client(), HUBSPOT).location
    other = site.client(Role.ADMINISTRATOR)
    for place in (path, f"{path}/check", f"{path}/rejected.csv"):
        assert other.get(place).status_code == 404
    for place in (path, f"{path}/run", f"{path}/drop"):
        assert post(other, place).status_code == 404
    assert site.client().get(path).status_code == 200


@pytest.mark.parametrize("role", [Role.REP, Role.SALES_MANAGER])
def test_sales_brings_no_files_and_undoes_nothing(site: Site, role: Role):
    client = site.client(role)
    assert client.get("/import").status_code == 403
    told = {"csrf_token": form_token(client, "/queue"), "file": (io.BytesIO(b"a,b\n"), "x.csv")}
    assert client.post("/import", data=told).status_code == 403
    assert ">Import</a>" not in client.get("/queue").text


def test_a_file_without_its_forms_token_is_refused(site: Site):
    client = site.client()
    answer = client.post("/import", data={"file": (io.BytesIO(HUBSPOT.encode()), "x.csv")})
    assert answer.status_code == 400
    assert site.rows("SELECT COUNT(*) FROM upload") == [(0,)]


def protected() -> bytes:
    mark = "EncryptedPackage".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + mark


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "is empty (0 bytes)", id="empty"),
        pytest.param(b"%PDF-1.7 and so on", "is a PDF document", id="no table"),
        pytest.param(b"<html><table></table></html>", "is a web page", id="web page"),
        pytest.param(protected(), "protected by a password", id="password"),
        pytest.param(b"PK\x03\x04 and then nothing", "damaged XLSX or ZIP", id="damaged"),
        pytest.param(b"\n\n\n", "has no header row", id="blank lines"),
        pytest.param(b"id,created\n", "no record below it", id="header only"),
        pytest.param(b"id,created\n" + b"1,2026-11-02\n" * 50_001, "more than 50,000", id="long"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_on_the_form(
    site: Site, content: bytes, said: str
):
    answer = bring(site.client(), content, "it.csv")
    assert answer.status_code == 422
    assert said in answer.text
    assert "Look at the file" in answer.text
    assert site.rows("SELECT COUNT(*) FROM upload") == [(0,)]
    assert list((site.house.settings.home / "uploads").iterdir()) == []


def test_a_file_that_is_too_large_is_one_sentence_on_the_form(site: Site):
    answer = bring(site.client(), b"a,b\n" * (7 << 20))
    assert answer.status_code == 413
    assert "larger than 25 MB" in answer.text
    assert "Look at the file" in answer.text


def test_no_other_form_takes_more_than_before(site: Site):
    client = site.client()
    path = bring(client, HUBSPOT).location
    assert post(client, path, path, source="x" * 70_000).status_code == 413


def test_no_file_at_all_is_one_sentence(site: Site):
    client = site.client()
    answer = client.post("/import", data={"csrf_token": form_token(client, "/import")})
    assert (answer.status_code, "Choose a file first." in answer.text) == (422, True)


def test_a_sheet_is_chosen_where_a_workbook_has_several(site: Site):
    book = Workbook()
    book.active.append(["Deal ID", "Lead ID", "Amount"])
    book.active.append(["d1", "1", 5])
    second = book.create_sheet("People")
    second.append(["Record ID", "Create Date", "Lead Status"])
    second.append(["1", "2026-11-02 10:00", "new"])
    raw = io.BytesIO()
    book.save(raw)
    client = site.client()
    path = bring(client, raw.getvalue(), "book.xlsx").location
    told = fields(client.get(path).text)
    assert "kind" in told
    post(client, path, path, again="1", **told | {"sheet": "People", "kind": "leads"})
    page = client.get(path).text
    assert "an export of hubspot" in page
    assert "1 lead of hubspot was read" in client.get(f"{path}/check").text


def test_what_people_do_here_is_no_source_of_a_file(site: Site):
    client = site.client()
    path = bring(client, HUBSPOT).location
    told = fields(client.get(path).text) | {"source": " Portal "}
    answer = post(client, path, path, **told)
    assert answer.status_code == 422
    assert "name the system of the file" in answer.text


def test_what_a_file_says_is_never_markup(site: Site):
    client = site.client()
    evil = "<script>alert(1)</script>"
    content = HUBSPOT.replace("Mood", evil).replace("good", evil).replace("soon", evil)
    path = bring(client, content, f"{evil}.csv").location
    result = post(client, f"{path}/run", path).location
    for page in (path, "/import", result):
        assert "<script>" not in client.get(page, follow_redirects=True).text


def test_a_file_that_is_not_wanted_goes_and_the_rest_after_a_day(site: Site):
    client = site.client()
    path = bring(client, HUBSPOT).location
    assert post(client, f"{path}/drop", path).location == "/import"
    assert client.get(path).status_code == 404
    path = bring(client, HUBSPOT).location
    uploads = site.house.uploads
    assert uploads.drop_before(int(START.timestamp())) == 0
    assert uploads.drop_before(int(START.timestamp()) + 1) == 1
    assert client.get(path).status_code == 404
    assert list((site.house.settings.home / "uploads").iterdir()) == []


def test_a_workbook_of_a_real_crm_is_taken_in(site: Site, shared_data: Path):
    client = site.client()
    raw = (shared_data / "espocrm" / "espocrm_leads_de_DE.xlsx").read_bytes()
    path = bring(client, raw, "leads.xlsx").location
    assert "an export of espocrm" in client.get(path).text
    result = client.get(post(client, f"{path}/run", path).location).text
    assert re.findall(r"<dd>(\d+)</dd>", result) == ["600", "0", "0", "0"]


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.ADMINISTRATOR, '<a href="/owners">tie it on the owners page</a>'),
        (Role.MARKETING_MANAGER, "an administrator ties it on the owners page"),
    ],
)
def test_owners_who_are_nobody_here_are_named_before_and_after(site: Site, role: Role, told: str):
    client = site.client(role)
    owned = HUBSPOT.replace(",Mood\n", ",Contact owner\n").replace("good", "Ann A.")
    path = bring(client, owned).location
    post(client, path, path, **fields(client.get(path).text))
    before = client.get(f"{path}/check").text
    after = client.get(post(client, f"{path}/run", path).location).text
    for page in (before, after):
        assert "1 owner is nobody’s name here yet (Ann A.)" in page
        assert told in page
