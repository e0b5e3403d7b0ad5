"""What was promised and not kept: the list, and one breach with what was said about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for

from reports.numbers import count
from smarketing.domain.breaches import Act, Kind, Standing
from smarketing.domain.days import local_date, starts_at
from smarketing.domain.errors import ConflictError, InvalidError, NotFoundError
from smarketing.domain.targets import next_month
from smarketing.services.breaches.listed import Asked, breaches_of, concerned, one_line
from smarketing.services.breaches.speaking import Said, may_say, say
from smarketing.web.asked import asked_from
from smarketing.web.breach_words import (
    ACTS,
    DID,
    KINDS,
    STANDINGS,
    about,
    headline,
    late_words,
    short_of,
    why,
)
from smarketing.web.notes import note, refused
from smarketing.web.parts import parts, signed_in
from smarketing.web.ways import is_number, our_path

if TYPE_CHECKING:
    from datetime import date

    from werkzeug import Response

    from smarketing.services.breaches.listed import Line
    from smarketing.services.conclusions.book import Book

Name = TypeVar("Name", Kind, Standing)

blueprint = Blueprint("breaches", __name__, url_prefix="/breaches")

_LAST_ID: Final = 2**63 - 1
_MOST: Final = 500
"""Breaches about which something is said at once: more than a page shows."""

_LAST_PAGE: Final = 1_000_000


@blueprint.get("")
def show_all() -> str:
    """Show the breaches of a month that are asked for."""
    portal, person, book = parts(), signed_in(), parts().book()
    days, asked = _asked(book)
    seen = concerned(book, person).values()
    number = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    listed = breaches_of(portal.breaches, book, person, asked, number)
    kept = {key: value for key, value in request.args.items() if key not in {"page", "month"}}
    return render_template(
        "breaches/list.html",
        listed=listed,
        asked=asked,
        days=days,
        before=_month_link(kept, _month_before(days[0])),
        after=_month_link(kept, days[1]),
        headline=headline(listed, days),
        agreements=list({p.agreement.name: p.agreement for p in seen}.values()),
        words={"kinds": KINDS, "standings": STANDINGS, "acts": ACTS},
        about=about,
        why=why,
        late=late_words,
        short=short_of,
        sayable=_sayable(listed.lines),
        clauses=_clauses(listed.lines),
        page_link=lambda n: url_for(".show_all", **{**request.args, "page": n}),
        now=portal.clock(),
    )


@blueprint.get(f"/<int(max={_LAST_ID}):breach_id>")
def show(breach_id: int) -> str:
    """Show one breach: what was recorded, what was said, and what may be said now."""
    portal, person, book = parts(), signed_in(), parts().book()
    line = one_line(portal.breaches, book, person, breach_id)
    now = portal.clock()
    return render_template(
        "breaches/show.html",
        line=line,
        records=portal.breaches.history(breach_id),
        words={
            "kinds": KINDS, "standings": STANDINGS, "acts": ACTS, "did": DID
        },
        about=about,
        why=why,
        late=late_words,
        short=short_of,
        sayable=may_say(line.breach, line.place, person, now),
        clauses=line.place.agreement.exclusions,
        zone=line.place.agreement.timezone,
        now=now,
    )  # fmt: skip


@blueprint.post("/say")
def speak() -> Response:
    """Add a word about one breach or several, or say why it cannot be."""
    try:
        note(_said())
    except (ConflictError, InvalidError) as error:
        refused(error, request.form.get("text", ""))
    return redirect(our_path(request.form.get("next", "")) or url_for(".show_all"), 303)


def _said() -> str:
    """Say what the form says, and return what came of it."""
    portal, ids = parts(), _ids()
    said = Said(
        _member(Act, request.form.get("act", ""), "act"),
        signed_in(),
        portal.clock(),
        request.form.get("text", ""),
        request.form.get("clause", ""),
    )
    total = say(portal.breaches, ids, said, portal.book())
    breaches = "One breach" if total == 1 else f"{count(total)} breaches"
    return f"{breaches}: {DID[said.act].lower()}."


def _asked(book: Book) -> tuple[tuple[date, date], Asked]:
    """Return the days that are asked for, and the question."""
    args = request.args
    found, zone = asked_from(args), book.pages_timezone
    month = found.month or local_date(parts().clock(), zone).replace(day=1)
    days = found.span or (month, next_month(month))
    from_at, to_at = (starts_at(day, zone) for day in days)
    kind, standing = args.get("kind"), args.get("standing")
    whole = days[0].day == 1 and days[1] == next_month(days[0])
    return days, Asked(
        from_at,
        to_at,
        month=f"{days[0]:%Y-%m}" if whole else None,
        agreement=args.get("agreement") or None,
        party=args.get("party") or None,
        commitment=args.get("commitment") or None,
        kind=_named(Kind, kind) if kind else None,
        standing=_named(Standing, standing) if standing else None,
    )


def _sayable(lines: tuple[Line, ...]) -> tuple[Act, ...]:
    """Return what may be said about any of some lines, in the order of Act."""
    now, person = parts().clock(), signed_in()
    found = {act for line in lines for act in may_say(line.breach, line.place, person, now)}
    return tuple(act for act in Act if act in found)


def _clauses(lines: tuple[Line, ...]) -> dict[str, str]:
    return {
        clause.name: clause.title for line in lines for clause in line.place.agreement.exclusions
    }


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _month_link(kept: dict[str, str], month: date) -> str:
    plain = {key: value for key, value in kept.items() if key not in {"from", "to"}}
    return f"{url_for('.show_all')}?{urlencode({**plain, 'month': f'{month:%Y-%m}'})}"


def _ids() -> list[int]:
    """Return the breaches that are meant.

    Raises:
        InvalidError: None was chosen, or too many.
    """
    texts = request.form.getlist("breach")
    ids = sorted({int(text) for text in texts if is_number(text)})
    if not 0 < len(ids) <= _MOST:
        raise InvalidError(f"Choose at least one breach, and at most {_MOST} at once.", "breach")
    return ids


def _member(kind: type[Act], found: str, field: str) -> Act:
    if found not in tuple(kind):
        raise InvalidError(f"Choose one of {', '.join(kind)}.", field)
    return kind(found)


def _named(kind: type[Name], found: str) -> Name:
    if found not in tuple(kind):
        raise NotFoundError(f"“{found}” is none of {', '.join(kind)}", found)
    return kind(found)
