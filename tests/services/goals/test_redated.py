from __future__ import annotations

from datetime import date

import pytest
import tomlkit

from smarketing.services.goals.redated import redate

TEXT = """# Once it was starts_on = 2019-01-01
name = "test"

[term]
starts_on = 2026-01-01  # a Thursday

[goal]
revenue = 100000
{months}
[[goal.cells]]
share = "1"
"""


def redated(text: str, day: date = date(2026, 7, 15)) -> str:
    document = tomlkit.parse(text)
    redate(document, day)
    return tomlkit.dumps(document)


@pytest.mark.parametrize(
    ("months", "left"),
    [
        ('[goal.months]\n"2026-06" = 1\n"2026-07" = 2\n', '[goal.months]\n"2026-07" = 2\n'),
        ("[goal.months]\n2026-06 = 1\n2026-07 = 2\n", "[goal.months]\n2026-07 = 2\n"),
        ("[goal.months]\n'2026-06' = 1\n'2026-07' = 2\n", "[goal.months]\n'2026-07' = 2\n"),
        ('months = { "2026-06" = 1, "2026-07" = 2 }\n', 'months = {  "2026-07" = 2 }\n'),
        ("months.2026-06 = 1\nmonths.2026-07 = 2\n", "months.2026-07 = 2\n"),
    ],
    ids=["quoted", "bare", "in single quotes", "inline", "dotted"],
)
def test_months_that_are_over_go_and_every_comment_stays(months: str, left: str):
    found = redated(TEXT.format(months=months))
    assert found == TEXT.format(months=left).replace("2026-01-01", "2026-07-15")


@pytest.mark.parametrize(
    "term", ['[term]\nstarts_on = "2026-01-01"', "term = { starts_on = 2026-01-01 }",
             "term.starts_on = 2026-01-01", "[goal]\nrevenue = 1"],
)  # fmt: skip
def test_the_day_is_written_however_the_term_is_written(term: str):
    assert tomlkit.parse(redated(term))["term"] == {"starts_on": date(2026, 7, 15)}
