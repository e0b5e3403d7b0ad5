from __future__ import annotations

import pytest

from connectors.mapping_file import load_mapping
from connectors.protocol import Kind
from connectors.suggest import suggest_mapping


def suggested(write, text, name="my leads.csv"):
    toml = suggest_mapping(write(text, name))
    return toml, load_mapping(write(toml, "suggested.toml"))


def test_a_suggestion_reads_back_and_reads_the_file(write, read):
    text = 'lead_id,mail,"Größe ""x""",created\n1,a@x.com,5,31/1/2024\n2,b@x.com,5,1/2/2024\n'
    toml, mapping = suggested(write, text)
    assert (mapping.vendor, mapping.date_order) == ("my leads", "dmy")
    assert set(mapping.kinds[Kind.LEADS].columns) == {"source_id", "email", "created_at"}
    assert '#   "Größe \\"x\\""' in toml
    assert read(write(text), toml, timezone="UTC").read == 2


def test_a_vendor_is_named_with_its_zone_and_values(write):
    toml, mapping = suggested(
        write, "id,name,status,emailAddress,createdAt\n1,x,New,a@x.com,2024-01-01 00:00:00\n"
    )
    assert (mapping.vendor, mapping.timezone) == ("espocrm", "UTC")
    assert mapping.kinds[Kind.LEADS].values["status"]["new"] == "new"
    assert "[leads.values.status]" in toml


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Deal - ID,Deal - Title,Deal - Value,Deal - Stage,Person - ID", Kind.DEALS),
        ("Record ID,Activity type,Activity date,Associated Contact IDs", Kind.ACTIVITIES),
        ("call_id,lead_id,direction,occurred_at,result,agent", Kind.ACTIVITIES),
    ],
)
def test_the_kind_is_guessed(write, header, kind):
    assert list(suggested(write, header + "\n")[1].kinds) == [kind]


def test_what_must_be_there_and_is_not_is_left_to_fill_in(write):
    toml, _ = suggested(write, "email,colour\na@x.com,red\n")
    assert '# created_at = "..."' in toml
