"""Remedies and fees of an agreement file as the domain has them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from smarketing.domain.breaches import Kind
from smarketing.domain.remedies import Band, Chronic, EarnBack, Fee, Points, Remedy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from smarketing.services.agreements.remedy_shape import FeeShape, PointsShape, RemedyShape


def fees_of(shapes: Mapping[str, FeeShape]) -> dict[str, Fee]:
    """Return the fee of each party that is paid one."""
    return {
        party: Fee(Fraction(fee.invoice), fee.at_risk, _exact(fee.cap_year))
        for party, fee in shapes.items()
    }


def remedies_of(shapes: Mapping[str, RemedyShape]) -> tuple[Remedy, ...]:
    """Return the remedies, in the order of the file."""
    return tuple(_remedy(name, shape) for name, shape in shapes.items())


def _remedy(name: str, shape: RemedyShape) -> Remedy:
    earn_back, chronic = shape.earn_back, shape.chronic
    return Remedy(
        name=name,
        title=shape.title or name.replace("_", " ").replace("-", " ").capitalize(),
        kind=shape.kind,
        commitment=shape.commitment,
        incident=shape.incident or name,
        claim_days=shape.claim_days,
        answer_days=shape.answer_days,
        minimum=Fraction(shape.minimum),
        pool=shape.pool,
        allocation=shape.allocation,
        schedule=tuple(Band(band.below, band.credit) for band in shape.schedule),
        by_gap=shape.by_gap,
        points=_points(shape.points) if shape.points else None,
        band=shape.band or Fraction(0),
        cap=shape.cap or Fraction(1),
        cap_year=_exact(shape.cap_year),
        relieves=shape.relieves,
        earn_back=(
            EarnBack(earn_back.share, earn_back.after_months, earn_back.exceeded)
            if earn_back
            else None
        ),
        chronic=Chronic(chronic.failed, chronic.of) if chronic else None,
    )


def _points(shape: PointsShape) -> Points:
    of_kind = {Kind.MISSING: shape.missing, Kind.LATE: shape.late, Kind.WRONG: shape.wrong}
    return Points(of_kind, tuple((step.at_least, step.credit) for step in shape.table))


def _exact(amount: Decimal | None) -> Fraction | None:
    return None if amount is None else Fraction(amount)
