"""What speaks against an agreement without being a fault: simple schemes work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import Evidence
from smarketing.domain.metrics import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.domain.agreement import Agreement

MOST_COMMITMENTS: Final = 7
"""More than that nobody keeps in mind."""


def warnings_of(agreement: Agreement) -> tuple[str, ...]:
    """Return a sentence for everything that an author should think about again."""
    return tuple(_warnings(agreement))


def _warnings(agreement: Agreement) -> Iterator[str]:
    many = len(agreement.commitments)
    if many > MOST_COMMITMENTS:
        yield (
            f"It has {many} commitments; more than {MOST_COMMITMENTS} are seldom kept in mind: "
            "keep those that change what people do."
        )
    for promise in agreement.commitments:
        if CATALOGUE[promise.metric].is_clock and promise.recorded_in == {Evidence.PORTAL}:
            yield (
                f"{promise.title} is judged only by what people press in the portal; what is "
                "entered by hand is often forgotten: let the source tell, too, with recorded_in = "
                '["source", "portal"].'
            )
