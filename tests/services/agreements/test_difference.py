from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from smarketing.domain.agreement import Agreement, Surge
from smarketing.services.agreements.difference import changes, text_difference
from smarketing.services.agreements.file import load_agreement, parse_agreement
from smarketing.services.agreements.remedy_text import remedy_text
from smarketing.services.agreements.text import explain

EXAMPLE = load_agreement(Path(__file__).parents[3] / "config" / "agreements" / "example.toml")


def changed(*pairs: tuple[str, str]) -> Agreement:
    text = EXAMPLE.text
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_agreement(text)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"4h"  ', '"2h"  ', "Leads acknowledged: all leads within 4 hours → within 2 hours."),
        ('at = "80 %" ', 'at = "50 %" ',
         ("Leads acknowledged: step 1 of its ladder after 80 % of the time a mail goes to the "
          "holder of the lead → after 50 % of the time a mail goes to the holder of the lead.")),
        ("revenue = 250000", "revenue = 300000", "Goal: revenue 250,000 → 300,000."),
        ("target = 60", "target = 70",
         "Leads delivered: small business decision makers 60 leads a month → 70 leads a month."),
        ('"85 %"', '"80 %"', "First attempt: at least 85 % → 80 %."),
        ("ends_on = 2028-01-01", "", "Agreement: first day after 2028-01-01 → open."),
        ('review = "quarterly"', "", "Agreement: no longer review quarterly."),
        ('window = "10 days"', 'window = "20 days"',
         "Agreement: disputes within 10 days → 20 days."),
        ('USD = "0.92"', 'USD = "0.95"', "Agreement: worth of one USD 0.92 → 0.95."),
        ("employees >= 1000", "employees >= 2000",
         "Segment Enterprise: rule employees >= 1000 → employees >= 2000."),
        ('"2026-12-24", ', "", "Calendar office: no longer closed on 2026-12-24."),
        ('["09:00", "17:00"]', '["09:00", "18:00"]',
         ("Calendar office: hours Mon-Fri 09:00-17:00 Europe/Berlin → "
          "Mon-Fri 09:00-18:00 Europe/Berlin.")),
        ('"duplicate", ', "", "Acceptance: no longer reason duplicate agreed."),
        ('"sam.sales@example.com"', '"new@example.com"',
         "Sales: signatories sam.sales@example.com → new@example.com."),
        ('kind = "surge"', 'kind = "other"',
         "Exclusion “A campaign brought more leads than were announced”: kind surge → other."),
    ],
)  # fmt: skip
def test_a_change_is_a_sentence(old: str, new: str, sentence: str):
    assert changes(EXAMPLE, changed((old, new))) == (sentence,)


def test_the_same_agreement_has_no_difference():
    assert changes(EXAMPLE, parse_agreement(EXAMPLE.text)) == ()


def without(*tables: str) -> Agreement:
    """The example without some of its parts: each is a table with those that hang on it."""
    blocks = EXAMPLE.text.split("\n\n")
    kept = (one for one in blocks if not any(f"[{table}" in one for table in tables))
    return parse_agreement("\n\n".join(kept))


def test_a_new_commitment_is_told_whole_and_one_that_is_gone_by_its_name():
    less = without("commitments.first_attempt")
    (added,) = changes(less, EXAMPLE)
    assert added.startswith("New commitment: First attempt. Sales makes a first attempt to reach")
    assert changes(EXAMPLE, less) == ("No longer: Commitment First attempt.",)


def test_a_new_remedy_is_told_whole_and_a_changed_one_by_its_sentences():
    remedy = EXAMPLE.remedies[0]
    less = replace(EXAMPLE, remedies=EXAMPLE.remedies[1:])
    (added,) = changes(less, EXAMPLE)
    assert added == f"New remedy: {remedy_text(remedy, EXAMPLE)}"
    assert changes(EXAMPLE, less) == (f"No longer: Remedy {remedy.title}.",)
    other = replace(remedy, claim_days=(remedy.claim_days or 0) + 7)
    found = changes(EXAMPLE, replace(EXAMPLE, remedies=(other, *EXAMPLE.remedies[1:])))
    assert found
    assert all(one.startswith(f"Remedy {remedy.title}: ") for one in found)


def test_the_years_of_a_longer_agreement_are_no_new_holidays():
    longer = changed(("ends_on = 2028-01-01", "ends_on = 2030-01-01"))
    assert changes(EXAMPLE, longer) == ("Agreement: first day after 2028-01-01 → 2030-01-01.",)


def test_many_new_holidays_are_counted():
    days = ", ".join(f'"2027-06-{n:02}"' for n in range(1, 9))
    (sentence,) = changes(EXAMPLE, changed(('["2026-12-24"', f'[{days}, "2026-12-24"')))
    assert sentence == (
        "Calendar office: now also closed on 2027-06-01, 2027-06-02, 2027-06-03, 2027-06-04, "
        "2027-06-05, 2027-06-06 and 2 days more."
    )


OTHER_VALUES = {
    "promised_rate": None, "at_risk": (), "give_up": timedelta(hours=40), "band": 1,
    "surge": Surge(9, timedelta(hours=9)), "due_day": 5, "source": "crm", "due_weekday": 2,
    "origin": "corporate", "recorded_in": frozenset(), "title": "Other", "by": "marketing",
    "to": "sales", "calendar": "other", "terms": (), "ladder": (),
}  # fmt: skip


@pytest.mark.parametrize("field", OTHER_VALUES)
def test_no_change_of_a_commitment_goes_untold(field: str):
    first, second, third = EXAMPLE.commitments
    other = replace(second, **{field: OTHER_VALUES[field]})
    after = replace(EXAMPLE, commitments=(first, other, third))
    assert all(
        one.startswith(("Leads acknowledged: ", "Other: ")) for one in changes(EXAMPLE, after)
    )
    assert changes(EXAMPLE, after)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "x"), ("timezone", "UTC"), ("currency", "USD"), ("starts_on", date(2026, 2, 1)),
     ("applies_when", "TRUE"), ("base", "b"), ("cancellation", "x"), ("extra_columns", ("x",)),
     ("acceptance_window", timedelta(2)), ("acceptance_calendar", "x")],
)  # fmt: skip
def test_no_change_of_an_agreement_goes_untold(field: str, value: object):
    found = changes(EXAMPLE, replace(EXAMPLE, **{field: value}))
    assert found
    assert any(one.startswith(("Agreement:", "Acceptance:")) for one in found)


def test_the_texts_are_compared_paragraph_by_paragraph():
    lines = text_difference(EXAMPLE, changed(('"4h"  ', '"2h"  ')))
    moved = [line for line in lines if line.sign != " "]
    assert [line.sign for line in moved] == ["-", "+"]
    assert "within 4 working hours" in moved[0].text
    assert "within 2 working hours" in moved[1].text
    assert len(lines) == len(explain(EXAMPLE)) + 1
