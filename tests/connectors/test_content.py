from __future__ import annotations

import gzip
import os
import zipfile

import pytest

from connectors.content import Content, Limits, content_of, looks_like_web_page
from connectors.protocol import ConnectorError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"<html><table><tr><td>1</td></tr></table>", "web page", id="HTML table"),
        pytest.param(b"\xef\xbb\xbf\n<!DOCTYPE html><p>Sign in", "web page", id="HTML page"),
        pytest.param(b"<?xml version='1.0'?><Workbook/>", "XML", id="XML spreadsheet"),
        pytest.param(gzip.compress(b"a,b\n1,2\n"), "gzip archive", id="gzip"),
        pytest.param(b"%PDF-1.7 ...", "PDF", id="PDF"),
        pytest.param(b"PK\x03\x04 not really", "damaged", id="a broken archive"),
        pytest.param(
            OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password", id="encrypted"
        ),
    ],
)
def test_a_file_of_another_kind_is_one_sentence(write, content, words):
    with pytest.raises(ConnectorError, match=f"leads.csv .*{words}") as caught:
        content_of(write(content), "leads.csv", Limits())
    assert "\n" not in str(caught.value)


def test_an_old_office_file_that_is_no_workbook_is_one_sentence(write, read):
    with pytest.raises(ConnectorError, match="cannot be read as a workbook") as caught:
        read(write(OLE + b"\0" * 2000))
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_one_sentence(tmp_path):
    with pytest.raises(ConnectorError, match="does not exist"):
        content_of(tmp_path / "none.csv", "none.csv", Limits())
    with pytest.raises(ConnectorError, match="is a folder"):
        content_of(tmp_path, "folder", Limits())
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConnectorError, match="a pipe; name a file"):
        content_of(tmp_path / "pipe", "pipe", Limits())
    with pytest.raises(ConnectorError, match="cannot be opened"):
        content_of(tmp_path / "a\0b", "odd", Limits())


def test_sizes_have_limits(write):
    path = write("a,b\n" * 100)
    assert content_of(path, "x", Limits(csv=400)) is Content.CSV
    with pytest.raises(ConnectorError, match="too large"):
        content_of(path, "x", Limits(csv=399))


@pytest.fixture
def archive(tmp_path):
    def to_file(members, compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "book.xlsx"
        with zipfile.ZipFile(path, "w", compression) as file:
            for name, content in members.items():
                file.writestr(name, content)
        return path

    return to_file


def test_an_archive_of_something_else_is_to_be_unpacked(archive):
    with pytest.raises(ConnectorError, match="unpack it"):
        content_of(archive({"leads.csv": "a,b\n"}), "x", Limits())


def test_an_archive_that_grows_beyond_measure_is_not_opened(archive):
    with pytest.raises(ConnectorError, match="would unpack to"):
        content_of(archive({"xl/sheet1.xml": b" " * 10_000_000}), "x", Limits())


def test_an_archive_of_very_many_parts_is_not_opened(archive):
    members = {f"xl/{number}.xml": "abc" for number in range(500)}
    with pytest.raises(ConnectorError, match="500 parts"):
        content_of(archive(members), "x", Limits())


def test_a_workbook_has_a_limit_of_its_own(archive):
    path = archive({"xl/sheet1.xml": "<x/>"}, zipfile.ZIP_STORED)
    with pytest.raises(ConnectorError, match="too large"):
        content_of(path, "x", Limits(workbook=10))


def test_a_damaged_workbook_is_one_sentence(archive, read):
    path = archive({"xl/workbook.xml": "<nonsense", "[Content_Types].xml": ""})
    with pytest.raises(ConnectorError, match="cannot be read as a workbook"):
        read(path)


def test_a_csv_whose_first_header_is_pk_is_a_csv(write):
    assert content_of(write("PK,b\n1,2\n"), "x", Limits()) is Content.CSV


def test_a_csv_is_no_web_page():
    assert not looks_like_web_page(b"a,b\n<html>,2\n")
