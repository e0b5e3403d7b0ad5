"""Times the re-evaluation of every clock of N leads, two clocks each, over SQLite.

The leads come through our own import. Then all of them are concluded about anew, in portions:
reading and writing are timed apart from concluding, which is in memory and vectorised. Last, what
a few changed leads cost: normal running touches only those.

    .venv/bin/python bench/clocks.py [--leads 1000000]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has a calendar, too

import polars as pl  # noqa: E402  (bench is a folder of scripts, and the project not installed)

from bench.lead_csv import write_leads  # noqa: E402
from bench.our_import import NOW, book_of_bench, prepare, take, url_of  # noqa: E402
from smarketing.domain.calendar import seconds  # noqa: E402
from smarketing.services.conclusions.conclude import conclude  # noqa: E402
from smarketing.services.conclusions.judged import Knowledge  # noqa: E402
from smarketing.services.conclusions.log import log_of  # noqa: E402
from smarketing.services.conclusions.settle import (  # noqa: E402
    settle_again,
    with_acts,
    with_seniority,
)
from smarketing.store.desk import Desk  # noqa: E402
from smarketing.store.engine import open_engine  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.services.conclusions.book import Book
    from smarketing.store.ledger import Ledger

_AT_ONCE: Final = 20_000
_FEW: Final = 200


class Spent:
    """CPU seconds by what they were spent on."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Add the CPU time of a block."""
        began = time.process_time()
        yield
        self.seconds[what] += time.process_time() - began


def evaluate(folder: Path, spent: Spent) -> tuple[int, int]:
    """Conclude about every lead anew; return how many leads and clocks there were."""
    engine = open_engine(url_of(folder))
    book, desk = book_of_bench(engine), Desk(engine, folder)
    leads = clocks = 0
    with desk.looking() as ledger:
        knowledge = Knowledge(seconds(NOW), ledger.known_until())
        first = 1
        while not (rows := _read(ledger, first, spent)).is_empty():
            ids = rows["id"]
            with spent.on("reading"):
                seen = with_seniority(with_acts(rows, ledger.acts(ids)), book)
                log = log_of(ledger, ids, seen, book)
            with spent.on("concluding"):
                concluded = conclude(seen, log, book, knowledge)
            leads, clocks = leads + len(rows), clocks + len(concluded.clocks)
            first += _AT_ONCE
    _write(desk, spent, book, knowledge)
    engine.dispose()
    return leads, clocks


def _read(ledger: Ledger, first: int, spent: Spent) -> pl.DataFrame:
    with spent.on("reading"):
        ids = pl.int_range(first, first + _AT_ONCE, eager=True).alias("id")
        return ledger.leads(ids)


def _write(desk: Desk, spent: Spent, book: Book, knowledge: Knowledge) -> None:
    """Conclude and write 20,000 leads as an import does, and the few that a day's act touches."""
    for what, count in (("20,000 leads, written", _AT_ONCE), ("200 leads, written", _FEW)):
        ids = pl.int_range(1, count + 1, eager=True).alias("id")
        with spent.on(what), desk.ledger() as ledger:
            settle_again(ledger, book, knowledge, ids)


def main() -> None:
    """Build the database, evaluate, and print what it cost."""
    parser = argparse.ArgumentParser(description="Time the re-evaluation of all clocks.")
    parser.add_argument("--leads", type=int, default=1_000_000, help="rows of the file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "leads.csv"
        write_leads(file, asked.leads)
        prepare(Path(folder))
        take(Path(folder), file)
        spent = Spent()
        leads, clocks = evaluate(Path(folder), spent)
    print(f"{leads:,} leads, {clocks:,} clocks")
    for what, taken in spent.seconds.items():
        print(f"{what:24}{taken:8.2f} CPU s")


if __name__ == "__main__":
    main()
