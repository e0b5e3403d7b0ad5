"""From a breach to what is owed, step by step (CLOCKS.md): each step is visible, with its numbers.

fact -> excused? -> computed -> one per incident -> capped (month, year) -> minimum -> claimed in
the window? -> accepted or disputed -> settled -> earned back?
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from smarketing.domain.calendar import instant
from smarketing.domain.claims import SAYABLE, Claim, ClaimState, words_of
from smarketing.domain.days import local_date, starts_at
from smarketing.domain.metrics import Metric
from smarketing.domain.remedies import RemedyKind, chosen, is_issued, within_cap
from smarketing.domain.targets import next_month
from smarketing.services.agreements.remedy_text import supplier_of
from smarketing.services.statements.computed import computed
from smarketing.services.statements.words import LEADS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from smarketing.domain.agreement import Agreement, Party
    from smarketing.domain.claims import ClaimAct
    from smarketing.domain.remedies import Fee, Remedy
    from smarketing.services.statements.accounts import Accounts
    from smarketing.services.statements.computed import Computed
    from smarketing.services.statements.judged import Judged

_NOTHING = Fraction(0)


@dataclass
class Used:
    """What was given earlier in a calendar year, and in the month so far.

    Attributes:
        of_remedy: Remedy to what it gave in the year.
        of_supplier: Supplier to all its credits of the year.
        in_month: Supplier to its credits of this month.
    """

    of_remedy: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    of_supplier: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    in_month: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))


@dataclass(frozen=True)
class Entitlement:
    """What one remedy gives for the days of one level.

    Attributes:
        unit: The currency, or LEADS.
        computed: What the level gives, with the sentence that says how.
        given_instead: The remedy of the same incident that is given instead; None: this one.
        given: After that; 0 where another one is given.
        cap: What capped it, in words; empty: nothing did.
        capped: After the caps.
        owed: After the minimum.
        claim: What was said about it, and its windows.
        state: Where the claim stands.
        is_taken: Whether the other remedy is given because it was claimed.
    """

    agreement: Agreement
    remedy: Remedy
    judged: Judged
    unit: str
    computed: Computed
    given_instead: Remedy | None
    given: Fraction
    cap: str
    capped: Fraction
    owed: Fraction
    claim: Claim
    state: ClaimState
    is_taken: bool = False

    @property
    def by(self) -> Party:
        """Return the party that owes it."""
        return self.agreement.parties[self.judged.level.commitment.by]

    @property
    def to(self) -> Party:
        """Return the party that is entitled to it."""
        return self.agreement.parties[self.judged.level.commitment.to]

    @property
    def period(self) -> str:
        """Return its month, as `2026-11`."""
        return f"{self.judged.level.starts_on:%Y-%m}"

    @property
    def sayable(self) -> tuple[ClaimAct, ...]:
        """Return what may be said about it, by whoever may say it."""
        return SAYABLE[self.state]

    @property
    def is_due(self) -> bool:
        """Return whether something is owed that has not lapsed, and its month is over."""
        return bool(self.owed) and self.state not in {ClaimState.NOT_YET, ClaimState.LAPSED}


@dataclass(frozen=True)
class _Draft:
    agreement: Agreement
    remedy: Remedy
    judged: Judged
    unit: str
    fee: Fee | None
    supplier: str
    computed: Computed
    claim: Claim


def entitlements_of(
    accounts: Accounts, judged: Sequence[Judged], used: Used, choice: str | None = None
) -> tuple[Entitlement, ...]:
    """Return what the remedies of a month give, in the order of the agreement.

    Args:
        accounts: The months of the agreement.
        judged: Its commitments in the month.
        used: What was given in the year before; this month is added.
        choice: A remedy that is about to be claimed instead of another of its incident.
    """
    drafts = [draft for one in judged for draft in _drafts(accounts, one)]
    found = []
    used.in_month.clear()
    for draft in drafts:
        incident = [d for d in drafts if _incident(d) == _incident(draft)]
        is_taken = any(d.claim.claimed for d in incident if d is not draft)
        given = _given(incident, choice)
        found.append(_entitlement(draft, given, used, accounts.now, is_taken=is_taken))
    return tuple(found)


def _drafts(accounts: Accounts, judged: Judged) -> Iterable[_Draft]:
    level = judged.level
    agreement = accounts.version(level).agreement
    supplier = supplier_of(level.commitment, agreement)
    for remedy in agreement.remedies:
        if remedy.commitment != level.commitment.name or remedy.kind is RemedyKind.RELIEF:
            continue
        in_leads = remedy.kind is RemedyKind.MAKE_GOOD and (
            level.commitment.metric is Metric.LEADS_DELIVERED
        )
        fee = agreement.fees.get(supplier.name) if supplier else None
        yield _Draft(
            agreement,
            remedy,
            judged,
            LEADS if in_leads else agreement.currency,
            fee,
            supplier.name if supplier else "",
            computed(remedy, judged.judged, judged.breaches, fee, agreement.currency),
            _claim(accounts, judged, remedy, agreement),
        )


def _claim(accounts: Accounts, judged: Judged, remedy: Remedy, agreement: Agreement) -> Claim:
    """Return the claim of a remedy: its window begins when the breach of the month is known.

    That is the end of the month (of the calendar, also where two versions share it), or the day
    after the breach was recorded, where the month's leads were only told later.
    """
    level, zone = judged.level, agreement.timezone
    opens_on, known_at = next_month(level.starts_on), judged.breaches.known_at
    if known_at is not None and instant(known_at) > starts_at(opens_on, zone):
        opens_on = max(opens_on, local_date(instant(known_at), zone) + timedelta(days=1))
    words = words_of(accounts.words, f"{level.starts_on:%Y-%m}", remedy.name)
    return Claim(
        starts_at(next_month(level.starts_on), zone),
        starts_at(opens_on + timedelta(days=remedy.claim_days), zone),
        timedelta(days=remedy.answer_days),
        words,
    )


def _incident(draft: _Draft) -> tuple[str, int]:
    """Return what makes two remedies one incident: its name, and the version of the days."""
    return draft.remedy.incident, draft.judged.level.version_id


def _given(incident: Sequence[_Draft], choice: str | None) -> Remedy | None:
    """Return the one remedy of an incident that is given: claimed, chosen, or the highest."""
    by_name = {draft.remedy.name: draft for draft in incident}
    claimed = next((name for name, draft in by_name.items() if draft.claim.claimed), choice)
    name = chosen({name: d.computed.amount for name, d in by_name.items()}, claimed)
    return by_name[name].remedy if name else None


def _entitlement(
    draft: _Draft, given: Remedy | None, used: Used, now: datetime, *, is_taken: bool
) -> Entitlement:
    remedy = draft.remedy
    instead = given if given is not None and given != remedy else None
    amount = _NOTHING if instead else draft.computed.amount
    capped, cap = _capped(draft, amount, used)
    owed = capped if is_issued(capped, remedy.minimum) else _NOTHING
    state = draft.claim.state(now)
    if not draft.judged.level.is_over and not draft.claim.words:
        state = ClaimState.NOT_YET  # the month, or what is known of it, is not complete
    if state.stands:
        used.of_remedy[remedy.name] += owed
        if remedy.kind is RemedyKind.CREDIT:
            used.of_supplier[draft.supplier] += owed
            used.in_month[draft.supplier] += owed
    return Entitlement(
        draft.agreement, remedy, draft.judged, draft.unit, draft.computed, instead, amount, cap,
        capped, owed, draft.claim, state, is_taken,
    )  # fmt: skip


def _capped(draft: _Draft, amount: Fraction, used: Used) -> tuple[Fraction, str]:
    """Return an amount under its caps, and the cap that it met first; empty: none."""
    remedy, fee = draft.remedy, draft.fee
    caps = [("the cap of a year", remedy.cap_year, used.of_remedy[remedy.name])]
    if remedy.kind is RemedyKind.CREDIT and fee is not None:
        caps += [
            ("what is at risk in a month", fee.at_risk_amount, used.in_month[draft.supplier]),
            ("the cap of a year", fee.cap_year, used.of_supplier[draft.supplier]),
        ]
    met = ""
    for name, cap, gone in caps:
        left = within_cap(amount, cap, gone)
        if left < amount:
            amount, met = left, name
    return amount, met
