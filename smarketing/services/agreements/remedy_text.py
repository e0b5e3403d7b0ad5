"""The remedies of an agreement in plain English, made from the data alone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from smarketing.domain.agreement import PartyKind
from smarketing.domain.breaches import Kind
from smarketing.domain.metrics import Metric
from smarketing.domain.remedies import RemedyKind, rounded
from smarketing.services.agreements.words import amount, listed, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.domain.agreement import Agreement, Commitment, Party
    from smarketing.domain.remedies import Band, Chronic, EarnBack, Fee, Points, Remedy


def remedies_text(agreement: Agreement) -> Iterator[str]:
    """Yield a paragraph for each fee and each remedy."""
    for party, fee in agreement.fees.items():
        yield fee_text(agreement.parties[party].title, fee, agreement)
    for remedy in agreement.remedies:
        yield remedy_text(remedy, agreement)


def remedy_text(remedy: Remedy, agreement: Agreement) -> str:
    """Return the sentences of one remedy."""
    promise = next(c for c in agreement.commitments if c.name == remedy.commitment)
    say = {
        RemedyKind.CREDIT: _credit,
        RemedyKind.MAKE_GOOD: _make_good,
        RemedyKind.RELIEF: _relief,
    }[remedy.kind]
    sentences = [*say(remedy, promise, agreement), *_chronic(remedy)]
    return f"{remedy.title}: {' '.join(sentences)}"


def supplier_of(promise: Commitment, agreement: Agreement) -> Party | None:
    """Return the outside supplier among the two parties of a commitment; None: there is none."""
    sides = (agreement.parties[name] for name in (promise.by, promise.to))
    return next((party for party in sides if party.kind is PartyKind.SUPPLIER), None)


def fee_text(party: str, fee: Fee, agreement: Agreement) -> str:
    """Return the sentence of what a party, by its title, is paid."""
    cap = f" and of a calendar year {_money(fee.cap_year, agreement)}" if fee.cap_year else ""
    return (
        f"{party} is paid {_money(fee.invoice, agreement)} a month, and {percent(fee.at_risk)} of "
        f"it is at risk: all credits of a month together are at most "
        f"{_money(fee.at_risk_amount, agreement)}{cap}."
    )


def _credit(remedy: Remedy, promise: Commitment, agreement: Agreement) -> Iterator[str]:
    by, to = _titles(promise, agreement)
    supplier = supplier_of(promise, agreement)
    fee = agreement.fees[supplier.name] if supplier else None
    most = fee.at_risk_amount * remedy.pool * remedy.allocation if fee else Fraction(0)
    full = _money(most, agreement)
    if remedy.schedule:
        yield (
            f"{by} gives {to} a credit of a part of {full} by the level of “{promise.title}” in a "
            f"month: {_bands(remedy.schedule)}."
        )
    elif remedy.by_gap:
        yield (
            f"{by} gives {to} a credit of as many per cent of {full} as the level of "
            f"“{promise.title}” is points below the promise."
        )
    elif remedy.points:
        yield f"{by} gives {to} a credit of a part of {full}: {_points(remedy.points, promise)}"
    else:
        yield f"{by} gives {to} a credit of {full} when a month breaks “{promise.title}”."
    yield from _limits(remedy, _money(remedy.minimum, agreement))
    yield from _claiming(remedy, to, by)
    if remedy.earn_back:
        yield _earning(remedy.earn_back)


def _bands(schedule: tuple[Band, ...]) -> str:
    told = []
    for number, band in enumerate(schedule):
        lower = schedule[number + 1].below if number + 1 < len(schedule) else None
        down = f" and at least {percent(lower)}" if lower is not None else ""
        told.append(f"{percent(band.credit)} of it below {percent(band.below)}{down}")
    return "; ".join(told)


def _points(points: Points, promise: Commitment) -> str:
    each = [f"{points.of_kind[kind]} for each {kind} one" for kind in Kind if points.of_kind[kind]]
    steps = [f"from {least} points on {percent(share)}" for least, share in points.steps]
    return (
        f"the breaches of “{promise.title}” in a month have points, {listed(each, 'and')}, and "
        f"their sum gives {listed(steps, 'and')}."
    )


def _make_good(remedy: Remedy, promise: Commitment, agreement: Agreement) -> Iterator[str]:
    by, to = _titles(promise, agreement)
    leads = promise.metric is Metric.LEADS_DELIVERED
    what = "leads" if leads else "lead value"
    band = (
        f"the first {percent(remedy.band)} of a month's target are not owed" if remedy.band else ""
    )
    cap = f"more than {percent(remedy.cap)} of it is never owed" if remedy.cap < 1 else ""
    limits = "; ".join(filter(None, (band, cap)))
    whole = " Only whole leads are owed." if leads else ""
    yield (
        f"{by} makes good to {to} the {what} that a month of “{promise.title}” is short of, for "
        f"each segment and tier{f'; {limits}' if limits else ''}.{whole}"
    )
    unit = _leads if leads else lambda number: _money(number, agreement)
    if remedy.cap_year is not None:
        yield f"In a calendar year it is at most {unit(remedy.cap_year)}."
    yield from _limits(remedy, unit(remedy.minimum))
    yield from _claiming(remedy, to, by)


def _relief(remedy: Remedy, promise: Commitment, agreement: Agreement) -> Iterator[str]:
    by, to = _titles(promise, agreement)
    relieved = next(c.title for c in agreement.commitments if c.name == remedy.relieves)
    yield (
        f"leads of a month for which {by} broke “{promise.title}” do not count in “{relieved}” of "
        f"{to}, neither as accepted nor as rejected; those of them that were recycled count as "
        "delivered. Nobody has to claim it."
    )


def _limits(remedy: Remedy, minimum: str) -> Iterator[str]:
    if remedy.minimum:
        yield f"What is not more than {minimum} is not owed."
    if remedy.incident != remedy.name:
        yield (
            f"Of all remedies for the incident “{remedy.incident}” in one month only one is given: "
            "the one that is claimed, else the highest."
        )


def _claiming(remedy: Remedy, to: str, by: str) -> Iterator[str]:
    yield (
        f"{to} has to claim it within {_days(remedy.claim_days)} of the end of the month, or of "
        "the day on which the breach is known, where that is later; a claim that "
        f"{by} does not dispute within {_days(remedy.answer_days)} is accepted."
    )


def _earning(earn_back: EarnBack) -> str:
    how = "exceeded" if earn_back.exceeded else "met"
    return (
        f"{percent(earn_back.share)} of a credit is earned back when the promise is {how} in each "
        f"of the {earn_back.months} months after."
    )


def _chronic(remedy: Remedy) -> Iterator[str]:
    if remedy.chronic:
        yield chronic_text(remedy.chronic)


def chronic_text(chronic: Chronic) -> str:
    """Return when failing is chronic, and what follows."""
    return (
        f"When {chronic.failed} of the last {chronic.months} months fail, it is chronic and "
        "goes to those who signed."
    )


def _titles(promise: Commitment, agreement: Agreement) -> tuple[str, str]:
    return agreement.parties[promise.by].title, agreement.parties[promise.to].title


def _money(number: Fraction, agreement: Agreement) -> str:
    return f"{amount(rounded(number))} {agreement.currency}"


def _leads(number: Fraction) -> str:
    return f"{float(number):g} leads"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
