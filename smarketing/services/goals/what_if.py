"""What if: the plan and the capacity of an agreement with numbers that somebody tries.

What history comes to does not change with what is tried: it is worked out once and kept until
something is told or the day is over, so that an answer costs only the plan itself.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from threading import Lock
from typing import TYPE_CHECKING, Final

from smarketing.domain.days import local_date
from smarketing.domain.errors import ImpossibleGoalError, NotFoundError
from smarketing.domain.metrics import Metric
from smarketing.domain.plan import whole_parts
from smarketing.services.agreements.life import agreement_of, frozen_of, in_force
from smarketing.services.capacity.capacity import capacity_of
from smarketing.services.capacity.flow import flow_of
from smarketing.services.capacity.inputs import NOTHING_TYPED, Origin
from smarketing.services.capacity.inputs import inputs_of as people_of
from smarketing.services.goals.months import plans_of, usual_month
from smarketing.services.goals.plan import outlook_with
from smarketing.services.goals.shown import current_of
from smarketing.services.goals.standing import goal_fields, people_fields, percent_field
from smarketing.services.goals.tried import (
    SHARE,
    field_of_cell,
    tried_from,
    words_tried,
)
from smarketing.services.reaching.reaching import span_before, tries_between

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from smarketing.domain.agreement import Agreement, Goal
    from smarketing.domain.mixture import Outlook
    from smarketing.domain.versions import Version
    from smarketing.services.agreements.life import Versions
    from smarketing.services.capacity.capacity import Capacity
    from smarketing.services.capacity.flow import Flow
    from smarketing.services.capacity.page import Records
    from smarketing.services.conclusions.book import Book, Cell, Frozen
    from smarketing.services.goals.kept import KeptStatistics, ToldAndStamped
    from smarketing.services.goals.plan import GoalPlan
    from smarketing.services.goals.rates import Statistics
    from smarketing.services.goals.tried import Field, Tried
    from smarketing.services.reaching.tries import Tries

_KEPT: Final = 8
_SHARES: Final = 10_000
"""Shares that are scaled are whole hundredths of per cent."""


@dataclass(frozen=True)
class Known:
    """What an answer rests on besides what is tried.

    Attributes:
        found: What history comes to.
        flow: How many leads come.
        tries: How often they were tried.
    """

    version: Version
    agreement: Agreement
    found: Statistics
    flow: Flow
    tries: Tries


class Memory:
    """Keeps the last few things known, by what they were worked out from."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, Known] = OrderedDict()
        self._lock = Lock()

    def known(self, key: object, make: Callable[[], Known]) -> Known:
        """Return what is kept under a key; made once, also where two ask at the same time."""
        with self._lock:
            found = self._kept.pop(key, None) or make()
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return found


@dataclass(frozen=True)
class Sources:
    """Where everything is read; people and leave are those of now.

    Attributes:
        told: Where history is read.
        book: Returns the agreements in force.
        statistics: Those that other pages show, too.
        memory: Of this process.
    """

    shelf: Versions
    told: ToldAndStamped
    records: Records
    book: Callable[[], Book]
    statistics: KeptStatistics
    memory: Memory = field(default_factory=Memory)


@dataclass(frozen=True)
class WhatIf:
    """The answer.

    Attributes:
        version: As `shown.planned_of` chooses it.
        others: Every agreement with a goal, by name.
        month: First day of the month of the revenue.
        fields: Everything that may be tried, with what stands.
        words: What was written and differs from that, by the field's name.
        tried: Of it what can be used.
        problems: Why the rest cannot be used, a sentence a field.
        shares: What the shares of the cells sum to.
        scaled: The shares that the answer takes instead of others, in per cent, by the field's
            name; empty: they sum to 100 % as they are.
        plan: None: it cannot be made.
        trouble: Why not, in one sentence; empty: it was made.
        signed: What was signed for; empty before that.
        in_force: What the leads signed for bring with what is tried; None: some cell has none.
        capacity: Whether the leads of the plan can be worked; None without a plan.
    """

    version: Version
    agreement: Agreement
    others: Mapping[str, Agreement]
    month: date
    fields: tuple[Field, ...]
    words: Mapping[str, str]
    tried: Tried
    problems: Mapping[str, str]
    shares: Fraction
    scaled: Mapping[str, str]
    plan: GoalPlan | None
    trouble: str
    signed: Frozen
    in_force: Outlook | None
    capacity: Capacity | None

    @property
    def targets(self) -> tuple[int | None, ...]:
        """Return what was signed for in each cell of the plan; None: no number."""
        cells = self.plan.cells if self.plan else ()
        return tuple(self.signed.target(cell.name, cell.month) for cell in cells)


def what_if(
    sources: Sources,
    form: Mapping[str, str],
    now: datetime,
    *,
    name: str | None = None,
    month: date | None = None,
) -> WhatIf | None:
    """Return what follows from the numbers of a form; None: no agreement has a goal.

    Args:
        sources: Where everything is read.
        form: Field by field, as people write numbers; those missing stay as they stand.
        now: The instant that counts as now.
        name: Of the agreement; None: the first that has a goal.
        month: First day of the month of the revenue; None: the first that can be planned.

    Raises:
        NotFoundError: No agreement of that name has a goal.
    """
    current = current_of(sources.shelf.versions(), now)
    if name is not None and name not in current:
        known = ", ".join(current) or "none"
        raise NotFoundError(f"no agreement “{name}” has a goal; there are: {known}", name)
    if not current:
        return None
    others = {one: agreement_of(version) for one, version in current.items()}
    return _answer(sources, current[name or next(iter(current))], others, form, (now, month))


def tried_agreement(agreement: Agreement, tried: Tried, month: date) -> Agreement:
    """Return an agreement whose goal says what is tried; shares as they are, whatever their sum.

    Deals and rates are left out: they are typed into the plan, which then tells them apart.
    """
    goal = agreement.goal
    if goal is None:
        return agreement
    revenue, months = goal.revenue, dict(goal.months)
    if tried.revenue is not None and month in months:
        months[month] = tried.revenue
    elif tried.revenue is not None:
        revenue = tried.revenue
    cells = tuple(
        replace(cell, share=tried.shares.get((cell.segment, cell.tier), cell.share))
        for cell in goal.cells
    )
    share = goal.marketing_share if tried.marketing_share is None else tried.marketing_share
    return replace(
        agreement,
        goal=replace(goal, revenue=revenue, months=months, marketing_share=share, cells=cells),
    )


def known_of(version: Version, sources: Sources, now: datetime) -> Known:
    """Return what is known of an agreement, as it stands now."""
    agreement, book, records = agreement_of(version), sources.book(), sources.records
    today, held = local_date(now, agreement.timezone), in_force(version)
    people = people_of(held, records.people, records.leave, today, NOTHING_TYPED)
    flow = flow_of(records.facts, book, held, today, people.month)
    days = span_before(today, flow.by_day)
    return Known(
        version=version,
        agreement=agreement,
        found=sources.statistics.of(version, sources.told, book, now),
        flow=flow,
        tries=tries_between(records.store, book, version.name, days),
    )


def _answer(
    sources: Sources,
    version: Version,
    others: Mapping[str, Agreement],
    form: Mapping[str, str],
    when: tuple[datetime, date | None],
) -> WhatIf:
    now, asked = when
    agreement = agreement_of(version)
    today = local_date(now, agreement.timezone)
    key = (version.id, version.sha256, today, sources.told.stamp())
    known = sources.memory.known(key, lambda: known_of(version, sources, now))
    month = asked or usual_month(agreement, known.found, today)
    held, records = in_force(version), sources.records
    people = people_of(held, records.people, records.leave, today, NOTHING_TYPED)
    promise = held.commitment(Metric.ATTEMPTS_MADE)
    attempts = [term.attempts for term in promise.terms if term.attempts] if promise else []
    fields = (
        *goal_fields(agreement, known.found, month),
        *people_fields(people, max(attempts, default=None)),
    )
    words = words_tried(fields, form)
    tried, problems = tried_from(fields, words)
    found = tried_agreement(agreement, tried, month)
    goal = found.goal
    shares = sum((cell.share for cell in goal.cells), Fraction(0)) if goal else Fraction(1)
    scaled = {} if goal is None or shares == 1 else _scaled(goal)
    told = WhatIf(
        version, agreement, others, month, fields, words, tried, problems, shares,
        {field_of_cell(SHARE, cell): percent_field(share) for cell, share in scaled.items()},
        plan=None, trouble="", signed=frozen_of(version), in_force=None, capacity=None,
    )  # fmt: skip
    try:
        plan = _planned(_with_shares(found, scaled), known, tried, month, now)
        signed = replace(told, plan=plan).targets
        return replace(
            told,
            plan=plan,
            in_force=_in_force(plan, signed),
            capacity=_capacity(known, plan, tried, records, today),
        )
    except ImpossibleGoalError as error:
        return replace(told, trouble=str(error))


def _planned(
    agreement: Agreement, known: Known, tried: Tried, month: date, now: datetime
) -> GoalPlan:
    (plan,) = plans_of(agreement, known.found, now, (month,), tried.confidence, typed=tried.cells)
    return plan


def _scaled(goal: Goal) -> dict[Cell, Fraction]:
    """Return shares in the same proportion that sum to exactly 1."""
    parts = whole_parts(_SHARES, [cell.share for cell in goal.cells])
    return {
        (cell.segment, cell.tier): Fraction(part, _SHARES)
        for cell, part in zip(goal.cells, parts, strict=True)
    }


def _with_shares(agreement: Agreement, shares: Mapping[Cell, Fraction]) -> Agreement:
    goal = agreement.goal
    if goal is None or not shares:
        return agreement
    if not all(shares.values()):
        raise ImpossibleGoalError(
            "the shares of the cells are too unlike to be scaled: make them sum to exactly 100 %"
        )
    cells = (replace(cell, share=shares[cell.segment, cell.tier]) for cell in goal.cells)
    return replace(agreement, goal=replace(goal, cells=tuple(cells)))


def _in_force(plan: GoalPlan, signed: Sequence[int | None]) -> Outlook | None:
    leads = [number for number in signed if number is not None]
    if leads == [cell.leads for cell in plan.cells]:
        return plan.sure  # the same leads in other worlds would be a little more or less likely
    return outlook_with(plan, leads) if len(leads) == len(signed) else None


def _capacity(
    known: Known, plan: GoalPlan, tried: Tried, records: Records, today: date
) -> Capacity:
    """Return whether the leads of a plan can be worked, with those of other cells that come.

    By the people and the hours of the month in which most of its leads are handed off.
    """
    held = in_force(known.version)
    handed: Counter[date] = Counter()
    for cell in plan.cells:
        handed[cell.month] += cell.leads
    on = max(today, max(handed, key=lambda month: handed[month]))
    people = people_of(held, records.people, records.leave, on, tried.terms)
    a_day = dict(known.flow.a_day)
    for cell in plan.cells:
        leads = cell.leads + cell.inputs.cell.own_leads
        a_day[cell.name] = Fraction(leads, max(1, people.month.days))
    flow = replace(known.flow, a_day=a_day, origin=Origin.TYPED)
    return capacity_of(people, flow, known.tries, held, attempts=tried.attempts)
