from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from smarketing.services.agreements.life import book_of
from smarketing.services.leads.answers import PauseReason, pause
from smarketing.store.acts import ActDesk
from smarketing.store.agreements import AgreementShelf
from smarketing.store.engine import open_engine
from tests.builders import AGREEMENT, MAPPING, WORDS
from tests.store.seed import act, at, let_in, person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

LEADS = "id,created,handed,acknowledged\n1,2026-03-02 10:00,2026-03-02 10:00,2026-03-02 15:00\n"


def test_the_command_leaves_a_pause_out_and_says_whose_it_was(smarketing: Command, tmp_path: Path):
    for name, text in {"crm.toml": MAPPING, "a.toml": AGREEMENT, "leads.csv": LEADS}.items():
        (tmp_path / name).write_text(text)
    smarketing.done("agreement", "load", str(tmp_path / "a.toml"))
    for party in ("marketing", "sales"):
        who = f"{party}@example.com"
        smarketing.done("agreement", "sign", "test", "--party", party, "--as", who)
    mapping = ("--as", "leads", "--mapping", str(tmp_path / "crm.toml"))
    smarketing.done("import", str(tmp_path / "leads.csv"), *mapping)
    engine = open_engine(f"sqlite:///{smarketing.home}/smarketing.db")
    let_in(engine, person())
    until = datetime(2026, 3, 2, 13)  # noqa: DTZ001  (a wall time)
    pausing = act(now=at("2026-03-02 11:00"))
    book = book_of(AgreementShelf(engine), "UTC", WORDS)
    pause(ActDesk(engine), 1, pausing, book, reason=PauseReason.AWAY, until=until)
    engine.dispose()

    clock = smarketing.json("clock", "crm:1")["clocks"][0]
    assert (clock["state"], clock["used_s"]) == ("met", 3 * 3600)
    assert clock["counted"] == [
        ["2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"],
        ["2026-03-02T13:00:00Z", "2026-03-02T15:00:00Z"],
    ]
    assert clock["pauses"] == [
        {
            "from": "2026-03-02T11:00:00Z",
            "until": "2026-03-02T13:00:00Z",
            "reason": "away",
            "by": "Person 1",
        }
    ]
    told = smarketing.done("clock", "crm:1")
    assert (
        "paused     Mon 2026-03-02 11:00:00 to Mon 2026-03-02 13:00:00: away, by Person 1" in told
    )
