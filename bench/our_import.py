"""What the import benchmark needs of ours, and a profile.

`our_import.py prepare FOLDER` makes an empty database with the sample agreement in force,
`import FOLDER FILE` takes a file in with everything that follows from it, and `profile FOLDER
FILE` does the same and prints where the time went.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has a calendar, too

import smarketing  # noqa: E402, F401  (first: it says how many threads numpy and polars start)
from connectors.protocol import Kind  # noqa: E402  (the project is not installed for a script)
from connectors.tabular import file_delivery  # noqa: E402
from smarketing.services.agreements import life  # noqa: E402
from smarketing.services.conclusions.book import Frozen  # noqa: E402
from smarketing.services.intake.take_in import take_in  # noqa: E402
from smarketing.services.rules.seniority import load_words  # noqa: E402
from smarketing.store.agreements import AgreementShelf  # noqa: E402
from smarketing.store.desk import Desk  # noqa: E402
from smarketing.store.engine import open_engine  # noqa: E402
from smarketing.store.migrate import migrate  # noqa: E402

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smarketing.domain.versions import Version
    from smarketing.services.conclusions.book import Book

NOW: Final = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


def url_of(folder: Path) -> str:
    """Return the address of the database in a folder."""
    return f"sqlite:///{folder / 'smarketing.db'}"


def prepare(folder: Path) -> None:
    """Make a database in which the sample agreement is signed and holds, and the mapping."""
    from bench.lead_csv import MAPPING  # noqa: PLC0415  (numpy, before smarketing could be asked)

    (folder / "bench.toml").write_text(MAPPING, encoding="utf-8")
    engine = open_engine(url_of(folder))
    migrate(engine)
    enact(engine)
    engine.dispose()


def enact(engine: Engine, more: str = "") -> Version:
    """Let the agreement of the benchmarks hold, with more of TOML at its end."""
    shelf = AgreementShelf(engine)
    text = (_ROOT / "bench" / "agreement.toml").read_text(encoding="utf-8") + more
    version, _ = life.load(text, "agreement.toml", shelf, NOW)
    for party in life.agreement_of(version).parties.values():
        version = life.sign(version.name, party.name, party.signatories[0], shelf, NOW)
    return life.put_in_force(version, Frozen({}, {}), shelf)


def book_of_bench(engine: Engine) -> Book:
    """Return the agreement in force."""
    words = load_words(_ROOT / "config" / "seniority.toml")
    return life.book_of(AgreementShelf(engine), "UTC", words)


def take(folder: Path, file: Path) -> None:
    """Take the file in, and print the report."""
    engine = open_engine(url_of(folder))
    book = book_of_bench(engine)
    mapping = str(folder / "bench.toml")
    delivery = file_delivery(file, kind=Kind.LEADS, mappings_folder=folder, mapping=mapping)
    report = take_in(delivery, Desk(engine, folder), book, now=int(NOW.timestamp()))
    engine.dispose()
    print(report)


def profile(folder: Path, file: Path) -> None:
    """Take the file in, and print where the time went."""
    profiler = cProfile.Profile()
    profiler.runcall(take, folder, file)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    asked, *paths = sys.argv[1:]
    folder = Path(paths[0])
    if asked == "prepare":
        prepare(folder)
    elif asked == "import":
        take(folder, Path(paths[1]))
    else:
        profile(folder, Path(paths[1]))
