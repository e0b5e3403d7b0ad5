"""Read what configured sources have now, through the same intake as a file by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from connectors.protocol import ConnectorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.protocol import Connector, Delivery
    from smarketing.services.intake.report import ImportReport


@dataclass(frozen=True)
class Pulled:
    """What one source gave.

    Attributes:
        reports: One for each delivery that was taken in.
        faults: One sentence for each that was not, or could not be put away afterwards, or for
            the source itself.
        retry_after: Seconds after which another try may help, the longest of all; None when it
            cannot.
    """

    source: str
    reports: tuple[ImportReport, ...]
    faults: tuple[str, ...]
    retry_after: float | None = None


class Cursors(Protocol):
    """Where it is kept how far each source was read."""

    def cursor(self, source: str) -> str | None:
        """Return what the last delivery left; None: from the start."""
        ...

    def keep(self, source: str, cursor: str | None, fault: str | None, now: int) -> None:
        """Keep how far a source was read (None: as before), and what went wrong last."""
        ...


def pull(
    connector: Connector,
    cursors: Cursors,
    take: Callable[[Delivery], ImportReport],
    now: int,
) -> Pulled:
    """Take in everything that a source has; a delivery that fails does not stop the next.

    Args:
        connector: The source.
        cursors: How far it was read.
        take: Takes one delivery in.
        now: Seconds of UTC.
    """
    name = connector.name
    reports: list[ImportReport] = []
    failures: list[ConnectorError] = []
    try:
        for delivery in connector.deliveries(cursors.cursor(name)):
            try:
                report = take(delivery)
            except ConnectorError as error:
                failures += [error, *_settled(delivery, failed=True, report=str(error))]
                continue
            reports.append(report)
            failures += _settled(delivery, failed=False, report=str(report))
            cursors.keep(name, delivery.cursor, None, now)
    except ConnectorError as error:
        failures.append(error)
    faults = tuple(str(error) for error in failures)
    cursors.keep(name, None, faults[-1] if faults else None, now)
    waits = (error.retry_after for error in failures if error.retry_after is not None)
    return Pulled(name, tuple(reports), faults, max(waits, default=None))


def _settled(delivery: Delivery, *, failed: bool, report: str) -> tuple[ConnectorError, ...]:
    """Put away what was read; return why that failed, if it did."""
    try:
        delivery.settle(failed=failed, report=report)
    except ConnectorError as error:
        return (error,)
    return ()
