from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

import pytest

from reports import digest as told
from reports import outlook
from smarketing.domain import forecast
from smarketing.services.digest.numbers import digest_from, text_of
from tests.reports import digests

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize("name", sorted(digests.ALL))
def test_kept_numbers_are_the_same_when_they_are_read(name: str):
    digest = digests.ALL[name]()
    assert digest_from(text_of(digest)) == digest


def test_numbers_are_written_alike_each_time():
    assert text_of(digests.full_week()) == text_of(digests.full_week())


def parts(value: object) -> Iterator[type]:
    if is_dataclass(value):
        yield type(value)
        for one in fields(value):
            yield from parts(getattr(value, one.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from parts(one)


def test_the_weeks_of_these_tests_have_every_part_that_a_digest_may_have():
    known = {
        one for room in (told, outlook) for one in vars(room).values()
        if is_dataclass(one) and one.__module__ == room.__name__
    }  # fmt: skip
    seen = {part for make in digests.ALL.values() for part in parts(make())}
    assert seen == known | {forecast.Band}


def test_a_field_that_came_later_has_its_default_and_one_that_is_gone_is_passed_over():
    kept = json.loads(text_of(digests.open_week()))
    week = kept["digest"]["has"]["promises"][0]["has"]["weeks"][-2]["has"]
    del week["at_end"]
    week["of old"] = 3
    read = digest_from(json.dumps(kept))
    assert read.promises[0].weeks[-2].at_end is None


def test_what_a_later_version_wrote_is_refused_in_a_sentence():
    later = json.dumps(json.loads(text_of(digests.digest())) | {"version": 2})
    with pytest.raises(ValueError, match="written by a later smarketing"):
        digest_from(later)
