"""Everything that a report says, as text: what the HTML part and the text part both show.

The parts are made from this and nothing else, so that neither knows a number that the other
does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from reports import advice, figures, links, tables, wording
from reports.facts import is_waiting_known
from reports.numbers import clean, day, instant, leads

if TYPE_CHECKING:
    from reports.advice import Advice
    from reports.digest import Digest, SourceState
    from reports.figures import Figure
    from reports.pictures import ChartImage
    from reports.tables import Table


@dataclass(frozen=True)
class Content:
    """The words of one report, in reading order.

    Attributes:
        period: The week in days.
        covers: Which agreement it is about, where there are others; empty: there is one.
        home: Where the whole week is shown in the portal.
        provenance: Lines that say where the numbers come from and how old they are.
    """

    subject: str
    preheader: str
    title: str
    period: str
    covers: str
    headline: str
    figures: tuple[Figure, ...]
    advice: tuple[Advice, ...]
    advice_title: str
    charts: tuple[ChartImage, ...]
    tables: tuple[Table, ...]
    provenance: tuple[str, ...]
    home: str


def content(digest: Digest, charts: tuple[ChartImage, ...]) -> Content:
    """Return the words of the digest around its charts."""
    todo = advice.lines(digest)
    return Content(
        subject=wording.subject(digest),
        preheader=wording.preheader(digest),
        title=clean(digest.title),
        period=_period(digest),
        covers=_covers(digest),
        headline=wording.headline(digest),
        figures=figures.key_figures(digest),
        advice=todo,
        advice_title="In short" if todo[0].is_praise else "What to do",
        charts=charts,
        tables=tables.tables(digest),
        provenance=tuple(_provenance(digest)),
        home=links.week(digest),
    )


def _period(digest: Digest) -> str:
    last = digest.ends - timedelta(days=1)
    return f"{clean(digest.week)}: {day(digest.starts)} to {day(last)}"


def _covers(digest: Digest) -> str:
    """Return which agreement all numbers are of; empty where there is no other."""
    if not digest.others:
        return ""
    others = "; ".join(clean(one) for one in digest.others)
    return (
        f"This report covers {clean(digest.title)} alone, its statement too. Also in force, and "
        f"not in it: {others}."
    )


def _provenance(digest: Digest) -> list[str]:
    zone = digest.zone
    waiting = leads(digest.waiting) if is_waiting_known(digest) else "not known"
    known = f"Counted up to {instant(digest.as_of, zone)}, days and weeks of {zone}."
    made = f"Made {instant(digest.generated_at, zone)}."
    sources = [_source(source, zone) for source in digest.sources] or ["No source was read."]
    gaps = [f"Data gap: {clean(gap).rstrip('.')}." for gap in digest.gaps] or [
        "No data gaps known."
    ]
    return [f"Waiting past due now: {waiting}.", f"{known} {made}", *sources, *gaps]


def _source(source: SourceState, zone: str) -> str:
    read, known = instant(source.last_read_at, zone), instant(source.known_until, zone)
    return f"{clean(source.name)}: read {read}, known until {known}."
