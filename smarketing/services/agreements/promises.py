"""Whether the commitments and the goal of an agreement make sense together."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from smarketing.domain.agreement import OTHER
from smarketing.domain.errors import AgreementProblem
from smarketing.domain.metrics import CATALOGUE
from smarketing.services.agreements.checks import slug_problems, unknown_name
from smarketing.services.agreements.values import GOAL

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
        if CATALOGUE[promise.metric].is_volume:
            yield from _volume_problems(key, promise, shape)
        else:
            yield from _clock_problems(key, promise)
    yield from _same_metric(shape)


def _same_metric(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield every commitment whose metric another one has: they would be counted as one."""
    first: dict[str, str] = {}
    for name, promise in shape.commitments.items():
        other = first.setdefault(promise.metric, name)
        if other != name:
            yield AgreementProblem(
                f"commitments.{name}.metric",
                f"{promise.metric} is measured by {other} already",
                f"Add what differs to commitments.{other} as terms of its segments and tiers",
            )


def goal_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the goal; nothing where there is none."""
    if shape.goal is None:
        return
    if not shape.goal.revenue:
        yield AgreementProblem("goal.revenue", "is zero", "Write the revenue of one month")
    cells = shape.goal.cells
    for number, cell in enumerate(cells, 1):
        yield from _cell_problems(f"goal.cells[{number}]", cell, shape)
    yield from _twice("goal.cells", [(cell.segment, cell.tier) for cell in cells])
    total = sum(cell.share for cell in cells)
    if total != 1:
        yield AgreementProblem(
            "goal.cells",
            f"their shares sum to {float(total * 100):g} %",
            "Make them sum to exactly 100 %",
        )


def _party_problems(
    key: str, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    yield from unknown_name(f"{key}.by", promise.by, shape.parties)
    yield from unknown_name(f"{key}.to", promise.to, shape.parties)
    by, to = shape.parties.get(promise.by), shape.parties.get(promise.to)
    owes = CATALOGUE[promise.metric].side
    if by and by.side is not owes:
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
        yield from _known_scope(place, term, shape)
    yield from _twice(
        f"{key}.terms", [(term.segment or "all", term.tier or "all") for term in promise.terms]
    )


def _known_scope(
    place: str, scope: TermShape | GoalCellShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    if scope.segment is not None:
        names = [*(rule.name for rule in shape.segments), OTHER]
        yield from unknown_name(f"{place}.segment", scope.segment, names)
    if scope.tier is not None:
        names = [*(rule.name for rule in shape.tiers), OTHER]
        yield from unknown_name(f"{place}.tier", scope.tier, names)


def _volume_problems(
    key: str, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    for name in ("promised_rate", "allowance", "at_risk"):
        if getattr(promise, name):
            yield AgreementProblem(
                f"{key}.{name}", "belongs to a commitment with clocks", "Remove it"
            )
    if promise.target is None and not promise.terms:
        yield AgreementProblem(
            key, "has no target", f'Add target = "{GOAL}", or [[{key}.terms]] with a target each'
        )
    if promise.target not in (None, GOAL):
        yield AgreementProblem(
            f"{key}.target",
            "does not say which leads are meant",
            f"Name segment and tier under [[{key}.terms]]; agreements count by quality",
        )
    if promise.target == GOAL and shape.goal is None:
        yield _without_goal(f"{key}.target")
    for number, term in enumerate(promise.terms, 1):
        yield from _volume_term_problems(f"{key}.terms[{number}]", term, shape)


def _volume_term_problems(
    place: str, term: TermShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    if term.allowance is not None:
        yield AgreementProblem(f"{place}.allowance", "is a time, not a number", "Write a target")
    if term.target is None:
        yield AgreementProblem(f"{place}.target", "is missing", "Add target = 100")
    if (term.segment is None) != (term.tier is None):
        yield AgreementProblem(
            place, "names only one of segment and tier", "Name both: a target belongs to one cell"
        )
    cells = {(cell.segment, cell.tier) for cell in shape.goal.cells} if shape.goal else set()
    if term.target == GOAL and shape.goal is None:
        yield _without_goal(f"{place}.target")
    elif term.target == GOAL and (term.segment, term.tier) not in cells:
        yield AgreementProblem(
            f"{place}.target", "has no cell in the goal", "Add it to [[goal.cells]]"
        )


def _without_goal(key: str) -> AgreementProblem:
    return AgreementProblem(
        key, "comes from the goal, and there is none", "Add [goal], or write a number"
    )


def _clock_problems(key: str, promise: CommitmentShape) -> Iterator[AgreementProblem]:
    if promise.promised_rate is None:
        yield AgreementProblem(f"{key}.promised_rate", "is missing", 'Add promised_rate = "90 %"')
    if promise.target is not None:
        yield AgreementProblem(f"{key}.target", "is a number, not a time", "Write an allowance")
    if promise.allowance is None and not promise.terms:
        yield AgreementProblem(f"{key}.allowance", "is missing", 'Add allowance = "4h"')
    if any(earlier >= later for earlier, later in pairwise(promise.at_risk)):
        yield AgreementProblem(
            f"{key}.at_risk", "is not ascending", 'Write the earliest first: ["50 %", "80 %"]'
        )
    if promise.at_risk and promise.at_risk[-1] == 1:
        yield AgreementProblem(
            f"{key}.at_risk", "100 % is late, not at risk", "Write less than 100 %"
        )
    for number, term in enumerate(promise.terms, 1):
        yield from _clock_term_problems(f"{key}.terms[{number}]", term, promise)


def _clock_term_problems(
    place: str, term: TermShape, promise: CommitmentShape
) -> Iterator[AgreementProblem]:
    if term.target is not None:
        yield AgreementProblem(f"{place}.target", "is a number, not a time", "Write an allowance")
    if term.allowance is None:
        yield AgreementProblem(f"{place}.allowance", "is missing", 'Add allowance = "1h"')
        return
    general = [
        other.allowance for other in _more_general(term, promise) if other.allowance is not None
    ]
    if promise.allowance is not None:
        general.append(promise.allowance)
    if not term.override and any(term.allowance > wider for wider in general):
        yield AgreementProblem(
            f"{place}.allowance",
            "is longer than a more general one allows",
            "A lower level only tightens; write override = true where more time is meant",
        )


def _more_general(term: TermShape, promise: CommitmentShape) -> Iterator[TermShape]:
    """Yield the terms of the same segment for all its tiers."""
    for other in promise.terms:
        if term.tier is not None and other.tier is None and other.segment == term.segment:
            yield other


def _cell_problems(
    place: str, cell: GoalCellShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    yield from _known_scope(place, cell, shape)
    if cell.average_deal is not None and not cell.average_deal:
        yield AgreementProblem(
            f"{place}.average_deal", "is zero", "Write an amount, or leave it to history"
        )


def _twice(key: str, cells: list[tuple[str, str]]) -> Iterator[AgreementProblem]:
    for (segment, tier), count in Counter(cells).items():
        if count > 1:
            yield AgreementProblem(
                key, f"{segment} / {tier} is there {count} times", "Keep one of them"
            )
