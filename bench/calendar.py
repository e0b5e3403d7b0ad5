"""Times working time against its peers: pandas' CustomBusinessHour and businesstimedelta.

Everybody is asked for an instant of UTC and answers with one. Ours answers a million at once; the
peers are asked one by one, on a sample, as they can be used; a bare pair of numpy's searchsorted
is what any such answer costs at least. All in one process, in turns, CPU time, and the answers
are compared: where they differ, the reason is said.

    python3 -m venv var/peers && var/peers/bin/pip install pandas businesstimedelta holidays pytz
    .venv/bin/python bench/calendar.py --peers var/peers/lib/python3.*/site-packages
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has a module of this file's name

import holidays  # noqa: E402  (bench is a folder of scripts, and the project not installed)
import numpy as np  # noqa: E402

from smarketing.domain.calendar import due_s, instant, working_s  # noqa: E402
from smarketing.domain.calendar_spec import calendar_from  # noqa: E402
from smarketing.domain.edges import edges_of  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_ZONE: Final = "Europe/Berlin"
_BERLIN: Final = ZoneInfo(_ZONE)
_FIRST: Final = datetime(2024, 1, 1, tzinfo=UTC)
_DAYS: Final = 720
_ALLOWANCE_H: Final = 40  # a working week: what a decision about a lead may take
_SPAN_S: Final = 30 * 86_400
_SEED: Final = 20260112


def calendar() -> Any:  # noqa: ANN401
    """Return office hours of Berlin, Monday to Friday, with the holidays of Germany."""
    hours = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    free = [day.isoformat() for day in _holidays()]
    return calendar_from({"timezone": _ZONE, "hours": hours, "holidays": free})


def _holidays() -> list[date]:
    return sorted(holidays.country_holidays("DE", years=range(2023, 2028)))


def spans(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return starts over two years, and ends up to a month after them."""
    random = np.random.default_rng(_SEED)
    first = int(_FIRST.timestamp())
    starts = first + random.integers(0, _DAYS * 86_400, count)
    return starts, starts + random.integers(0, _SPAN_S, count)


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a call."""
    began = time.process_time()
    work()
    return time.process_time() - began


class Peers:
    """The peers, each asked as its own documentation does."""

    def __init__(self, folder: str) -> None:
        sys.path.append(folder)  # at the end: ours keep their own numpy
        import businesstimedelta  # noqa: PLC0415  (only where they are asked for)
        import pandas as pd  # noqa: PLC0415

        self.pd = pd
        free = _holidays()
        self.hour = pd.offsets.CustomBusinessHour(start="09:00", end="17:00", holidays=free)
        self.hours = pd.offsets.CustomBusinessHour(
            _ALLOWANCE_H, start="09:00", end="17:00", holidays=free
        )
        self.rule = businesstimedelta.Rules(
            [
                businesstimedelta.WorkDayRule(
                    start_time=wall_time(9), end_time=wall_time(17), working_days=[0, 1, 2, 3, 4]
                ),
                businesstimedelta.HolidayRule(holidays.country_holidays("DE")),
            ]
        )
        self.delta = businesstimedelta.BusinessTimeDelta(self.rule, hours=_ALLOWANCE_H)

    def pandas_due(self, at: int) -> int:
        """Return when the allowance is used up, by pandas."""
        return int((self._pandas(at) + self.hours).timestamp())

    def pandas_between(self, start: int, end: int) -> int:
        """Return the working seconds by pandas: whole hours, counted one by one."""
        found = self.pd.date_range(self._pandas(start), self._pandas(end), freq=self.hour)
        return max(0, len(found) - 1) * 3600

    def delta_due(self, at: int) -> int:
        """Return when the allowance is used up, by businesstimedelta."""
        due: datetime = wall(at) + self.delta
        return int(due.replace(tzinfo=_BERLIN).timestamp())

    def delta_between(self, start: int, end: int) -> int:
        """Return the working seconds between two instants, by businesstimedelta."""
        return int(self.rule.difference(wall(start), wall(end)).timedelta.total_seconds())

    def _pandas(self, at: int) -> Any:  # noqa: ANN401
        return self.pd.Timestamp(at, unit="s", tz=_ZONE)


def wall(at: int) -> datetime:
    """Return local wall time without a zone: businesstimedelta knows none."""
    return instant(at).astimezone(_BERLIN).replace(tzinfo=None)


def main() -> None:
    """Time all of them in turns, and print a line for each."""
    parser = argparse.ArgumentParser(description="Time working time against its peers.")
    parser.add_argument("--peers", required=True, help="folder with pandas and businesstimedelta")
    parser.add_argument("--instants", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # of the peers
    peers, ours = Peers(asked.peers), calendar()
    starts, ends = spans(asked.instants)
    few, later = (part[: asked.sample].tolist() for part in (starts, ends))
    first, last = (instant(int(at)).year for at in (starts.min(), ends.max()))
    edges = edges_of(ours, first - 1, last + 1).opens
    bare = f"2 searchsorted in {len(edges):,} edges"
    jobs: dict[str, tuple[Callable[[], object], int]] = {
        bare: (lambda: (edges.searchsorted(starts), edges.searchsorted(ends)), asked.instants),
        "ours, between": (lambda: working_s(starts, ends, ours), asked.instants),
        "ours, due": (lambda: due_s(starts, _ALLOWANCE_H * 3600, ours), asked.instants),
        "pandas, due": (lambda: [peers.pandas_due(at) for at in few], asked.sample),
        "pandas, between": (
            lambda: [peers.pandas_between(a, b) for a, b in zip(few, later, strict=True)],
            asked.sample,
        ),
        "businesstimedelta, due": (lambda: [peers.delta_due(at) for at in few], asked.sample),
        "businesstimedelta, between": (
            lambda: [peers.delta_between(a, b) for a, b in zip(few, later, strict=True)],
            asked.sample,
        ),
    }
    for work, _ in jobs.values():
        work()
    took: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(asked.rounds):
        for name, (work, count) in jobs.items():
            took[name].append(cpu(work) / count * 1e9)
    each = {name: median(found) for name, found in took.items()}
    print(f"{'':28}{'ns each':>12}{'to bare':>10}{'to ours':>10}")
    for name, spent in each.items():
        same = each["ours, due" if name.endswith("due") else "ours, between"]
        print(f"{name:28}{spent:12,.0f}{spent / each[bare]:10.2f}{spent / same:10,.0f}")
    compare(peers, ours, starts[: asked.sample], ends[: asked.sample])


def compare(
    peers: Peers,
    ours: Any,  # noqa: ANN401
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Print how often the answers agree, and why not where they do not."""
    due = due_s(starts, _ALLOWANCE_H * 3600, ours)
    worked = working_s(starts, ends, ours)
    few, later = starts.tolist(), ends.tolist()
    for name, answer in (("pandas", peers.pandas_due), ("businesstimedelta", peers.delta_due)):
        theirs = np.array([answer(at) for at in few])
        print(f"due, {name}: {_reasons(theirs - due, starts, due)}")
    theirs = np.array([peers.delta_between(a, b) for a, b in zip(few, later, strict=True)])
    print(f"between, businesstimedelta: {_reasons(theirs - worked, starts, ends)}")
    hours = np.array([peers.pandas_between(a, b) for a, b in zip(few, later, strict=True)])
    off = np.abs(hours - worked)
    print(f"between, pandas: only whole hours; {int((off < 3600).sum())} of {len(off)} within one")


def _reasons(off: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> str:
    """Return how many answers agree, and why the others do not."""
    first, last = (instant(int(at)).year for at in (starts.min(), ends.max()))
    closes = edges_of(calendar(), first - 1, last + 1).closes
    differ = np.abs(off) >= 1
    closing = differ & np.isin(ends, closes)
    jumping = np.array(
        [_offset(int(a)) != _offset(int(b)) for a, b in zip(starts, ends, strict=True)]
    )
    jumps = differ & ~closing & jumping
    return (
        f"{int((~differ).sum())} of {len(off)} alike; {int(closing.sum())} end at closing time, "
        f"which is the next opening there; {int(jumps.sum())} differ over a change of the clocks, "
        f"{int((differ & ~closing & ~jumping).sum())} otherwise"
    )


def _offset(at: int) -> timedelta | None:
    return instant(at).astimezone(_BERLIN).utcoffset()


if __name__ == "__main__":
    main()
