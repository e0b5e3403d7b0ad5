"""All numbers of a report as tables of text, so that the mail works without its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports import links
from reports.advice import cell_name
from reports.facts import latest, volume
from reports.numbers import clean, count, money, month_name, rate, week_number
from reports.promises import outcome, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reports.digest import CellProgress, Digest, PromiseProgress, PromiseWeek, WeekCount

MOST_ROWS = 15
_PROMISES_A_TABLE = 3
NONE = "-"


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Attributes:
        cells: The first names the line; the others are as the columns.
        url: Where the line is explained.
    """

    cells: tuple[str, ...]
    url: str | None = None


@dataclass(frozen=True)
class Table:
    """A table for people.

    Attributes:
        columns: Headings; the first column is words, the others are aligned right.
        note: A sentence below; may be empty.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


def tables(digest: Digest) -> tuple[Table, ...]:
    """Return every table of the report that has a line, in reading order."""
    found = [_of_cells(digest), _of_promises(digest), *_of_promise_weeks(digest), _of_weeks(digest)]
    return tuple(table for table in found if table.rows)


def by_target(cells: Iterable[CellProgress]) -> list[CellProgress]:
    """Return cells by target, the largest first; those without one last, by what they counted."""
    return sorted(cells, key=lambda cell: (-(cell.target or -1), -cell.counted, cell_name(cell)))


def _of_cells(digest: Digest) -> Table:
    month = month_name(digest.month)
    cells = by_target(digest.cells)
    shown, rest = cells[:MOST_ROWS], cells[MOST_ROWS:]
    rows = [Row(_of_cell(cell_name(cell), [cell]), links.month(digest, cell)) for cell in shown]
    if rest:
        rows.append(Row(_of_cell(f"{count(len(rest))} others", rest), links.month(digest)))
    rows += [Row(_of_cell(name, some), links.month(digest)) for name, some in _sums(cells)]
    columns = ("Segment / tier", "Week", month, "Rejected", "Expected", "Target", "State")
    return Table(f"Leads by segment and tier, {month}", columns, tuple(rows), _cells_note(digest))


def _sums(cells: Sequence[CellProgress]) -> list[tuple[str, Sequence[CellProgress]]]:
    """Return the lines of sums: leads without a target never make up for a promise."""
    promised = [cell for cell in cells if cell.target is not None]
    if len(cells) == 1 or not promised or len(promised) == len(cells):
        return [("All", cells)] if len(cells) > 1 else []
    free = [cell for cell in cells if cell.target is None]
    named = [("All with a target", promised), ("All without a target", free)]
    return [(name, some) for name, some in named if len(some) > 1]


def _cells_note(digest: Digest) -> str:
    said = f"{month_name(digest.month)}: counted leads, delivered less rejected."
    if volume(digest.cells) is None:
        return said
    expected = "the part of the target due by now, by working days"
    return f"{said} Expected: {expected}, rounded up to a whole lead in each line."


def _of_cell(name: str, cells: Sequence[CellProgress]) -> tuple[str, ...]:
    plan = volume(cells)
    sums = (
        sum(cell.counted_week for cell in cells),
        sum(cell.counted for cell in cells),
        sum(cell.rejected for cell in cells),
    )
    state = NONE
    if plan is not None:
        state = f"{count(plan.behind)} behind" if plan.behind else "on plan"
    promised = (count(plan.expected), count(plan.target)) if plan else (NONE, NONE)
    return (name, *map(count, sums), *promised, state)


def _of_promises(digest: Digest) -> Table:
    columns = ("Promise", "In time", "Late", "Overdue", "Pending", "Promised", "Verdict")
    rows = tuple(Row(_of_promise(promise), links.week(digest)) for promise in digest.promises)
    note = "Of the leads handed off in the week. Pending: not due yet, or not known yet."
    return Table(f"Promises of time, {week_number(digest.week)}", columns, rows, note)


def _of_promise(promise: PromiseProgress) -> tuple[str, ...]:
    week, name = latest(promise), f"{clean(promise.title)} ({clean(promise.by)})"
    promised = NONE if promise.promised_rate is None else rate(promise.promised_rate)
    if week is None or promise.judged_until is None:
        return (name, *[NONE] * 4, promised, outcome(promise))
    numbers = map(count, (week.late, week.overdue, week.pending))
    return (name, share(promise, week), *numbers, promised, outcome(promise))


def _of_promise_weeks(digest: Digest) -> list[Table]:
    measured = [promise for promise in digest.promises if promise.judged_until is not None]
    starts = range(0, len(measured), _PROMISES_A_TABLE)
    return [_history(measured[start : start + _PROMISES_A_TABLE]) for start in starts]


def _history(promises: Sequence[PromiseProgress]) -> Table:
    names = sorted({week.week for promise in promises for week in promise.weeks}, reverse=True)
    known = [{week.week: week for week in promise.weeks} for promise in promises]
    rows = tuple(
        Row((week_number(name), *map(_share_of, promises, (weeks.get(name) for weeks in known))))
        for name in names
    )
    columns = ("Week", *(clean(promise.title) for promise in promises))
    return Table("In time, of those due, by week of the hand-off", columns, rows)


def _share_of(promise: PromiseProgress, week: PromiseWeek | None) -> str:
    if week is None:
        return NONE
    pending = f", {count(week.pending)} pending" if week.pending else ""
    return f"{share(promise, week)}{pending}"


def _of_weeks(digest: Digest) -> Table:
    value = f"Value, {clean(digest.currency)}"
    columns = ("Week", "Delivered", "Rejected", "Counted", "Accepted", "Customers", value)
    rows = tuple(Row(_of_week(week)) for week in reversed(digest.weeks))
    note = (
        "Value: lead value of what was counted. "
        "Customers and accepted leads of a week still grow for some time after it."
    )
    return Table("Leads by week of the hand-off", columns, rows, note)


def _of_week(week: WeekCount) -> tuple[str, ...]:
    numbers = (week.delivered, week.rejected, week.counted, week.accepted, week.customers)
    return (week_number(week.week), *map(count, numbers), money(week.value))
