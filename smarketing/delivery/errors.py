"""How a delivery can end besides well; the message is the reply for the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.errors import SmarketingError

if TYPE_CHECKING:
    from datetime import timedelta


class DeliveryError(SmarketingError):
    """A message was not delivered, or nobody knows whether it was."""


class RefusedError(DeliveryError):
    """This message was certainly not taken; the next one may be.

    Attributes:
        permanent: Trying again cannot help.
        bounced: There is no such recipient, and that will not change: it is not about the message.
    """

    def __init__(self, reply: str, *, permanent: bool, bounced: bool = False) -> None:
        super().__init__(reply)
        self.permanent = permanent
        self.bounced = bounced


class RecipientError(RefusedError):
    """The server refused the recipient for good; whose fault that is, the others show.

    Attributes:
        coded: An enhanced code says that there is no such recipient (RFC 3463).
        ours: The answer speaks of whoever hands in, not of the recipient.
    """

    def __init__(self, reply: str, *, bounced: bool, coded: bool, ours: bool) -> None:
        super().__init__(reply, permanent=True, bounced=bounced)
        self.coded = coded
        self.ours = ours


class GoneError(RefusedError):
    """The recipient is gone: nothing is sent there until a person says so."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply, permanent=True, bounced=True)


class UnreachableError(DeliveryError):
    """Nothing can be handed in for now; what was tried was certainly not taken.

    Attributes:
        retry_after: How long the other side asks to wait; None: it said nothing.
        over_message: It may be this message at which the other side went away: its attempt counts,
            so that the others go first.
    """

    def __init__(
        self, reply: str, *, retry_after: timedelta | None = None, over_message: bool = False
    ) -> None:
        super().__init__(reply)
        self.retry_after = retry_after
        self.over_message = over_message


class DoubtfulError(DeliveryError):
    """The connection was lost after the final dot: it may have arrived (RFC 1047)."""


class LeaseLostError(DeliveryError):
    """Another drain has the message by now; nothing was delivered here."""
