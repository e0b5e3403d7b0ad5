from __future__ import annotations

from connectors.protocol import RowProblem
from smarketing.services.intake.report import ProblemGroup, Tally


def problem(row: int, column: str) -> RowProblem:
    return RowProblem(row, column, f"x{row}", "no date", "write one")


def test_problems_are_grouped_by_what_repairs_them_with_a_few_examples_and_all_counted():
    tally = Tally()
    for start in (1, 201):
        tally.reject(tuple(problem(row, "Won") for row in range(start, start + 150)))
    tally.reject((problem(999, "Created"),))
    assert tally.groups == (
        ProblemGroup("Won", "no date", "write one", 300, ((1, "x1"), (2, "x2"), (3, "x3"))),
        ProblemGroup("Created", "no date", "write one", 1, ((999, "x999"),)),
    )
    assert (tally.rejected, len(tally.problems)) == (301, 100)
