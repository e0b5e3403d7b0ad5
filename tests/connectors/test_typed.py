from __future__ import annotations

import pytest

from connectors.typed import TypedLead

ADA = {"source_id": "w1", "created_at": "2026-11-16T10:00", "email": "Ada@Example.com"}


def typed(**values: str) -> TypedLead:
    return TypedLead(ADA | values, "by hand", "entered by Ada", "Europe/Berlin")


def test_one_record_is_read_as_any_file_is():
    opened = typed(employees="1,200", company=" Acme ", landing_page="/fair").open()
    (batch,) = opened.batches
    row = batch.frame.row(0, named=True)
    assert (row["source_id"], row["email"], row["employees"]) == ("w1", "ada@example.com", 1200)
    assert (row["company"], row["created_at"]) == ("Acme", 1794819600)  # 10:00 in Berlin
    assert row["extra"] == '{"landing_page":"/fair"}'
    assert (opened.source, batch.read, batch.problems) == ("by hand", 1, ())
    assert {"email", "employees", "extra"} <= opened.supplied


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"employees": "many"}, "employees", "not a whole number (employees)"),
        ({"created_at": "soon"}, "created_at", "not a date or time between 1971 and 2200"),
        ({"created_at": "03/04/26"}, "created_at", "could be either way round"),
        ({"email": "ada at example"}, "email", "not an e-mail address"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_no_record(values, column: str, reason: str):
    (batch,) = typed(**values).open().batches
    (problem,) = batch.problems
    assert problem.column == column
    assert reason in problem.reason
    assert problem.found == values[column]
    assert batch.frame.is_empty()
