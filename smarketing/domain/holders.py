"""Who may hold a lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

HOLDING_ROLES: Final = ("administrator", "sales_manager", "rep")
"""The roles of people who answer leads, and so may hold them."""


@dataclass(frozen=True)
class Holders:
    """Those who may hold leads now.

    Attributes:
        names: What CRMs call them, to their number; an e-mail in small letters.
        active: The numbers of those who may sign in.
    """

    names: Mapping[str, int]
    active: frozenset[int]


class Absence(NamedTuple):
    """Days on which a person does not work; `ends_on` is not inclusive."""

    person_id: int
    starts_on: date
    ends_on: date
