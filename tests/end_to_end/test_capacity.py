from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Command


def test_the_sample_company_is_told_whether_it_can_keep_its_promise(smarketing: Command):
    smarketing.done("demo", "--no-serve")
    told = smarketing.done("capacity")
    assert "These 6 people can work" in told
    assert "leads that were tried were reached" in told
    assert "The cheapest mix brings" in told
    found = smarketing.json("capacity", "--agreement", "nordlicht")
    assert found["capacity"]["depth"]["people"] == 6
    assert len(found["reaching"]["hours"][0]["due"]) == 7
    assert sum(cell["leads"] for cell in found["mix"]["cells"]) > 0


def test_an_agreement_that_is_not_there_is_one_sentence(smarketing: Command):
    smarketing.done("demo", "--no-serve")
    done = smarketing("capacity", "--agreement", "none")
    assert done.returncode == 1
    assert "no agreement 'none' is in force on" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_as_of_an_instant_what_came_later_is_not_known(smarketing: Command):
    smarketing.done("demo", "--no-serve")
    now = smarketing.json("capacity")
    then = smarketing.json("capacity", "--as-of", f"{now['today']}T00:00:00Z")
    assert then["capacity"]["leads"]["counted"] > 0
    assert "not as of an earlier instant" in then["reaching"]["speed"]["missing"]
    assert abs(sum(then["reaching"]["given"]) - sum(now["reaching"]["given"])) < 100
