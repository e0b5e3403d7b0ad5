"""The mail that somebody sends to see whether mails leave: text alone, nothing to draw."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reports.mail import Envelope

SUBJECT: Final = "A test mail of smarketing"
_TEXT: Final = """This is a test mail of smarketing on {base_url}.

You read it, so mails leave and arrive. Two more looks are worth it:

- Is it in the inbox? If it lies under spam, see: smarketing mail doctor
- Does its head (show the source, or the original) say dkim=pass and
  spf=pass? The name after s= there is what mail doctor takes with
  --dkim-selector.
"""


def trial_mail(base_url: str, envelope: Envelope) -> bytes:
    """Return the mail as it goes over the wire.

    Args:
        base_url: Of the portal that sends it.
        envelope: Its head.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = envelope["sender"]
    mail["To"] = envelope["recipient"]
    mail["Subject"] = SUBJECT
    mail["Date"] = envelope["date"]
    mail["Message-ID"] = envelope["message_id"]
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_TEXT.format(base_url=base_url))
    return mail.as_bytes()
