"""Where in the portal a number of the report is explained."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from datetime import date

    from reports.digest import CellProgress, Digest

_LONGEST_MONTH = timedelta(days=31)
_WEEK = timedelta(weeks=1)


def queue(digest: Digest) -> str:
    """Return the page of the leads that wait."""
    return f"{digest.base_url}/queue"


def week(digest: Digest) -> str:
    """Return the progress of the digest's week."""
    return _progress(digest, digest.starts, digest.ends)


def week_before(digest: Digest) -> str:
    """Return the progress of the week before the digest's."""
    return _progress(digest, digest.starts - _WEEK, digest.starts)


def month(digest: Digest, cell: CellProgress | None = None) -> str:
    """Return the progress of the month, of one cell or of all."""
    first_after = (digest.month + _LONGEST_MONTH).replace(day=1)
    return _progress(digest, digest.month, first_after, cell)


def breaches(digest: Digest, party: str | None = None, kind: str | None = None) -> str:
    """Return the breaches of the digest's week, of one party or of both, of one kind or of all."""
    keys = {"party": party, "kind": kind, "agreement": digest.agreement}
    span = {"from": digest.starts.isoformat(), "to": digest.ends.isoformat()}
    asked = {key: value for key, value in keys.items() if value}
    return f"{digest.base_url}/breaches?{urlencode(asked | span)}"


def statement(digest: Digest, month: date, party: str | None = None) -> str:
    """Return the statement of a month, of one party or of whose it is that looks."""
    keys = {"period": f"{month:%Y-%m}"} | ({"party": party} if party else {})
    return f"{digest.base_url}/statements?{urlencode(keys)}"


def _progress(digest: Digest, starts: date, ends: date, cell: CellProgress | None = None) -> str:
    keys = {"segment": cell.segment, "tier": cell.tier} if cell else {}
    # The portal leaves it aside while there is only one agreement.
    keys |= {"agreement": digest.agreement} if digest.agreement else {}
    span = {"from": starts.isoformat(), "to": ends.isoformat()}
    return f"{digest.base_url}/progress?{urlencode(keys | span)}"
