"""An agreement with an outside supplier and remedies of every kind."""

from __future__ import annotations

from tests.builders import AGREEMENT

SUPPLIED = (
    AGREEMENT.replace(
        """[parties.sales]""",
        """[parties.agency]
title = "Fair Ltd"
side = "marketing"
kind = "supplier"
provider = "Fair Ltd"
signatories = ["sue@example.com"]

[parties.sales]""",
        1,
    )
    .replace(
        "[commitments.acknowledge]",
        """[commitments.accepted]
metric = "acceptance_rate"
by = "agency"
to = "sales"
calendar = "office"
promised_rate = "80 %"

[commitments.acknowledge]""",
        1,
    )
    .replace(
        'metric = "acknowledged_within"\nby = "sales"\nto = "marketing"',
        'title = "Leads acknowledged"\nmetric = "acknowledged_within"\nby = "sales"\nto = "agency"',
    )
)
"""Fair Ltd owes a rate of acceptance, Sales acknowledges its leads."""

FEE = """
[fees.agency]
invoice = "100000"
at_risk = "10 %"
cap_year = "30000"
"""
CREDIT = """
[remedies.rejected]
title = "Credit for rejected leads"
kind = "credit"
commitment = "accepted"
pool = "50 %"
allocation = "40 %"
minimum = "1"
schedule = [
  { below = "80 %", credit = "50 %" },
  { below = "60 %", credit = "100 %" },
]
earn_back = { share = "50 %", after_months = 2 }
chronic = { failed = 2, of = 3 }
"""
MAKE_GOOD = """
[remedies.missing]
title = "Missing leads"
kind = "make_good"
commitment = "leads"
band = "10 %"
cap = "50 %"
"""
RELIEF = """
[remedies.slow]
title = "Slow answers"
kind = "relief"
commitment = "acknowledge"
relieves = "accepted"
"""
REMEDIED = SUPPLIED + FEE + CREDIT + MAKE_GOOD + RELIEF
