"""Digests for the tests: invented weeks of an invented company."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from reports.digest import (
    Audience,
    BreachWeek,
    CellProgress,
    DayCount,
    Debt,
    DepthProgress,
    DepthWeek,
    Digest,
    PromiseProgress,
    PromiseWeek,
    SourceState,
    WeekCount,
)
from reports.outlook import Outlook, State
from smarketing.domain.forecast import Band
from smarketing.domain.metrics import Metric

ZONE = "Europe/Riga"
STARTS = date(2018, 3, 5)
MARCH = date(2018, 3, 1)
AS_OF = datetime(2018, 3, 12, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
CELLS = (
    ("Enterprise", "Decision makers", 57, 12),
    ("Enterprise", "Influencers", 110, 41),
    ("Mid-market", "Decision makers", 84, 38),
    ("Mid-market", "Influencers", 96, 30),
    ("Small business", "Owners", 73, 29),
    ("Public sector", "Decision makers", None, 6),
)


def month_days(month, upto, counted, rejected, *, every_day_works=False):
    """Spread counts over the days of a month up to and including `upto`, weekends included."""
    first_after = (month + timedelta(days=31)).replace(day=1)
    days = [month + timedelta(days=n) for n in range((first_after - month).days)]
    past = [on for on in days if on <= upto]
    return tuple(
        DayCount(
            day=on,
            working=every_day_works or on.weekday() < 5,
            counted=share_of(counted, past, on),
            rejected=share_of(rejected, past, on),
        )
        for on in days
    )


def share_of(total, days, on):
    """Return the part of `total` that falls on one of `days`; the parts add up to it."""
    if on not in days:
        return 0
    place = days.index(on)
    return total * (place + 1) // len(days) - total * place // len(days)


def cell(segment, tier, target, counted, *, rejected=3, month=MARCH, upto=None):
    upto = upto or STARTS + timedelta(days=6)
    days = month_days(month, upto, counted, rejected)
    working = [one for one in days if one.working]
    gone = sum(one.day <= upto for one in working)
    return CellProgress(
        segment=segment.lower().replace(" ", "-"),
        tier=tier.lower().replace(" ", "-"),
        segment_title=segment,
        tier_title=tier,
        counted_week=counted * 2 // 3,
        delivered=counted + rejected,
        rejected=rejected,
        counted=counted,
        target=target,
        expected=None if target is None else Fraction(target * gone, max(len(working), 1)),
        left_days=len(working) - gone,
        days=days,
    )


def promise(
    name="acknowledge",
    *,
    title="Acknowledge in 4 working hours",
    met=41,
    due=50,
    pending=0,
    **changes,
):
    earlier = [
        PromiseWeek(f"2018-W{n:02}", met=40 + n, late=n % 3, overdue=0, pending=0)
        for n in range(1, 10)
    ]
    earlier[4] = PromiseWeek("2018-W05", 0, 0, 0, 0)
    earlier[2] = PromiseWeek("2018-W03", 3, 2, 0, 0)
    earlier[6] = PromiseWeek("2018-W07", 30, 20, 0, 0)
    gone = due - met
    late, overdue = gone - gone // 2, gone // 2
    last = PromiseWeek("2018-W10", met=met, late=late, overdue=overdue, pending=pending)
    full = PromiseProgress(
        name=name,
        title=title,
        by="Sales",
        promised_rate=Fraction(9, 10),
        weeks=(*earlier, last),
        busiest_miss=(1, 16, 7),
        judged_until=AS_OF,
        metric=Metric.ACKNOWLEDGED_WITHIN,
    )
    return replace(full, **changes)


def week(name, delivered, rejected):
    counted = delivered - rejected
    return WeekCount(
        week=name,
        delivered=delivered,
        rejected=rejected,
        counted=counted,
        accepted=counted - counted // 8,
        customers=counted // 20,
        value=Decimal(counted) * Decimal("412.5"),
    )


def depth(made=141, short=29, **changes):
    """Return a promise of three attempts; of 61 leads `short` got fewer in the digest's week."""
    weeks = tuple(
        DepthWeek(f"2018-W{n:02}", 50 + n, 110 + n, 150 + 3 * n, 20) for n in range(1, 10)
    )
    last = DepthWeek("2018-W10", 61, made, 183, short)
    full = DepthProgress("attempts", "Three attempts in ten days", "Sales", (*weeks, last))
    return replace(full, **changes)


def breaches(marketing=(1, 0, 0), sales=(2, 9, 3), upto=10):
    """Return breaches of both sides: missing, late and wrong, as given in the last week."""
    sides = (("marketing", "Marketing", marketing), ("sales", "Sales", sales))
    return tuple(
        BreachWeek(f"2018-W{n:02}", name, title, *(last if n == upto else (0, n % 5, n % 3)))
        for n in range(1, upto + 1)
        for name, title, last in sides
    )


def debt(**changes):
    full = Debt(
        by="Marketing",
        to="Sales",
        party="sales",
        month=date(2018, 2, 1),
        promise="Leads a month",
        what="12 leads",
        state="to be claimed by 30 Mar",
        is_open=True,
    )
    return replace(full, **changes)


def outlooks(cells, chance=0.31):
    """Return an open outlook for each cell with a target, with a fan of its days to come."""
    return {
        (one.segment, one.tier): Outlook(
            State.OPEN,
            one.counted,
            one.target,
            chance=chance,
            expected=one.target * 0.9,
            low=one.target * 8 // 10,
            high=one.target,
            days_to_go=20,
            fan=tuple(
                Band(one.counted, one.counted, one.counted + n, one.counted + n)
                for n in range(one.left_days + 1)
            ),
        )
        for one in cells
        if one.target is not None
    }


def full_week(**changes):
    """Return a week with everything: forecasts, attempts, breaches of both sides, a debt."""
    plain = digest()
    return replace(
        plain,
        outlooks=outlooks(plain.cells),
        depths=(depth(),),
        breaches=breaches(),
        owed=(debt(),),
        owed_month=date(2018, 2, 1),
        others=("Acme: the agency 2018",),
        **changes,
    )


def digest(**changes):
    """Return a week like others: some cells behind, one promise missed, five leads waiting."""
    cells = tuple(cell(*one) for one in CELLS)
    weeks = tuple(week(f"2018-W{n:02}", 90 + 11 * n % 37, n % 7) for n in range(1, 11))
    attempt = promise(
        "attempt",
        title="First attempt within one working day",
        met=88,
        due=91,
        metric=Metric.FIRST_ATTEMPT_WITHIN,
        busiest_miss=None,
    )
    full = Digest(
        audience=Audience.BOTH,
        agreement="acme-2018",
        title="Acme: Marketing and Sales 2018",
        week="2018-W10",
        starts=STARTS,
        ends=STARTS + timedelta(days=7),
        month=MARCH,
        zone=ZONE,
        currency="EUR",
        as_of=AS_OF,
        generated_at=AS_OF + timedelta(hours=8),
        weeks=weeks,
        cells=cells,
        promises=(promise(), attempt),
        waiting=5,
        sources=(SourceState("HubSpot", AS_OF + timedelta(hours=7), AS_OF + timedelta(hours=6)),),
        gaps=(),
        base_url="https://smarketing.example.com",
    )
    return replace(full, **changes)


def quiet_week():
    """Return a week in which everything due was kept and every cell is on plan."""
    cells = tuple(cell(s, t, target, (target or 9) // 2, rejected=0) for s, t, target, _ in CELLS)
    return digest(cells=cells, promises=(promise(met=50),), waiting=0)


def nothing_at_all():
    """Return the first week of an installation without leads, targets and promises."""
    return digest(cells=(), promises=(), weeks=(week("2018-W10", 0, 0),), waiting=0, sources=())


def unmeasured():
    """Return a week whose only promise has no source for its acts."""
    weeks = tuple(PromiseWeek(f"2018-W{n:02}", 0, 0, 0, 60) for n in range(1, 11))
    return digest(promises=(promise(weeks=weeks, judged_until=None, busiest_miss=None),), waiting=0)


def open_week(**changes):
    """Return a week of which half is pending; the report of the week before had to be open, too."""
    plain = promise(met=42, due=43, pending=49, **changes)
    then = PromiseWeek("2018-W09", met=40, late=2, overdue=0, pending=49)
    before = PromiseWeek("2018-W09", met=53, late=30, overdue=8, pending=0, at_end=then)
    told = replace(plain, weeks=(*plain.weeks[:-2], before, plain.weeks[-1]))
    return replace(quiet_week(), promises=(told,))


def no_targets():
    return digest(cells=tuple(cell(s, t, None, counted) for s, t, _, counted in CELLS))


def twelve_cells():
    cells = tuple(
        cell(f"Segment number {n} with quite a long name", f"Tier {n % 3}", 20 * n + 10, 7 * n)
        for n in range(12)
    )
    return digest(cells=cells)


def month_change():
    """Return W05 of 2018, 29 January to 4 February: the month has two working days behind it."""
    starts = date(2018, 1, 29)
    upto = starts + timedelta(days=6)
    as_of = datetime(2018, 2, 5, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    cells = tuple(
        cell(s, t, target, counted // 5, month=date(2018, 2, 1), upto=upto, rejected=0)
        for s, t, target, counted in CELLS
    )
    weeks = tuple(week(f"2018-W{n:02}", 90 + n, n) for n in range(1, 6))
    return digest(
        week="2018-W05",
        starts=starts,
        ends=starts + timedelta(days=7),
        month=date(2018, 2, 1),
        as_of=as_of,
        generated_at=as_of + timedelta(hours=8),
        cells=cells,
        weeks=weeks,
    )


def month_end():
    """Return the last week of March: no working day is left."""
    starts = date(2018, 3, 26)
    upto = starts + timedelta(days=6)
    as_of = datetime(2018, 4, 1, 0, 0, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    shown = tuple(cell(s, t, g, n * 2, upto=upto) for s, t, g, n in CELLS)
    return digest(week="2018-W13", starts=starts, as_of=as_of, cells=shown, waiting=0)


def huge():
    cells = (cell("World", "All", 2_400_000, 1_234_567, rejected=45_678),)
    weeks = (week("2018-W09", 400_000, 900), week("2018-W10", 512_345, 1_200))
    return digest(cells=cells, promises=(promise(met=8_996, due=10_000),), weeks=weeks)


def heavy():
    """Return as much as a report may have to show: thirty cells, six promises, twelve weeks."""
    title = "A promise with a title that says quite a lot"
    weeks = tuple(PromiseWeek(f"2018-W{n:02}", 12_000 + n, 300, 20, 1_000) for n in range(1, 13))
    return digest(
        week="2018-W12",
        cells=tuple(
            cell(f"Quite a long segment {n}", f"Tier {n % 3}", 900, 250) for n in range(30)
        ),
        promises=tuple(promise(f"p{n}", title=f"{title}, {n}", weeks=weeks) for n in range(6)),
        weeks=tuple(week(f"2018-W{n:02}", 12_345 + 1_111 * n, 700 * n) for n in range(1, 13)),
        gaps=tuple(f"Source {n} was not read on 7 March" for n in range(6)),
    )


def biggest():
    """Return twelve cells and six promises with all that a report can say of them."""
    plain = heavy()
    cells = plain.cells[:12]
    return replace(
        plain,
        cells=cells,
        outlooks=outlooks(cells),
        depths=(depth(), depth(name="again")),
        breaches=breaches(upto=12),
        owed=tuple(debt(promise=f"Promise {n}") for n in range(4)),
        owed_month=date(2018, 2, 1),
    )


ALL = {
    "biggest": biggest,
    "full": full_week,
    "heavy": heavy,
    "normal": digest,
    "marketing": lambda: digest(audience=Audience.MARKETING),
    "sales": lambda: digest(audience=Audience.SALES),
    "quiet": quiet_week,
    "open": open_week,
    "nothing at all": nothing_at_all,
    "unmeasured": unmeasured,
    "no targets": no_targets,
    "twelve cells": twelve_cells,
    "month change": month_change,
    "month end": month_end,
    "huge": huge,
}


def midnight_after(day):
    """Return the instant at which `day` is over in the digests' zone."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
