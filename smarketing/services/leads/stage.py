"""How far a lead has come."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Stage(StrEnum):
    """The stages of a lead, as both teams call them."""

    HANDED_OFF = "handed_off"
    SALES_ACCEPTED = "sales_accepted"
    SALES_QUALIFIED = "sales_qualified"
    CUSTOMER = "customer"
    REJECTED = "rejected"
    RECYCLED = "recycled"


def stage_of(lead: Mapping[str, Any], *, is_recycled: bool) -> Stage:
    """Return the stage of a stored lead (`won_deals, rejected, qualified_at, accepted`).

    A rejection that does not count (too late, or for no agreed reason) is none.
    """
    if lead["won_deals"]:
        return Stage.CUSTOMER
    if is_recycled:
        return Stage.RECYCLED
    if lead["rejected"]:
        return Stage.REJECTED
    if lead["qualified_at"] is not None:
        return Stage.SALES_QUALIFIED
    return Stage.SALES_ACCEPTED if lead["accepted"] else Stage.HANDED_OFF
