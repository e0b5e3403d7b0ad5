"""Who may hold leads, as the tables know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.holders import HOLDING_ROLES, Holders
from smarketing.store import bulk

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MAY: Final = f"person.active = 1 AND person.role IN {HOLDING_ROLES}"
_NAMES: Final = (
    f"SELECT person.email, person.id FROM person WHERE {_MAY} "
    "AND person.email NOT IN (SELECT name FROM owner_name) "
    "UNION ALL SELECT owner_name.name, person.id FROM owner_name "
    f"JOIN person ON person.id = owner_name.person_id WHERE {_MAY}"
)


def holders_in(connection: Connection) -> Holders:
    """Return who may hold leads: by their e-mail, and by the names that were tied to them."""
    named = bulk.fetch(connection, _NAMES, {"name": pl.String(), "id": pl.Int64()})
    return Holders(dict(named.iter_rows()), frozenset(named["id"]))
