"""Asks "what if" over a company of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.services.capacity.page import Records
from smarketing.services.goals.kept import KeptStatistics
from smarketing.services.goals.what_if import Sources, WhatIf, what_if
from smarketing.store.facts import FactsNow
from smarketing.store.leave import LeaveShelf
from smarketing.store.people import People
from smarketing.store.reaching import ReachDesk
from tests.builders import at

if TYPE_CHECKING:
    from datetime import date, datetime

    from tests.builders import Company

NOW = at("2026-06-03 09:00")


def sources_of(company: Company) -> Sources:
    engine = company.engine
    records = Records(FactsNow(engine), ReachDesk(engine), People(engine), LeaveShelf(engine))
    book, kept = lambda: company.book, KeptStatistics()
    return Sources(company.shelf, company.history, records, book, kept)


def tried(
    company: Company,
    now: datetime = NOW,
    *,
    month: date | None = None,
    sources: Sources | None = None,
    **words: str,
) -> WhatIf:
    """The answer to fields by their names; two underscores stand for a point."""
    form = {name.replace("__", "."): said for name, said in words.items()}
    found = what_if(sources or sources_of(company), form, now, month=month)
    assert found is not None
    return found
