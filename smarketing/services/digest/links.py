"""Signed links of a weekly mail: the way out, and the report as a page.

A link proves who it was sent to, and opens nothing else: it signs nobody in. Each kind has a
salt of its own, so that one cannot stand for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from itsdangerous import BadData, URLSafeSerializer

from smarketing.domain.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

_STOP: Final = "digest.stop"
_VIEW: Final = "digest.view"
_LONGEST: Final = 500


@dataclass(frozen=True)
class Sent:
    """Which report was sent to whom."""

    person_id: int
    week: str
    audience: str
    locale: str


class MailLinks:
    """Makes and reads the links.

    Args:
        secret_keys: The last one signs; what those before it signed is still good.
        base_url: Of the portal, without a slash at the end.
    """

    def __init__(self, secret_keys: Sequence[str], base_url: str) -> None:
        self._base_url = base_url
        self._stop = URLSafeSerializer(list(secret_keys), salt=_STOP)
        self._view = URLSafeSerializer(list(secret_keys), salt=_VIEW)

    def stop(self, person_id: int) -> str:
        """Return where one POST stops the reports of a person (RFC 8058)."""
        return f"{self._base_url}/mail/stop/{self._text(self._stop, person_id)}"

    def view(self, sent: Sent) -> str:
        """Return where a report is shown as it was sent."""
        told = [sent.person_id, sent.week, sent.audience, sent.locale]
        return f"{self._base_url}/mail/view/{self._text(self._view, told)}"

    def person_of(self, token: str) -> int:
        """Return whose way out it is.

        Raises:
            NotFoundError: It was not made here.
        """
        told = self._read(self._stop, token)
        if not isinstance(told, int):
            raise _unknown(token)
        return told

    def sent_of(self, token: str) -> Sent:
        """Return which report it is, and who got it.

        Raises:
            NotFoundError: It was not made here.
        """
        told = self._read(self._view, token)
        if not isinstance(told, list):
            raise _unknown(token)
        return Sent(*told)

    @staticmethod
    def _text(serializer: URLSafeSerializer, told: object) -> str:
        token = serializer.dumps(told)
        return token if isinstance(token, str) else token.decode("ascii")

    @staticmethod
    def _read(serializer: URLSafeSerializer, token: str) -> object:
        if len(token) > _LONGEST:
            raise _unknown(token)
        try:
            return serializer.loads(token)
        except BadData:
            raise _unknown(token) from None


def _unknown(token: str) -> NotFoundError:
    return NotFoundError(
        "this link is not whole: open it from the mail again, or copy all of it", token[:20]
    )
