from __future__ import annotations

import pytest

from connectors.detect import detect
from connectors.protocol import ConnectorError, Kind

FILES = {
    "hubspot leads": (
        "hubspot",
        Kind.LEADS,
        (
            "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,"
            "Lifecycle Stage,Create Date,Last Modified Date,Original Source,Associated Company"
        ),
    ),
    "hubspot deals": (
        "hubspot",
        Kind.DEALS,
        (
            "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Create Date,Deal owner,"
            'Associated Contact IDs,Date entered "Won (Sales)"'
        ),
    ),
    "data loader leads": (
        "salesforce",
        Kind.LEADS,
        "ID,FIRSTNAME,LASTNAME,COMPANY,EMAIL,STATUS,LEADSOURCE,OWNERID,CREATEDDATE,ISCONVERTED",
    ),
    "salesforce report": (
        "salesforce",
        Kind.LEADS,
        (
            "Lead ID,Lead Owner,First Name,Last Name,Company / Account,Lead Status,Lead Source,"
            "Create Date"
        ),
    ),
    "salesforce tasks": ("salesforce", Kind.ACTIVITIES, "ID,WHOID,ACTIVITYDATE,STATUS,CREATEDDATE"),
    "pipedrive deals": (
        "pipedrive",
        Kind.DEALS,
        (
            "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of value,Deal - Stage,"
            "Deal - Status,"
            "Deal - Creation date,Deal - Won time,Person - ID"
        ),
    ),
    "pipedrive leads": (
        "pipedrive",
        Kind.LEADS,
        "Lead - ID,Lead - Title,Lead - Owner,Lead - Lead created,Person - Email (Work)",
    ),
    "espocrm leads": (
        "espocrm",
        Kind.LEADS,
        "id,name,firstName,lastName,status,emailAddress,createdAt,assignedUserName,convertedAt",
    ),
    "espocrm in german": (
        "espocrm",
        Kind.LEADS,
        "ID,Name,Vorname,Nachname,Status,Quelle,E-Mail,Erstellt am,Zugewiesener Benutzer",
    ),
    "zoho leads": (
        "zoho",
        Kind.LEADS,
        "Record Id,Lead Owner,Company,First Name,Last Name,Email,Lead Status,Created Time",
    ),
    "suitecrm leads": (
        "suitecrm",
        Kind.LEADS,
        "ID,First Name,Last Name,Email Address,Status,Lead Source,Assigned to,Date Created",
    ),
    "dynamics leads": (
        "dynamics",
        Kind.LEADS,
        (
            "(Do Not Modify) Lead,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,"
            "First Name,Last Name,Company Name,Email,Status Reason,Lead Source,Created On"
        ),
    ),
    "anybody's leads": ("generic", Kind.LEADS, "lead_id,email,company,job title,created_at,status"),
    "anybody's calls": ("generic", Kind.ACTIVITIES, "id,lead_id,type,date,outcome,user"),
    "anybody's deals": ("generic", Kind.DEALS, "deal_id,lead_id,stage,amount,close date"),
    "olist by luck": ("generic", Kind.LEADS, "mql_id,first_contact_date,landing_page_id,origin"),
}


@pytest.mark.parametrize(("vendor", "kind", "header"), FILES.values(), ids=FILES)
def test_a_file_is_recognised_by_its_headers(vendor, kind, header):
    assert detect(header.split(","), kind, "x").name == vendor


def test_a_file_of_another_kind_is_not_recognised():
    with pytest.raises(ConnectorError, match=r"not recognised as activities: .*sepal"):
        detect(["sepal", "petal"], Kind.ACTIVITIES, "iris.csv")
