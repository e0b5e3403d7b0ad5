"""What the statement of the last month comes to, for the weekly report."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from reports.digest import Debt
from reports.numbers import short_day
from smarketing.domain.claims import ClaimState
from smarketing.domain.days import local_date
from smarketing.domain.remedies import RemedyKind
from smarketing.services.statements.accounts import Accounts
from smarketing.services.statements.statement import lines_of
from smarketing.services.statements.words import LEADS, amount_words

if TYPE_CHECKING:
    from datetime import date, datetime

    from smarketing.services.conclusions.book import Book
    from smarketing.services.statements.accounts import Sources
    from smarketing.services.statements.entitlement import Entitlement


def owed(
    sources: Sources, book: Book, agreement: str, month: date, now: datetime
) -> tuple[Debt, ...]:
    """Return what is due between the parties of an agreement for a month, as its statements say.

    Args:
        sources: Where everything is read, caught up with now.
        book: The agreements in force.
        agreement: Its name.
        month: First day of a month that is over.
        now: Whatever was due, said or lapsed by then counts.
    """
    found = lines_of(Accounts(sources, book, agreement, now), [month])
    return tuple(
        _debt(one.entitlement, month)
        for _, lines in found
        for line in lines
        for one in line.owed
        if one.entitlement.is_due
    )


def _debt(one: Entitlement, month: date) -> Debt:
    amount = amount_words(one.owed, one.unit)
    is_credit = one.remedy.kind is RemedyKind.CREDIT
    value = amount if one.unit == LEADS else f"lead value of {amount}"
    return Debt(
        by=one.by.title,
        to=one.to.title,
        party=one.to.name,
        month=month,
        promise=one.judged.level.commitment.title,
        what=f"a credit of {amount}" if is_credit else value,
        state=_state(one),
        is_open=one.state is not ClaimState.SETTLED,
    )


def _state(one: Entitlement) -> str:
    if one.state is ClaimState.OPEN:
        until = local_date(one.claim.until, one.agreement.timezone) - timedelta(days=1)
        return f"to be claimed by {short_day(until)}"
    return str(one.state)
