"""The charts that a report carries: at most three, each only where it has something to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import (
    breaches,
    burnup,
    draw_breaches,
    draw_burnup,
    draw_response,
    draw_weeks,
    response,
    weeks,
)

if TYPE_CHECKING:
    from reports.digest import Digest
    from reports.pictures import ChartImage


def images(digest: Digest) -> tuple[ChartImage, ...]:
    """Return the pictures in reading order; none when there is nothing to draw."""
    progress, answers = burnup.burn_up(digest), response.responses(digest)
    broken = breaches.breach_chart(digest)
    # While nothing is broken, or nothing is recorded, the third picture is of the leads by week.
    trend = None if broken else weeks.weeks(digest)
    found = [
        draw_burnup.image(progress) if progress else None,
        draw_response.image(answers) if answers else None,
        draw_breaches.image(broken) if broken else None,
        draw_weeks.image(trend) if trend else None,
    ]
    return tuple(image for image in found if image)
