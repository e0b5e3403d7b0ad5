"""Invented exports in the shape of each vendor's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.protocol import Kind


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


EXPORTS = {
    "hubspot contacts": (
        Kind.LEADS,
        (
            "Record ID,First Name,Last Name,Email,Contact owner,Lead Status,Create Date\n"
            "8001,Ann,Lee,ANN@x.com,Bob Roe,Open,2024-03-12 09:14\n"
        ),
        {"source_id": "8001", "email": "ann@x.com", "created_at": at("2024-03-12 09:14")},
    ),
    "hubspot contacts in american dates": (
        Kind.LEADS,
        "Record ID,Email,Lifecycle Stage,Create Date\n1,a@x.com,lead,3/15/2024 2:30 PM\n",
        {"created_at": at("2024-03-15 14:30")},
    ),
    "hubspot deals": (
        Kind.DEALS,
        (
            "Record ID,Deal Name,Deal Stage,Amount,Close Date,Deal owner,Associated Contact IDs\n"
            '9,Big,Closed Won,"1,234.50",2024-05-01 10:00,Bob,8001;8002\n'
        ),
        {"lead_source_id": "8001", "outcome": "won", "stage": "Closed Won", "amount": 12_345_000},
    ),
    "salesforce data loader": (
        Kind.LEADS,
        (
            '"ID","LASTNAME","STATUS","LEADSOURCE","OWNERID","CREATEDDATE","CONVERTEDDATE"\n'
            '"00Q1","Müller","Open","Web","005A","2006-04-15T03:23:15.000Z",""\n'
        ),
        {"source_id": "00Q1", "last_name": "Müller", "created_at": at("2006-04-15 03:23:15")},
    ),
    "salesforce report": (
        Kind.LEADS,
        (
            '"Lead ID","Lead Owner","Company / Account","Lead Status","Create Date"\n'
            '"00Q1","Bob","Acme","Open","31.12.2023"\n\n\n"Grand Totals (1 record)"\n'
            '"Confidential Information - Do Not Distribute"\n'
            '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
        ),
        {"company": "Acme", "owner": "Bob", "created_at": at("2023-12-31")},
    ),
    "pipedrive deals with serial dates": (
        Kind.DEALS,
        (
            "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of value,Deal - Status,"
            "Deal - Won time,Person - ID\n"
            "5,Big,1000,EUR,Won,45631.5,77\n"
        ),
        {"lead_source_id": "77", "outcome": "won", "closed_at": at("2024-12-05 12:00")},
    ),
    "zoho leads": (
        Kind.LEADS,
        (
            "Record Id,Lead Owner,Lead Status,Annual Revenue,Created Time\n"
            '7,Bob,Contacted,$342.09K,"15 Apr, 2021 00:03:00"\n'
        ),
        {"amount": 3_420_900_000, "created_at": at("2021-04-15 00:03")},
    ),
    "suitecrm leads with a short row": (
        Kind.LEADS,
        '"ID","First Name","Assigned to","Date Created"\n"1","Ann","Bob","2023-02-06 06:30"\n\n\n',
        {"source_id": "1", "owner": "Bob", "created_at": at("2023-02-06 06:30")},
    ),
    "espocrm in german": (
        Kind.LEADS,
        (
            "ID;Name;Status;E-Mail;Erstellt am;Zugewiesener Benutzer\n"
            "1;Ann;Umgewandelt;a@x.com;31.12.2023 10:00;Bob\n"
        ),
        {"status": "converted", "full_name": "Ann", "created_at": at("2023-12-31 10:00")},
    ),
}


@pytest.mark.parametrize(("kind", "text", "expected"), EXPORTS.values(), ids=EXPORTS)
def test_an_export_is_read_without_a_mapping(write, read, kind, text, expected):
    result = read(write(text), kind=kind, fallback_timezone="UTC")
    assert (result.read, result.problems) == (1, [])
    (record,) = result.frame.rows(named=True)
    assert {name: record[name] for name in expected} == expected


def test_a_short_row_added_by_hand_does_not_stop_an_import(write, read):
    text = (
        '"ID","First Name","Assigned to","Date Created"\n"1","Ann","Bob","2023-02-06 06:30"\n'
        '"x","by hand"\n'
    )
    result = read(write(text), fallback_timezone="UTC")
    assert (result.read, [problem.row for problem in result.problems]) == (2, [2])
    assert result.problems[0].column == "Date Created"
