"""Read what configured sources have now, through the same intake as a file by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from connectors.protocol import ConnectorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.protocol import Connector, Delivery
    from smarketing.services.report import ImportReport


@dataclass(frozen=True)
class Pulled:
    """What one source gave.

    Attributes:
        reports: One for each delivery that was taken in.
        faults: One sentence for each that was not, or for the source itself.
        retry_after: Seconds after which another try may help; None when it cannot.
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
    take: Callable[[Delivery, str], ImportReport],
    now: int,
) -> Pulled:
    """Take in everything that a source has; a delivery that fails does not stop the next.

    Args:
        connector: The source.
        cursors: How far it was read.
        take: Takes one delivery in for a source of that name.
        now: Seconds of UTC.
    """
    name = connector.name
    reports: list[ImportReport] = []
    faults: list[str] = []
    retry_after: float | None = None
    try:
        for delivery in connector.deliveries(cursors.cursor(name)):
            try:
                report = take(delivery, name)
            except ConnectorError as error:
                faults.append(str(error))
                retry_after = retry_after or error.retry_after
                delivery.settle(failed=True, report=str(error))
                continue
            delivery.settle(failed=False, report=str(report))
            cursors.keep(name, delivery.cursor, None, now)
            reports.append(report)
    except ConnectorError as error:
        faults.append(str(error))
        retry_after = error.retry_after
    if faults:
        cursors.keep(name, None, faults[-1], now)
    return Pulled(name, tuple(reports), tuple(faults), retry_after)
