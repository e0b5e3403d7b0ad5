"""Whether the head and the rules of an agreement make sense together.

Each check yields a problem for every fault it finds and goes on.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from smarketing.domain.agreement import OTHER
from smarketing.domain.errors import AgreementProblem
from smarketing.services.agreements.faults import EXAMPLES, nearest
from smarketing.services.agreements.words import listed
from smarketing.services.rules.check import check_condition
from smarketing.services.rules.columns import canonical_columns
from smarketing.services.rules.reach import dead_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from smarketing.services.agreements.shape import AgreementShape, RuleShape

_SLUG: Final = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def absence_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield the parts that neither stand in the file nor come from what it inherits."""
    for key in ("calendars", "segments", "tiers", "acceptance"):
        if not getattr(shape, key):
            yield AgreementProblem(key, "is missing", f"Add {EXAMPLES[key]}")


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
        whole = {"applies_when": ("it", shape.applies_when)}
        yield from _dead_problems(whole, shape.extra_columns)


def rule_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the segments and the tiers."""
    for key, rules in (("segments", shape.segments), ("tiers", shape.tiers)):
        yield from slug_problems(key, [rule.name for rule in rules])
        yield from _name_problems(key, rules)
        for number, rule in enumerate(rules, 1):
            yield from _condition_problems(f"{key}[{number}].when", rule.when, shape.extra_columns)
        places = {f"{key}[{n}].when": (rule.name, rule.when) for n, rule in enumerate(rules, 1)}
        yield from _dead_problems(places, shape.extra_columns)


def acceptance_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the window in which sales may reject."""
    if shape.acceptance:
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


def _dead_problems(
    rules: Mapping[str, tuple[str, str]], extra_columns: list[str]
) -> Iterator[AgreementProblem]:
    """Yield the rules that no lead can ever be the first to match.

    Args:
        rules: Place in the file to name and condition, in their order.
        extra_columns: Columns of the sources that they may use.
    """
    places, names = [*rules], [name for name, _ in rules.values()]
    conditions = [when for _, when in rules.values()]
    if any(check_condition(when, extra_columns) for when in conditions):
        return
    columns = canonical_columns() | dict.fromkeys(extra_columns, pl.String())
    for dead in dead_rules(conditions, columns):
        said = f"{names[dead.number]} never matches"
        if not dead.behind:
            mend = "Correct it, or remove it"
            yield AgreementProblem(places[dead.number], f"{said}: no lead can meet it", mend)
            continue
        before = listed([names[number] for number in dead.behind], "and")
        come = "comes" if len(dead.behind) == 1 else "come"
        yield AgreementProblem(
            places[dead.number],
            f"{said}: every lead that meets it meets {before} before, which {come} first",
            "Put the narrower rule first, or correct one of them",
        )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
