"""What an import did, as it is counted and told."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from connectors.protocol import RowProblem

_WORDS_TOLD: Final = 5
_ONE: Final = {"leads": "lead", "activities": "activity", "deals": "deal"}
_EXAMPLES: Final = 3
_GROUPS: Final = 50
PROBLEMS_TOLD: Final = 100
"""How many problems a report carries; the file of rejected rows has them all."""


@dataclass(frozen=True)
class ProblemGroup:
    """Rejected records that are mended in the same way.

    Attributes:
        column: The header in the file; empty when whole records are meant.
        examples: The first few, as number of the record and what stood there.
    """

    column: str
    reason: str
    mend: str
    count: int
    examples: tuple[tuple[int, str], ...]


@dataclass
class Tally:
    """Counts that grow while a file is read; see ImportReport for what they mean."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    matched: int = 0
    unmatched: int = 0
    before_lead: int = 0
    replaced: int = 0
    unconverted: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)
    unknown_owners: Counter[str] = field(default_factory=Counter)
    problems: list[RowProblem] = field(default_factory=list)
    acts: set[str] = field(default_factory=set)
    alike: dict[tuple[str, str, str], list[RowProblem]] = field(default_factory=dict)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def note_outcomes(self, words: pl.Series) -> None:
        """Count outcomes that are none of ours."""
        self.unmapped.update(words.drop_nulls().to_list())

    def note_owners(self, owners: pl.Series, people: Mapping[str, int]) -> None:
        """Count the owners who are nobody's name here yet; an e-mail is one in any case."""
        for name, count in owners.drop_nulls().value_counts().iter_rows():
            if name and name not in people and name.lower() not in people:
                self.unknown_owners[name] += count

    def match(self, wanted: pl.Series, found: pl.Series) -> None:
        """Count records by whether their lead is there."""
        there = int(wanted.is_in(found.implode()).sum())
        self.matched += there
        self.unmatched += len(wanted) - there

    def reject(self, problems: tuple[RowProblem, ...]) -> None:
        """Count rejected records and keep the first problems."""
        self.rejected += len({problem.row for problem in problems})
        self.problems += problems[: PROBLEMS_TOLD - len(self.problems)]
        for problem in problems:
            mended_by = problem.column, problem.reason, problem.mend
            self.counts[mended_by] += 1
            if self.counts[mended_by] <= _EXAMPLES:
                self.alike.setdefault(mended_by, []).append(problem)

    @property
    def groups(self) -> tuple[ProblemGroup, ...]:
        """Return the problems by what repairs them, the most frequent first."""
        return tuple(
            ProblemGroup(*key, count, tuple((p.row, p.found) for p in self.alike[key]))
            for key, count in self.counts.most_common(_GROUPS)
        )


@dataclass(frozen=True)
class ImportReport:
    """One import: read = created + updated + unchanged + rejected.

    Attributes:
        import_id: None after a dry run.
        mapping: Name of the mapping, or of the vendor that was detected.
        matched: Deals or activities whose lead is there; `unmatched` ones wait for it.
        before_lead: Deals dated before their lead; they count, and are marked.
        replaced: Rows of earlier imports that changed; undoing this import puts them back.
        unconverted: Currency without a rate to the number of won deals left out of the sums.
        unmapped_outcomes: Word to the number of records; it counts as open.
        unknown_owners: What the CRM calls an owner who is tied to nobody, to the number of leads
            of this import that have it; those wait in the team's queue.
        problems: The first hundred, as they stand in the file of rejected rows.
        groups: All problems by what repairs them, the most frequent first; fifty at most.
        rejected_file: Where that file is; None when nothing was rejected.
        seconds: Wall time.
    """

    import_id: int | None
    source: str
    kind: str
    mapping: str
    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    matched: int
    unmatched: int
    before_lead: int
    replaced: int
    unconverted: dict[str, int]
    unmapped_outcomes: dict[str, int]
    unknown_owners: dict[str, int]
    problems: tuple[RowProblem, ...]
    groups: tuple[ProblemGroup, ...]
    rejected_file: str | None
    seconds: float

    @property
    def changed_nothing(self) -> bool:
        """Return whether everything that was read stood already."""
        return self.read > 0 and self.unchanged == self.read

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        told = [f"{self.created:,} created", f"{self.updated:,} updated"]
        told += [f"{self.unchanged:,} unchanged", f"{self.rejected:,} rejected"]
        if self.kind != "leads":
            told += [f"{self.matched:,} matched to a lead", f"{self.unmatched:,} waiting for one"]
        if self.before_lead:
            told.append(f"{self.before_lead:,} dated before their lead (counted, and marked)")
        told += [
            f"{count:,} won deals in {name} left out of the sums: set its rate in the agreement"
            for name, count in self.unconverted.items()
        ]
        told += [
            f"outcome {word!r} ({count:,}) is neither won nor lost: map it where it should be"
            for word, count in list(self.unmapped_outcomes.items())[:_WORDS_TOLD]
        ]
        kind = self.kind if self.read != 1 else _ONE[self.kind]
        head = f"{self.source}: {self.read:,} {kind} read"
        if self.changed_nothing:
            return f"{head}, all unchanged"
        return f"{head}: {', '.join(told)}{self._of_owners()}"

    def _of_owners(self) -> str:
        """Return a line about owners who are nobody here; empty where there are none."""
        names = list(self.unknown_owners)
        if not names:
            return ""
        more = f" and {len(names) - _WORDS_TOLD:,} more" if len(names) > _WORDS_TOLD else ""
        they = "1 owner is" if len(names) == 1 else f"{len(names):,} owners are"
        return (
            f"\n  {they} nobody's name here yet ({', '.join(names[:_WORDS_TOLD])}{more}): tie "
            f"{'it' if len(names) == 1 else 'them'} on the owners page; until then their leads "
            "wait in the team's queue"
        )
