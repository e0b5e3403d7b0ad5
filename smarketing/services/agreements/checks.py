"""Whether the head, the parties and the rules of an agreement make sense together.

Each check yields a problem for every fault it finds and goes on.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from smarketing.domain.agreement import OTHER, Side
from smarketing.domain.errors import AgreementProblem
from smarketing.services.agreements.faults import nearest
from smarketing.services.rules.check import check_condition
from smarketing.services.rules.columns import canonical_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from smarketing.services.agreements.shape import AgreementShape, RuleShape

_SLUG: Final = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def head_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with name, zone, currency, days, columns and `applies_when`."""
    yield from slug_problems("name", [shape.name])
    if not _is_zone(shape.timezone):
        yield AgreementProblem(
            "timezone", f"{shape.timezone!r} is not a zone", 'Write an IANA zone, "Europe/Berlin"'
        )
    yield from _money_problems(shape)
    if shape.term.ends_on and shape.term.ends_on <= shape.term.starts_on:
        yield AgreementProblem(
            "term.ends_on",
            "is not after starts_on",
            "Write the first day after the agreement, or leave it out while it has no end",
        )
    for name in shape.extra_columns:
        if name in canonical_columns():
            yield AgreementProblem(
                "extra_columns", f"{name!r} is a column of every lead", "Take it off the list"
            )
        if '"' in name:  # polars keeps it doubled, as SQL writes it, and finds no such key
            yield AgreementProblem(
                "extra_columns", f"{name} has a quotation mark", "Rename it in the source"
            )
    if shape.applies_when:
        yield from _condition_problems("applies_when", shape.applies_when, shape.extra_columns)


def party_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the parties and those who sign for them."""
    yield from slug_problems("parties", shape.parties)
    for side in Side:
        yield from _side_problems(shape, side)
    for name, party in shape.parties.items():
        for number, address in enumerate(party.signatories, 1):
            if not _EMAIL.fullmatch(address):
                yield AgreementProblem(
                    f"parties.{name}.signatories[{number}]",
                    f"{address!r} is not an e-mail address",
                    "Write the address that the person signs in with",
                )
    for address, names in _signed_for(shape).items():
        if len({shape.parties[name].side for name in names}) > 1:
            yield AgreementProblem(
                f"parties.{names[-1]}.signatories",
                f"{address} signs for {' and '.join(names)}",
                "Nobody signs for both sides: name another person for one of them",
            )


def rule_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the segments and the tiers."""
    for key, rules in (("segments", shape.segments), ("tiers", shape.tiers)):
        yield from slug_problems(key, [rule.name for rule in rules])
        yield from _name_problems(key, rules)
        for number, rule in enumerate(rules, 1):
            yield from _condition_problems(f"{key}[{number}].when", rule.when, shape.extra_columns)


def acceptance_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the window in which sales may reject."""
    yield from unknown_name("acceptance.calendar", shape.acceptance.calendar, shape.calendars)
    yield from slug_problems("acceptance.reject_reasons", shape.acceptance.reject_reasons)


def slug_problems(key: str, names: Iterable[str]) -> Iterator[AgreementProblem]:
    """Yield the names that cannot stand in an address or on a command line."""
    for name in names:
        if not _SLUG.fullmatch(name):
            yield AgreementProblem(
                key,
                f"{name!r} is not a name",
                "Use small letters and digits with - or _ between them; the title may be anything",
            )


def unknown_name(key: str, name: str, known: Iterable[str]) -> Iterator[AgreementProblem]:
    """Yield a problem where `name` is not one of those known."""
    names = list(known)
    if name not in names:
        yield AgreementProblem(key, f"{name!r} is not defined here", nearest(name, names))


def _money_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    mend = 'Write the three capital letters of ISO 4217, as "EUR"'
    for key, code in (("currency", shape.currency), *((f"rates.{c}", c) for c in shape.rates)):
        if not _CURRENCY.fullmatch(code):
            yield AgreementProblem(key, f"{code!r} is not a currency", mend)
    for code, worth in shape.rates.items():
        if code == shape.currency:
            yield AgreementProblem(f"rates.{code}", "is the agreement's own currency", "Remove it")
        elif not worth:
            yield AgreementProblem(
                f"rates.{code}", "is zero", f"Write how many {shape.currency} one {code} is worth"
            )


def _side_problems(shape: AgreementShape, side: Side) -> Iterator[AgreementProblem]:
    parties = [party for party in shape.parties.values() if party.side is side]
    if not parties:
        yield AgreementProblem(
            "parties", f"nobody stands for {side}", f'Add a party with side = "{side}"'
        )
    elif not any(party.signatories for party in parties):
        yield AgreementProblem(
            "parties",
            f"nobody signs for {side}",
            'Add signatories = ["name@company.example"] to one of its parties',
        )


def _signed_for(shape: AgreementShape) -> Mapping[str, list[str]]:
    """Return the parties that each address signs for."""
    signed: dict[str, list[str]] = {}
    for name, party in shape.parties.items():
        for address in party.signatories:
            signed.setdefault(address.casefold(), []).append(name)
    return signed


def _name_problems(key: str, rules: list[RuleShape]) -> Iterator[AgreementProblem]:
    counted = Counter(rule.name for rule in rules)
    for name, count in counted.items():
        if count > 1:
            yield AgreementProblem(key, f"{name!r} is there {count} times", "Rename all but one")
    if OTHER in counted:
        yield AgreementProblem(
            key, f"{OTHER!r} is the name of what no rule matches", "Choose another name"
        )


def _condition_problems(
    key: str, when: str, extra_columns: list[str]
) -> Iterator[AgreementProblem]:
    found = check_condition(when, extra_columns)
    if found:
        yield AgreementProblem(key, found.reason, found.mend)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
