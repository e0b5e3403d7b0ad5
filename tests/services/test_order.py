"""The state is a function of what was told, not of when and in which portions."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from smarketing.store.engine import open_engine
from tests.builders import Company, at

if TYPE_CHECKING:
    from collections.abc import Sequence

START = at("2026-03-02 08:00")
NOW = at("2026-05-01 09:00")
SPAN = (date(2026, 1, 1), date(2026, 12, 31))
KEYS = ("segment", "tier", "owner", "lead_source", "week")
HEADS = {
    "leads": "id,created,handed,acknowledged,attempted,accepted,rejected,reason,title,employees,"
    "origin,owner,updated\n",
    "activities": "id,lead,kind,direction,at,result\n",
    "deals": "id,lead,outcome,amount,currency,closed\n",
}


class Told(NamedTuple):
    """One record of one kind."""

    kind: str
    line: str


_minutes = st.integers(0, 20 * 24 * 60)
_maybe = st.one_of(st.none(), _minutes)
_ids = st.sampled_from("abcde")


def _when(minutes: int | None) -> str:
    return "" if minutes is None else f"{START + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"


@st.composite
def _lead(draw: st.DrawFn, lead: str, version: int) -> Told:
    """A record of a lead; a later version has a later time of its last change."""
    acts = [_when(draw(_maybe)) for _ in range(3)]
    rejected = draw(_maybe)
    reason = draw(st.sampled_from(["", "wrong_tier", "mood"])) if rejected is not None else ""
    cells = [
        lead, _when(ord(lead) * 7), _when(ord(lead) * 7 + 5), *acts, _when(rejected), reason,
        "CEO" if lead < "c" else "Intern", "900" if lead < "d" else "20",
        draw(st.sampled_from(["", "fair"])), draw(st.sampled_from(["", "Ann", "Bob"])),
        _when(version),
    ]  # fmt: skip
    return Told("leads", ",".join(cells))


@st.composite
def _stories(draw: st.DrawFn) -> list[Told]:
    told = [
        draw(_lead(lead, version))
        for lead in draw(st.sets(_ids, min_size=1))
        for version in range(draw(st.integers(1, 3)))
    ]
    for number in range(draw(st.integers(0, 4))):
        what = draw(st.sampled_from(["call,outbound", "mail,inbound", "meeting,outbound"]))
        line = f"t{number},{draw(_ids)},{what},{_when(draw(_minutes))},"
        told.append(Told("activities", line + draw(st.sampled_from(["", "connected"]))))
    for number in range(draw(st.integers(0, 3))):
        won = draw(st.sampled_from(["won,10,EUR", "won,7.5,USD", "lost,3,EUR"]))
        told.append(Told("deals", f"d{number},{draw(_ids)},{won},{_when(draw(_minutes))}"))
    return told


def _taken_in(template: Path, portions: Sequence[Sequence[Told]]) -> object:
    """What is concluded once all portions were taken in: facts and clocks."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(template, folder))
        company = Company(open_engine(f"sqlite:///{path}"), Path(folder))
        company.sign()
        for portion in portions:
            for kind, head in HEADS.items():
                lines = [told.line for told in portion if told.kind == kind]
                if lines:
                    company.take(kind, head + "\n".join(lines) + "\n", NOW)
        company.watch(NOW)
        facts = company.progress(*SPAN, *KEYS)
        recounted = company.progress(*SPAN, *KEYS, as_of=NOW + timedelta(seconds=1))
        assert facts == recounted
        with company.engine.connect() as connection:
            clocks = connection.exec_driver_sql(
                "SELECT source_key, commitment_id, started_at, due_at, stopped_at, state, "
                "breached_at, used_s FROM clock JOIN lead ON lead.id = lead_id ORDER BY 1, 2"
            ).all()
        company.engine.dispose()
        return facts, clocks


@settings(max_examples=40, deadline=None)
@given(data=st.data(), told=_stories())
def test_any_order_and_any_portions_end_in_the_same_state(
    sqlite_template: Path, data: st.DataObject, told: list[Told]
):
    at_once = _taken_in(sqlite_template, [[one] for one in told])
    shuffled = data.draw(st.permutations(told))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(told)), max_size=4)))
    edges = [0, *cuts, len(told)]
    portions = [shuffled[a:b] for a, b in itertools.pairwise(edges)]
    assert _taken_in(sqlite_template, portions) == at_once
    assert _taken_in(sqlite_template, [*portions, told]) == at_once
