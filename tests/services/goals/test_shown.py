"""Which version is planned with, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.services.agreements import life
from smarketing.services.goals.backtest.shown import replayed
from smarketing.services.goals.months import found_of
from smarketing.services.goals.shown import current_of, planned_of
from tests.builders import AGREEMENT, at
from tests.services.goals.test_freeze import SURE

if TYPE_CHECKING:
    from tests.builders import Company

NOW = at("2026-06-03 09:00")
AUGUST = SURE.replace("2026-01-01", "2026-08-01")


def planned(company: Company) -> dict[str, int]:
    found = planned_of(company.shelf.versions(), NOW)
    return {name: version.version for name, version in found.items()}


def test_what_is_in_force_comes_before_what_is_signed_and_a_draft(company: Company):
    company.sign(SURE, NOW)
    company.sign(AUGUST, NOW)
    life.load(SURE.replace("2026-01-01", "2026-09-01"), "a draft", company.shelf, NOW)
    assert planned(company) == {"test": 1}


def test_what_is_signed_comes_before_a_draft(company: Company):
    company.sign(AUGUST, NOW)
    life.load(SURE.replace("2026-01-01", "2026-09-01"), "a draft", company.shelf, NOW)
    assert planned(company) == {"test": 1}


def test_of_drafts_the_newest_is_planned(company: Company):
    life.load(AUGUST, "a draft", company.shelf, NOW)
    newest, _ = life.load(SURE, "a draft", company.shelf, NOW)
    assert planned(company) == {"test": newest.version}


def test_agreements_with_a_goal_come_first_also_in_the_backtest(company: Company):
    start = AGREEMENT.index("[goal]")
    text = AGREEMENT[:start].replace('name = "test"', 'name = "plain"')
    text = text.replace('target = "goal"', "target = 5")
    life.load(text, "plain.toml", company.shelf, NOW)
    life.load(SURE, "a.toml", company.shelf, NOW)
    versions = company.shelf.versions()
    assert [*planned(company)] == ["test", "plain"]
    assert [*current_of(versions, NOW)] == ["test"]
    shown = replayed(
        versions, lambda one: found_of(one, company.history, company.book, NOW).history, NOW
    )
    assert shown is not None
    assert shown.agreement.name == "test"
