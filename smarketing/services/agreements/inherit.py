"""What an agreement has from the one named in `inherits`: what it leaves out itself.

Segments, tiers, the acceptance, disputes, the review, the cancellation and the capacity come over
where they are left out; exclusions and commitments each where there is none of that name or metric;
of a commitment that is there, the numbers for all leads that it does not give (never the ladder).
Calendars come along under their names, and one of that name that is written here wins. A goal,
volumes of cells that are unknown here, parties and their needs, fees and remedies never come over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import OTHER
from smarketing.domain.errors import AgreementProblem
from smarketing.domain.metrics import CATALOGUE
from smarketing.services.agreements.values import GOAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smarketing.domain.agreement import Side
    from smarketing.services.agreements.shape import (
        AgreementShape,
        CalendarShape,
        CommitmentShape,
        TermShape,
    )

_WHOLE: Final = ("segments", "tiers", "acceptance", "disputes", "cancellation", "capacity")
_NUMBERS: Final = (
    "promised_rate", "allowance", "attempts", "at_risk", "give_up", "surge", "band", "recorded_in",
)  # fmt: skip
"""What a commitment may leave to the base's commitment of the same metric."""


@dataclass(frozen=True)
class Resolved:
    """An agreement file with what it inherits filled in.

    Attributes:
        shape: As if everything stood in the file itself.
        whole: Commitments that it has from a base: name to the name of that agreement.
        general: Commitments whose numbers for all leads come from a base: the same.
    """

    shape: AgreementShape
    whole: Mapping[str, str] = field(default_factory=dict)
    general: Mapping[str, str] = field(default_factory=dict)


def resolved(shape: AgreementShape, base: Resolved) -> Resolved:
    """Return a file with what it leaves out taken from a base that has no faults."""
    above = base.shape
    filled = _filled(shape, above)
    taken = {
        name: _as_ours(promise, filled, above) for name, promise in _missing(filled, above).items()
    }
    ours = {name: _completed(promise, above) for name, promise in shape.commitments.items()}
    promised = filled.model_copy(update={"commitments": {**ours, **taken}})
    calendars = dict(_calendars(promised, above))
    return Resolved(
        promised.model_copy(update={"calendars": calendars}),
        whole={name: base.whole.get(name, above.name) for name in taken},
        general=dict(_generals(shape, base)),
    )


def inheritance_problems(
    shape: AgreementShape, above: AgreementShape
) -> Iterator[AgreementProblem]:
    """Yield why what a base promises cannot hold in an agreement, and what would loosen it.

    Args:
        shape: As it is written.
        above: The base, with what that one inherits.
    """
    for name, promise in shape.commitments.items():
        if (other := _same(promise, above)) and not promise.override:
            yield from _loosened(f"commitments.{name}", promise, other[1], above.name)
    for name, promise in _missing(_filled(shape, above), above).items():
        yield from _cannot_come(name, promise, shape, above)


def _cannot_come(
    name: str, promise: CommitmentShape, shape: AgreementShape, above: AgreementShape
) -> Iterator[AgreementProblem]:
    said = f"commitments.{name} of {above.name}"
    if name in shape.commitments:
        yield AgreementProblem(
            f"commitments.{name}",
            f"has another metric than {said}, which comes over under the same name",
            "Rename it",
        )
    goal = promise.target == GOAL or any(term.target == GOAL for term in promise.terms)
    if goal and shape.goal is None:
        yield AgreementProblem(
            "inherits",
            f"{said} asks for what the goal says, and there is no goal here",
            f"Add [goal], or a commitment of your own with the metric {promise.metric}",
        )
    has_money = promise.amount is not None or any(t.amount is not None for t in promise.terms)
    if has_money and shape.currency != above.currency:
        yield AgreementProblem(
            "inherits",
            f"{said} is in {above.currency}, and amounts here are in {shape.currency}",
            f"Add a commitment of your own with the metric {promise.metric}",
        )
    for key in ("by", "to"):
        side = above.parties[getattr(promise, key)].side
        if _party(getattr(promise, key), side, shape) is None:
            yield AgreementProblem(
                "inherits",
                f"{said} is about {getattr(promise, key)}, and several parties here stand "
                f"for {side}",
                f"Name one of them {getattr(promise, key)}, or add a commitment of your own "
                f"with the metric {promise.metric}",
            )


def _loosened(
    key: str, promise: CommitmentShape, other: CommitmentShape, above: str
) -> Iterator[AgreementProblem]:
    """Yield the numbers for all leads that promise less than the base does."""
    mend = "A lower level only tightens; write override = true where less is meant"
    if promise.allowance and other.allowance and promise.allowance > other.allowance:
        yield AgreementProblem(f"{key}.allowance", f"is longer than {above} allows", mend)
    if promise.attempts and other.attempts and promise.attempts < other.attempts:
        yield AgreementProblem(f"{key}.attempts", f"is fewer than {above} asks for", mend)
    asked = other.promised_rate
    if promise.promised_rate and asked and promise.promised_rate < asked:
        yield AgreementProblem(f"{key}.promised_rate", f"is less than {above} asks for", mend)
    if promise.band and other.band and promise.band > other.band:
        yield AgreementProblem(f"{key}.band", f"is wider than {above} allows", mend)


def _same(promise: CommitmentShape, shape: AgreementShape) -> tuple[str, CommitmentShape] | None:
    """Return the commitment of a file that measures the same, with its name."""
    for name, other in shape.commitments.items():
        if (other.metric, other.source) == (promise.metric, promise.source):
            return name, other
    return None


def _filled(shape: AgreementShape, above: AgreementShape) -> AgreementShape:
    """Return a file with everything but commitments and calendars that it leaves to the base."""
    rates = above.rates if above.currency == shape.currency else {}
    left = {name: getattr(above, name) for name in _WHOLE if name not in shape.model_fields_set}
    return shape.model_copy(
        update={
            **left,
            "rates": {**rates, **shape.rates},
            "exclusions": {**above.exclusions, **shape.exclusions},
            "extra_columns": [*dict.fromkeys([*shape.extra_columns, *above.extra_columns])],
            "term": shape.term.model_copy(
                update={"review": shape.term.review or above.term.review}
            ),
        }
    )


def _missing(filled: AgreementShape, above: AgreementShape) -> dict[str, CommitmentShape]:
    """Return the commitments of the base that a file has none for, by their names there."""
    return {
        name: promise
        for name, promise in above.commitments.items()
        if _same(promise, filled) is None and _promises_something(promise, filled)
    }


def _as_ours(
    promise: CommitmentShape, shape: AgreementShape, above: AgreementShape
) -> CommitmentShape:
    """Return a commitment of the base between the parties here, for the cells known here."""
    parties = {
        key: _party(name, above.parties[name].side, shape) or name
        for key in ("by", "to")
        if (name := getattr(promise, key))
    }
    terms = [term for term in promise.terms if _is_known(term, shape)]
    return promise.model_copy(update={**parties, "terms": terms})


def _promises_something(promise: CommitmentShape, shape: AgreementShape) -> bool:
    """Return whether anything is left of a commitment of the base: a volume is about cells."""
    return (
        not CATALOGUE[promise.metric].is_volume
        or promise.target == GOAL
        or promise.amount is not None
        or any(_is_known(term, shape) for term in promise.terms)
    )


def _is_known(term: TermShape, shape: AgreementShape) -> bool:
    """Return whether leads here can be of the cell of a term."""
    segments = (None, OTHER, *(rule.name for rule in shape.segments))
    tiers = (None, OTHER, *(rule.name for rule in shape.tiers))
    if term.target == GOAL and shape.goal is not None:
        cells = {(cell.segment, cell.tier) for cell in shape.goal.cells}
        return (term.segment, term.tier) in cells
    return term.segment in segments and term.tier in tiers


def _party(name: str, side: Side, shape: AgreementShape) -> str | None:
    """Return the party here that stands for one of the base: of its name, or the only one."""
    if name in shape.parties and shape.parties[name].side is side:
        return name
    alike = [ours for ours, party in shape.parties.items() if party.side is side]
    return alike[0] if len(alike) == 1 else None


def _completed(promise: CommitmentShape, above: AgreementShape) -> CommitmentShape:
    """Return a commitment with the numbers for all leads that only the base gives."""
    same = _same(promise, above)
    if same is None or CATALOGUE[promise.metric].is_volume:
        return promise
    taken = same[1].model_fields_set.intersection(_NUMBERS) - promise.model_fields_set
    return promise.model_copy(update={name: getattr(same[1], name) for name in taken})


def _generals(shape: AgreementShape, base: Resolved) -> Iterator[tuple[str, str]]:
    """Yield the commitments whose time for all leads is the base's, with where it comes from."""
    for name, promise in shape.commitments.items():
        same = _same(promise, base.shape)
        if same and same[1].allowance is not None and promise.allowance is None:
            above, _ = same
            origin = base.whole.get(above) or base.general.get(above) or base.shape.name
            yield name, origin


def _calendars(shape: AgreementShape, above: AgreementShape) -> Iterator[tuple[str, CalendarShape]]:
    """Yield the calendars here, and those of the base that something here is counted in."""
    yield from shape.calendars.items()
    used = {promise.calendar for promise in shape.commitments.values()}
    steps = (step for promise in shape.commitments.values() for step in promise.ladder)
    used.update(step.in_calendar for step in steps if step.in_calendar)
    if shape.acceptance:
        used.add(shape.acceptance.calendar)
    for name, calendar in above.calendars.items():
        if name in used and name not in shape.calendars:
            zone = calendar.timezone or above.timezone
            yield name, calendar.model_copy(update={"timezone": zone})
