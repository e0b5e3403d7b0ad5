"""A comparison as a table and as a funnel plot: never as a league table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import url_for

from reports.numbers import count, percent
from smarketing.domain.comparison import ALARM, WARNING, funnel_limits
from smarketing.domain.lead_lists import What
from smarketing.domain.metrics import Metric
from smarketing.services.comparison.words import centre_of, name_of, rate_of, verdict_of
from smarketing.web.charts import Axis, Chart, Colour, Kind, Line, Plot, Point, Series

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smarketing.domain.comparison import Group
    from smarketing.services.comparison.comparison import Comparison

METRICS: Final[Mapping[Metric, str]] = {
    Metric.ACKNOWLEDGED_WITHIN: "Acknowledged in time",
    Metric.FIRST_ATTEMPT_WITHIN: "First attempt in time",
    Metric.ACCEPTANCE_RATE: "Accepted",
}
BY: Final[Mapping[str, str]] = {
    "agreement": "Agreement (site or provider)",
    "provider": "Provider",
    "source": "Source",
    "lead_source": "Lead source",
    "country": "Country",
    "owner": "Owner in the CRM",
}
_POINTS: Final = 40
_MISSED: Final[Mapping[Metric, What]] = {
    Metric.ACKNOWLEDGED_WITHIN: What.LATE,
    Metric.FIRST_ATTEMPT_WITHIN: What.ATTEMPT_LATE,
    Metric.ACCEPTANCE_RATE: What.REJECTED,
}


def leads_of(group: Group, found: Comparison) -> str:
    """Return the list of those leads of a group that were not kept; empty where there is none."""
    if found.by == "agreement" or not group.name:
        return ""
    asked = {
        "from": found.starts.isoformat(),
        "to": found.ends.isoformat(),
        "what": str(_MISSED[found.metric]),
        found.by: group.name,
    }
    return f"{url_for('leads.show_all')}?{urlencode(asked)}"


def funnel(found: Comparison) -> Chart | None:
    """Return the funnel plot: each group by how many were due, with the limits of chance."""
    due = [group for group in found.groups if group.due]
    if found.centre is None or len(due) < 2:  # noqa: PLR2004
        return None
    most = max(group.due for group in due)
    told = "; ".join(f"{name_of(group)}: {rate_of(group)}" for group in due)
    plot = Plot(
        title=METRICS[found.metric],
        subtitle="in percent, against how many were due",
        state=("plan", "●", "within chance") if not found.outside else ("behind", "▲", "look here"),
        href="",
        alt=f"Funnel plot around {centre_of(found)}. {told}.",
        axis=Axis(highest=most * 1.05, ticks=((0, "0"), (most, f"{count(most)} due"))),
        series=tuple(_series(found, due, most)),
        highest=100,
    )
    return Chart(
        caption="What chance alone explains",
        note=f"A dot is a group. The grey lines are the limits within which chance puts 95 and "
        f"99.8 of 100 groups that are as good as {centre_of(found)}: the fewer were due, the "
        "wider.",
        plots=(plot,),
        columns=(BY[found.by], "In time" if found.metric in _TIMED else "Accepted", "Due", "Where"),
        lines=tuple(_line(group, found) for group in found.groups),
        table_note="By name, not by rate: the order says nothing.",
    )


_TIMED: Final = (Metric.ACKNOWLEDGED_WITHIN, Metric.FIRST_ATTEMPT_WITHIN)


def _series(found: Comparison, due: list[Group], most: int) -> Iterator[Series]:
    centre = float(found.centre or 0)
    steps = sorted({max(1, round(most * n / _POINTS)) for n in range(1, _POINTS + 1)})
    for level in (WARNING, ALARM):
        limits = [(n, funnel_limits(n, centre, level)) for n in steps]
        for end in (0, 1):
            points = tuple(Point(n, 100 * pair[end]) for n, pair in limits)
            yield Series(Kind.DASHED, Colour.GREY, points)
    yield Series(Kind.LINE, Colour.GREY, (Point(0, 100 * centre), Point(most, 100 * centre)))
    for colour, wanted in ((Colour.BLUE, False), (Colour.VERMILLION, True)):
        dots = tuple(
            Point(
                group.due,
                100 * group.kept / group.due,
                f"{name_of(group)}: {rate_of(group)}",
                leads_of(group, found),
            )
            for group in sorted(due, key=lambda one: one.due)
            if (group in found.outside) is wanted
        )
        if dots:
            yield Series(Kind.DOT, colour, dots)


def _line(group: Group, found: Comparison) -> Line:
    cells = (
        percent(group.kept, group.due) if group.due else "–",
        count(group.due),
        verdict_of(group, found),
    )
    return Line(name_of(group), cells, leads_of(group, found))
