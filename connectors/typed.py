"""One record that a person typed: a delivery of one, read as any file is.

Its columns are the canonical ones; others are kept in `extra` under their own names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.mapping import KindMapping, Rule, VendorMapping, plan_for
from connectors.problems import not_an_email
from connectors.protocol import COLUMNS, Batch, Kind, Opened
from connectors.raw import chunk_of
from connectors.translate import batches, is_email

if TYPE_CHECKING:
    from collections.abc import Mapping


MAPPING = "typed"
"""What the mapping is called, as no file is."""


@dataclass(frozen=True)
class TypedLead:
    """A lead, column by column, as it was typed.

    Attributes:
        values: Column to text; blanks may be left out. `source_id` and `created_at` must be there.
        source: Whose record it is.
        label: What a person calls it.
        timezone: Zone of times without an offset.
    """

    values: Mapping[str, str]
    source: str
    label: str
    timezone: str

    @property
    def cursor(self) -> str | None:
        """Return None: there is nothing to go on from."""
        return None

    def settle(self, *, failed: bool, report: str) -> None:
        """Leave it: there is nothing to put away."""

    def open(self) -> Opened:
        """Return the one record, or what is wrong with it."""
        header = tuple(self.values)
        known = [name for name in header if name in COLUMNS[Kind.LEADS]]
        mapping = VendorMapping(
            name=MAPPING,
            vendor=self.source,
            timezone=self.timezone,
            date_order="ymd",
            kinds={Kind.LEADS: KindMapping({name: Rule((name,)) for name in known})},
        )
        plan = plan_for(
            mapping,
            Kind.LEADS,
            header,
            label=self.label,
            timezone=self.timezone,
            date_order="ymd",
        )
        chunk = chunk_of([list(self.values.values())], len(header))
        return Opened(
            mapping=MAPPING,
            source=self.source,
            kind=Kind.LEADS,
            supplied=plan.supplied,
            size=None,
            batches=(_checked(batch) for batch in batches(iter([chunk]), plan, self.label)),
        )


def _checked(batch: Batch) -> Batch:
    """Return the batch; an e-mail that is none is a problem here: who typed it can mend it."""
    for row, email in batch.frame.select("row", "email").iter_rows():
        if email is not None and not is_email(email):
            problem = not_an_email(row, "email", email)
            rejected = batch.frame.select("row", "email")
            return Batch(batch.kind, batch.frame.clear(), (problem,), rejected, batch.read)
    return batch
