"""The statement of a party: each commitment it owes and is owed, and what that entitles to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smarketing.domain.days import starts_at
from smarketing.domain.errors import NotFoundError
from smarketing.domain.periods import months_of
from smarketing.domain.targets import next_month
from smarketing.services.statements.accounts import Accounts
from smarketing.services.statements.after import earned_back_of, is_chronic_of
from smarketing.services.statements.entitlement import Used, entitlements_of
from smarketing.services.statements.judged import judged_levels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from fractions import Fraction

    from smarketing.domain.agreement import Agreement, Party
    from smarketing.services.conclusions.book import Book
    from smarketing.services.statements.accounts import Sources
    from smarketing.services.statements.entitlement import Entitlement
    from smarketing.services.statements.judged import Judged


@dataclass(frozen=True)
class Owed:
    """One remedy with what the months around it say.

    Attributes:
        earned_back: How much of it came back by now; None: nothing ever does.
        is_chronic: Whether the last months failed so often that it goes to those who signed.
    """

    entitlement: Entitlement
    earned_back: Fraction | None
    is_chronic: bool


@dataclass(frozen=True)
class Line:
    """One commitment of a month, or of the part of it that one version holds for."""

    agreement: Agreement
    judged: Judged
    owed: tuple[Owed, ...]

    @property
    def by(self) -> Party:
        """Return the party that promises it."""
        return self.agreement.parties[self.judged.level.commitment.by]

    @property
    def to(self) -> Party:
        """Return the party that it is promised to."""
        return self.agreement.parties[self.judged.level.commitment.to]


@dataclass(frozen=True)
class Month:
    """One month of a statement: its first day, what is owed to the party, what it owes."""

    month: date
    to_it: tuple[Line, ...]
    by_it: tuple[Line, ...]


@dataclass(frozen=True)
class Statement:
    """What one party is entitled to, and owes, under one agreement.

    Attributes:
        agreement: The newest version in force.
        period: As it was asked for.
        now: Whatever was due by then is judged.
    """

    agreement: Agreement
    party: Party
    period: str
    months: tuple[Month, ...]
    now: datetime

    @property
    def to_it(self) -> tuple[Line, ...]:
        """Return the commitments owed to the party in all months."""
        return tuple(line for month in self.months for line in month.to_it)

    @property
    def by_it(self) -> tuple[Line, ...]:
        """Return the commitments that the party owes in all months."""
        return tuple(line for month in self.months for line in month.by_it)


def statements(
    sources: Sources,
    book: Book,
    party: str,
    period: str,
    now: datetime,
    *,
    agreement: str | None = None,
) -> tuple[Statement, ...]:
    """Return the statement of a party under each agreement that it is a party of.

    Args:
        sources: Where everything is read, caught up with now.
        book: The agreements in force.
        party: Its name in the agreements.
        period: A month, a quarter or a year; months that have not begun are left out.
        now: Whatever is due by now is judged.
        agreement: Only this one; None: all of them.

    Raises:
        NotFoundError: There is no such period, agreement or party.
    """
    months = months_of(period)
    newest = {v.agreement.name: v.agreement for v in reversed(book.versions)}
    if agreement is not None and agreement not in newest:
        known = ", ".join(newest) or "none yet"
        raise NotFoundError(
            f"no agreement {agreement!r} is in force; there are: {known}", agreement
        )
    mine = [one for name, one in newest.items() if agreement in (None, name)]
    if not any(party in one.parties for one in mine):
        known = ", ".join(dict.fromkeys(name for one in mine for name in one.parties))
        raise NotFoundError(f"no party is named {party!r}; there are: {known or 'none'}", party)
    return tuple(
        Statement(
            one,
            one.parties[party],
            period,
            tuple(_months(Accounts(sources, book, one.name, now), months, party, one.timezone)),
            now,
        )
        for one in mine
        if party in one.parties
    )


def _months(accounts: Accounts, months: Sequence[date], party: str, zone: str) -> Iterator[Month]:
    """Yield the months asked for; what was given before in their year is known with them."""
    begun = [month for month in months if starts_at(month, zone) <= accounts.now]
    for month, lines in lines_of(accounts, begun):
        yield Month(
            month,
            tuple(line for line in lines if line.to.name == party),
            tuple(line for line in lines if line.by.name == party),
        )


def lines_of(
    accounts: Accounts, months: Sequence[date], choice: str | None = None
) -> Iterator[tuple[date, tuple[Line, ...]]]:
    """Yield months with a line a commitment.

    Where an agreement caps what is owed in a year, the months before in that year are computed,
    too: what they gave is used up.

    Args:
        accounts: The months of the agreement.
        months: First days, ascending, of one calendar year.
        choice: A remedy that is about to be claimed for the last month.
    """
    used = Used()
    month = _first(accounts, months[0]) if months else None
    while month is not None and month <= months[-1]:
        lines = tuple(_lines(accounts, month, used, choice if month == months[-1] else None))
        if month in months:
            yield month, lines
        month = next_month(month)


def _first(accounts: Accounts, month: date) -> date:
    """Return the month from which on something has to be computed."""
    agreements = [
        version.agreement
        for version in accounts.book.versions
        if version.agreement.name == accounts.agreement
    ]
    caps = [
        cap
        for found in agreements
        for cap in (
            *(fee.cap_year for fee in found.fees.values()),
            *(remedy.cap_year for remedy in found.remedies),
        )
    ]
    return month.replace(month=1) if any(cap is not None for cap in caps) else month


def _lines(accounts: Accounts, month: date, used: Used, choice: str | None) -> Iterator[Line]:
    judged = [*judged_levels(accounts, accounts.levels(month))]
    owed = entitlements_of(accounts, judged, used, choice)
    for one in judged:
        mine = tuple(
            Owed(e, earned_back_of(accounts, e), is_chronic_of(accounts, e.remedy, month))
            for e in owed
            if e.judged is one
        )
        yield Line(accounts.version(one.level).agreement, one, mine)
