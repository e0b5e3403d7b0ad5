"""Whether the remedies of an agreement make sense: each check yields every fault it finds."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import PartyKind
from smarketing.domain.errors import AgreementProblem
from smarketing.domain.metrics import CATALOGUE, Measure
from smarketing.domain.remedies import RemedyKind, full_credit
from smarketing.services.agreements.checks import slug_problems, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smarketing.services.agreements.remedy_shape import FeeShape, PointsShape, RemedyShape
    from smarketing.services.agreements.shape import AgreementShape, CommitmentShape

_EVERY: Final = {"title", "kind", "commitment", "claim_days", "answer_days", "chronic"}
_USED: Final[Mapping[RemedyKind, set[str]]] = {
    RemedyKind.CREDIT: {
        "incident", "minimum", "pool", "allocation", "schedule", "by_gap", "points", "earn_back",
    },
    RemedyKind.MAKE_GOOD: {"incident", "minimum", "band", "cap", "cap_year"},
    RemedyKind.RELIEF: {"relieves"},
}  # fmt: skip
"""The keys that each kind of remedy has a use for, besides those of every one."""

_SAID: Final[Mapping[RemedyKind, str]] = {
    RemedyKind.CREDIT: "a credit",
    RemedyKind.MAKE_GOOD: "a make-good",
    RemedyKind.RELIEF: "relief",
}


def remedy_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the fees and the remedies."""
    yield from _fee_problems(shape)
    yield from slug_problems("remedies", shape.remedies)
    for name, remedy in shape.remedies.items():
        key = f"remedies.{name}"
        yield from unknown_name(f"{key}.commitment", remedy.commitment, shape.commitments)
        yield from _day_problems(key, remedy)
        yield from _chronic_problems(key, remedy)
        for found in sorted(remedy.model_fields_set - _EVERY - _USED[remedy.kind]):
            homes = " or ".join(_SAID[kind] for kind, used in _USED.items() if found in used)
            yield AgreementProblem(f"{key}.{found}", f"belongs to {homes}", "Remove it")
        promise = shape.commitments.get(remedy.commitment)
        if promise is not None:
            yield from _KINDS[remedy.kind](key, remedy, promise, shape)


def _fee_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    for name, fee in shape.fees.items():
        yield from unknown_name(f"fees.{name}", name, shape.parties)
        party = shape.parties.get(name)
        if party and party.kind is not PartyKind.SUPPLIER:
            yield AgreementProblem(
                f"fees.{name}",
                f"{name} is a {party.kind}, and no money moves between departments",
                f'Remove it, or write kind = "supplier" under [parties.{name}]',
            )
        if not fee.invoice:
            yield AgreementProblem(f"fees.{name}.invoice", "is zero", "Write what it is a month")


def _day_problems(key: str, remedy: RemedyShape) -> Iterator[AgreementProblem]:
    for name, doing in (("claim_days", "claim it"), ("answer_days", "dispute a claim")):
        if getattr(remedy, name) < 1:
            yield AgreementProblem(
                f"{key}.{name}",
                f"is {getattr(remedy, name)}: nobody could {doing}",
                "Write for how many days it is possible, as 30",
            )


def _chronic_problems(key: str, remedy: RemedyShape) -> Iterator[AgreementProblem]:
    chronic = remedy.chronic
    if chronic and not 1 <= chronic.failed <= chronic.of:
        yield AgreementProblem(
            f"{key}.chronic",
            f"{chronic.failed} of the last {chronic.of} months cannot fail",
            "Write at least 1 and at most as many, as { failed = 3, of = 6 }",
        )


def _credit_problems(
    key: str, remedy: RemedyShape, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    suppliers = [
        name
        for name in (promise.by, promise.to)
        if (party := shape.parties.get(name)) and party.kind is PartyKind.SUPPLIER
    ]
    if not suppliers:
        yield AgreementProblem(
            f"{key}.kind",
            f"is money, and {promise.by} and {promise.to} are no outside suppliers",
            'Write kind = "make_good" or "relief": between departments no money moves',
        )
    elif not (fees := [shape.fees[name] for name in suppliers if name in shape.fees]):
        yield AgreementProblem(
            f"{key}.kind",
            f"is a part of what {suppliers[0]} is paid, and that is not written",
            f"Add [fees.{suppliers[0]}] with invoice and at_risk",
        )
    else:
        yield from _minimum_problems(key, remedy, fees[0])
    yield from _scheme_problems(key, remedy, promise)
    if remedy.earn_back and remedy.earn_back.after_months < 1:
        yield AgreementProblem(
            f"{key}.earn_back.after_months", "is no month at all", "Write at least 1"
        )


def _minimum_problems(key: str, remedy: RemedyShape, fee: FeeShape) -> Iterator[AgreementProblem]:
    most = full_credit(Fraction(fee.invoice), fee.at_risk, remedy.pool, remedy.allocation)
    caps = [most] if fee.cap_year is None else [most, Fraction(fee.cap_year)]
    if remedy.minimum and min(caps) <= remedy.minimum:
        yield AgreementProblem(
            f"{key}.minimum",
            f"is {remedy.minimum}, and the cap is {float(min(caps)):g}: nothing could ever be owed",
            "Write less than the cap",
        )


def _scheme_problems(
    key: str, remedy: RemedyShape, promise: CommitmentShape
) -> Iterator[AgreementProblem]:
    schemes = [name for name in ("schedule", "by_gap", "points") if getattr(remedy, name)]
    for extra in schemes[1:]:
        yield AgreementProblem(
            f"{key}.{extra}", f"stands beside {schemes[0]}", "Keep one way to compute the credit"
        )
    if CATALOGUE[promise.metric].measure is Measure.EVENNESS and "points" not in schemes:
        for name in schemes:
            yield AgreementProblem(
                f"{key}.{name}", "needs a level that falls, and evenness rises", "Use points"
            )
    if remedy.by_gap and promise.promised_rate is None:
        yield AgreementProblem(
            f"{key}.by_gap", f"needs a promised rate, and {remedy.commitment} has none",
            "Use a schedule",
        )  # fmt: skip
    yield from _schedule_problems(f"{key}.schedule", remedy, promise)
    if remedy.points:
        yield from _points_problems(f"{key}.points", remedy.points)


def _schedule_problems(
    key: str, remedy: RemedyShape, promise: CommitmentShape
) -> Iterator[AgreementProblem]:
    for number, (above, band) in enumerate(pairwise(remedy.schedule), 2):
        if band.below == above.below:
            yield AgreementProblem(
                f"{key}[{number}].below", "overlaps the band before it", "Keep one of them"
            )
        elif band.below > above.below:
            yield AgreementProblem(
                f"{key}[{number}].below",
                "does not descend",
                "Write the highest level first: each band ends where the next one begins",
            )
        if band.credit <= above.credit:
            yield AgreementProblem(
                f"{key}[{number}].credit",
                "is not more than that of the band above",
                "Write more for a lower level",
            )
    promised = promise.promised_rate or 1
    if remedy.schedule and remedy.schedule[0].below > promised:
        yield AgreementProblem(
            f"{key}[1].below", "gives a credit although the promise is kept",
            "Write the promised rate, or less",
        )  # fmt: skip


def _points_problems(key: str, points: PointsShape) -> Iterator[AgreementProblem]:
    if not any((points.missing, points.late, points.wrong)):
        yield AgreementProblem(
            key, "gives no breach any points", "Add late = 1, missing = 3 or wrong = 2"
        )
    for name in ("missing", "late", "wrong"):
        if getattr(points, name) < 0:
            yield AgreementProblem(f"{key}.{name}", "is below 0", "Write a whole number from 0")
    if not points.table:
        yield AgreementProblem(
            f"{key}.table", "is empty", 'Add { at_least = 10, credit = "2 %" } to it'
        )
    for number, (before, step) in enumerate(pairwise(points.table), 2):
        if step.at_least <= before.at_least or step.credit <= before.credit:
            yield AgreementProblem(
                f"{key}.table[{number}]", "does not ascend", "Write the fewest points first"
            )


def _make_good_problems(
    key: str,
    remedy: RemedyShape,
    promise: CommitmentShape,
    shape: AgreementShape,  # noqa: ARG001  (as the others)
) -> Iterator[AgreementProblem]:
    if CATALOGUE[promise.metric].measure is not Measure.VOLUME:
        yield AgreementProblem(
            f"{key}.commitment",
            f"{remedy.commitment} is no volume, so nothing of it can be made good",
            "Name a commitment on leads or lead value delivered",
        )
    if remedy.cap_year is not None and remedy.minimum and remedy.cap_year <= remedy.minimum:
        yield AgreementProblem(
            f"{key}.cap_year", "is below the minimum: nothing could ever be owed",
            "Write more than the minimum",
        )  # fmt: skip


def _relief_problems(
    key: str, remedy: RemedyShape, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    if CATALOGUE[promise.metric].measure is not Measure.CLOCK:
        yield AgreementProblem(
            f"{key}.commitment", f"{remedy.commitment} has no clocks that leads could be late by",
            "Name a commitment on how fast leads are worked",
        )  # fmt: skip
    if remedy.relieves is None:
        yield AgreementProblem(
            f"{key}.relieves", "is missing", "Name the commitment on the rate of acceptance"
        )
        return
    yield from unknown_name(f"{key}.relieves", remedy.relieves, shape.commitments)
    relieved = shape.commitments.get(remedy.relieves)
    if relieved is None:
        return
    if CATALOGUE[relieved.metric].measure is not Measure.SHARE:
        yield AgreementProblem(
            f"{key}.relieves", f"{remedy.relieves} is no share of leads",
            "Name a commitment on the rate of acceptance",
        )  # fmt: skip
    elif relieved.by != promise.to:
        yield AgreementProblem(
            f"{key}.relieves", f"is owed by {relieved.by}, and {promise.to} is to be relieved",
            f"Name a commitment of {promise.to}",
        )  # fmt: skip


_KINDS: Final = {
    RemedyKind.CREDIT: _credit_problems,
    RemedyKind.MAKE_GOOD: _make_good_problems,
    RemedyKind.RELIEF: _relief_problems,
}
