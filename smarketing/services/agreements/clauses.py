"""What an agreement says besides its commitments, in plain English: parties, ends, disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import PartyKind, Review
from smarketing.services.agreements.capacity_terms import capacity_text
from smarketing.services.agreements.words import listed, spoken_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.domain.agreement import Agreement, Party

_OFTEN: Final = {
    Review.MONTHLY: "every month",
    Review.QUARTERLY: "every three months",
    Review.YEARLY: "once a year",
}


def clauses(agreement: Agreement) -> Iterator[str]:
    """Yield a paragraph for each clause that there is."""
    yield from _parties(agreement)
    if agreement.capacity:
        yield capacity_text(agreement.capacity)
    if agreement.review:
        yield f"Both sides look at this agreement together {_OFTEN[agreement.review]}."
    if agreement.notice or agreement.cancellation:
        yield _cancellation(agreement)
    if agreement.exclusions:
        titles = listed([one.title for one in agreement.exclusions], "or")
        yield f"A breach may be excused where it rests on one of these: {titles}."
    if agreement.disputes:
        yield (
            f"A breach may be disputed within {spoken_days(agreement.disputes.window)} of its "
            f"record; the other side answers within {spoken_days(agreement.disputes.answer)}."
        )


def _cancellation(agreement: Agreement) -> str:
    notice = (
        f"Each party may cancel this agreement with {spoken_days(agreement.notice)} of notice."
        if agreement.notice
        else ""
    )
    return f"{notice} {_ended(agreement.cancellation)}".strip()


def _ended(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _parties(agreement: Agreement) -> Iterator[str]:
    """Yield who a party is where that is more than a department."""
    for party in agreement.parties.values():
        if party.kind is not PartyKind.DEPARTMENT or party.parent or party.provider:
            yield f"{party.title} is {_what(party, agreement)}."
        if party.contacts:
            said = (
                f"{c.name} ({c.email}{f', {c.about}' if c.about else ''})" for c in party.contacts
            )
            yield f"To turn to at {party.title}: {listed(list(said), 'and')}."


def _what(party: Party, agreement: Agreement) -> str:
    kinds = {
        PartyKind.DEPARTMENT: "a department",
        PartyKind.SITE: "a site",
        PartyKind.SUPPLIER: "an outside supplier",
    }
    of = f" of {agreement.parties[party.parent].title}" if party.parent else ""
    leads = f"; its leads carry the name {party.provider}" if party.provider else ""
    return f"{kinds[party.kind]}{of}{leads}"
