"""The text of an agreement for made-up companies: who promises, when they work, what is counted.

Segments, tiers and the goal follow it.
"""

from __future__ import annotations

from typing import Final

HEAD: Final = """
name = "bench"
title = "Bench"
timezone = "UTC"
currency = "EUR"
[term]
starts_on = 2020-01-01
[parties.marketing]
title = "Marketing"
side = "marketing"
signatories = ["marketing@example.com"]
[parties.sales]
title = "Sales"
side = "sales"
signatories = ["sales@example.com"]
[calendars.office]
hours = { mon-fri = [["09:00", "17:00"]] }
[acceptance]
calendar = "office"
[commitments.leads]
metric = "leads_delivered"
by = "marketing"
to = "sales"
calendar = "office"
target = "goal"
"""
