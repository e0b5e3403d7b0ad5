"""Statistics are kept until something new is told, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.services.agreements import life
from smarketing.services.goals.kept import KeptStatistics
from tests.builders import at
from tests.services.goals.test_freeze import BY_GOAL, DEALS, HEAD, rows, won

if TYPE_CHECKING:
    from tests.builders import Company

NOW = at("2026-06-01 09:00")


def test_they_are_read_once_and_again_when_an_import_came(company: Company):
    company.take("leads", HEAD + rows(20), NOW)
    version, _ = life.load(BY_GOAL, "a.toml", company.shelf, NOW)
    kept = KeptStatistics()
    first = kept.of(version, company.history, company.book, NOW)
    assert kept.of(version, company.history, company.book, at("2026-06-01 18:00")) is first
    company.take("deals", DEALS + won(3), NOW)
    then = kept.of(version, company.history, company.book, NOW)
    assert (first.history.together.customers, then.history.together.customers) == (0, 3)


def test_a_new_day_and_another_text_are_read_anew(company: Company):
    company.take("leads", HEAD + rows(20), NOW)
    version, _ = life.load(BY_GOAL, "a.toml", company.shelf, NOW)
    kept = KeptStatistics()
    first = kept.of(version, company.history, company.book, NOW)
    later = kept.of(version, company.history, company.book, at("2026-06-02 09:00"))
    assert later.history.ends == first.history.ends + 1
    other, _ = life.load(f"{BY_GOAL}\n", "a.toml", company.shelf, NOW)
    assert kept.of(other, company.history, company.book, NOW) is not first


def test_only_a_few_are_kept(company: Company):
    version, _ = life.load(BY_GOAL, "a.toml", company.shelf, NOW)
    kept = KeptStatistics()
    first = kept.of(version, company.history, company.book, NOW)
    for day in range(2, 12):
        kept.of(version, company.history, company.book, at(f"2026-06-{day:02} 09:00"))
    assert kept.of(version, company.history, company.book, NOW) is not first
