"""The import page: a file is brought, looked at, corrected, tried, and taken in.

A person sees only the files that they brought. What they choose is kept with the file, so that
every step can be opened again; once it was taken in, its token leads to the result.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from connectors.choice import Chosen
from connectors.protocol import ConnectorError, Kind
from smarketing.domain.calendar import seconds
from smarketing.domain.errors import ConflictError, NotFoundError, SmarketingError
from smarketing.services.intake.mapping_page import (
    MappingPage,
    chosen_columns,
    mapping_page,
    unmapped,
)
from smarketing.services.intake.titles import COLUMN_TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from connectors.look import Look
    from connectors.protocol import Delivery
    from smarketing.services.intake.report import ImportReport
    from smarketing.services.people.people import Person

_RUNNING, _DONE = "running", "done"
_NAME_LENGTH: Final = 100
_SOURCE_LENGTH: Final = 60
_OURS: Final = ("portal", "by hand")
"""The source of what people do here; no file may claim to be it."""


class UnusableFileError(SmarketingError):
    """A file, or what was chosen for it, cannot be used; the message says how to mend it."""


class Uploads(Protocol):
    """Where brought files are kept."""

    def bring(
        self, name: str, settings: str, person_id: int, now: int, save: Callable[[Path], None]
    ) -> str:
        """Keep a file; return its token."""
        ...

    def find(self, token: str, person_id: int) -> dict[str, Any] | None:
        """Return `token, name, settings` of a person's own file; None: there is none such."""
        ...

    def change(self, token: str, settings: str, instead_of: str) -> bool:
        """Set the settings where they still are what they were; return whether they were."""
        ...

    def path(self, token: str) -> Path:
        """Return where the bytes are."""
        ...

    def rejected(self, token: str) -> Path:
        """Return where the rows that a dry run rejected are, if there were any."""
        ...

    def forget_file(self, token: str) -> None:
        """Drop the bytes; the row stays and tells what became of them."""
        ...

    def drop(self, token: str) -> None:
        """Drop a file."""
        ...


class Files(Protocol):
    """How brought files are read; see `connectors.chosen.Files`."""

    @property
    def most_records(self) -> int:
        """Return the most records that a file may have here."""
        ...

    @property
    def timezone(self) -> str:
        """Return the zone of times where neither a mapping nor a person names one."""
        ...

    def look(self, path: Path, label: str, kind: str, sheet: str) -> Look:
        """Return what a file shows."""
        ...

    def delivery(self, path: Path, label: str, look: Look, chosen: Chosen) -> Delivery:
        """Return the file as it is to be read."""
        ...

    def remember(self, look: Look, chosen: Chosen) -> None:
        """Keep what was chosen for the next file with the same headers."""
        ...


class Take(Protocol):
    """Takes a delivery in, as `services.intake.take_in` does."""

    def __call__(
        self, delivery: Delivery, now: datetime, *, dry_run: bool, started_by: str
    ) -> ImportReport:
        """Return what it did."""
        ...


@dataclass(frozen=True)
class _Settings:
    """What is kept with a brought file."""

    kind: str = ""
    sheet: str = ""
    chosen: Chosen = field(default_factory=Chosen)
    state: str = ""
    import_id: int = 0

    def text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True)
class _Brought:
    token: str
    name: str
    settings: _Settings
    kept: str


@dataclass(frozen=True)
class Wizard:
    """The steps of the page."""

    uploads: Uploads
    files: Files
    take: Take

    def bring(
        self, name: str, kind: str, save: Callable[[Path], None], person: Person, now: datetime
    ) -> str:
        """Keep a file that can be read; return its token.

        Args:
            name: What the browser calls it.
            kind: leads, activities or deals; empty: to be found out.
            save: Writes its bytes to a path.
            person: Who brings it.
            now: This instant.

        Raises:
            UnusableFileError: It cannot be read, or has too many records for this page.
        """
        settings = _Settings(kind=kind if kind in list(Kind) else "")
        label = _plain(name)
        token = self.uploads.bring(label, settings.text(), person.id, seconds(now), save)
        try:
            look = self._look(_Brought(token, label, settings, ""))
            self._refuse_many(look, label)
        except UnusableFileError:
            self.uploads.drop(token)
            raise
        return token

    def page(self, token: str, person: Person) -> MappingPage:
        """Return what was detected, with what was chosen.

        Raises:
            NotFoundError: It is no file of this person, or was taken in.
            UnusableFileError: It cannot be read as it was said to be.
        """
        brought = self._waiting(token, person)
        look, settings = self._look(brought), brought.settings
        return mapping_page(
            token, brought.name, look, settings.chosen, kind=settings.kind, zone=self.files.timezone
        )

    def choose(self, token: str, person: Person, told: Mapping[str, str]) -> None:
        """Keep what a form says: `kind`, `sheet`, `source`, `timezone`, `date_order`, `column.X`.

        A column is told by its place in the header, by AS_DETECTED, or as empty. Where the kind
        or the sheet changes, the choice of columns begins anew.

        Raises:
            NotFoundError: It is no file of this person, or was taken in.
            UnusableFileError: Something cannot be what it says.
        """
        brought = self._waiting(token, person)
        settings, look = brought.settings, self._look(brought)
        kind, sheet = told.get("kind", settings.kind), told.get("sheet", settings.sheet)
        kind = kind if kind in list(Kind) else ""
        is_same = (kind or look.kind, sheet or look.shape.sheet) == (look.kind, look.shape.sheet)
        source = _source(told.get("source", ""))
        zone = self.files.timezone if look.mapping.timezone is None else look.mapping.timezone
        order = told.get("date_order", "")
        chosen = Chosen(
            columns=chosen_columns(look, told) if is_same else {},
            source="" if source == look.mapping.vendor else source,
            timezone=_other(told.get("timezone", "").strip(), zone),
            date_order=order if order in {"ymd", "dmy", "mdy"} else "",
        )
        fresh = replace(settings, kind=kind, sheet=sheet, chosen=chosen)
        # Two windows of one person: the later press wins.
        self.uploads.change(token, fresh.text(), brought.kept)

    def check(self, token: str, person: Person, now: datetime) -> ImportReport:
        """Return what taking the file in would do; nothing is kept but the rejected rows.

        Raises:
            NotFoundError: It is no file of this person, or was taken in.
            UnusableFileError: It cannot be read as was chosen.
        """
        brought = self._waiting(token, person)
        report = self._take(brought, person, now, dry_run=True)
        kept = self.uploads.rejected(token)
        kept.unlink(missing_ok=True)
        if report.rejected_file:
            Path(report.rejected_file).replace(kept)
        return report

    def run(self, token: str, person: Person, now: datetime) -> int:
        """Take the file in once, however often it is asked for; return the import's number.

        Raises:
            NotFoundError: It is no file of this person.
            ConflictError: It is being taken in at this moment.
            UnusableFileError: It cannot be read as was chosen.
        """
        brought = self._brought(token, person)
        if brought.settings.state == _DONE:
            return brought.settings.import_id
        claimed = replace(brought.settings, state=_RUNNING)
        if brought.settings.state or not self.uploads.change(token, claimed.text(), brought.kept):
            raise ConflictError(
                f"{brought.name} is being taken in already: it is in the list of imports in a"
                " moment."
            )
        try:
            report = self._take(brought, person, now, dry_run=False)
        except BaseException:
            self.uploads.change(token, brought.kept, claimed.text())
            raise
        number = report.import_id or 0
        self.uploads.change(
            token, replace(claimed, state=_DONE, import_id=number).text(), claimed.text()
        )
        self.files.remember(self._look(brought), brought.settings.chosen)
        self.uploads.forget_file(token)
        return number

    def taken_as(self, token: str, person: Person) -> int | None:
        """Return the number of the import that a file became; None: it waits or is unknown."""
        found = self.uploads.find(token, person.id)
        settings = _settings(found["settings"]) if found else _Settings()
        return settings.import_id or None

    def rejected(self, token: str, person: Person) -> Path:
        """Return the rows that the last dry run rejected.

        Raises:
            NotFoundError: There are none, or it is no file of this person.
        """
        path = self.uploads.rejected(self._waiting(token, person).token)
        if not path.is_file():
            raise NotFoundError("nothing was rejected", token)
        return path

    def drop(self, token: str, person: Person) -> None:
        """Drop a file that is not wanted after all.

        Raises:
            NotFoundError: It is no file of this person, or was taken in.
        """
        self.uploads.drop(self._waiting(token, person).token)

    def _brought(self, token: str, person: Person) -> _Brought:
        found = self.uploads.find(token, person.id)
        if found is None:
            raise NotFoundError(
                "This file is not here (any more): files that are not taken in are dropped after"
                " a day. Bring it again.",
                token,
            )
        return _Brought(token, found["name"], _settings(found["settings"]), found["settings"])

    def _waiting(self, token: str, person: Person) -> _Brought:
        brought = self._brought(token, person)
        if brought.settings.state:
            raise NotFoundError(f"{brought.name} was taken in; the list has its result.", token)
        return brought

    def _look(self, brought: _Brought) -> Look:
        settings = brought.settings
        try:
            path = self.uploads.path(brought.token)
            return self.files.look(path, brought.name, settings.kind, settings.sheet)
        except ConnectorError as error:
            raise _unusable(error, brought.name) from error

    def _take(
        self, brought: _Brought, person: Person, now: datetime, *, dry_run: bool
    ) -> ImportReport:
        look = self._look(brought)
        self._refuse_many(look, brought.name)
        _refuse_unmapped(look, brought.settings.chosen)
        try:
            path = self.uploads.path(brought.token)
            delivery = self.files.delivery(path, brought.name, look, brought.settings.chosen)
            return self.take(delivery, now, dry_run=dry_run, started_by=person.email)
        except ConnectorError as error:
            raise _unusable(error, brought.name) from error

    def _refuse_many(self, look: Look, name: str) -> None:
        most = self.files.most_records
        if look.records > most:
            raise UnusableFileError(
                f"{name} has more than {most:,} records, too many for this page: use smarketing"
                " import on the server, or a watched folder."
            )


def _refuse_unmapped(look: Look, chosen: Chosen) -> None:
    missing = [f"“{COLUMN_TITLES[name]}”" for name in unmapped(look, chosen)]
    if missing:
        raise UnusableFileError(
            f"Choose which column of the file is {' and which is '.join(missing)}: {look.kind} need"
            f" {'it' if len(missing) == 1 else 'them'}."
        )


def _unusable(error: ConnectorError, name: str) -> UnusableFileError:
    """Return what a connector says as a sentence; a file's name is spelled as it is."""
    said = str(error)
    begin = said if said.startswith(name) else f"{said[:1].upper()}{said[1:]}"
    return UnusableFileError(begin if begin.endswith(".") else f"{begin}.")


def _plain(name: str) -> str:
    """Return a file's name without folders and signs that cannot be seen."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[-_NAME_LENGTH:] or "file"


def _settings(text: str) -> _Settings:
    kept = json.loads(text)
    return _Settings(**kept | {"chosen": Chosen(**kept["chosen"])})


def _source(name: str) -> str:
    plain = " ".join(name.split())
    if plain.lower() in _OURS:
        raise UnusableFileError(
            f"The source “{plain}” is what people do here: name the system of the file."
        )
    if len(plain) > _SOURCE_LENGTH:
        raise UnusableFileError(f"Name the source in at most {_SOURCE_LENGTH} letters.")
    return plain


def _other(told: str, detected: str) -> str:
    return "" if told == detected else told
