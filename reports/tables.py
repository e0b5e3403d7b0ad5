"""All numbers of a report as tables of text, so that the mail works without its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports import links
from reports.advice import cell_name
from reports.facts import Verdict, latest, outlook_of, verdict_of, volume
from reports.numbers import clean, count, leads, money, month_name, rate, week_number
from reports.outlook import range_of, terse_percent
from reports.promises import decided_sentence, outcome, share
from reports.remedies import a_lead, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reports.digest import (
        BreachWeek,
        CellProgress,
        DepthWeek,
        Digest,
        PromiseProgress,
        PromiseWeek,
        WeekCount,
    )

MOST_ROWS = 15
_PROMISES_A_TABLE = 3
NONE = "-"
_HISTORY = "As the weeks stand now."


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
    found = [_of_cells(digest), _of_promises(digest), *_of_promise_weeks(digest)]
    found += [_of_depths(digest), _of_breaches(digest), _of_owed(digest), _of_weeks(digest)]
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
    columns: tuple[str, ...] = (
        "Segment / tier",
        "Week",
        month,
        "Rejected",
        "Expected",
        "Target",
        "State",
    )
    if digest.outlooks:
        chances = [_likely(digest, cell) for cell in shown]
        chances += [NONE] * (len(rows) - len(shown))
        # A phone has room for seven; how many were rejected is said below the picture.
        columns = (*columns[:3], *columns[4:-1], "Likely", columns[-1])
        rows = [
            Row((*row.cells[:3], *row.cells[4:-1], likely, row.cells[-1]), row.url)
            for row, likely in zip(rows, chances, strict=True)
        ]
    return Table(f"Leads by segment and tier, {month}", columns, tuple(rows), _cells_note(digest))


def _likely(digest: Digest, cell: CellProgress) -> str:
    """Return where a cell ends 8 times in 10, and how likely its target is."""
    outlook = outlook_of(digest, [cell])
    if outlook is None or not outlook.is_open or outlook.chance is None:
        return NONE
    ends = (range_of(outlook) or NONE).replace(" to ", "-")
    return f"{ends} ({terse_percent(outlook.chance)})"


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
    said = f"{said} Expected: {expected}, rounded up to a whole lead in each line."
    if not digest.outlooks:
        return said
    return f"{said} Likely: where 8 of 10 such months end, and the chance to reach the target."


def _of_cell(name: str, cells: Sequence[CellProgress]) -> tuple[str, ...]:
    plan = volume(cells)
    sums = (
        sum(cell.counted_week for cell in cells),
        sum(cell.counted for cell in cells),
        sum(cell.rejected for cell in cells),
    )
    state = NONE
    if plan is not None:
        # Each cell is promised: no surplus of another one makes up for it.
        late = sum(one.behind for cell in cells if (one := volume([cell])))
        state = f"{count(late)} behind" if late else "on plan"
    promised = (count(plan.expected), count(plan.target)) if plan else (NONE, NONE)
    return (name, *map(count, sums), *promised, state)


def _of_promises(digest: Digest) -> Table:
    columns = ("Promise", "In time", "Late", "Overdue", "Pending", "Promised", "Verdict")
    rows = tuple(Row(_of_promise(promise), links.week(digest)) for promise in digest.promises)
    note = (
        "Of all leads handed off in the week. Pending: not due yet, or not known yet; while they "
        "may still decide it, a promise is open, neither kept nor missed."
    )
    return Table(f"Promises of time, {week_number(digest.week)}", columns, rows, note)


def _of_promise(promise: PromiseProgress) -> tuple[str, ...]:
    week, name = latest(promise), f"{clean(promise.title)} ({clean(promise.by)})"
    promised = NONE if promise.promised_rate is None else rate(promise.promised_rate)
    if week is None or promise.judged_until is None:
        return (name, *[NONE] * 4, promised, outcome(promise))
    numbers = map(count, (week.late, week.overdue, week.pending))
    return (name, _narrow_share(promise, week), *numbers, promised, outcome(promise))


def _narrow_share(promise: PromiseProgress, week: PromiseWeek) -> str:
    """Return the share for a narrow column: where an open week may end is said beside it."""
    return f"{count(week.met)} of {count(week.total)}" if week.pending else share(promise, week)


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
    decided = [f"{said}." for promise in promises if (said := decided_sentence(promise))]
    note = " ".join((_HISTORY, *decided))
    return Table("In time, by week of the hand-off", columns, rows, note)


def _share_of(promise: PromiseProgress, week: PromiseWeek | None) -> str:
    if week is None:
        return NONE
    said = _narrow_share(promise, week)
    match verdict_of(week, promise.promised_rate):
        case Verdict.OPEN:
            return f"{said}, open"
        case Verdict.MISSED:
            return f"{said}, missed"
        case _:
            return f"{said} so far" if week.pending else said


def _of_depths(digest: Digest) -> Table:
    depths = [depth for depth in digest.depths if any(week.leads for week in depth.weeks)]
    names = sorted({week.week for depth in depths for week in depth.weeks}, reverse=True)
    known = [{week.week: week for week in depth.weeks} for depth in depths]
    rows = tuple(
        Row((week_number(name), *(_depth(weeks.get(name)) for weeks in known))) for name in names
    )
    columns = ("Week", *(f"{clean(depth.title)} ({clean(depth.by)})" for depth in depths))
    note = (
        "By the day when the attempts were due, without leads that were reached before: "
        "attempts made in time, and leads that got fewer than promised."
    )
    return Table("Attempts a lead, of those promised", columns, rows, note)


def _depth(week: DepthWeek | None) -> str:
    if week is None or not week.leads:
        return "nothing due"
    return f"{a_lead(week)}, {count(week.short)} of {leads(week.leads)} fewer"


def _of_breaches(digest: Digest) -> Table:
    parties = dict.fromkeys((one.party, clean(one.by)) for one in digest.breaches)
    weeks: dict[str, dict[str, BreachWeek]] = {}
    for one in digest.breaches:
        weeks.setdefault(one.week, {})[one.party] = one
    rows = tuple(
        Row(
            (week_number(name), *(_broken(weeks[name].get(party)) for party, _ in parties)),
            links.breaches(digest) if name == digest.week else None,
        )
        for name in reversed(weeks)
    )
    note = "Breaches that began in the week and count: neither excused nor withdrawn."
    return Table("SLA breaches by week", ("Week", *(by for _, by in parties)), rows, note)


def _broken(one: BreachWeek | None) -> str:
    if one is None or not one.total:
        return "0"
    return f"{count(one.total)} ({kinds([one])})"


def _of_owed(digest: Digest) -> Table:
    rows = tuple(
        Row(
            (clean(debt.promise), clean(debt.by), clean(debt.to), clean(debt.what), debt.state),
            links.statement(digest, debt.month, debt.party),
        )
        for debt in digest.owed
    )
    title = "" if digest.owed_month is None else f"Owed for {month_name(digest.owed_month)}"
    columns = ("Promise", "Owed by", "To", "What", "State")
    return Table(title, columns, rows, "As the statement stood when this was made.")


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
