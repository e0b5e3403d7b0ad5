"""Every table, and what a row of it means, by what they are about.

Instants are `Instant` (seconds of UTC), money is `Money`, a day is a number (days since
1970-01-01) in the zone of its agreement. Rows are made by the store alone: a table class does not
validate. Annotations must be real in these files (no `from __future__ import annotations`):
SQLModel reads them when the class is made.
"""

from smarketing.store.tables import agreements, clocks, messages, people, records

__all__ = ["agreements", "clocks", "messages", "people", "records"]
