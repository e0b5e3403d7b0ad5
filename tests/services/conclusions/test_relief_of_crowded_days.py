from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from tests.builders import Company

VECTORS = Path(__file__).parents[2] / "data" / "vectors" / "goals.json"


def test_g2_gives_relief_to_the_leads_of_a_day_beyond_the_limit(company: Company):
    (vector,) = [v for v in json.loads(VECTORS.read_text()) if v["id"] == "G2_surge_relief"]
    given, expected = vector["inputs"], vector["expected"]
    relief = given["relief_target_min"] // 60
    surge = f'surge = {{ leads_a_day = {given["daily_limit"]}, allowance = "{relief}h" }}'
    company.sign(AGREEMENT.replace('allowance = "4h"', f'allowance = "4h"\n{surge}'))
    rows = [f"{n},2026-03-02 09:{n:02},CEO,900\n" for n in range(given["arrivals"])]
    company.take("leads", "id,created,title,employees\n" + "".join(rows), at("2026-03-02 10:00"))
    sql = (
        "SELECT (due_at - started_at) / 60, COUNT(*) FROM clock JOIN commitment "
        "ON commitment.id = commitment_id WHERE name = 'acknowledge' GROUP BY 1 ORDER BY 1"
    )
    with company.engine.connect() as connection:
        allowed, relieved = connection.execute(text(sql)).all()
    assert tuple(allowed) == (given["target_min"], expected["normal_target"])
    # It is due the next day: 480 working minutes are a whole day of this calendar.
    assert relieved[1] == expected["relief_target"]
