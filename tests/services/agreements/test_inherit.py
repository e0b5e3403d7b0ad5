from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import AgreementError
from smarketing.services.agreements import life
from smarketing.services.agreements.text import commitment_text
from tests.builders import AGREEMENT, IN_FULL, at

if TYPE_CHECKING:
    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Version
    from tests.builders import Company

VECTORS = Path(__file__).parents[2] / "data" / "vectors" / "goals.json"
NOW = at("2026-01-05 09:00")
HEAD = """
name = "site"
title = "The site in Lyon"
timezone = "Europe/Paris"
currency = "EUR"
inherits = "test"

[term]
starts_on = 2026-02-01

[parties.lyon]
title = "Lyon"
side = "sales"
signatories = ["lyon@example.com"]

[parties.marketing]
title = "Marketing"
side = "marketing"
signatories = ["marketing@example.com"]
"""
FASTER = AGREEMENT.replace('allowance = "4h"', 'allowance = "2h"').replace(
    "2026-01-01", "2026-01-07"
)
SECOND = '[parties.two]\ntitle = "Two"\nside = "sales"\n'
ACKNOWLEDGE = """
[commitments.ours]
metric = "acknowledged_within"
by = "lyon"
to = "marketing"
calendar = "office"
"""


def load(company: Company, text: str) -> Version:
    return life.load(text, "site.toml", company.shelf, NOW)[0]


def loaded(company: Company, text: str) -> Agreement:
    return life.agreement_of(load(company, text))


def faults(company: Company, text: str) -> list[tuple[str, str]]:
    with pytest.raises(AgreementError) as caught:
        load(company, text)
    return [(problem.key, f"{problem.reason}. {problem.mend}") for problem in caught.value.problems]


def promise(agreement: Agreement, name: str):
    return next(one for one in agreement.commitments if one.name == name)


def test_what_is_left_out_comes_whole_from_the_base(company: Company):
    company.sign()
    site = loaded(company, HEAD)
    assert [one.name for one in site.commitments] == ["leads", "acknowledge", "first_attempt"]
    acknowledge = promise(site, "acknowledge")
    assert (acknowledge.by, acknowledge.to, acknowledge.origin) == ("lyon", "marketing", "test")
    assert {term.origin for term in acknowledge.terms} == {"test"}
    assert [rule.name for rule in site.segments] == ["enterprise", "small"]
    assert site.acceptance_window == timedelta(hours=24)
    assert site.goal is None
    assert "This comes from the agreement test." in commitment_text(acknowledge, site)


def test_a_calendar_of_the_base_keeps_its_zone_and_one_written_here_wins(company: Company):
    company.sign()
    assert loaded(company, HEAD).calendars["office"].timezone == "UTC"
    own = HEAD + '[calendars.office]\nhours = { mon-thu = [["08:00", "16:00"]] }\n'
    assert loaded(company, own).calendars["office"].timezone == "Europe/Paris"


def test_a_ladder_comes_with_its_commitment_and_with_the_calendars_of_its_steps(company: Company):
    step = 'at = "50 %"\ntell = ["team"]\nin_calendar = "night"\n'
    night = '[calendars.night]\nhours = { mon-fri = [["00:00", "06:00"]] }\n'
    text = AGREEMENT.replace(
        "[commitments.first_attempt]",
        f"[[commitments.acknowledge.ladder]]\n{step}\n[commitments.first_attempt]",
    )
    company.sign(f"{text}\n{night}")
    site = loaded(company, HEAD)
    (taken,) = promise(site, "acknowledge").ladder
    assert (taken.tell, taken.in_calendar) == (("team",), "night")
    assert "night" in site.calendars


def test_a_commitment_of_ones_own_has_no_ladder_but_its_own(company: Company):
    step = '[[commitments.acknowledge.ladder]]\nat = "50 %"\ntell = ["team"]\n\n'
    company.sign(
        AGREEMENT.replace("[commitments.first_attempt]", step + "[commitments.first_attempt]")
    )
    assert promise(loaded(company, HEAD + ACKNOWLEDGE), "ours").ladder == ()


def test_a_term_with_fewer_attempts_than_a_more_general_one_has_to_say_so(company: Company):
    key = "commitments.attempts.terms[1].attempts"
    fewer = IN_FULL.replace("attempts = 1\noverride = true\n", "attempts = 2\n")
    ((found, said),) = faults(company, fewer)
    assert found == key
    assert "fewer" in said
    assert "override = true" in said
    assert loaded(company, fewer.replace("attempts = 2", "attempts = 4"))


def test_a_time_for_all_leads_that_is_left_out_comes_from_the_base(company: Company):
    company.sign()
    terms = '[[commitments.ours.terms]]\nsegment = "enterprise"\nallowance = "2h"\n'
    ours = promise(loaded(company, HEAD + ACKNOWLEDGE + terms), "ours")
    assert [(t.level, t.allowance, t.origin) for t in ours.terms] == [
        ("corporate", timedelta(hours=4), "test"),
        ("customer", timedelta(hours=2), ""),
    ]
    assert ours.origin == ""
    assert float(ours.promised_rate or 0) == 0.9


def test_the_most_specific_of_three_levels_wins(company: Company):
    """The vector F1: minutes to the first response, and attempts, of three lookups."""
    vectors = json.loads(VECTORS.read_text())
    told = next(one for one in vectors if one["id"] == "F1_level_resolution")
    minutes = {
        level: told["inputs"][level]["first_response_minutes"]
        for level in ("corporate", "customer", "service")
    }
    corporate = AGREEMENT.replace('name = "test"', 'name = "corporate"').replace(
        'promised_rate = "85 %"\nallowance = "8h"',
        f'promised_rate = "85 %"\nallowance = "{minutes["corporate"]}m"',
    )
    attempts = told["inputs"]["corporate"]["attempts"]
    corporate += f"""
[commitments.attempts]
metric = "attempts_made"
by = "sales"
to = "marketing"
calendar = "office"
promised_rate = "70 %"
attempts = {attempts}
allowance = "40h"
"""
    company.sign(corporate)
    own = (
        HEAD.replace('inherits = "test"', 'inherits = "corporate"')
        + f"""
[[segments]]
name = "enterprise"
when = "employees >= 500"

[[segments]]
name = "smb"
when = "employees < 500"

[[tiers]]
name = "A"
when = "seniority = 'vp'"

[[tiers]]
name = "B"
when = "seniority = 'manager'"

[commitments.response]
metric = "first_attempt_within"
by = "lyon"
to = "marketing"
calendar = "office"

[[commitments.response.terms]]
segment = "enterprise"
allowance = "{minutes["customer"]}m"

[[commitments.response.terms]]
segment = "enterprise"
tier = "A"
allowance = "{minutes["service"]}m"
""".replace('"A"', '"a"').replace('"B"', '"b"')
    )
    site = loaded(company, own)
    cells = [(segment, tier.lower()) for segment, tier in told["inputs"]["lookup"]]
    response = [promise(site, "response").term(*cell) for cell in cells]
    assert [term.allowance // timedelta(minutes=1) for term in response] == (
        told["expected"]["first_response_minutes"]
    )
    assert [term.origin for term in response] == ["", "", "corporate"]
    made = [promise(site, "attempts").term(*cell) for cell in cells]
    assert [term.attempts for term in made] == told["expected"]["attempts"]


@pytest.mark.parametrize(
    ("numbers", "key"),
    [
        ('allowance = "5h"', "commitments.ours.allowance"),
        ('promised_rate = "80 %"', "commitments.ours.promised_rate"),
        (
            '[[commitments.ours.terms]]\nsegment = "small"\nallowance = "5h"',
            "commitments.ours.terms[1].allowance",
        ),
    ],
    ids=["more time", "a lower rate", "more time for a segment"],
)
def test_a_lower_level_only_tightens_unless_it_says_so(company: Company, numbers: str, key: str):
    company.sign()
    text = HEAD + ACKNOWLEDGE + numbers
    ((found, said),) = faults(company, text)
    assert found == key
    assert "override = true" in said
    promise(loaded(company, f"{text}\noverride = true\n"), "ours")


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        pytest.param(
            ('inherits = "test"', 'inherits = "none"'),
            "inherits",
            "no agreement 'none' is in force",
            id="nothing is there",
        ),
        pytest.param(
            ('inherits = "test"', 'inherits = "site"'),
            "inherits",
            "names the agreement itself",
            id="itself",
        ),
        pytest.param(
            ("[parties.marketing]", f"{SECOND}\n[parties.marketing]"),
            "inherits",
            "several parties here stand for sales",
            id="which party",
        ),
        pytest.param(
            ('currency = "EUR"', 'currency = "USD"'), None, "", id="no money comes over"
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_inherited_is_refused(company: Company, change, key, said):
    company.sign()
    text = HEAD.replace(*change)
    if key is None:
        assert loaded(company, text).currency == "USD"
        return
    found = faults(company, text)
    assert (found[0][0], said in found[0][1]) == (key, True), found


def test_a_base_that_is_only_loaded_is_none(company: Company):
    life.load(AGREEMENT, "a.toml", company.shelf, NOW)
    assert faults(company, HEAD)[0][0] == "inherits"


def test_without_a_base_nothing_may_be_left_out(company: Company):
    found = faults(company, HEAD.replace('inherits = "test"', ""))
    assert [key for key, _ in found] == ["calendars", "segments", "tiers", "acceptance"]


def test_a_volume_from_a_goal_needs_a_goal_here(company: Company):
    company.sign(
        AGREEMENT.replace(
            'calendar = "office"\n\n[[commitments.leads.terms]]',
            'calendar = "office"\ntarget = "goal"\n\n[[commitments.leads.terms]]',
        )
    )
    ((key, said),) = faults(company, HEAD)
    assert key == "inherits"
    assert "there is no goal here" in said


def test_a_signed_agreement_keeps_the_base_that_it_was_signed_with(company: Company):
    first = company.sign()
    site = company.sign(HEAD)
    assert site.base is not None
    assert site.base.id == first.id
    company.sign(FASTER, at("2026-01-06 09:00"))
    kept = next(v for v in company.shelf.versions() if v.name == "site")
    assert life.agreement_of(kept).commitments[1].terms[0].allowance == timedelta(hours=4)
    assert kept.sha256 == sha256(f"{HEAD}\n{first.sha256}".encode()).hexdigest()


def test_the_same_text_over_a_newer_base_is_a_new_version_with_another_hash(company: Company):
    company.sign()
    text = HEAD.replace("2026-01-01", "2026-02-01")
    old = company.sign(text)
    company.sign(FASTER, at("2026-01-06 09:00"))
    new, is_new = life.load(text, "site.toml", company.shelf, at("2026-01-08 09:00"))
    assert is_new
    assert new.sha256 != old.sha256
    assert life.agreement_of(new).commitments[1].terms[0].allowance == timedelta(hours=2)


def test_a_circle_of_bases_is_refused(company: Company):
    company.sign()
    company.sign(HEAD)
    circle = AGREEMENT.replace('currency = "EUR"', 'currency = "EUR"\ninherits = "site"')
    ((key, said),) = faults(company, circle)
    assert key == "inherits"
    assert "site inherits from test itself" in said


def test_origins_name_the_agreement_where_a_number_was_written(company: Company):
    company.sign()
    company.sign(HEAD)
    desk = HEAD.replace('name = "site"', 'name = "desk"').replace('"test"', '"site"')
    agreement = loaded(company, desk)
    assert {one.origin for one in agreement.commitments} == {"test"}


def test_money_of_the_base_is_not_taken_for_another_currency(company: Company):
    company.sign(
        AGREEMENT.replace('"leads_delivered"', '"lead_value_delivered"').replace(
            "target = 21", 'amount = "5000"'
        )
    )
    ((key, said),) = faults(company, HEAD.replace('currency = "EUR"', 'currency = "USD"'))
    assert key == "inherits"
    assert "is in EUR, and amounts here are in USD" in said


def test_a_name_that_means_something_else_in_the_base_is_refused(company: Company):
    company.sign()
    text = HEAD + ACKNOWLEDGE.replace("commitments.ours", "commitments.first_attempt")
    ((key, said),) = faults(company, text)
    assert key == "commitments.first_attempt"
    assert "Rename it" in said


def test_a_volume_of_cells_that_are_unknown_here_does_not_come_over(company: Company):
    company.sign()
    own = '[[segments]]\nname = "all"\nwhen = "TRUE"\n\n[[tiers]]\nname = "any"\nwhen = "TRUE"\n'
    site = loaded(company, HEAD + own)
    assert [one.name for one in site.commitments] == ["acknowledge", "first_attempt"]
    assert [term.level for term in promise(site, "acknowledge").terms] == ["corporate"]
