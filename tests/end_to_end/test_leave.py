from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from smarketing.domain.holders import Absence
from smarketing.store.engine import open_engine
from smarketing.store.leave import LeaveShelf
from tests.builders import AGREEMENT, MAPPING, at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

ANN = ("ann@example.com", "--name", "Ann", "--role", "rep", "--password", "")
LEADS = (
    "id,created,handed,acknowledged,owner\n"
    "1,2026-03-02 10:00,2026-03-02 10:00,2026-03-02 15:00,ann@example.com\n"
)


def add_ann(smarketing: Command) -> None:
    smarketing.done("user", "add", *ANN)


def test_leave_is_planned_listed_and_removed_by_command(smarketing: Command):
    add_ann(smarketing)
    first, back = "2999-12-24", "3000-01-04"
    call = ("user", "leave", "ann@example.com")
    told = smarketing.done(*call, "--from", first, "--to", back, "--note", "at sea")
    assert f"Ann is away from {first}, back on {back}" in told
    assert f"ann@example.com  Ann   {first}  {back}  at sea" in smarketing.done("user", "leave")
    again = smarketing(*call, "--from", first, "--to", back)
    assert (again.returncode, "away from" in again.stderr) == (1, True)
    assert again.stderr.count("\n") == 1
    assert f"not away from {first} to {back}" in smarketing.done(*call, "--remove")
    assert "Ann" not in smarketing.done("user", "leave")


def test_a_call_that_lacks_something_says_what(smarketing: Command):
    add_ann(smarketing)
    for call, code, told in (
        (("--remove",), 2, "e-mail comes first"),
        (("ann@example.com",), 2, "--from the first day away"),
        (("bob@example.com", "--from", "2026-12-01", "--to", "2026-12-02"), 1, "nobody has"),
        (("ann@example.com", "--from", "2999-12-02", "--to", "2999-12-01"), 1, "ends before"),
    ):
        done = smarketing("user", "leave", *call)
        assert (done.returncode, told in done.stderr) == (code, True), done.stderr


def test_the_command_tells_the_clock_of_a_holder_who_is_away(smarketing: Command, tmp_path: Path):
    add_ann(smarketing)
    for name, told in {"crm.toml": MAPPING, "a.toml": AGREEMENT, "leads.csv": LEADS}.items():
        (tmp_path / name).write_text(told)
    smarketing.done("agreement", "load", str(tmp_path / "a.toml"))
    for party in ("marketing", "sales"):
        who = f"{party}@example.com"
        smarketing.done("agreement", "sign", "test", "--party", party, "--as", who)
    mapping = ("--as", "leads", "--mapping", str(tmp_path / "crm.toml"))
    smarketing.done("import", str(tmp_path / "leads.csv"), *mapping)
    assert smarketing.json("clock", "crm:1")["clocks"][0]["holder"] is None
    engine = open_engine(f"sqlite:///{smarketing.home}/smarketing.db")
    leave = Absence(1, date(2026, 3, 2), date(2026, 3, 4))
    assert LeaveShelf(engine).add(leave, "", "", at("2026-03-01 10:00")) is None
    engine.dispose()
    clock = smarketing.json("clock", "crm:1")["clocks"][0]
    assert clock["due_at"] == "2026-03-02T14:00:00Z"
    assert clock["holder"] == {
        "name": "Ann",
        "started_at": "2026-03-02T10:00:00Z",
        "due_at": "2026-03-04T13:00:00Z",
        "state": "in_time",
        "leave": [{"from": "2026-03-02", "back": "2026-03-04"}],
    }
    assert clock["state"] == "met_late"
    told = smarketing.done("clock", "crm:1")
    assert (
        "holder     Ann has it from Mon 2026-03-02 10:00:00; "
        "from then due Wed 2026-03-04 13:00:00: done in time" in told
    )
    assert "on leave   from 2026-03-02, back 2026-03-04" in told
