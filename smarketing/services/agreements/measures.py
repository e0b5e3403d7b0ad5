"""Whether a commitment has what its metric needs, and nothing that it has no use for."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import AgreementProblem
from smarketing.domain.metrics import CATALOGUE, Measure, Metric
from smarketing.services.agreements.ladders import ladder_problems
from smarketing.services.agreements.values import GOAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta

    from smarketing.services.agreements.shape import AgreementShape, CommitmentShape, TermShape

_EVERY: Final = {"title", "metric", "by", "to", "calendar", "period", "override"}
_USED: Final[Mapping[Measure, set[str]]] = {
    Measure.VOLUME: {"target", "amount", "terms", "band", "due_day"},
    Measure.EVENNESS: {"band"},
    Measure.SHARE: {"promised_rate"},
    Measure.CLOCK: {
        "promised_rate", "allowance", "attempts", "terms", "at_risk", "recorded_in", "give_up",
        "surge", "ladder",
    },
    Measure.OCCASION: {"promised_rate", "allowance", "source", "due"},
}  # fmt: skip
"""The keys of a commitment that each kind of metric has a use for, besides those of every one."""

_SAID: Final[Mapping[Measure, str]] = {
    Measure.VOLUME: "a volume",
    Measure.EVENNESS: "evenness",
    Measure.SHARE: "a share of leads",
    Measure.CLOCK: "clocks",
    Measure.OCCASION: "occasions",
}


def measure_problems(
    key: str, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    """Yield what is missing or out of place for the metric of a commitment."""
    measure = CATALOGUE[promise.metric].measure
    for name in sorted(promise.model_fields_set - _EVERY - _USED[measure]):
        homes = " or ".join(_SAID[other] for other, used in _USED.items() if name in used)
        yield AgreementProblem(
            f"{key}.{name}", f"belongs to a commitment with {homes}", "Remove it"
        )
    if "promised_rate" in _USED[measure] and promise.promised_rate is None:
        yield AgreementProblem(f"{key}.promised_rate", "is missing", 'Add promised_rate = "90 %"')
    if measure is Measure.VOLUME:
        yield from _volume_problems(key, promise, shape)
    elif measure is Measure.CLOCK:
        yield from _clock_problems(key, promise)
        yield from ladder_problems(key, promise, shape)
    elif measure is Measure.EVENNESS:
        yield from _evenness_problems(key, promise, shape)
    elif measure is Measure.OCCASION:
        yield from _occasion_problems(key, promise)


def _evenness_problems(
    key: str, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    if promise.band is None:
        yield AgreementProblem(
            f"{key}.band", "is missing", 'Add band = "20 %": how far delivery may stray'
        )
    if all(other.metric is not Metric.LEADS_DELIVERED for other in shape.commitments.values()):
        yield AgreementProblem(
            f"{key}.metric",
            "is about the leads delivered, and nobody promises any",
            "Add a commitment with the metric leads_delivered",
        )


def _occasion_problems(key: str, promise: CommitmentShape) -> Iterator[AgreementProblem]:
    if promise.metric is Metric.DATA_FRESH_WITHIN:
        if promise.source is None:
            yield AgreementProblem(
                f"{key}.source", "is missing", 'Add source = "crm": the source that has to be fresh'
            )
        if promise.due is not None:
            yield AgreementProblem(f"{key}.due", "belongs to a report", "Write an allowance")
        if promise.allowance is not None and not promise.allowance:
            yield AgreementProblem(
                f"{key}.allowance", "is no time at all", 'Write how old data may be, as "24h"'
            )
        return
    if promise.due is None:
        yield AgreementProblem(f"{key}.due", "is missing", 'Add due = "monday 09:00"')
    for name in ("allowance", "source"):
        if getattr(promise, name) is not None:
            yield AgreementProblem(
                f"{key}.{name}", "belongs to a source that has to be fresh", "Remove it"
            )


def _volume_problems(
    key: str, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    number, other = _numbers_of(promise.metric)
    if getattr(promise, other) is not None and other == "amount":
        yield AgreementProblem(f"{key}.amount", "is money, and leads are counted", "Remove it")
    if promise.target is None and promise.amount is None and not promise.terms:
        yield AgreementProblem(
            key, "has no target", f'Add target = "{GOAL}", or [[{key}.terms]] with a {number} each'
        )
    if promise.target not in (None, GOAL):
        yield AgreementProblem(
            f"{key}.target",
            "does not say which leads are meant",
            f"Name segment and tier under [[{key}.terms]]; agreements count by quality",
        )
    if promise.target == GOAL and shape.goal is None:
        yield _without_goal(f"{key}.target")
    for position, term in enumerate(promise.terms, 1):
        yield from _volume_term_problems(f"{key}.terms[{position}]", term, promise, shape)


def _numbers_of(metric: Metric) -> tuple[str, str]:
    """Return the key of a volume's number, and the one of the other kind of volume."""
    return ("target", "amount") if metric is Metric.LEADS_DELIVERED else ("amount", "target")


def _volume_term_problems(
    place: str, term: TermShape, promise: CommitmentShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    number, other = _numbers_of(promise.metric)
    if term.allowance is not None:
        yield AgreementProblem(f"{place}.allowance", "is a time, not a number", f"Write {number}")
    if getattr(term, other) is not None and term.target != GOAL:
        yield AgreementProblem(f"{place}.{other}", "is not what is counted here", f"Write {number}")
    if getattr(term, number) is None and term.target != GOAL:
        example = "target = 100" if number == "target" else 'amount = "5000"'
        yield AgreementProblem(f"{place}.{number}", "is missing", f"Add {example}")
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
    yield from _attempts_problems(key, promise)
    if promise.give_up is not None and promise.allowance and promise.give_up < promise.allowance:
        yield AgreementProblem(
            f"{key}.give_up",
            "ends before the allowance does",
            "Write more working time than the allowance, or leave it out",
        )
    if promise.surge and promise.allowance and promise.surge.allowance < promise.allowance:
        yield AgreementProblem(
            f"{key}.surge.allowance",
            "is no relief: it is shorter than the allowance",
            "Write a longer time",
        )
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


def _attempts_problems(key: str, promise: CommitmentShape) -> Iterator[AgreementProblem]:
    counts = promise.metric is Metric.ATTEMPTS_MADE
    named = bool(promise.terms) and all(term.attempts for term in promise.terms)
    if counts and promise.attempts is None and not named:
        yield AgreementProblem(f"{key}.attempts", "is missing", "Add attempts = 6")
    places = {f"{key}.attempts": promise.attempts} | {
        f"{key}.terms[{number}].attempts": term.attempts
        for number, term in enumerate(promise.terms, 1)
    }
    for place, number in places.items():
        if number is not None and not counts:
            yield AgreementProblem(
                place, "belongs to the metric attempts_made", "Remove it, or change the metric"
            )


def _clock_term_problems(
    place: str, term: TermShape, promise: CommitmentShape
) -> Iterator[AgreementProblem]:
    for name in ("target", "amount"):
        if getattr(term, name) is not None:
            yield AgreementProblem(
                f"{place}.{name}", "is a number, not a time", "Write an allowance"
            )
    if term.allowance is None:
        if promise.allowance is None or term.attempts is None:
            yield AgreementProblem(f"{place}.allowance", "is missing", 'Add allowance = "1h"')
    elif not term.override:
        yield from _loosened(f"{place}.allowance", term.allowance, term, promise)
    if term.attempts is not None and not term.override:
        yield from _fewer(f"{place}.attempts", term.attempts, term, promise)


def _loosened(
    place: str, allowance: timedelta, term: TermShape, promise: CommitmentShape
) -> Iterator[AgreementProblem]:
    general = [
        other.allowance for other in _more_general(term, promise) if other.allowance is not None
    ]
    if promise.allowance is not None:
        general.append(promise.allowance)
    if any(allowance > wider for wider in general):
        yield AgreementProblem(
            place,
            "is longer than a more general one allows",
            "A lower level only tightens; write override = true where more time is meant",
        )


def _fewer(
    place: str, attempts: int, term: TermShape, promise: CommitmentShape
) -> Iterator[AgreementProblem]:
    general = [other.attempts for other in _more_general(term, promise)]
    if any(more is not None and attempts < more for more in [*general, promise.attempts]):
        yield AgreementProblem(
            place,
            "is fewer than a more general one asks for",
            "A lower level only tightens; write override = true where fewer are meant",
        )


def _more_general(term: TermShape, promise: CommitmentShape) -> Iterator[TermShape]:
    """Yield the terms of the same segment for all its tiers."""
    for other in promise.terms:
        if term.tier is not None and other.tier is None and other.segment == term.segment:
            yield other
