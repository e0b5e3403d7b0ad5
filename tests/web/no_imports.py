"""An import page without any file or import: what the other tests of the portal need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from smarketing.domain.errors import NotFoundError
from smarketing.services.intake.wizard import Wizard
from smarketing.web.parts import ImportParts

if TYPE_CHECKING:
    from pathlib import Path


class Nothing:
    """No uploads and no runs."""

    def find(self, token: str, person_id: int) -> None:
        """No file is here."""

    def newest(self, limit: int) -> list[dict[str, Any]]:  # noqa: ARG002  (the protocol)
        return []

    def one(self, import_id: int) -> None:
        """No import was made."""

    def rejected(self, import_id: int) -> Path | None:
        """Nothing was rejected."""


def _undo(import_id: int, *_: object) -> Any:
    raise NotFoundError(f"there is no import {import_id}", str(import_id))


def no_imports() -> ImportParts:
    nothing = cast("Any", Nothing())
    return ImportParts(wizard=Wizard(nothing, nothing, nothing), runs=nothing, undo=_undo)
