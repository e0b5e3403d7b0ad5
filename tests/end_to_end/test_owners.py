from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import MAPPING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

LEADS = "id,created,owner\n" + "".join(f"{n},2026-03-02 09:00,Ann\n" for n in range(3))


def test_an_unknown_owner_is_told_tied_and_untied_from_the_command_line(
    smarketing_anywhere: Command, tmp_path: Path
):
    smarketing = smarketing_anywhere
    (tmp_path / "crm.toml").write_text(MAPPING)
    (tmp_path / "leads.csv").write_text(LEADS)
    call = ("import", str(tmp_path / "leads.csv"), "--as", "leads")
    mapping = ("--mapping", str(tmp_path / "crm.toml"))
    dry = smarketing.json(*call, *mapping, "--dry-run")
    assert dry["unknown_owners"] == {"Ann": 3}
    assert "1 owner is nobody's name here yet (Ann)" in smarketing.done(*call, *mapping)
    added = ("--name", "Ann Other", "--role", "rep", "--password", "a good long sentence")
    smarketing.done("user", "add", "ann@example.com", *added)
    told = smarketing.done("user", "owner", "Ann", "--person", "ann@example.com")
    assert told == "Ann is Ann Other now; 3 leads changed hands\n"
    assert "nobody now; 3 leads changed hands" in smarketing.done(
        "user", "owner", "Ann", "--nobody"
    )
    for wrong in ((), ("--nobody", "--person", "ann@example.com")):
        assert smarketing("user", "owner", "Ann", *wrong).returncode == 2
    unknown = smarketing("user", "owner", "Ann", "--person", "zoe@example.com")
    assert unknown.returncode == 1
    assert "nobody has the e-mail" in unknown.stderr


def test_who_is_shut_out_on_the_command_line_is_let_in_again_there(smarketing: Command):
    for name, role in (("ada", "administrator"), ("rita", "rep")):
        told = ("--name", name, "--role", role, "--password", "a good long sentence")
        smarketing.done("user", "add", f"{name}@example.com", *told)
    smarketing.done("user", "disable", "rita@example.com")
    assert "may sign in again" in smarketing.done("user", "enable", "rita@example.com")
    last = smarketing("user", "disable", "ada@example.com")
    assert last.returncode == 1
    assert "Besides ada no administrator can sign in" in last.stderr
    assert smarketing("user", "add", "ada@", "--name", "A", "--role", "rep").returncode == 1
