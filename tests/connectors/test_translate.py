from __future__ import annotations

import json

import pytest

from connectors.protocol import COLUMNS, ConnectorError, Kind

MAPPING = """
timezone = "UTC"
date_order = "ymd"
[leads.columns]
source_id = "Id"
email = "Mail"
employees = "Size"
amount = "Value"
created_at = "Created"
closed_at = "Closed"
"""
DAY = 1704067200  # 2024-01-01


def rows(result, *columns):
    return result.frame.select(columns).rows()


def test_a_batch_has_the_canonical_columns_in_their_order(write, read):
    result = read(write("Id,Created,Shoe\n1,2024-01-01,42\n"), MAPPING)
    assert dict(result.frame.schema) == {
        "row": result.frame.schema["row"],
        **COLUMNS[Kind.LEADS],
        "extra": result.frame.schema["extra"],
    }
    assert rows(result, "row", "source_id", "created_at") == [(1, "1", DAY)]
    assert json.loads(result.frame["extra"][0]) == {"Shoe": "42"}
    assert result.opened.supplied == {"source_id", "created_at", "extra"}
    assert result.opened.missing == {"email", "employees", "amount", "closed_at"}


def test_a_file_whose_columns_are_all_mapped_tells_nothing_of_extra(write, read):
    result = read(write("Id,Created\n1,2024-01-01\n"), MAPPING)
    assert result.opened.supplied == {"source_id", "created_at"}


@pytest.mark.parametrize(
    ("line", "where", "words"),
    [
        pytest.param(",a@x.com,1,1,2024-01-01,", ("Id", ""), "source_id is blank", id="no id"),
        pytest.param("7,,1,1,,", ("Created", ""), "created_at is blank", id="no date"),
        pytest.param("7,,1,1,soon,", ("Created", "soon"), "not a date", id="a bad date"),
        pytest.param(
            "7,,1,1,2024-01-01,soon", ("Closed", "soon"), "not a date", id="optional date"
        ),
        pytest.param("7,,11-50,1,2024-01-01,", ("Size", "11-50"), "whole number", id="a range"),
        pytest.param("7,,1,lots,2024-01-01,", ("Value", "lots"), "amount of money", id="an amount"),
        pytest.param(
            "7,,1,1,9999-12-31,", ("Created", "9999-12-31"), "between 1971", id="sentinel"
        ),
        pytest.param("7,,1,1,1/2/2024,", ("Created", "1/2/2024"), "either way", id="day or month"),
        pytest.param("7,,1,1,2024-01-01,,8", ("", "8"), "7 fields", id="too long"),
    ],
)
def test_a_bad_value_rejects_its_record_and_says_why(write, read, line, where, words):
    head = "Id,Mail,Size,Value,Created,Closed\n"
    result = read(write(f"{head}1,,1,1,2024-01-01,\n{line}\n3,,1,1,2024-01-01,\n"), MAPPING)
    assert result.read == 3
    assert [row for (row,) in rows(result, "row")] == [1, 3]
    (problem,) = result.problems
    assert (problem.row, problem.column, problem.found) == (2, *where)
    assert words in problem.reason
    assert problem.mend


def test_rejected_records_keep_every_cell_as_it_stood(write, read):
    result = read(write("Id,row,Created\n  ,null , soon \n"), MAPPING)
    assert result.rejected.rows(named=True) == [
        {"row": 1, "Id": "  ", "row (2)": "null ", "Created": " soon "}
    ]


def test_a_date_that_means_none_is_none_where_none_is_allowed(write, read):
    result = read(
        write("Id,Created,Closed\n1,2024-01-01,9999-12-31 23:59:59\n2,2024-01-01,1900-01-00\n"),
        MAPPING,
    )
    assert rows(result, "closed_at") == [(None,), (None,)]


def test_an_email_is_lowered_where_it_is_one_and_kept_where_not(write, read):
    result = read(write("Id,Mail,Created\n1, A@X.Com ,2024-01-01\n2,N.N.,2024-01-01\n"), MAPPING)
    assert rows(result, "email") == [("a@x.com",), ("N.N.",)]


def test_blank_lines_and_footers_are_not_records(write, read):
    text = (
        '"Id","Created"\n"1","2024-01-01"\n\n,\n"2","2024-01-01"\n\n'
        '"Grand Totals (5,700 records)"\n"Confidential Information - Do Not Distribute"\n'
        '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
    )
    result = read(write(text), MAPPING)
    assert (result.read, result.problems) == (2, [])
    assert rows(result, "row", "source_id") == [(1, "1"), (2, "2")]


def test_a_record_that_only_resembles_a_footer_is_a_record(write, read):
    result = read(write("Id,Created\nGrand Totals,2024-01-01\nCopyright (c) me\n"), MAPPING)
    assert (result.read, len(result.problems)) == (2, 1)


def test_rows_are_numbered_through_all_batches(write, read):
    lines = "".join(f"{number},2024-01-01\n" for number in range(1, 90_001))
    result = read(write("Id,Created\n" + lines), MAPPING)
    assert len(result.batches) > 1
    assert result.frame["row"].to_list() == list(range(1, 90_001))
    assert result.frame["source_id"].cast(int).to_list() == list(range(1, 90_001))


def test_columns_fall_back_join_and_split(write, read):
    mapping = """
    [leads.columns]
    source_id = { first = "Ids", split = ";" }
    company = ["Firm", "Account"]
    job_title = { any_of = ["Firm", "Account"] }
    full_name = { join = ["First", "Last"] }
    campaign = { join = ["First", "Last"], separator = "/" }
    [leads.constants]
    created_at = 2024-01-01
    provider = "agency"
    """
    text = "Ids,Firm,Account,First,Last\n8;9,-,Acme,Ann,Lee\n7,Big,Acme,,Lee\n6,,,,\n"
    result = read(write(text), mapping, timezone="UTC")
    assert rows(result, "source_id", "company", "full_name", "campaign", "created_at") == [
        ("8", "Acme", "Ann Lee", "Ann/Lee", DAY),
        ("7", "Big", "Lee", "Lee", DAY),
        ("6", None, None, None, DAY),
    ]
    assert set(result.frame["provider"]) == {"agency"}
    assert result.frame["job_title"].to_list() == [None, "Big", None]
    # What a fall-back or a split leaves out is not lost.
    assert [json.loads(text or "{}") for text in result.frame["extra"]] == [
        {"Account": "Acme", "Ids": "8;9"},
        {"Account": "Acme", "Ids": "7"},
        {"Ids": "6"},
    ]


def test_values_are_meant_whatever_their_case(write, read):
    mapping = (
        MAPPING + '[leads.values.email]\n"N.N." = ""\n"x" = "y@z.com"\n'
        '[leads.constants]\nemail = "none@x.com"\n'
    )
    text = "Id,Mail,Created\n1,n.n.,2024-01-01\n2,X,2024-01-01\n3,w@w.com,2024-01-01\n"
    result = read(write(text), mapping)
    assert rows(result, "email") == [("none@x.com",), ("y@z.com",), ("w@w.com",)]


def test_the_zone_of_the_call_goes_before_the_zone_of_the_mapping(write, read):
    path = write("Id,Created\n1,2024-01-01\n")
    assert rows(read(path, MAPPING, timezone="Europe/Berlin"), "created_at") == [(DAY - 3600,)]
    assert rows(read(path, MAPPING, fallback_timezone="Europe/Berlin"), "created_at") == [(DAY,)]


def test_a_time_without_any_zone_is_one_sentence(write, read):
    mapping = MAPPING.replace('timezone = "UTC"', "")
    path = write("Id,Created\n1,2024-01-01\n")
    with pytest.raises(ConnectorError, match=r"'Created'; name the zone .* --timezone"):
        read(path, mapping)
    assert read(path, mapping, fallback_timezone="UTC").read == 1
    with pytest.raises(ConnectorError, match="'Mars' is no time zone"):
        read(path, mapping, timezone="Mars")


def test_the_order_of_dates_is_guessed_where_the_mapping_does_not_say(write, read):
    mapping = MAPPING.replace('date_order = "ymd"', "")
    result = read(write("Id,Created\n1,1/2/2024\n2,1/31/2024\n"), mapping)
    assert rows(result, "created_at") == [(DAY + 86_400,), (DAY + 30 * 86_400,)]


def test_activities_and_deals_need_no_id_of_their_own(write, read):
    mapping = """
    timezone = "UTC"
    [activities.columns]
    lead_source_id = "Lead"
    occurred_at = "When"
    [deals.columns]
    lead_source_id = "Lead"
    amount = "Value"
    """
    path = write("Lead,When,Value\n1,2024-01-01,2.5\n")
    calls = read(path, mapping, kind=Kind.ACTIVITIES)
    assert rows(calls, "source_id", "lead_source_id", "occurred_at") == [(None, "1", DAY)]
    assert rows(read(path, mapping, kind=Kind.DEALS), "amount") == [(25_000,)]


@pytest.mark.parametrize(
    ("text", "mapping", "words"),
    [
        pytest.param("Nr\n1\n", MAPPING, "no column 'Created'", id="a required header is absent"),
        pytest.param(
            "Id\n1\n",
            '[leads.columns]\nsource_id = "Id"\n',
            "does not say which column is created_at",
            id="a required column is not mapped",
        ),
        pytest.param(
            "Id\n1\n", '[deals.columns]\nlead_source_id = "Id"\n', r"\[leads.columns\]", id="kind"
        ),
        pytest.param("a,b\n1,2\n", None, "mapping suggest", id="nothing is recognised"),
    ],
)
def test_a_file_that_does_not_fit_is_one_sentence(write, read, text, mapping, words):
    with pytest.raises(ConnectorError, match=words) as caught:
        read(write(text), mapping)
    assert "\n" not in str(caught.value)
