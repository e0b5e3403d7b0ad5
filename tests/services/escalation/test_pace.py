"""A storm becomes one message, also one that lasts: of the rule, the worker and the simulator."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from smarketing.services.escalation.pace import APART, WINDOW_S, messages_now, room_at
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.store.acts import ActDesk
from tests.services.escalation.company import berlin
from tests.services.escalation.test_simulate import counts, replay
from tests.store.seed import act, lead

if TYPE_CHECKING:
    from datetime import datetime

    from tests.services.escalation.company import Company

TICK = 60


@given(st.lists(st.integers(0, 3 * 3600), max_size=80))
def test_nobody_gets_more_than_five_in_a_window_and_everything_is_told_in_one(owed: list[int]):
    waiting: list[int] = []
    sent: list[tuple[int, tuple[int, ...]]] = []
    for now in range(0, 3 * 3600 + WINDOW_S + 2 * TICK, TICK):
        waiting += [at for at in owed if now - TICK < at <= now]
        times = [at for at, _ in sent]
        parts = messages_now(waiting, times, now)
        assert bool(parts) == bool(waiting and room_at(times, now) == now)
        if parts:
            sent += [(now, part) for part in parts]
            waiting = []
    assert sorted(at for _, part in sent for at in part) == sorted(owed)
    assert all(now - at < WINDOW_S + 2 * TICK for now, part in sent for at in part)
    for begins, _ in sent:
        assert sum(begins <= at < begins + WINDOW_S for at, _ in sent) <= APART


def trickle(company: Company, count: int) -> None:
    """Leads that come a minute apart from nine on: 80 % of their time is used up from 12:12 on."""
    company.hand_off(
        *[
            lead(company=f"Firm {n}", created_at=berlin("16 09:00") + timedelta(minutes=n))
            for n in range(count)
        ],
        at=berlin("16 09:00"),
    )


def ticks(company: Company, first: str, last: str) -> None:
    now = berlin(first)
    while now <= berlin(last):
        company.mark(now)
        company.escalate(now)
        now += timedelta(minutes=1)


def warnings(company: Company) -> list[str]:
    return [subject for to, subject in company.mails() if to == "p1"]


def test_what_trickles_in_becomes_one_mail_as_soon_as_one_may_be_sent(company: Company):
    trickle(company, 20)
    ticks(company, "16 12:12", "16 12:41")
    assert len(warnings(company)) == APART
    assert len(company.steps()) == 20  # each is taken at its time, whoever is told
    ticks(company, "16 12:42", "16 12:42")
    assert len(warnings(company)) == APART + 1
    assert warnings(company)[-1].startswith("[15 leads due soon] First Firm 5")


def test_the_simulator_tells_how_many_mails_the_worker_sends_in_a_storm_that_lasts(
    company: Company,
):
    trickle(company, 60)
    ticks(company, "16 12:12", "16 12:59")
    found = replay(company, now="16 12:59")
    assert len(warnings(company)) > APART
    assert counts(found)[0] == (48, len(warnings(company)), 0)


def test_a_lead_that_was_answered_meanwhile_is_no_news(company: Company):
    trickle(company, 7)
    ticks(company, "16 12:12", "16 12:20")
    for number in (6, 7):
        acknowledge(ActDesk(company.engine), number, act(1, berlin("16 12:30")), company.book)
    ticks(company, "16 12:42", "16 12:42")
    assert len(warnings(company)) == APART
    assert company.all("SELECT COUNT(*) FROM ladder_told WHERE told_at IS NULL") == [(0,)]
    assert counts(replay(company, now="16 12:50"))[0] == (7, APART, 0)


def test_who_may_not_be_told_any_more_is_not_told(company: Company):
    trickle(company, 7)
    ticks(company, "16 12:12", "16 12:20")
    company.change("UPDATE person SET alerts = 0 WHERE id = 1")
    ticks(company, "16 12:42", "16 12:42")
    assert len(warnings(company)) == APART
    assert company.all("SELECT COUNT(*) FROM ladder_told WHERE told_at IS NULL") == [(0,)]


def hands_off_at(company: Company, at: datetime, count: int) -> None:
    company.hand_off(*[lead(created_at=at + timedelta(minutes=n)) for n in range(count)], at=at)


def test_what_would_be_told_after_work_waits_for_the_morning(company: Company):
    hands_off_at(company, berlin("16 13:36"), 8)  # 80 % from 16:48 to 16:55: the office shuts at 17
    ticks(company, "16 16:48", "16 17:40")
    assert len(warnings(company)) == APART
    company.tick("17 09:00")
    told = [subject.rpartition(" by ")[2] for subject in warnings(company)[APART:]]
    assert sorted(told) == ["today, 09:41", "today, 09:42", "today, 09:43"]


def test_looking_again_finds_nothing_to_do_while_it_waits(company: Company):
    trickle(company, 7)
    ticks(company, "16 12:12", "16 12:20")
    assert company.escalate(berlin("16 12:21")) == (0, 0, 0)
