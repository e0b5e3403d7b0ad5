from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import ConflictError
from smarketing.services.agreements import acts, life
from smarketing.services.agreements.acts import Hand
from smarketing.services.agreements.export import exported, made_from
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from smarketing.domain.versions import Version
    from tests.builders import Company

NOW = at("2026-01-05 09:00")
LATER = AGREEMENT.replace("2026-01-01", "2026-02-01")
SECOND = LATER.replace("target = 21", "target = 40")
THIRD = LATER.replace("target = 21", "target = 60")


def changed(exported_text: str, target: int) -> str:
    later = exported_text.replace("2026-01-01", "2026-02-01")
    return later.replace("target = 21", f"target = {target}")


def load(company: Company, text: str) -> tuple[Version, bool]:
    return life.load(text, "mine.toml", company.shelf, NOW)


def test_an_export_that_is_loaded_unchanged_is_the_version_that_it_was_made_from(company):
    signed = company.sign()
    again, is_new = load(company, exported(signed))
    assert (again.id, is_new) == (signed.id, False)
    assert made_from(exported(signed)) == (("test", 1), AGREEMENT)


def test_an_export_that_was_changed_is_the_next_version_without_the_line(company: Company):
    text = changed(exported(company.sign()), 40)
    version, is_new = load(company, text)
    assert (version.version, version.text, is_new) == (2, SECOND, True)


@pytest.mark.parametrize("settled", ["in force", "proposed", "signed for one party"])
def test_a_text_made_from_an_older_version_is_refused(company: Company, settled: str):
    old = exported(company.sign())
    if settled == "in force":
        company.sign(SECOND)
    else:
        load(company, SECOND)
    if settled == "proposed":
        acts.propose("test", Hand("sales@example.com"), company.shelf, NOW)
    if settled == "signed for one party":
        life.sign("test", "sales", "sales@example.com", company.shelf, NOW)
    with pytest.raises(ConflictError, match="was made from version 1 of test, and version 2"):
        load(company, changed(old, 60))
    assert life.newest("test", company.shelf).text == SECOND


def test_the_text_of_an_older_version_is_refused_also_without_its_line(company: Company):
    company.sign()
    company.sign(SECOND)
    with pytest.raises(ConflictError, match="was made from version 1"):
        load(company, AGREEMENT)


def test_going_back_to_an_older_text_on_purpose_is_an_amendment(company: Company):
    company.sign(LATER)
    line = exported(company.sign(SECOND)).splitlines()[0]
    version, is_new = load(company, f"{line}\n{LATER}")
    assert (version.version, is_new) == (3, True)


def test_a_draft_gives_way_to_a_text_from_the_version_before_it(company: Company):
    old = exported(company.sign())
    load(company, SECOND)
    version, _ = load(company, changed(old, 60))
    assert (version.version, version.text) == (2, THIRD)


def test_what_was_done_with_a_draft_goes_with_it(company: Company):
    load(company, AGREEMENT)
    acts.propose("test", Hand("sales@example.com"), company.shelf, NOW)
    version, _ = load(company, SECOND)
    assert (version.version, version.acts) == (1, ())


def test_a_text_that_came_in_between_is_not_signed(company: Company):
    read, _ = load(company, AGREEMENT)
    load(company, SECOND)
    with pytest.raises(ConflictError, match="another one since you opened it"):
        life.sign("test", "sales", "sales@example.com", company.shelf, NOW, sha256=read.sha256)
    # The id of a draft may be given again: the store looks at the text, too.
    with pytest.raises(ConflictError, match="another text was loaded"):
        company.shelf.sign(read.id, "sales", "sales@example.com", read.sha256, NOW)
    assert life.newest("test", company.shelf).signatures == ()
