"""Whether the parties of an agreement, and those who sign for them, make sense together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import Side
from smarketing.domain.errors import AgreementProblem
from smarketing.services.agreements.checks import slug_problems, unknown_name
from smarketing.services.agreements.shape import NeedShape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smarketing.services.agreements.shape import AgreementShape

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def party_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the parties and those who sign for them."""
    yield from slug_problems("parties", shape.parties)
    yield from _provider_problems(shape)
    for side in Side:
        yield from _side_problems(shape, side)
    for name in shape.parties:
        yield from _parent_problems(name, shape)
        yield from _address_problems(name, shape)
        yield from _need_problems(name, shape)
    for address, names in _signed_for(shape).items():
        if len({shape.parties[name].side for name in names}) > 1:
            yield AgreementProblem(
                f"parties.{names[-1]}.signatories",
                f"{address} signs for {' and '.join(names)}",
                "Nobody signs for both sides: name another person for one of them",
            )


def _parent_problems(name: str, shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield why a party cannot be a part of the one that it names."""
    party, key = shape.parties[name], f"parties.{name}.parent"
    if party.parent is None:
        return
    yield from unknown_name(key, party.parent, shape.parties)
    above = shape.parties.get(party.parent)
    if above and above.side is not party.side:
        yield AgreementProblem(
            key,
            f"{party.parent} stands for {above.side}, and {name} for {party.side}",
            "A part stands for the same side as the whole: name another party",
        )
    if name in _above(name, shape):
        yield AgreementProblem(
            key, f"{name} would be a part of itself", "Remove the key from one of them"
        )


def _above(name: str, shape: AgreementShape) -> list[str]:
    """Return the parties that one is a part of; each once, also where they stand in a circle."""
    found: list[str] = []
    party = shape.parties.get(name)
    while party and party.parent and party.parent not in found:
        found.append(party.parent)
        party = shape.parties.get(party.parent)
    return found


def _address_problems(name: str, shape: AgreementShape) -> Iterator[AgreementProblem]:
    party = shape.parties[name]
    places = {f"signatories[{n}]": one for n, one in enumerate(party.signatories, 1)}
    places |= {f"contacts[{n}].email": one.email for n, one in enumerate(party.contacts, 1)}
    for place, address in places.items():
        if not _EMAIL.fullmatch(address):
            signs = place.startswith("signatories")
            yield AgreementProblem(
                f"parties.{name}.{place}",
                f"{address!r} is not an e-mail address",
                "Write the address that the person signs in with"
                if signs
                else 'Write it as "name@company.example"',
            )


def _need_problems(name: str, shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield the needs whose commitment nobody makes to this party."""
    side = shape.parties[name].side
    for number, need in enumerate(shape.parties[name].needs, 1):
        if not isinstance(need, NeedShape):
            continue
        key = f"parties.{name}.needs[{number}].commitment"
        yield from unknown_name(key, need.commitment, shape.commitments)
        promise = shape.commitments.get(need.commitment)
        by = shape.parties.get(promise.by) if promise else None
        if promise and by and by.side is side:
            yield AgreementProblem(
                key,
                f"{need.commitment} is owed by {promise.by}, which stands for {side} as {name} "
                "does",
                "Name a commitment that the other side owes",
            )


def _provider_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield the providers that do not deliver leads, or that several parties are called."""
    first: dict[str, str] = {}
    for name, party in shape.parties.items():
        if party.provider is None:
            continue
        if party.side is not Side.MARKETING:
            yield AgreementProblem(
                f"parties.{name}.provider",
                f"{name} stands for {party.side}, and marketing's side delivers the leads",
                "Remove it",
            )
        other = first.setdefault(party.provider, name)
        if other != name:
            yield AgreementProblem(
                f"parties.{name}.provider",
                f"{party.provider!r} is what the leads of {other} carry already",
                "Give each party a name of its own",
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
