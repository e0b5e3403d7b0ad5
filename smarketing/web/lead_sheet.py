"""A list of leads as the rows of a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.web.lead_words import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smarketing.services.leads.lists import Line

_HEADER: Final = (
    "id", "name", "company", "job_title", "email", "phone", "segment", "tier", "stage",
    "handed_off_at", "source", "source_id", "lead_source", "campaign", "provider", "country",
)  # fmt: skip

Row = tuple[str | int | None, ...]


def sheet(lines: Iterable[Line], *, with_people: bool) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Return the header and the rows; instants are UTC. People are those who hold the leads."""
    if with_people:
        return (*_HEADER, "holder"), ((*_row(line), line.holder) for line in lines)
    return _HEADER, (_row(line) for line in lines)


def _row(line: Line) -> Row:
    return (
        line.lead_id,
        line.name,
        line.company,
        line.job_title,
        line.email,
        line.phone,
        line.segment,
        line.tier,
        STAGES[line.stage],
        f"{line.handed_at:%Y-%m-%dT%H:%M:%SZ}",
        line.source,
        line.source_key,
        line.lead_source,
        line.campaign,
        line.provider,
        line.country,
    )
