from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from smarketing.domain.calendar import seconds
from smarketing.store import bulk
from tests.store.seed import MONDAY, hand_off, lead, signed_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOON = seconds(MONDAY) + 4 * 3600
EVENT = {"nth": pl.Int64(), "kind": pl.String(), "detail": pl.String()}


def test_a_new_leads_stamps_are_its_first_events_in_the_order_of_a_leads_life(engine: Engine):
    told = [
        {"handed_off_at": NOON + 30, "connected_at": NOON + 50},
        {"rejected_at": NOON + 40, "reject_reason": "no budget"},
        {"closed_at": NOON + 20, "outcome": "lost"},
    ]
    ids = hand_off(engine, signed_book(engine, MONDAY), [lead(**one) for one in told], MONDAY)
    assert [_events(engine, one) for one in ids] == [
        [(1, "created", None), (2, "handed_off", None), (3, "connected", None)],
        [(1, "created", None), (2, "rejected", "no budget")],
        [(1, "created", None), (2, "closed", "lost")],
    ]


def test_an_event_of_a_stamp_has_its_instant_and_what_the_record_was_told_by(engine: Engine):
    (one,) = hand_off(engine, signed_book(engine, MONDAY), [lead(handed_off_at=NOON)], MONDAY)
    with engine.begin() as connection:
        sql = (
            "SELECT e.occurred_at, e.recorded_at - l.recorded_at, e.source_id - l.source_id, e.ref "
            "FROM lead_event e JOIN lead l ON l.id = e.lead_id WHERE l.id = :id AND e.nth = 2"
        )
        schema = {"at": pl.Int64(), "told": pl.Int64(), "source": pl.Int64(), "ref": pl.String()}
        found = bulk.fetch(connection, sql, schema, {"id": one})
    assert found.rows() == [(NOON, 0, 0, "")]


def _events(engine: Engine, lead_id: int) -> list[tuple[int, str, str | None]]:
    with engine.begin() as connection:
        sql = "SELECT nth, kind, detail FROM lead_event WHERE lead_id = :id ORDER BY nth"
        found = bulk.fetch(connection, sql, EVENT, {"id": lead_id})
    return found.rows()
