from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.protocol import ConnectorError
from smarketing.services.intake.pull import pull
from smarketing.services.intake.report import ImportReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.protocol import Opened
    from smarketing.services.intake.pull import Pulled

NOW = 1_777_000_000


@dataclass
class File:
    """A delivery that is taken in, or cannot be read, or cannot be put away."""

    label: str
    cursor: str | None = None
    unreadable: ConnectorError | None = None
    stuck: ConnectorError | None = None
    settled: list[tuple[bool, str]] = field(default_factory=list)

    def open(self) -> Opened:
        raise AssertionError("what is taken in is for the intake to open")

    def settle(self, *, failed: bool, report: str) -> None:
        if self.stuck:
            raise self.stuck
        self.settled.append((failed, report))


@dataclass
class Crm:
    """A source that has some files, and perhaps cannot be asked for more."""

    files: tuple[File, ...] = ()
    down: ConnectorError | None = None
    name: str = "crm"
    asked_from: list[str | None] = field(default_factory=list)

    def deliveries(self, cursor: str | None) -> Iterator[File]:
        self.asked_from.append(cursor)
        yield from self.files
        if self.down:
            raise self.down


@dataclass
class Kept:
    """Cursor and last fault of one source."""

    at: str | None = None
    fault: str | None = None
    read_at: int | None = None

    def cursor(self, source: str) -> str | None:
        assert source == "crm"
        return self.at

    def keep(self, source: str, cursor: str | None, fault: str | None, now: int) -> None:
        assert source == "crm"
        self.at, self.fault, self.read_at = cursor or self.at, fault, now


def report_of(label: str) -> ImportReport:
    return ImportReport(
        import_id=1, source="crm", kind="leads", mapping=label, read=1, created=1, updated=0,
        unchanged=0, rejected=0, matched=0, unmatched=0, before_lead=0, unconverted={},
        unmapped_outcomes={}, unknown_owners={}, replaced=0, groups=(),
        problems=(), rejected_file=None, seconds=0.0,
    )  # fmt: skip


def pulled(crm: Crm, kept: Kept) -> Pulled:
    def take(file: File) -> ImportReport:
        if file.unreadable:
            raise file.unreadable
        return report_of(file.label)

    return pull(crm, kept, take, NOW)


def labels(result: Pulled) -> list[str]:
    return [report.mapping for report in result.reports]


def test_everything_new_is_taken_in_and_put_away():
    kept, crm = Kept(at="1"), Crm((File("a", cursor="2"), File("b", cursor="3")))
    result = pulled(crm, kept)
    assert (labels(result), result.faults, result.retry_after) == (["a", "b"], (), None)
    assert (crm.asked_from, kept) == (["1"], Kept("3", None, NOW))
    assert [file.settled for file in crm.files] == [
        [(False, str(report_of("a")))],
        [(False, str(report_of("b")))],
    ]


def test_a_source_that_answers_again_with_nothing_new_has_no_fault_any_more():
    kept = Kept(at="1", fault="the folder cannot be listed")
    assert pulled(Crm(), kept).faults == ()
    assert kept == Kept("1", None, NOW)


def test_a_delivery_that_cannot_be_read_is_put_aside_and_does_not_stop_the_next():
    kept = Kept()
    crm = Crm((File("a", unreadable=ConnectorError("a is empty")), File("b", cursor="2")))
    result = pulled(crm, kept)
    assert (labels(result), result.faults) == (["b"], ("a is empty",))
    assert crm.files[0].settled == [(True, "a is empty")]
    assert kept == Kept("2", "a is empty", NOW)


def test_what_was_taken_in_is_told_even_if_it_cannot_be_put_away():
    kept = Kept()
    stuck = ConnectorError("a cannot be moved to done")
    result = pulled(Crm((File("a", cursor="2", stuck=stuck), File("b", cursor="3"))), kept)
    assert (labels(result), result.faults) == (["a", "b"], ("a cannot be moved to done",))
    assert kept == Kept("3", "a cannot be moved to done", NOW)


def test_what_can_neither_be_read_nor_put_aside_gives_both_faults():
    both = File("a", unreadable=ConnectorError("a is empty"), stuck=ConnectorError("a is held"))
    result = pulled(Crm((both, File("b"))), Kept())
    assert (labels(result), result.faults) == (["b"], ("a is empty", "a is held"))


def test_a_later_fault_that_no_wait_helps_does_not_hide_that_a_wait_helps_the_first():
    busy = File("a", unreadable=ConnectorError("too many requests", retry_after=30))
    result = pulled(Crm((busy,), down=ConnectorError("the list is broken")), Kept())
    assert result.faults == ("too many requests", "the list is broken")
    assert result.retry_after == 30


def test_of_several_waits_the_longest_counts_and_none_at_all_is_a_wait_too():
    files = (
        File("a", unreadable=ConnectorError("busy", retry_after=30)),
        File("b", unreadable=ConnectorError("busy", retry_after=90)),
    )
    assert pulled(Crm(files, down=ConnectorError("gone", retry_after=5)), Kept()).retry_after == 90
    assert pulled(Crm(down=ConnectorError("again", retry_after=0)), Kept()).retry_after == 0
