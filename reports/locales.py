"""How dates and numbers are written in a report; its words are English in every locale.

What has digits in it follows the locale: `5. März 2018`, `12.345`, `08:00`. A month or a
weekday that stands alone in a sentence is a word, and stays English. Babel knows the rules; it
is loaded only for a locale other than ours.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

DEFAULT: Final = "en-GB"

LOCALES: Final[Mapping[str, str]] = {
    "en-GB": "English (United Kingdom)",
    "en-US": "English (United States)",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "de-CH": "Deutsch (Schweiz)",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "lv": "Latviešu",
    "nl": "Nederlands",
    "nb": "Norsk bokmål",
    "pl": "Polski",
    "pt": "Português (Portugal)",
    "pt-BR": "Português (Brasil)",
    "fi": "Suomi",
    "sv": "Svenska",
}
"""The locales to choose from, each by its own name."""

# Not handed down to each of the hundred places that print a number: one that forgot to hand it
# on would mix two ways of writing in one mail. `decimal.localcontext` does it in this way, too.
_WRITTEN: ContextVar[str] = ContextVar("locale", default=DEFAULT)


@contextmanager
def written_as(locale: str) -> Iterator[None]:
    """Write dates and numbers as a locale of `LOCALES` does, in this thread, while it lasts."""
    if locale not in LOCALES:
        raise ValueError(f"{locale!r} is no locale: choose one of {', '.join(LOCALES)}")
    token = _WRITTEN.set(locale)
    try:
        yield
    finally:
        _WRITTEN.reset(token)


def number(plain: str) -> str:
    """Return a number that is written in English, with the marks of the locale.

    Args:
        plain: As `12,345.6`, without anything else that has a comma or a point.
    """
    if (locale := _chosen()) is None:
        return plain
    group, point = _marks(locale)
    return "".join({",": group, ".": point}.get(char, char) for char in plain)


def full_day(on: date) -> str | None:
    """Return a day with its month in full and its year; None: as English is written here."""
    if (locale := _chosen()) is None:
        return None
    from babel.dates import format_date  # noqa: PLC0415  (only for those who chose it)

    return format_date(on, "long", locale=locale)


def short_day(on: date) -> str | None:
    """Return a day without its year; None: as English is written here."""
    if (locale := _chosen()) is None:
        return None
    from babel.dates import format_skeleton  # noqa: PLC0415

    return format_skeleton("dMMM", on, locale=locale)


def clock_time(at: datetime) -> str:
    """Return the time of a local instant to the minute: `14:05`, in the United States `2:05 PM`."""
    if (locale := _chosen()) is None:
        return f"{at:%H:%M}"
    from babel.dates import format_time  # noqa: PLC0415

    return format_time(at.time(), "short", locale=locale)


def _chosen() -> str | None:
    """Return the locale as Babel calls it; None: ours."""
    locale = _WRITTEN.get()
    return None if locale == DEFAULT else locale.replace("-", "_")


def _marks(locale: str) -> tuple[str, str]:
    """Return what stands between thousands, and before the first decimal place."""
    from babel.numbers import get_decimal_symbol, get_group_symbol  # noqa: PLC0415

    return get_group_symbol(locale), get_decimal_symbol(locale)
