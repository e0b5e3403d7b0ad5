"""How instants and money lie in a table.

An instant is a whole number of seconds of UTC and money a whole number of ten-thousandths
of its currency's unit: exact in SQLite and PostgreSQL alike, and the same integers that the
bulk paths compute with. On an object they are an aware datetime and a Decimal.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, Column
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

MONEY_SCALE: Final = 10_000


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as seconds of UTC; naive ones are refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  (the interface)
        """Return the seconds of an aware instant, fractions cut off."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; instants are aware")
        return int(value.timestamp() // 1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (the interface)
        """Return seconds as an aware instant of UTC."""
        return None if value is None else datetime.fromtimestamp(value, tz=UTC)


class Money(TypeDecorator[Decimal]):
    """A Decimal, kept as ten-thousandths; finer parts are rounded half to even."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002  (the interface)
        """Return the ten-thousandths of an amount."""
        if value is None:
            return None
        return int((value * MONEY_SCALE).to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002  (the interface)
        """Return ten-thousandths as an amount."""
        return None if value is None else Decimal(value) / MONEY_SCALE


def instant_column(*, nullable: bool = True, index: bool = False) -> Column[datetime]:
    """Return a column of instants."""
    return Column(Instant(), nullable=nullable, index=index)
