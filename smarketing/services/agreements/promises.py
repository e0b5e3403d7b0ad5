"""Whether the commitments of an agreement make sense together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from smarketing.domain.agreement import OTHER
from smarketing.domain.errors import AgreementProblem
from smarketing.domain.metrics import CATALOGUE
from smarketing.services.agreements.checks import slug_problems, unknown_name
from smarketing.services.agreements.measures import measure_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.services.agreements.shape import (
        AgreementShape,
        CommitmentShape,
        GoalCellShape,
        TermShape,
    )


def commitment_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the commitments."""
    yield from slug_problems("commitments", shape.commitments)
    if not shape.commitments:
        yield AgreementProblem("commitments", "nobody promises anything", "Add one for each side")
    for name, promise in shape.commitments.items():
        key = f"commitments.{name}"
        yield from _party_problems(key, promise, shape)
        yield from unknown_name(f"{key}.calendar", promise.calendar, shape.calendars)
        yield from _scope_problems(key, promise, shape)
        yield from measure_problems(key, promise, shape)
    yield from _same_metric(shape)


def _same_metric(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield every commitment whose metric another one has: they would be counted as one."""
    first: dict[tuple[str, str | None], str] = {}
    for name, promise in shape.commitments.items():
        other = first.setdefault((promise.metric, promise.source), name)
        if other != name:
            yield AgreementProblem(
                f"commitments.{name}.metric",
                f"{promise.metric} is measured by {other} already",
                f"Add what differs to commitments.{other} as terms of its segments and tiers",
            )


def _party_problems(
    key: str, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    yield from unknown_name(f"{key}.by", promise.by, shape.parties)
    yield from unknown_name(f"{key}.to", promise.to, shape.parties)
    by, to = shape.parties.get(promise.by), shape.parties.get(promise.to)
    owe = CATALOGUE[promise.metric].sides
    if by and by.side not in owe:
        owes = " or ".join(sorted(owe))
        yield AgreementProblem(
            f"{key}.by",
            f"{promise.by} stands for {by.side}, and {promise.metric} is owed by {owes}",
            f"Name a party with side {owes}, or another metric",
        )
    if by and to and by.side is to.side:
        yield AgreementProblem(
            f"{key}.to",
            f"{promise.by} and {promise.to} are on the same side",
            "Name a party of the other side",
        )


def _scope_problems(
    key: str, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    for number, term in enumerate(promise.terms, 1):
        place = f"{key}.terms[{number}]"
        if term.segment is None and term.tier is None:
            yield AgreementProblem(
                place,
                "names neither segment nor tier",
                f"Put its number straight under [{key}], where it holds for every lead",
            )
        yield from scope_problems(place, term, shape)
    yield from twice(
        f"{key}.terms", [(term.segment or "all", term.tier or "all") for term in promise.terms]
    )


def scope_problems(
    place: str, scope: TermShape | GoalCellShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    """Yield the segment and the tier that the agreement does not have."""
    if scope.segment is not None:
        names = [*(rule.name for rule in shape.segments), OTHER]
        yield from unknown_name(f"{place}.segment", scope.segment, names)
    if scope.tier is not None:
        names = [*(rule.name for rule in shape.tiers), OTHER]
        yield from unknown_name(f"{place}.tier", scope.tier, names)


def twice(key: str, cells: list[tuple[str, str]]) -> Iterator[AgreementProblem]:
    """Yield the cells that are there more than once."""
    for (segment, tier), count in Counter(cells).items():
        if count > 1:
            yield AgreementProblem(
                key, f"{segment} / {tier} is there {count} times", "Keep one of them"
            )
