from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Command

ADA = ("--name", "Ada Love", "--email", "ada@acme.example", "--title", "CEO", "--employees", "1200")


def test_a_lead_is_added_by_the_command_and_found_again(smarketing: Command):
    lead = smarketing.json("lead", "add", *ADA)["lead"]
    clocks = smarketing.json("clock", "ada@acme.example")
    assert clocks == {"lead": lead, "clocks": []}
    again = smarketing("lead", "add", *ADA)
    assert again.returncode == 1
    assert f"lead {lead} from by hand: Ada Love, ada@acme.example (the same e-mail)" in again.stderr
    assert "--all-the-same" in again.stderr
    assert json.loads(smarketing("lead", "add", *ADA, "--all-the-same", "--json").stdout) == {
        "lead": lead + 1
    }


def test_what_cannot_be_used_is_one_sentence(smarketing: Command):
    for told, sentence in (
        (("--name", "Ada", "--employees", "many"), "employees: 'many' not a whole number"),
        (("--country", "DE"), "nothing says who it is"),
        (("--name", "Ada", "--to", "nobody@example.com"), "nobody has the e-mail"),
    ):
        done = smarketing("lead", "add", *told)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
    assert smarketing("lead", "add", "--name", "Ada", "--set", "page").returncode == 2
