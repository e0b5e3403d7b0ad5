"""Answers that came by the link of a mail, of which it is not sure that a person gave them.

They count: whether a program pressed the button is for people to find out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from smarketing.domain.acts import PRESSED
from smarketing.domain.calendar import instant
from smarketing.services.leads.queue import lead_name
from smarketing.services.leads.timeline import act_ref, ways_of

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from smarketing.domain.ways import Doubt, How
    from smarketing.services.conclusions.book import Book


class LinkAnswers(Protocol):
    """Where answers by the links of mails are read."""

    def by_link(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return what was pressed in mails about the leads handed off on `[first_day, last_day)`.

        Columns: `lead_id`, names, `kind, detail, ref, by` (a name), `at, version_id`.
        """
        ...


@dataclass(frozen=True)
class Doubtful:
    """One answer that is in doubt.

    Attributes:
        by: Whose link it was, by name; None: the account is gone.
        kind: `acknowledged` or `returned`.
        zone: In which `at` is shown.
    """

    lead_id: int
    name: str
    by: str | None
    kind: str
    at: datetime
    zone: str
    how: How
    doubt: Doubt


def doubtful_answers(
    store: LinkAnswers, book: Book, first_day: int, last_day: int
) -> tuple[Doubtful, ...]:
    """Return the answers in doubt about leads handed off on `[first_day, last_day)`, in order."""
    rows = store.by_link(first_day, last_day).to_dicts()
    ways, found = ways_of(rows), []
    for row in rows:
        how, doubt = ways.get(act_ref(row["ref"]), (None, None))
        if row["kind"] == PRESSED or how is None or doubt is None:
            continue
        zone = book.timezone_of(row["version_id"])
        name, at = lead_name(row), instant(row["at"])
        found.append(Doubtful(row["lead_id"], name, row["by"], row["kind"], at, zone, how, doubt))
    return tuple(found)
