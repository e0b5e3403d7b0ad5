"""Times the pages that open all day, over a database of N leads, and counts their queries.

The leads come as a CRM exports them (bench/lead_csv.py), through our own import; 17 of their 20
owners are people, who pause and answer some of them in the portal. Then GET /queue, /team,
/progress, /capacity and /goals/what-if are asked for as a sales manager, and /queue as a rep, each
200 times with Flask's test client: what is printed is the time within the process, on the clock
and of the CPU.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has a calendar, too

import polars as pl  # noqa: E402  (bench is a folder of scripts, and the project not installed)
from sqlalchemy import event  # noqa: E402

from bench.lead_csv import write_leads  # noqa: E402
from bench.our_import import prepare, take  # noqa: E402
from smarketing.bootstrap import catch_up, hand_over, open_house, portal  # noqa: E402
from smarketing.domain.scope import QueuePart  # noqa: E402
from smarketing.services.leads import answers  # noqa: E402
from smarketing.services.leads.acts import Actor  # noqa: E402
from smarketing.services.people.passwords import Passwords  # noqa: E402
from smarketing.services.people.people import Role, add_person, everyone  # noqa: E402
from smarketing.services.people.sign_in import sign_in  # noqa: E402
from smarketing.settings import load_settings  # noqa: E402
from smarketing.store.acts import ActDesk  # noqa: E402
from smarketing.store.people import People  # noqa: E402
from smarketing.store.queue import Queue  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from smarketing.bootstrap import House

_NOW: Final = datetime(2025, 12, 18, 9, 30, tzinfo=UTC)
"""A Thursday in the last full week of the leads."""

_PEOPLE: Final = 17
_ACTS: Final = 150
_PASSWORD: Final = "a word for the benchmark"  # noqa: S105  (of nobody)
_STAMPS: Final = ("Acknowledged", "First Attempt", "Connected")


@dataclass(frozen=True)
class Timed:
    """What a page took.

    Attributes:
        clock_ms: Of every request; cpu_ms: the same in CPU time of the process.
        queries: Statements that one request sends, without those that begin and end transactions.
    """

    clock_ms: list[float]
    cpu_ms: list[float]
    queries: int


def build(folder: Path, leads: int) -> House:
    """Return an installation with that many leads, up to `_NOW`."""
    file = folder / "leads.csv"
    write_leads(file, leads)
    told = pl.read_csv(file, infer_schema=False)
    now = _NOW.strftime("%Y-%m-%d %H:%M:%S")
    happened = (pl.when(pl.col(name) <= now).then(pl.col(name)).alias(name) for name in _STAMPS)
    told.filter(pl.col("Handed Off") <= now).with_columns(happened).write_csv(file)
    prepare(folder)
    take(folder, file)
    environ = {"SMARKETING_HOME": str(folder), "SMARKETING_CONFIG": str(_ROOT / "config")}
    house = open_house(load_settings(environ, _ROOT))
    _let_in(house)
    _act(house)
    catch_up(house, _NOW)
    return house


def _let_in(house: House) -> None:
    people, passwords = People(house.engine), Passwords()
    told = [(f"Rep {number:02}", Role.REP) for number in range(1, _PEOPLE + 1)]
    for name, role in (*told, ("Sally Sales", Role.SALES_MANAGER)):
        email = f"{name.lower().replace(' ', '.')}@example.com"
        add_person(
            people, passwords, email=email, name=name, role=role, now=_NOW, password=_PASSWORD
        )
        hand_over(house, email, _NOW, name if role is Role.REP else None)


def _act(house: House) -> None:
    """Let the manager pause every other of some leads, and try the others."""
    desk, book = ActDesk(house.engine), house.book()
    manager = next(p for p in everyone(People(house.engine)) if p.role is Role.SALES_MANAGER)
    rows = Queue(house.engine).waiting(QueuePart.ALL, 0, _ACTS, 0)
    for number, lead_id in enumerate(rows["id"]):
        actor = Actor(manager, f"benchmark-{number}", _NOW)
        if number % 2:
            until = _NOW.replace(day=20, tzinfo=None)
            why = answers.PauseReason.AWAY
            answers.pause(desk, lead_id, actor, book, reason=why, until=until)
        else:
            answers.attempt(desk, lead_id, actor, book, way=answers.Way.CALL, connected=False)


def timed(house: House, client: FlaskClient, path: str, requests: int) -> Timed:
    """Return what a page took, after it was opened once."""
    queries = len(list(_asked(house, client, path)))
    clock: list[float] = []
    cpu: list[float] = []
    for _ in range(requests):
        began, used = time.perf_counter(), time.process_time()
        assert client.get(path).status_code == 200  # noqa: S101  (else there is nothing to time)
        clock.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return Timed(clock, cpu, queries)


def _asked(house: House, client: FlaskClient, path: str) -> Iterator[str]:
    """Yield the statements of one request."""
    said: list[str] = []

    def listen(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401
        connection.set_trace_callback(said.append)

    event.listen(house.engine, "checkout", listen)
    client.get(path)
    event.remove(house.engine, "checkout", listen)
    with house.engine.connect() as connection:
        connection.connection.driver_connection.set_trace_callback(None)
    return (sql for sql in said if not sql.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")))


def main() -> None:
    """Build the database, ask for the pages, and print a line for each."""
    parser = argparse.ArgumentParser(description="Time the pages over a database of N leads.")
    parser.add_argument("--leads", type=int, default=100_000, help="rows of the file")
    parser.add_argument("--requests", type=int, default=200, help="of each page")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = build(Path(folder), asked.leads)
        people, app = People(house.engine), portal(house, lambda: _NOW)
        open_leads, late = Queue(house.engine).counts(QueuePart.ALL, 0, int(_NOW.timestamp()))
        print(f"{asked.leads:,} leads, {open_leads:,} open, {late:,} late; {asked.requests} each")
        heads = ("median ms", "p95 ms", "median CPU", "queries")
        print(" " * 29 + "".join(f"{head:>12}" for head in heads))
        for who, path in (
            ("rep.01", "/queue"),
            ("sally.sales", "/queue"),
            ("sally.sales", "/team"),
            ("sally.sales", "/progress"),
            ("sally.sales", "/capacity"),
            ("sally.sales", "/goals/what-if"),
        ):
            client = app.test_client()
            token = sign_in(people, Passwords(), f"{who}@example.com", _PASSWORD, _NOW)
            client.set_cookie("sid", token)
            took = timed(house, client, path, asked.requests)
            p95 = quantiles(took.clock_ms, n=20)[-1]
            figures = (median(took.clock_ms), p95, median(took.cpu_ms))
            told = "".join(f"{figure:12.1f}" for figure in figures)
            print(f"{path:16}{who:13}{told}{took.queries:12}")
        house.engine.dispose()


if __name__ == "__main__":
    main()
