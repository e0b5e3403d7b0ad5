"""A scope as a condition of SQL over `lead`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.domain.scope import Reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smarketing.domain.scope import Scope

_CONDITIONS: Final[Mapping[Reach, str]] = {
    Reach.ALL: "true",
    Reach.TEAM: "(lead.holder_id = :scope_person OR lead.holder_id IS NULL)",
    Reach.DELIVERED: "lead.provider = :scope_provider",
}


def within(scope: Scope) -> tuple[str, dict[str, object]]:
    """Return the condition under which a lead is in a scope, and its parameters."""
    parameters: dict[Reach, dict[str, object]] = {
        Reach.ALL: {},
        Reach.TEAM: {"scope_person": scope.person_id},
        Reach.DELIVERED: {"scope_provider": scope.provider},
    }
    return _CONDITIONS[scope.reach], parameters[scope.reach]
