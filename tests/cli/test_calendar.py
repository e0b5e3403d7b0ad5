from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner

from smarketing.cli.main import cli

CASES = json.loads((Path(__file__).parents[1] / "data/vectors/calendar.json").read_text())


def test_the_command_answers_every_case_in_order():
    lines = "\n".join(json.dumps(case) for case in CASES)
    result = CliRunner().invoke(cli, ["calendar"], input=lines)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [case["id"] for case in CASES]
    for case, answer in zip(CASES, answers, strict=True):
        assert _off(case, answer["result"]) <= case.get("tolerance_seconds", 0), case["id"]


def test_a_case_that_cannot_be_computed_is_an_error_with_its_id():
    cases = [
        {
            "id": "closed",
            "calendar": {"timezone": "UTC", "hours": {}},
            "op": "add",
            "start": "2024-01-08T10:00:00Z",
            "seconds": 60,
        },
        {
            "id": "odd",
            "calendar": {"timezone": "UTC"},
            "op": "multiply",
            "start": "2024-01-08T10:00:00Z",
        },
    ]
    result = CliRunner().invoke(cli, ["calendar"], input=json.dumps(cases))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(a["id"], a["error"]["type"]) for a in answers] == [
        ("closed", "NeverOpenError"),
        ("odd", "ValueError"),
    ]


def _off(case, found) -> float:
    if case["op"] == "between":
        return abs(found - case["expected_seconds"])
    expected = datetime.fromisoformat(case["expected"])
    return abs((datetime.fromisoformat(found) - expected).total_seconds())
