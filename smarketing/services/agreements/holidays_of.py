"""The public holidays of a country, as dates.

From the package `holidays` (observed days included, half days not). Company days are the
agreement's own and stand beside them.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from smarketing.domain.errors import SmarketingError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class UnknownCountryError(SmarketingError):
    """There are no holidays for that country or part of it.

    Attributes:
        key: `country` or `subdivision`.
        reason: What is wrong.
        mend: What to write instead.
    """

    def __init__(self, key: str, reason: str, mend: str) -> None:
        super().__init__(f"{key}: {reason}. {mend}")
        self.key, self.reason, self.mend = key, reason, mend


def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of those years.

    Args:
        country: ISO 3166 code of two letters, as `DE`.
        subdivision: Code within the country, as `BE` for Berlin; None: those of all parts.
        years: Calendar years, each in full.

    Raises:
        UnknownCountryError: The package knows no such country or subdivision.
    """
    import holidays  # noqa: PLC0415 (0.1 s of import that only loading an agreement needs)

    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        raise UnknownCountryError(
            "country", f"{country!r} is not a country", _nearest(country, known, "DE")
        )
    if subdivision is not None and subdivision not in known[country]:
        raise UnknownCountryError(
            "subdivision",
            f"{subdivision!r} is not a part of {country}",
            _nearest(subdivision, known[country], "BE"),
        )
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=years))


def _nearest(found: str, known: Iterable[str], example: str) -> str:
    codes = sorted(known)
    close = get_close_matches(found.upper(), codes, n=1)
    if close:
        return f"Did you mean {close[0]}? Write its ISO 3166 code"
    some = f"; known are {', '.join(codes)}" if 0 < len(codes) <= 60 else f', as "{example}"'  # noqa: PLR2004 (a list that still fits a message)
    return f"Write its ISO 3166 code{some}"
