from __future__ import annotations

from typing import TYPE_CHECKING

from tests.end_to_end.conftest import ROOT

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Command


def test_the_sample_company_is_loaded_once_and_agrees_with_a_recount(smarketing: Command):
    first = smarketing.done("demo", "--no-serve")
    assert "leads read" in first
    assert "demo-administrator-1" in first
    again = smarketing.done("demo", "--no-serve")
    assert "leads read" not in again
    assert "agree with a recount" in smarketing("doctor").stdout


def test_a_database_in_use_is_left_alone(smarketing: Command):
    smarketing.done("agreement", "load", str(ROOT / "config/agreements/olist.toml"))
    done = smarketing("demo", "--no-serve")
    assert done.returncode == 1
    assert "SMARKETING_HOME=var/demo" in done.stderr
    assert "olist" in smarketing.done("agreement", "show")
    assert "mira" not in smarketing.done("user", "list")
