"""Lists of leads as the tables know them: by the day of the hand-off, whatever else is asked.

The index of days finds the leads; everything else is looked at on those days only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.acts import HANDED_AGAIN, RECYCLED, WITHDRAWN
from smarketing.domain.clocks import ClockState
from smarketing.domain.days import day_number
from smarketing.domain.lead_lists import What
from smarketing.store import bulk
from smarketing.store.engine import reading
from smarketing.store.scope import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Engine

    from smarketing.domain.lead_lists import Question
    from smarketing.domain.scope import Scope

_MISSED: Final = (
    "EXISTS (SELECT 1 FROM clock JOIN commitment ON commitment.id = clock.commitment_id "
    "WHERE clock.lead_id = lead.id AND commitment.metric = '{metric}' "
    "AND clock.excused = 0 AND clock.breached_at IS NOT NULL AND clock.state IN "
    f"{(int(ClockState.RUNNING), int(ClockState.MET_LATE), int(ClockState.NEVER_MET))})"
)
_WHAT: Final[Mapping[What, str]] = {
    What.DELIVERED: "true",
    What.COUNTED: "lead.rejected = 0",
    What.REJECTED: "lead.rejected = 1",
    What.ACCEPTED: "lead.accepted > 0",
    What.ACKNOWLEDGED: "lead.acknowledged = 1",
    What.LATE: _MISSED.format(metric="acknowledged_within"),
    What.ATTEMPT_LATE: _MISSED.format(metric="first_attempt_within"),
    What.TOO_FEW_ATTEMPTS: _MISSED.format(metric="attempts_made"),
    What.DECIDED_LATE: _MISSED.format(metric="disposition_within"),
    What.CUSTOMERS: "lead.won_deals > 0",
    What.OPEN: "lead.next_due_at IS NOT NULL",
}
_PARTS: Final[Mapping[str, str]] = {
    "source": "cell.source_id IN (SELECT source.id FROM source WHERE source.name = :source)",
    "agreement": "cell.version_id IN "
    "(SELECT held.id FROM agreement_version AS held WHERE held.name = :agreement)",
}
"""Conditions on a cell that are not just a column of that name."""

_TEXT: Final = " OR ".join(
    f"lower({column}) LIKE lower(:part) ESCAPE '!'"
    for column in (
        "COALESCE(lead.full_name, '')",
        "COALESCE(lead.first_name || ' ', '') || COALESCE(lead.last_name, '')",
        "COALESCE(lead.company, '')",
        "COALESCE(lead.email, '')",
    )
)
"""SQLite's lower() knows plain letters only: there, `Ü` and `ü` are two."""

_COLUMNS: Final = {
    **dict.fromkeys(
        ("id", "handed_at", "won_deals", "rejected", "qualified_at", "accepted"), pl.Int64()
    ),
    **dict.fromkeys(
        (
            *("first_name", "last_name", "full_name", "company", "job_title", "email", "phone"),
            *("source_key", "lead_source", "campaign", "provider", "country"),
        ),
        pl.String(),
    ),
    "version_id": pl.Int64(),
    "is_recycled": pl.Int64(),
    **dict.fromkeys(("segment", "tier", "source", "holder"), pl.String()),
}
_CYCLES: Final = f"('{RECYCLED}', '{HANDED_AGAIN}')"
RECYCLED_NOW: Final = (
    f"COALESCE((SELECT CASE WHEN kind = '{RECYCLED}' THEN 1 ELSE 0 END FROM lead_event "
    f"WHERE lead_id = lead.id AND (kind IN {_CYCLES} "
    f"OR (kind = '{WITHDRAWN}' AND detail IN {_CYCLES})) ORDER BY nth DESC LIMIT 1), 0)"
)
_ELSEWHERE: Final = {
    "is_recycled": RECYCLED_NOW,
    "version_id": "cell.version_id",
    "segment": "cell.segment",
    "tier": "cell.tier",
    "source": "source.name",
    "holder": "person.name",
}
_NEWEST: Final = "lead.day DESC, lead.handed_at DESC, lead.id DESC"
_PAGE: Final = (
    "WITH listed AS (SELECT lead.id FROM lead WHERE {where} "
    f"ORDER BY {_NEWEST} LIMIT :limit OFFSET :offset) SELECT "
    + ", ".join(_ELSEWHERE.get(name, f"lead.{name}") for name in _COLUMNS)
    + " FROM listed CROSS JOIN lead JOIN cell ON cell.id = lead.cell_id "
    "JOIN source ON source.id = lead.source_id "
    f"LEFT JOIN person ON person.id = lead.holder_id WHERE lead.id = listed.id ORDER BY {_NEWEST}"
)


class LeadLists:
    """Reads the leads behind figures."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, scope: Scope, question: Question) -> int:
        """Return how many leads of a scope are asked for."""
        where, values = _where(scope, question)
        sql = f"SELECT COUNT(*) FROM lead WHERE {where}"
        with reading(self._engine) as connection:
            return int(bulk.fetch(connection, sql, {"leads": pl.Int64()}, values).item())

    def page(self, scope: Scope, question: Question, limit: int, offset: int) -> pl.DataFrame:
        """Return some of them, the newest hand-off first."""
        where, values = _where(scope, question)
        values |= {"limit": limit, "offset": offset}
        with reading(self._engine) as connection:
            return bulk.fetch(connection, _PAGE.format(where=where), _COLUMNS, values)


def _where(scope: Scope, question: Question) -> tuple[str, dict[str, object]]:
    """Return the condition over `lead`, and its parameters."""
    theirs, values = within(scope)
    conditions, told = zip(*_conditions(question), strict=True)
    for more in told:
        values |= more
    return " AND ".join([theirs, *conditions]), values


def _conditions(question: Question) -> Iterator[tuple[str, dict[str, object]]]:
    days = {"first_day": day_number(question.starts), "last_day": day_number(question.ends)}
    yield "lead.day >= :first_day AND lead.day < :last_day", dict(days)
    yield _WHAT[question.what], {}
    if question.cell:
        same = " AND ".join(_PARTS.get(part, f"cell.{part} = :{part}") for part in question.cell)
        cells = f"SELECT cell.id FROM cell WHERE {same}"
        yield f"lead.cell_id IN ({cells})", dict(question.cell)
    if question.holder == 0:
        yield "lead.holder_id IS NULL", {}
    elif question.holder is not None:
        yield "lead.holder_id = :holder", {"holder": question.holder}
    if question.text:
        yield f"({_TEXT})", {"part": f"%{_literally(question.text)}%"}


def _literally(text: str) -> str:
    """Return a text for LIKE, without signs that stand for others."""
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    # PostgreSQL refuses the zero character; no lead has one.
    return text.replace("\0", "")
