"""By which way a person answered a lead, and whether it is sure that it was a person.

Programs that look through mail open links, and some press buttons. An answer that came faster
than a person reads, or that was followed by its contrary from the same mail, is marked as
unverified: that is for people to judge, the clocks count it all the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TOO_SOON_S: Final = 20
"""Seconds after a server took the mail, before which hardly anybody has read it."""

_VIA: Final = "via"


class Way(StrEnum):
    """How it was said that somebody has a lead.

    Attributes:
        EMAIL_LINK: On the page of the link in a mail.
        PORTAL: In the portal, signed in.
        RECORD: The record of a source tells it.
        API: By a program, with a token of a person.
    """

    EMAIL_LINK = "email_link"
    PORTAL = "portal"
    RECORD = "record"
    API = "api"


class Doubt(StrEnum):
    """Why an answer counts as unverified.

    Attributes:
        TOO_SOON: Less than TOO_SOON_S after the mail was accepted.
        CONTRADICTED: The other button of the same mail was pressed, too.
    """

    TOO_SOON = "too_soon"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True)
class How:
    """How an answer was given.

    Attributes:
        age_s: Seconds since the link was made; None: by no link.
        sent_s: Seconds since a server took the mail, 0 while none is known to have taken it; None:
            the mail is not known.
        agent: Browser and system in words; empty: not told.
        ref: Of the answer that this one contradicts; empty: of none.
    """

    way: Way
    age_s: int | None = None
    sent_s: int | None = None
    agent: str = ""
    ref: str = ""

    @property
    def is_too_soon(self) -> bool:
        """Return whether it came faster than a person reads."""
        return self.sent_s is not None and self.sent_s < TOO_SOON_S


def how_detail(how: How) -> str:
    """Return what an event says of how it came about."""
    told: dict[str, object] = {_VIA: how.way, "age_s": how.age_s, "sent_s": how.sent_s}
    told |= {"agent": how.agent or None, "of": how.ref or None}
    return json.dumps({name: value for name, value in told.items() if value is not None})


def how_from(detail: str | None) -> How | None:
    """Return how an event came about; None: its detail does not say it."""
    if not detail or not detail.startswith(f'{{"{_VIA}"'):
        return None
    told = json.loads(detail)
    return How(
        Way(told[_VIA]),
        told.get("age_s"),
        told.get("sent_s"),
        told.get("agent", ""),
        told.get("of", ""),
    )
