"""What counts of what was told: the last word on each stamp and act, unless it was withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.calendar import seconds
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.store.acts import ActDesk
from tests.builders import Company, at
from tests.store.seed import act, let_in, person

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

NOW = at("2026-04-27 09:00")
HEAD = "id,created,acknowledged,rejected,reason,owner\n"


def first(engine: Engine) -> object:
    with ActDesk(engine).acting(seconds(NOW)) as acting:
        return acting.answered(1)


def test_an_answer_that_was_withdrawn_was_not_the_first(engine: Engine, tmp_path: Path):
    let_in(engine, person(), owners={"Rita Rep": 1})
    company = Company(engine, tmp_path)
    company.take("leads", HEAD + "a,2026-04-20 10:00,2026-04-20 11:00,,,Rita Rep\n", NOW)
    assert first(engine) == (seconds(at("2026-04-20 11:00")), None)
    company.take("leads", HEAD + "a,2026-04-20 10:00,,,,Rita Rep\n", NOW)
    assert first(engine) is None
    assert acknowledge(ActDesk(engine), 1, act(1, NOW), company.book).is_new
    assert first(engine) == (seconds(NOW), "p1@example.com")


def test_an_answer_counts_as_it_was_corrected(engine: Engine, tmp_path: Path):
    company = Company(engine, tmp_path)
    told = HEAD + "a,2026-04-20 10:00,2026-04-20 11:00,,,Rita Rep\n"
    company.take("leads", told, NOW)
    company.take("leads", told.replace("20 11:00", "22 11:00"), NOW)
    assert first(engine) == (seconds(at("2026-04-22 11:00")), None)


def test_what_each_import_told_of_freshness_is_kept(engine: Engine, tmp_path: Path):
    company = Company(engine, tmp_path)
    told = HEAD + "a,2026-04-20 10:00,2026-04-20 11:00,,,\n"
    days = [("2026-04-21", "20 11:00"), ("2026-04-23", "22 11:00"), ("2026-04-23", "21 11:00")]
    for day, acknowledged in days:
        company.take("leads", told.replace("20 11:00", acknowledged), at(f"{day} 09:00"))
    with engine.connect() as connection:
        sql = "SELECT recorded_at, known_until FROM {} WHERE kind = 'leads:acknowledged' ORDER BY 1"
        kept = connection.exec_driver_sql(sql.format("freshness_told")).all()
        now = connection.exec_driver_sql("SELECT MAX(known_until) FROM freshness").scalar()
    expected = [("2026-04-21 09:00", "2026-04-20 11:00"), ("2026-04-23 09:00", "2026-04-22 11:00")]
    assert [tuple(row) for row in kept] == [(seconds(at(a)), seconds(at(b))) for a, b in expected]
    assert now == seconds(at("2026-04-22 11:00"))
