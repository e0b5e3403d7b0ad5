"""Mappings: which column of a vendor's file fills which canonical column.

A mapping is a TOML file. `vendor`, `timezone` and `date_order` stand on top, then for each kind of
record (`leads`, `activities`, `deals`):

    [leads.columns]
    source_id = "Record ID"                                # this column
    company = ["Company", "Account"]                       # the first of them that is not blank
    full_name = { join = ["First Name", "Last Name"] }     # all that are not blank, with a space
    lead_source_id = { any_of = ["Id", "Lead Id"] }        # the first of them that the file has
    owner = { first = ["Owners"], split = ";" }            # of several values in a cell the first

    [leads.values.status]
    "Closed Won" = "customer"                              # found, whatever its case = meant

    [leads.constants]
    outcome = "won"                                        # where no column or value says otherwise

A header is looked for exactly as written first, then whatever its case, spaces and signs are. A
value that is mapped to "" is a blank. `recognised_by` on top, a list of lists of headers, says
which files are this vendor's: those that have all headers of one list.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from connectors.protocol import REQUIRED, ConnectorError, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.instants import DateOrder


TOLD: Final = frozenset(
    {"problem_column", "problem_found", "problem_reason", "problem_mend", "problem_row"}
)
"""The columns that a file of rejected records has besides its own: nothing that a source said."""


@dataclass(frozen=True)
class Rule:
    """How one canonical column is filled.

    Attributes:
        headers: The columns of the file.
        join: The separator to join those that are not blank; None: the first that is not blank.
        split: The separator of several values in one cell, of which the first counts.
        any_of: Whether only the first of the headers that the file has is looked at: for keys,
            which must not be of one kind in this record and of another in the next.
    """

    headers: tuple[str, ...]
    join: str | None = None
    split: str | None = None
    any_of: bool = False

    @property
    def wholly_used(self) -> frozenset[str]:
        """Return the columns of which nothing is left out."""
        if self.split is not None:
            return frozenset()
        return frozenset(self.headers if self.join is not None else self.headers[:1])


@dataclass(frozen=True)
class KindMapping:
    """How records of one kind are read.

    Attributes:
        columns: By canonical column.
        values: By canonical column: found (lower case) to meant.
        constants: By canonical column: the text where nothing else fills it.
    """

    columns: Mapping[str, Rule] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class VendorMapping:
    """One mapping file.

    Attributes:
        name: What it is called: the name of its file.
        vendor: The source that its records belong to.
        timezone: Zone of times without an offset; None: it depends on the installation.
        date_order: Order of numbers in dates; None: to be guessed from the values.
        kinds: What it can read.
        recognised_by: Sets of headers; a file that has all of one set is this vendor's.
    """

    name: str
    vendor: str
    timezone: str | None
    date_order: DateOrder | None
    kinds: Mapping[Kind, KindMapping]
    recognised_by: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Plan:
    """A mapping brought together with the header of one file.

    Attributes:
        kind: What the records are.
        header: All columns of the file.
        rules: By canonical column, with the file's own column names; absent columns left out.
        values: As in the mapping.
        constants: As in the mapping.
        missing: Canonical columns that are mapped, but to no column of this file.
        timezone: Zone of times without an offset; None: there must be none.
        date_order: Order of numbers in dates.
    """

    kind: Kind
    header: tuple[str, ...]
    rules: Mapping[str, Rule]
    values: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]
    missing: frozenset[str]
    timezone: str | None
    date_order: DateOrder

    @property
    def supplied(self) -> frozenset[str]:
        """Return the columns of a batch that the file fills at all, `extra` among them."""
        extra = frozenset({"extra"} if self.unmapped else ())
        return frozenset(self.rules) | frozenset(self.constants) | extra

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Return the columns of the source that no rule uses up, sorted."""
        used = {header for rule in self.rules.values() for header in rule.wholly_used}
        return tuple(sorted(set(self.header) - used - TOLD))


def normalised(header: str) -> str:
    """Return a header without case, spaces and signs: `Created At` and `createdAt` are one."""
    return "".join(letter for letter in header.casefold() if letter.isalnum()) or header.strip()


def rules_for(mapping: KindMapping, header: Sequence[str]) -> dict[str, Rule]:
    """Return the rules that a file with this header can fulfil, in its own column names."""
    alike: dict[str, str] = {}
    for name in header:
        alike.setdefault(normalised(name), name)
    exact = set(header)
    rules = {}
    for canonical, rule in mapping.columns.items():
        candidates = (
            name if name in exact else alike.get(normalised(name)) for name in rule.headers
        )
        present = tuple(dict.fromkeys(name for name in candidates if name is not None))
        if present:
            chosen = present[:1] if rule.any_of else present
            rules[canonical] = replace(rule, headers=chosen)
    return rules


def plan_for(
    mapping: VendorMapping,
    kind: Kind,
    header: tuple[str, ...],
    *,
    label: str,
    timezone: str | None,
    date_order: DateOrder,
) -> Plan:
    """Return how a file with this header is read.

    Args:
        mapping: What the vendor's columns mean.
        kind: What the records are.
        header: Names of the file's columns.
        label: What a person calls the file.
        timezone: Zone of times without an offset.
        date_order: Order of numbers in dates.

    Raises:
        ConnectorError: The mapping does not know the kind, or the file lacks a required column.
    """
    known = mapping.kinds.get(kind)
    if known is None:
        raise ConnectorError(
            f"mapping '{mapping.name}' does not say how to read {kind}; add [{kind}.columns] to it"
        )
    rules = rules_for(known, header)
    for column in sorted(REQUIRED[kind]):
        if column not in rules and column not in known.constants:
            raise ConnectorError(_lacks(mapping, known, kind, column, header=header, label=label))
    return Plan(
        kind=kind,
        header=header,
        rules=rules,
        values=known.values,
        constants=known.constants,
        missing=frozenset(known.columns) - frozenset(rules),
        timezone=timezone,
        date_order=date_order,
    )


def _lacks(
    mapping: VendorMapping,
    known: KindMapping,
    kind: Kind,
    column: str,
    *,
    header: Sequence[str],
    label: str,
) -> str:
    """Return the sentence that says which required column is missing."""
    has = listed(header)
    if column not in known.columns:
        return (
            f"mapping '{mapping.name}' does not say which column is {column}, which {kind} need;"
            f" add {column} to its [{kind}.columns] ({label} has: {has})"
        )
    wanted = " or ".join(f"'{name}'" for name in known.columns[column].headers)
    return (
        f"{label} has no column {wanted}, which mapping '{mapping.name}' takes as {column}; it has:"
        f" {has}; export that column too or change the mapping"
    )


def listed(header: Sequence[str], most: int = 20) -> str:
    """Return names of columns for a sentence, cut where there are many."""
    names = ", ".join(name[:40] for name in header[:most])
    return names if len(header) <= most else f"{names} and {len(header) - most} more"
