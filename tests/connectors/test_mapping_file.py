from __future__ import annotations

import pytest

from connectors.mapping import Rule, normalised
from connectors.mapping_file import find_mapping, load_mapping, packaged_mappings
from connectors.protocol import COLUMNS, REQUIRED, ConnectorError, Kind


def test_a_mapping_is_read_with_all_its_parts(write):
    mapping = load_mapping(
        write(
            """
            vendor = "acme"
            timezone = "Europe/Riga"
            date_order = "dmy"
            recognised_by = [["A", "B"]]
            [leads.columns]
            source_id = "Id"
            company = ["Firm", "Account"]
            full_name = { join = ["First", "Last"] }
            [leads.values.status]
            "Closed Won" = "customer"
            [leads.constants]
            created_at = 2024-01-02T03:04:05
            closed_at = 2024-01-02
            employees = 5
            outcome = "won"
            """,
            "crm.toml",
        )
    )
    leads = mapping.kinds[Kind.LEADS]
    assert (mapping.name, mapping.vendor, mapping.timezone) == ("crm", "acme", "Europe/Riga")
    assert (mapping.date_order, mapping.recognised_by) == ("dmy", (("A", "B"),))
    assert leads.columns == {
        "source_id": Rule(("Id",)),
        "company": Rule(("Firm", "Account")),
        "full_name": Rule(("First", "Last"), join=" "),
    }
    assert leads.values == {"status": {"closed won": "customer"}}
    assert leads.constants == {
        "created_at": "2024-01-02 03:04:05",
        "closed_at": "2024-01-02",
        "employees": "5",
        "outcome": "won",
    }


@pytest.mark.parametrize(
    ("text", "key", "mend"),
    [
        pytest.param("x = [", "", "not valid TOML", id="no TOML"),
        pytest.param("vendor = 5", "vendor", "a text in quotes", id="a number as vendor"),
        pytest.param("colour = 'red'", "colour", "known here are: vendor", id="unknown on top"),
        pytest.param("timezone = 'Mars'", "timezone", "like Europe/Berlin", id="zone"),
        pytest.param("date_order = 'dym'", "date_order", "ymd, dmy or mdy", id="order"),
        pytest.param("recognised_by = 'A'", "recognised_by", "lists", id="marks"),
        pytest.param("vendor = 'x'", "leads", r"add \[leads.columns\]", id="nothing mapped"),
        pytest.param("leads = 5", "leads", "as a table", id="no table"),
        pytest.param("[leads.colums]", "leads.colums", "columns, values", id="misspelt part"),
        pytest.param(
            "[leads.columns]\nmail = 'x'", "leads.columns.mail", "email", id="unknown column"
        ),
        pytest.param("[leads.columns]\nemail = 5", "leads.columns.email", "header", id="no header"),
        pytest.param("[leads.columns]\nemail = []", "leads.columns.email", "list", id="no headers"),
        pytest.param(
            "[leads.columns]\nemail = {split = ';'}",
            "leads.columns.email",
            "write one of",
            id="rule",
        ),
        pytest.param(
            "[leads.columns]\nemail = {joined = ['a']}",
            "email.joined",
            "join, first, any_of",
            id="in rule",
        ),
        pytest.param("[leads.values.nope]\na='b'", "leads.values.nope", "known", id="values"),
        pytest.param("[leads.constants]\nowner = []", "leads.constants.owner", "text", id="list"),
    ],
)
def test_a_fault_is_named_with_file_key_and_mend(write, text, key, mend):
    with pytest.raises(ConnectorError, match=rf"mapping my\.toml.*{key}.*{mend}") as caught:
        load_mapping(write(text, "my.toml"))
    assert "\n" not in str(caught.value)


def test_a_mapping_is_found_by_name_by_path_and_among_the_packaged(mappings):
    own = mappings / "hubspot.toml"
    own.write_text("vendor = 'ours'\n[leads.columns]\nsource_id = 'Id'\n", encoding="utf-8")
    assert find_mapping("hubspot", mappings).vendor == "ours"
    assert find_mapping(str(own), mappings).vendor == "ours"
    assert find_mapping("pipedrive", mappings).vendor == "pipedrive"
    with pytest.raises(ConnectorError, match=r"no mapping 'nope'; known are: hubspot, dynamics"):
        find_mapping("nope", mappings)
    with pytest.raises(ConnectorError, match=r"mapping nope\.toml cannot be read"):
        find_mapping("nope.toml", mappings)


@pytest.mark.parametrize("name", list(packaged_mappings()))
def test_a_packaged_mapping_can_fill_every_required_column(name):
    mapping = packaged_mappings()[name]
    assert set(mapping.kinds) == set(Kind)
    for kind, known in mapping.kinds.items():
        assert set(known.columns) >= REQUIRED[kind]
        assert set(known.columns) <= set(COLUMNS[kind])


def test_headers_are_alike_whatever_their_case_and_signs():
    assert normalised("Created At") == normalised("createdAt") == normalised("CREATED_AT")
    assert normalised("E-Mail") == normalised("email")
    assert normalised("#") == "#"
