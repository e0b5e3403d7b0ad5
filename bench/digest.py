"""How fast weekly reports are made: drawn once an audience, addressed to each person.

    python -m bench.digest

Twelve segments and tiers with a forecast each, six promises, attempts, breaches of both sides and
four debts. Prints the size of the mail and messages built a second.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.headerregistry import Address

from reports.mail import render_digest, to_bytes
from tests.reports.digests import biggest

_MESSAGES = 1_000


def main() -> None:
    """Render one report, address it to many, and print what it took."""
    began = time.process_time()
    rendered = render_digest(biggest())
    drawn = time.process_time() - began
    sender, size = Address("smarketing", "reports", "example.com"), 0
    began = time.process_time()
    for number in range(_MESSAGES):
        size = len(
            to_bytes(
                rendered,
                sender=sender,
                recipient=Address(f"Person {number}", f"person{number}", "example.com"),
                message_id=f"<{number}@example.com>",
                date=datetime(2026, 11, 23, 8, tzinfo=UTC),
                unsubscribe_url=f"https://smarketing.example.com/u/{number}",
                list_id="digest.example.com",
            )
        )
    took = time.process_time() - began
    html = len(rendered.html.encode())
    print(f"drawn once: {drawn:.2f} s CPU; HTML {html:,} bytes, mail {size:,} bytes")
    print(f"{_MESSAGES:,} messages in {took:.2f} s of CPU: {_MESSAGES / took:,.0f} a second")


if __name__ == "__main__":
    main()
