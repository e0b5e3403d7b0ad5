from __future__ import annotations

from fractions import Fraction

import pytest

from smarketing.domain.agreement import CapacityTerms
from smarketing.services.capacity.typed import typed_from

_PER_CENT = "Enter per cent above 0 and up to 100, with at most 4 decimals, as 50."


def test_a_form_is_read_and_what_is_blank_is_not_tried():
    told, problems = typed_from(
        {"reps": " 5 ", "hours_a_month": "", "time_for_leads": "37.5", "minutes_an_attempt": "8",
         "most.small.manager": "1,200", "most.small.intern": "", "agreement": "test"}
    )  # fmt: skip
    assert told.terms == CapacityTerms(reps=5, time_for_leads=Fraction(3, 8), minutes=8)
    assert told.most == {("small", "manager"): 1200}
    assert problems == {}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("reps", "0", "Enter a whole number from 1 to 100,000."),
        ("reps", "-3", "Enter a whole number from 1 to 100,000."),
        ("reps", "many", "Enter a whole number from 1 to 100,000."),
        ("reps", "٣", "Enter a whole number from 1 to 100,000."),
        ("hours_a_month", "745", "Enter a whole number from 1 to 744."),
        ("minutes_an_attempt", "9" * 5000, "Enter a whole number from 1 to 480."),
        ("time_for_leads", "0", _PER_CENT),
        ("time_for_leads", "120", _PER_CENT),
        ("time_for_leads", "nan", _PER_CENT),
        ("time_for_leads", "12,5", "“12,5” may be read in two ways: write 7.5, with a point."),
        ("time_for_leads", "0.00001", _PER_CENT),
        ("most.small.manager", "12,00", "Enter a whole number from 1 to 10,000,000."),
        ("most.small.manager", "1.5", "Enter a whole number from 1 to 10,000,000."),
    ],
)
def test_what_cannot_be_is_told_at_its_field(name: str, text: str, said: str):
    told, problems = typed_from({name: text})
    assert problems == {name: said}
    assert told.terms == CapacityTerms()
    assert not told.most
