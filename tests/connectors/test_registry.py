from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.address import Address
from connectors.folder import Folder
from connectors.protocol import ConnectorError, Kind
from connectors.registry import load_sources

NOW = datetime(2024, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

FOLDER = """
[[sources]]
name = "inbox"
type = "folder"
path = "in"
kind = "leads"
"""
ADDRESS = """
[[sources]]
name = "crm"
type = "address"
url = "https://crm.example.com/deals.csv"
kind = "deals"
mapping = "hubspot"
timezone = "Europe/Berlin"
token_env = "CRM_TOKEN"
every = "2h"
"""


@pytest.fixture
def load(write, mappings):
    def loaded(text, token=lambda _: None):
        path = write(text, "sources.toml")
        return load_sources(path, mappings=mappings, token=token, now=NOW, is_public=lambda _: True)

    return loaded


def test_sources_come_in_the_order_of_the_file(load, tmp_path):
    folder, address = load(FOLDER + ADDRESS, {"CRM_TOKEN": "s3cret"}.get)
    assert isinstance(folder, Folder)
    assert isinstance(address, Address)
    assert (folder.name, folder.path, folder.every) == (
        "inbox",
        tmp_path / "in",
        timedelta(minutes=5),
    )
    assert (address.name, address.every, address.token) == ("crm", timedelta(hours=2), "s3cret")
    assert (address.reading.kind, address.reading.mapping) == (Kind.DEALS, "hubspot")


def test_no_file_and_no_sources_are_no_sources(load, tmp_path, mappings):
    assert load("") == ()
    none = tmp_path / "none.toml"
    more = {"token": lambda _: None, "is_public": lambda _: True}
    assert load_sources(none, mappings=mappings, now=NOW, **more) == ()


def test_the_file_that_is_shipped_is_valid_and_so_are_its_examples(load):
    text = (ROOT / "config" / "sources.toml").read_text(encoding="utf-8")
    assert load(text) == ()
    start = text.index("# [[sources]]")
    examples = "\n".join(
        line.removeprefix("# ")
        for line in text[start:].splitlines()
        if "=" in line or line == "# [[sources]]"
    )
    assert [source.name for source in load(examples)] == ["crm-leads", "crm-deals"]


@pytest.mark.parametrize(
    ("text", "key", "mend"),
    [
        pytest.param("x = 1", "x", r"\[\[sources\]\]", id="another key"),
        pytest.param("sources = 1", "sources", r"\[\[sources\]\]", id="no list"),
        pytest.param("sources = [1]", "name", "missing", id="no table"),
        pytest.param(FOLDER.replace('"inbox"', '"In Box"'), "name", "small letters", id="name"),
        pytest.param(FOLDER + FOLDER, "name", "used twice", id="twice"),
        pytest.param(FOLDER.replace('"folder"', '"ftp"'), "type", "folder or address", id="type"),
        pytest.param(FOLDER + 'url = "x"', "url", "known here are", id="a key of the other type"),
        pytest.param(FOLDER.replace('path = "in"', ""), "path", "missing", id="no path"),
        pytest.param(FOLDER.replace('"leads"', '"people"'), "kind", "activities", id="kind"),
        pytest.param(FOLDER + 'mapping = "nope"', "mapping", "no mapping 'nope'", id="mapping"),
        pytest.param(FOLDER + 'timezone = "Mars"', "timezone", "no time zone", id="zone"),
        pytest.param(FOLDER + 'every = "often"', "every", "15m, 1h or 1d", id="rhythm"),
        pytest.param(FOLDER + 'every = "0m"', "every", "15m, 1h or 1d", id="no rhythm"),
        pytest.param(FOLDER + "sheet = 5", "sheet", "text in quotes", id="no text"),
        pytest.param(FOLDER + "settle_seconds = -1", "settle_seconds", "whole", id="negative"),
        pytest.param(FOLDER + "max_bytes = true", "max_bytes", "whole number", id="no number"),
        pytest.param(ADDRESS + "allow_http = 1", "allow_http", "true or false", id="no switch"),
        pytest.param(ADDRESS.replace("https:", "http:"), "url", "not encrypted", id="plain"),
    ],
)
def test_a_fault_is_named_with_file_key_and_mend(load, text, key, mend):
    with pytest.raises(ConnectorError, match=rf"sources\.toml.*key {key}: .*{mend}") as caught:
        load(text)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_toml_is_one_sentence(load):
    with pytest.raises(ConnectorError, match=r"sources\.toml cannot be read"):
        load("[[sources")
