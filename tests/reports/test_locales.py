from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from reports import numbers
from reports.locales import LOCALES, written_as
from reports.mail import render_digest
from tests.reports.digests import digest

DAY = date(2018, 3, 5)
AFTERNOON = datetime(2018, 3, 5, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "count", "rate", "day", "instant"),
    [
        ("en-GB", "12,345", "99.5 %", "5 March 2018", "5 March 2018, 14:05"),
        ("en-US", "12,345", "99.5 %", "March 5, 2018", "March 5, 2018, 2:05\u202fPM"),
        ("de", "12.345", "99,5 %", "5. März 2018", "5. März 2018, 14:05"),
        ("fr", "12\u202f345", "99,5 %", "5 mars 2018", "5 mars 2018, 14:05"),
        ("es", "12.345", "99,5 %", "5 de marzo de 2018", "5 de marzo de 2018, 14:05"),
        ("pt-BR", "12.345", "99,5 %", "5 de março de 2018", "5 de março de 2018, 14:05"),
        ("nl", "12.345", "99,5 %", "5 maart 2018", "5 maart 2018, 14:05"),
        ("it", "12.345", "99,5 %", "5 marzo 2018", "5 marzo 2018, 14:05"),
    ],
)
def test_dates_and_numbers_follow_the_locale(locale, count, rate, day, instant):
    with written_as(locale):
        assert numbers.count(12_345) == count
        assert numbers.rate(Fraction(995, 1000)) == rate
        assert numbers.day(DAY) == day
        assert numbers.instant(AFTERNOON, "UTC") == instant


def test_words_stay_english():
    with written_as("de"):
        assert numbers.leads(1_200) == "1.200 leads"
        assert numbers.month_name(DAY) == "March"


def test_a_share_stays_honest_in_a_locale_with_a_decimal_comma():
    with written_as("de"):
        assert numbers.percent(8_996, 10_000, Fraction(9, 10)) == "90,0 %"


def test_a_short_number_has_the_mark_of_the_locale():
    with written_as("de"):
        assert (numbers.terse(1_234), numbers.compact(3_400_000)) == ("1,2k", "3,4M")
        assert (numbers.money(Decimal(1_234_567)), numbers.signed(-1_200)) == (
            "1.234.567",
            "-1.200",
        )


def test_outside_nothing_is_changed():
    with written_as("de"):
        pass
    assert numbers.count(12_345) == "12,345"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_that_can_be_chosen_writes_a_whole_report(locale: str):
    with written_as(locale):
        assert "2018" in numbers.day(DAY)
        assert "5" in numbers.short_day(DAY)


def test_a_locale_that_nobody_offers_is_refused():
    with (
        pytest.raises(ValueError, match="'xx' is no locale: choose one of en-GB"),
        written_as("xx"),
    ):
        pass


def test_a_report_has_the_same_words_in_another_locale():
    english, german = render_digest(digest()), render_digest(digest(), "de")
    assert "5 March 2018" in english.text
    assert "5. März 2018" in german.text
    assert german.html.count("<td") == english.html.count("<td")
    assert "Where these numbers come from" in german.html
