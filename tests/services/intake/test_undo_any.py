"""Whatever was imported, and whatever then by mistake: undoing the mistake leaves the rest."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from smarketing.domain.calendar import seconds
from smarketing.services.intake.undo import undo_import
from smarketing.store.engine import open_engine
from smarketing.store.undo import UndoDesk
from tests.builders import Company, at
from tests.services.stored import SOURCES, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Fresh = Callable[[], AbstractContextManager[str]]

START = at("2026-04-01 08:00")
FIRST = at("2026-05-01 09:00")
HEADS = {
    "leads": "id,created,handed,acknowledged,attempted,rejected,reason,title,employees,owner,"
    "note\n",
    "activities": "id,lead,kind,direction,at,result\n",
    "deals": "id,lead,outcome,amount,currency,closed\n",
}


class File(NamedTuple):
    """One import."""

    kind: str
    text: str


def _at(minutes: int) -> str:
    return f"{START + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"


_keys = st.sampled_from("abcd")
_maybe = st.one_of(st.just(""), st.integers(0, 20 * 24 * 60).map(_at))


@st.composite
def _leads(draw: st.DrawFn) -> str:
    rows = []
    for key in sorted(draw(st.sets(_keys, min_size=1))):
        rejected = draw(_maybe)
        reason = draw(st.sampled_from(["wrong_tier", "mood"])) if rejected else ""
        cells = [key, draw(_maybe) or _at(0), draw(_maybe), draw(_maybe), draw(_maybe), rejected]
        cells += [reason, draw(st.sampled_from(["CEO", "Intern"])), draw(st.sampled_from("59"))]
        cells += [draw(st.sampled_from(["", "Ann", "Bob"])), draw(st.sampled_from(["", 'a "b"']))]
        rows.append(",".join([*cells[:8], f"{cells[8]}00", *cells[9:]]).replace('"b"', "'b'"))
    return "\n".join(rows)


@st.composite
def _activities(draw: st.DrawFn) -> str:
    what = st.sampled_from(["call,outbound", "mail,inbound", "meeting,"])
    return "\n".join(
        f"t{n},{draw(_keys)},{draw(what)},{draw(_maybe) or _at(9)},"
        f"{draw(st.sampled_from(['', 'connected']))}"
        for n in sorted(draw(st.sets(st.integers(0, 3), min_size=1)))
    )


@st.composite
def _deals(draw: st.DrawFn) -> str:
    won = st.sampled_from(["won,10,EUR", "won,7.5,USD", "lost,3,EUR", "open,4,"])
    return "\n".join(
        f"d{n},{draw(_keys)},{draw(won)},{draw(_maybe)}"
        for n in sorted(draw(st.sets(st.integers(0, 3), min_size=1)))
    )


_files = st.one_of(
    _leads().map(lambda rows: File("leads", rows)),
    _activities().map(lambda rows: File("activities", rows)),
    _deals().map(lambda rows: File("deals", rows)),
)


def _hold(fresh: Fresh, files: list[File], mistakes: list[File]) -> None:
    """Undoing the latest imports one after the other passes through every earlier state."""
    with fresh() as url, tempfile.TemporaryDirectory() as folder:
        company = Company(open_engine(url), Path(folder))
        company.sign()
        now = FIRST
        for file in files:
            now += timedelta(hours=1)
            _take(company, file, now)
        states = []
        for file in mistakes:
            states.append(state(company))
            now += timedelta(hours=1)
            states.append(_take(company, file, now))
        while states:
            import_id, before = states.pop(), states.pop()
            now += timedelta(hours=1)
            told = undo_import(UndoDesk(company.engine), company.book, import_id, now=seconds(now))
            assert told.stayed == 0
            after = state(company)
            if not files and not states:
                del before[SOURCES], after[SOURCES]
            assert after == before
        company.engine.dispose()


def _take(company: Company, file: File, now) -> int | None:
    report = company.take(file.kind, HEADS[file.kind] + file.text + "\n", now)
    assert report.rejected == 0
    return report.import_id


@settings(max_examples=25, deadline=None)
@given(files=st.lists(_files, max_size=4), mistakes=st.lists(_files, min_size=1, max_size=3))
def test_undoing_the_latest_imports_leaves_what_was_before(
    sqlite_template: Path, files: list[File], mistakes: list[File]
):
    @contextmanager
    def fresh() -> Iterator[str]:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{shutil.copy(sqlite_template, folder)}"

    _hold(fresh, files, mistakes)


@settings(max_examples=4, deadline=None)
@given(files=st.lists(_files, max_size=4), mistakes=st.lists(_files, min_size=1, max_size=3))
def test_the_same_holds_on_postgresql(postgres: str, files: list[File], mistakes: list[File]):
    @contextmanager
    def fresh() -> Iterator[str]:
        server = create_engine(postgres, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE any_undo TEMPLATE template_empty")
            try:
                url = make_url(postgres).set(database="any_undo")
                yield url.render_as_string(hide_password=False)
            finally:
                connection.exec_driver_sql("DROP DATABASE any_undo WITH (FORCE)")
        server.dispose()

    _hold(fresh, files, mistakes)
