"""Weekly reports as they were made: once a week, audience and locale, and kept for good.

The numbers of a week are kept when its first report is made, and every report of it is drawn from
them, so that everybody and every channel has the same ones, whenever their slot comes: a lead
that is told of later, or a breach that is excused later, changes none.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from reports.digest import Audience
from reports.facts import is_quiet
from reports.figures import key_figures
from reports.locales import DEFAULT, LOCALES, written_as
from reports.mail import RenderedDigest, render_digest
from reports.pictures import ChartImage
from smarketing.domain.errors import NotFoundError
from smarketing.services.digest.numbers import digest_from, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from reports.digest import Digest
    from smarketing.domain.weeks import Week

Row = dict[str, Any]
"""A kept report: `week, audience, locale, made_at, subject, preheader, text, html, images,
figures, quiet`."""

Figures = tuple[tuple[str, str], ...]
"""The headline figures as they are printed: label and value."""


class ReportShelf(Protocol):
    """Where reports are kept; nothing in it is ever changed."""

    def report(self, week: str, audience: str, locale: str) -> Row | None:
        """Return a report; None: it was not made."""
        ...

    def keep(self, report: Mapping[str, object]) -> None:
        """Keep a report, unless there is one of its week, audience and locale."""
        ...

    def listed(self) -> Sequence[tuple[str, str, str, datetime, str]]:
        """Return week, audience, locale, instant of making and subject, the newest week first."""
        ...

    def first_made(self, week: str) -> datetime | None:
        """Return when the first report of a week was made; None: none was."""
        ...

    def numbers(self, week: str) -> str | None:
        """Return the numbers of a week as they are kept; None: no report of it was made."""
        ...

    def keep_numbers(self, week: str, made_at: datetime, numbers: str) -> None:
        """Keep the numbers of a week, unless there are some."""
        ...


@dataclass(frozen=True)
class Frozen:
    """A report of a week for an audience, as it was made.

    Attributes:
        locale: How its dates and numbers are written.
        made_at: What was told later is not in it.
        quiet: Whether nothing happened in its week.
    """

    week: str
    audience: str
    locale: str
    made_at: datetime
    rendered: RenderedDigest
    figures: Figures
    quiet: bool


@dataclass(frozen=True)
class Changed:
    """A headline figure that a recount gives another value than was sent."""

    label: str
    sent: str
    now: str


def frozen(
    shelf: ReportShelf,
    count: Callable[[datetime], Digest],
    *,
    week: Week,
    audience: str,
    locale: str,
    now: datetime,
) -> Frozen:
    """Return a report as it was made first; it is made and kept where it was not.

    Args:
        shelf: Where reports are kept.
        count: Returns the week's numbers as known at an instant, for whomever; slow, called once
            a week.
        week: The week.
        audience: Whom it is written for.
        locale: How dates and numbers are written.
        now: When it is asked for.
    """
    kept = shelf.report(week.name, audience, locale)
    if kept is None:
        shown = replace(week_numbers(shelf, count, week, now), audience=Audience(audience))
        shelf.keep(_row(made(shown, render_digest(shown, locale), locale, shown.generated_at)))
        kept = shelf.report(week.name, audience, locale)
    assert kept is not None  # noqa: S101  (it was kept just now, by us or by somebody quicker)
    return frozen_from(kept)


def week_numbers(
    shelf: ReportShelf, count: Callable[[datetime], Digest], week: Week, now: datetime
) -> Digest:
    """Return the numbers of a week that all its reports show; they are counted and kept once.

    Where reports were made before numbers were kept, what is counted is what was known then.
    """
    kept = shelf.numbers(week.name)
    if kept is None:
        made_at = shelf.first_made(week.name) or now
        shelf.keep_numbers(week.name, made_at, text_of(count(made_at)))
        kept = shelf.numbers(week.name)
    assert kept is not None  # noqa: S101  (as above)
    return digest_from(kept)


def found(shelf: ReportShelf, week: str, audience: str, locale: str) -> Frozen:
    """Return a kept report, in the locale where it was made in it, else in another one.

    Raises:
        NotFoundError: None was made of that week for that audience.
    """
    for each in dict.fromkeys((locale, DEFAULT, *LOCALES)):
        if (row := shelf.report(week, audience, each)) is not None:
            return frozen_from(row)
    raise NotFoundError(f"no report was made of {week} for this audience", week)


def made(digest: Digest, rendered: RenderedDigest, locale: str, made_at: datetime) -> Frozen:
    """Return what is kept of a report that was drawn."""
    return Frozen(
        week=digest.week,
        audience=digest.audience,
        locale=locale,
        made_at=made_at,
        rendered=rendered,
        figures=figures_of(digest, locale),
        quiet=is_quiet(digest),
    )


def figures_of(digest: Digest, locale: str) -> Figures:
    """Return the headline figures as they are printed."""
    with written_as(locale):
        return tuple((one.label, one.value) for one in key_figures(digest))


def changed(report: Frozen, recounted: Digest) -> tuple[Changed, ...]:
    """Return the headline figures that are others by now; a label that is gone is left out."""
    now = dict(figures_of(recounted, report.locale))
    return tuple(
        Changed(label, sent, now[label])
        for label, sent in report.figures
        if now.get(label, sent) != sent
    )


def frozen_from(row: Mapping[str, Any]) -> Frozen:
    """Return the report of a kept row."""
    images = json.loads(row["images"])
    return Frozen(
        week=row["week"],
        audience=row["audience"],
        locale=row["locale"],
        made_at=row["made_at"],
        rendered=RenderedDigest(
            subject=row["subject"],
            preheader=row["preheader"],
            marked_text=row["text"],
            marked_html=row["html"],
            images=tuple(ChartImage(**one | {"png": b64decode(one["png"])}) for one in images),
        ),
        figures=tuple((label, value) for label, value in json.loads(row["figures"])),
        quiet=bool(row["quiet"]),
    )


def _row(report: Frozen) -> Row:
    drawn = report.rendered
    images = (asdict(one) | {"png": b64encode(one.png).decode("ascii")} for one in drawn.images)
    return {
        "week": report.week,
        "audience": report.audience,
        "locale": report.locale,
        "made_at": report.made_at,
        "subject": drawn.subject,
        "preheader": drawn.preheader,
        "text": drawn.marked_text,
        "html": drawn.marked_html,
        "images": json.dumps(list(images), ensure_ascii=False),
        "figures": json.dumps(report.figures, ensure_ascii=False),
        "quiet": int(report.quiet),
    }
