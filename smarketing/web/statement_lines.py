"""The lines of a statement: commitments with their level, their breaches and their remedies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import url_for

from reports.numbers import count
from smarketing.domain.claims import ClaimAct, ClaimState
from smarketing.domain.lead_lists import What
from smarketing.domain.metrics import Metric
from smarketing.domain.scope import Reach
from smarketing.services.people.policy import Action, scope_of
from smarketing.services.statements.answer import relief_words, steps
from smarketing.services.statements.words import (
    LEADS,
    amount_words,
    level_words,
    verdict_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from smarketing.domain.levels import CellLevel
    from smarketing.services.people.people import Person
    from smarketing.services.statements.answer import Told
    from smarketing.services.statements.statement import Line, Month, Owed, Statement

CLAIM_ACTS: Final[Mapping[ClaimAct, str]] = {
    ClaimAct.CLAIMED: "Claim it",
    ClaimAct.ACCEPTED: "Accept the claim",
    ClaimAct.DISPUTED: "Dispute the claim",
    ClaimAct.SETTLED: "Say that it is settled",
}
CLAIM_DID: Final[Mapping[ClaimAct, str]] = {
    ClaimAct.CLAIMED: "Claimed",
    ClaimAct.ACCEPTED: "Accepted",
    ClaimAct.DISPUTED: "Disputed",
    ClaimAct.SETTLED: "Settled",
}
_STATES: Final[Mapping[ClaimState, str]] = {
    ClaimState.NOT_YET: "so far",
    ClaimState.OPEN: "to be claimed",
    ClaimState.LAPSED: "lapsed",
    ClaimState.CLAIMED: "claimed",
    ClaimState.DISPUTED: "disputed",
    ClaimState.ACCEPTED: "accepted",
    ClaimState.SETTLED: "settled",
}
_BEHIND: Final[Mapping[Metric, What]] = {
    Metric.LEADS_DELIVERED: What.COUNTED,
    Metric.LEAD_VALUE_DELIVERED: What.COUNTED,
    Metric.ACCEPTANCE_RATE: What.REJECTED,
    Metric.ACKNOWLEDGED_WITHIN: What.LATE,
    Metric.FIRST_ATTEMPT_WITHIN: What.ATTEMPT_LATE,
    Metric.ATTEMPTS_MADE: What.TOO_FEW_ATTEMPTS,
    Metric.DISPOSITION_WITHIN: What.DECIDED_LATE,
}
"""The list of leads behind the level of a metric."""

_FOR_SUPPLIERS: Final = frozenset({What.COUNTED, What.REJECTED})


@dataclass(frozen=True)
class CellLine:
    """One segment and tier of a volume."""

    title: str
    counted: str
    target: str
    met: str
    href: str


@dataclass(frozen=True)
class RemedyLine:
    """One remedy of a commitment.

    Attributes:
        amount: What is owed, with the state of its claim; "Nothing" where nothing is.
        state: The shape and colour, as on the page of progress.
    """

    owed: Owed
    amount: str
    state: str
    steps: tuple[Told, ...]


@dataclass(frozen=True)
class StatementLine:
    """One commitment.

    Attributes:
        verdict: In words; `state` colours it: behind, reached, none.
        days: Which days of the month; empty: all of them.
        breaches: Kinds with their number and the list behind them.
        few: A sentence where the numbers are too few to judge.
        rows: Address of the leads behind the level; empty: there is no such list, or one a cell.
        relief: What late leads of the other side changed; empty: nothing.
    """

    line: Line
    level: str
    verdict: str
    state: str
    days: str
    breaches: tuple[tuple[str, str], ...]
    excused: int
    few: str
    rows: str
    rows_title: str
    relief: str
    cells: tuple[CellLine, ...]
    remedies: tuple[RemedyLine, ...]


@dataclass(frozen=True)
class MonthLines:
    """One month: what is owed to the party, and what it owes."""

    month: date
    to_it: tuple[StatementLine, ...]
    by_it: tuple[StatementLine, ...]


def month_of(statement: Statement, month: Month, person: Person) -> MonthLines:
    """Return the lines of one month as somebody may see them."""
    sees_all = scope_of(person, Action.SEE_STATEMENTS).reach is Reach.ALL
    to_it, by_it = (
        tuple(_line(line, month.month, statement.now, sees_all=sees_all) for line in lines)
        for lines in (month.to_it, month.by_it)
    )
    return MonthLines(month.month, to_it, by_it)


def _line(line: Line, month: date, now: datetime, *, sees_all: bool) -> StatementLine:
    level, judged, breaches = line.judged.level, line.judged.judged, line.judged.breaches
    what = _BEHIND.get(level.commitment.metric)
    is_shown = what is not None and (sees_all or what in _FOR_SUPPLIERS)
    return StatementLine(
        line=line,
        level=level_words(level, line.agreement.currency),
        verdict=verdict_words(judged),
        state={True: "reached", False: "behind", None: "none"}[judged.met],
        days=_days(line),
        breaches=tuple(_breaches(line, month)),
        excused=max(level.excused, breaches.excused),
        few=_few(line),
        rows=_rows(line, what) if what is not None and is_shown else "",
        rows_title="" if what is None else _ROWS[what],
        relief=relief_words(line.judged, line.agreement.currency),
        cells=tuple(_cell(line, cell) for cell in level.cells),
        remedies=tuple(_remedy(owed, now) for owed in line.owed),
    )


_ROWS: Final[Mapping[What, str]] = {
    What.COUNTED: "The leads that count",
    What.REJECTED: "The rejected leads",
    What.LATE: "The late leads",
    What.ATTEMPT_LATE: "The late leads",
    What.TOO_FEW_ATTEMPTS: "The leads with too few attempts",
    What.DECIDED_LATE: "The late leads",
}


def _days(line: Line) -> str:
    level = line.judged.level
    whole = level.starts_on.day == 1 and level.ends_on.day == 1
    return "" if whole else f"{level.starts_on} until before {level.ends_on}"


def _breaches(line: Line, month: date) -> Iterator[tuple[str, str]]:
    level = line.judged.level
    for kind, number in line.judged.breaches.counted.items():
        asked = {
            "month": f"{month:%Y-%m}",
            "agreement": line.agreement.name,
            "commitment": level.commitment.name,
            "kind": kind,
        }
        yield f"{count(number)} {kind}", f"{url_for('breaches.show_all')}?{urlencode(asked)}"


def _few(line: Line) -> str:
    level = line.judged.judged
    if level.met is None or level.interval is None or not level.is_too_few_to_judge:
        return ""
    low, high = level.interval
    return (
        f"Too close to call: chance alone explains anything from {100 * low:.0f} % to "
        f"{100 * high:.0f} %. What was agreed is decided by the count all the same."
    )


def _rows(line: Line, what: What) -> str:
    """Return the list behind a level; "" where it would hold others than those counted.

    A volume of some segments and tiers counts no lead of the others: each has its own list.
    """
    cells = line.judged.level.cells
    if what is not What.COUNTED or any(_named(cell) == {} for cell in cells):
        return _leads(line, what)
    return _leads(line, what, **_named(cells[0])) if len(cells) == 1 else ""


def _named(cell: CellLevel) -> dict[str, str]:
    """Return the segment and tier of a cell as a list is asked for them."""
    told = (("segment", cell.segment), ("tier", cell.tier))
    return {key: name for key, name in told if name}


def _leads(line: Line, what: What, **cell: str) -> str:
    level = line.judged.level
    asked = {
        "from": f"{level.starts_on}",
        "to": f"{level.ends_on}",
        "what": what,
        "agreement": line.agreement.name,
        **cell,
    }
    return f"{url_for('leads.show_all')}?{urlencode(asked)}"


def _cell(line: Line, cell: CellLevel) -> CellLine:
    agreement = line.agreement
    in_leads = line.judged.level.commitment.metric is Metric.LEADS_DELIVERED
    unit = LEADS if in_leads else agreement.currency
    titles = {rule.name: rule.title for rule in (*agreement.segments, *agreement.tiers)}
    named = _named(cell)
    title = " / ".join(titles.get(name, name.capitalize()) for name in named.values())
    return CellLine(
        title or "All leads",
        amount_words(cell.counted, unit),
        amount_words(cell.target, unit),
        "reached" if cell.met else "short",
        _leads(line, What.COUNTED, **named),
    )


def _remedy(owed: Owed, now: datetime) -> RemedyLine:
    one = owed.entitlement
    amount = f"{amount_words(one.owed, one.unit)}, {_STATES[one.state]}" if one.owed else "Nothing"
    return RemedyLine(owed, amount, "behind" if one.is_due else "none", tuple(steps(owed, now)))
