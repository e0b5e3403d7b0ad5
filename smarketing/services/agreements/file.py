"""An agreement file to an `Agreement`: TOML, shape, sense.

Faults of the shape (unknown keys, values that cannot be read) are all told first; whether what
is written makes sense is asked when all of it can be read.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import ValidationError

from smarketing.domain.agreement import (
    Agreement,
    Commitment,
    Contact,
    Disputes,
    Exclusion,
    Goal,
    GoalCell,
    Need,
    Party,
    Rule,
    Surge,
    Term,
)
from smarketing.domain.errors import AgreementError, AgreementProblem
from smarketing.domain.metrics import CATALOGUE, Measure
from smarketing.services.agreements.calendars import calendars_of
from smarketing.services.agreements.capacity_terms import capacity_problems, terms_of
from smarketing.services.agreements.checks import (
    absence_problems,
    acceptance_problems,
    head_problems,
    rule_problems,
)
from smarketing.services.agreements.faults import shape_problems
from smarketing.services.agreements.goal_checks import goal_problems
from smarketing.services.agreements.inherit import Resolved, inheritance_problems, resolved
from smarketing.services.agreements.ladders import ladder_of
from smarketing.services.agreements.parties import party_problems
from smarketing.services.agreements.promises import commitment_problems
from smarketing.services.agreements.remedy_checks import remedy_problems
from smarketing.services.agreements.remedy_file import fees_of, remedies_of
from smarketing.services.agreements.shape import AgreementShape, NeedShape
from smarketing.services.agreements.values import GOAL, month

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from smarketing.domain.calendar import Calendar
    from smarketing.domain.versions import Version
    from smarketing.services.agreements.shape import (
        CommitmentShape,
        GoalShape,
        RuleShape,
    )


def load_agreement(path: Path) -> Agreement:
    """Return the agreement of a file.

    Raises:
        AgreementError: It cannot be read or used; every fault is told.
    """
    return parse_agreement(read_text(path), str(path))


def read_text(path: Path) -> str:
    """Return the text of a file, byte for byte.

    Raises:
        AgreementError: It cannot be read.
    """
    try:
        return text_of(path.read_bytes(), str(path))
    except OSError as error:
        raise _unreadable(str(path), f"cannot be read ({error.strerror})", "") from error


def text_of(content: bytes, where: str) -> str:
    """Return the content of a file as text.

    Raises:
        AgreementError: It is not UTF-8.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(where, "is not UTF-8", "Save it as UTF-8") from error


def parse_agreement(
    text: str, where: str = "the agreement", base: Version | None = None
) -> Agreement:
    """Return the agreement that a TOML text writes down.

    Args:
        text: Kept in the agreement as it is: what is signed.
        where: What the text is called in messages: its file.
        base: The version that it inherits from; None: it names none, or there is none in force.

    Raises:
        AgreementError: It cannot be used; every fault is told.
    """
    whole = _whole(text, where, base)
    shape = whole.shape
    calendars, problems = calendars_of(shape)
    _refuse(
        where,
        *head_problems(shape),
        *party_problems(shape),
        *problems,
        *rule_problems(shape),
        *acceptance_problems(shape),
        *commitment_problems(shape),
        *goal_problems(shape),
        *capacity_problems(shape),
        *remedy_problems(shape),
    )
    return _agreement(whole, calendars, text)


def read_agreement(text: str, where: str, base: Version | None) -> Agreement:
    """Return the agreement of a text that was checked when it was loaded.

    What is refused today does not make a text unreadable that was signed before.

    Raises:
        AgreementError: It cannot be read at all.
    """
    whole = _whole(text, where, base, checked=False)
    return _agreement(whole, calendars_of(whole.shape)[0], text)


def inherited_name(text: str, where: str = "the agreement") -> str | None:
    """Return the name of the agreement that a text inherits from; None: of none.

    Raises:
        AgreementError: The text cannot be read.
    """
    return _shape(text, where).inherits


def _whole(text: str, where: str, base: Version | None, *, checked: bool = True) -> Resolved:
    """Return what a text says with what it inherits; nothing needed is left out."""
    shape = _shape(text, where)
    whole = Resolved(shape)
    if shape.inherits is not None:
        _refuse(where, *_base_problems(shape, base))
    if shape.inherits is not None and base is not None:
        name = f"{base.name} version {base.version}"
        above = _whole(base.text, name, base.base, checked=False)
        if checked:
            _refuse(where, *inheritance_problems(shape, above.shape))
        whole = resolved(shape, above)
    _refuse(where, *absence_problems(whole.shape))
    return whole


def _base_problems(shape: AgreementShape, base: Version | None) -> Iterator[AgreementProblem]:
    """Yield why there is nothing to inherit from."""
    mend = "Name another agreement, or remove the key"
    if shape.inherits == shape.name:
        yield AgreementProblem("inherits", "names the agreement itself", mend)
    elif base and any(above.name == shape.name for above in base.chain):
        circle = f"{shape.inherits} inherits from {shape.name} itself"
        yield AgreementProblem("inherits", circle, mend)
    elif base is None:
        yield AgreementProblem(
            "inherits",
            f"no agreement {shape.inherits!r} is in force",
            "Load that one and have it signed first, or remove the key",
        )


def _refuse(where: str, *problems: AgreementProblem) -> None:
    if problems:
        raise AgreementError(where, problems)


def _shape(text: str, where: str) -> AgreementShape:
    try:
        # Some editors begin a file with a byte-order mark; it is signed, but it is no TOML.
        found = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
        return AgreementShape.model_validate(found)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(where, f"is not TOML: {error}", "Mend that line first") from error
    except ValidationError as error:
        raise AgreementError(where, tuple(shape_problems(error, AgreementShape))) from error


def _unreadable(where: str, reason: str, mend: str) -> AgreementError:
    return AgreementError(where, (AgreementProblem("the file", reason, mend),))


def _agreement(whole: Resolved, calendars: Mapping[str, Calendar], text: str) -> Agreement:
    shape = whole.shape
    assert shape.acceptance is not None  # noqa: S101  (absence_problems looked)
    return Agreement(
        name=shape.name,
        title=shape.title,
        timezone=shape.timezone,
        currency=shape.currency,
        rates=shape.rates,
        starts_on=shape.term.starts_on,
        ends_on=shape.term.ends_on,
        applies_when=shape.applies_when,
        acceptance_window=shape.acceptance.within,
        acceptance_calendar=shape.acceptance.calendar,
        reject_reasons=frozenset(shape.acceptance.reject_reasons),
        parties=dict(_parties(shape)),
        calendars=calendars,
        segments=_rules(shape.segments),
        tiers=_rules(shape.tiers),
        commitments=tuple(_commitment(name, whole) for name in shape.commitments),
        goal=_goal(shape.goal) if shape.goal else None,
        text=text,
        extra_columns=tuple(shape.extra_columns),
        base=shape.inherits,
        review=shape.term.review,
        notice=shape.cancellation.notice,
        cancellation=shape.cancellation.text or "",
        exclusions=tuple(Exclusion(n, e.title, e.kind) for n, e in shape.exclusions.items()),
        disputes=Disputes(shape.disputes.window, shape.disputes.answer) if shape.disputes else None,
        fees=fees_of(shape.fees),
        remedies=remedies_of(shape.remedies),
        capacity=terms_of(shape.capacity) if shape.capacity else None,
    )


def _parties(shape: AgreementShape) -> Iterator[tuple[str, Party]]:
    for name, party in shape.parties.items():
        yield (
            name,
            Party(
                name=name,
                title=party.title,
                side=party.side,
                signatories=tuple(party.signatories),
                needs=tuple(_need(need) for need in party.needs),
                kind=party.kind,
                parent=party.parent,
                provider=party.provider,
                contacts=tuple(Contact(c.name, c.email, c.about or "") for c in party.contacts),
            ),
        )


def _need(need: str | NeedShape) -> Need:
    return Need(need) if isinstance(need, str) else Need(need.text, need.commitment)


def _rules(rules: Iterable[RuleShape]) -> tuple[Rule, ...]:
    return tuple(Rule(rule.name, rule.title or spoken(rule.name), rule.when) for rule in rules)


def _commitment(name: str, whole: Resolved) -> Commitment:
    promise = whole.shape.commitments[name]
    origin = whole.whole.get(name, "")
    general = origin or whole.general.get(name, "")
    terms = (
        replace(term, origin=general if term.level == "corporate" else origin)
        for term in _terms(promise, whole.shape.goal)
    )
    weekday, hour = promise.due or (None, None)
    return Commitment(
        name=name,
        title=promise.title or spoken(name),
        metric=promise.metric,
        by=promise.by,
        to=promise.to,
        calendar=promise.calendar,
        period=promise.period,
        promised_rate=promise.promised_rate,
        at_risk=tuple(promise.at_risk),
        recorded_in=frozenset(promise.recorded_in),
        terms=tuple(sorted(terms, key=_specificity)),
        give_up=promise.give_up,
        surge=Surge(promise.surge.leads_a_day, promise.surge.allowance) if promise.surge else None,
        band=promise.band,
        due_day=promise.due_day,
        source=promise.source,
        due_weekday=weekday,
        due_time=hour,
        origin=origin,
        ladder=ladder_of(promise),
    )


def _terms(promise: CommitmentShape, goal: GoalShape | None) -> Iterator[Term]:
    """Yield the terms written, and one for each cell of the goal that is left to it.

    What a term leaves out, it has from the one for every lead.
    """
    definition = CATALOGUE[promise.metric]
    general = promise.allowance
    if general is None and not promise.terms:
        general = definition.allowance
    if general is not None or promise.amount is not None:
        yield Term(None, None, general, None, promise.amount, promise.attempts)
    written = set()
    for term in promise.terms:
        written.add((term.segment, term.tier))
        number = None if term.target == GOAL else term.target
        allowance = general if term.allowance is None else term.allowance
        attempts = promise.attempts if term.attempts is None else term.attempts
        yield Term(term.segment, term.tier, allowance, number, term.amount, attempts)
    if promise.target == GOAL and goal is not None and definition.measure is Measure.VOLUME:
        for cell in goal.cells:
            if (cell.segment, cell.tier) not in written:
                yield Term(cell.segment, cell.tier, None, None)


def _specificity(term: Term) -> int:
    return (term.segment is not None) * 2 + (term.tier is not None)


def _goal(goal: GoalShape) -> Goal:
    cells = (
        GoalCell(
            cell.segment,
            cell.tier,
            cell.share,
            cell.average_deal,
            cell.close_rate,
            cell.lag,
            cell.own_leads,
            cell.cost,
        )
        for cell in goal.cells
    )
    months = ((month(name), revenue) for name, revenue in goal.months.items())
    return Goal(
        goal.revenue,
        goal.marketing_share,
        tuple(cells),
        confidence=goal.confidence,
        mode=goal.mode,
        own_revenue=goal.own_revenue,
        months={first: revenue for first, revenue in months if first},
        reevaluate=goal.reevaluate,
    )


def spoken(name: str) -> str:
    """Return the title of what has only a name: first_attempt is First attempt."""
    return name.replace("_", " ").replace("-", " ").capitalize()
