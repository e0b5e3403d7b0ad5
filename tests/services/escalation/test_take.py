from __future__ import annotations

import json
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.calendar import seconds
from smarketing.services.leads import answers
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.leads.acts import undo
from smarketing.services.leads.handing import assign
from smarketing.services.people.people import Role
from smarketing.store.acts import ActDesk
from smarketing.store.escalation import EscalationDesk
from smarketing.store.people import People
from tests.services.escalation.company import MANAGER, berlin
from tests.store.seed import MONDAY, act, lead

if TYPE_CHECKING:
    from tests.services.escalation.company import Company

OTHER, OWED = "Other · Other", "is to be acknowledged"
ACME = f"Acme, {OTHER}"


def manager(now):
    return act(MANAGER, now, role=Role.SALES_MANAGER)


@pytest.mark.parametrize(
    ("now", "steps", "mails"),
    [
        ("16 12:11:40", 0, []),
        ("16 12:12", 1, ["p1"]),
        ("16 13:00", 1, ["p1"]),
        ("16 13:00:20", 2, ["p1", "p3"]),
    ],
    ids=["before 80 %", "at 80 %", "at the due time nobody is late", "just after it"],
)
def test_steps_are_taken_when_their_time_has_come(company: Company, now, steps, mails):
    company.hand_off()
    assert company.tick(now).steps == steps
    assert sorted(to for to, _ in company.mails()) == mails
    assert company.tick(now) == (0, 0, 0)


def test_the_mail_says_what_is_owed_and_until_when_and_why_the_reader_is_told(company):
    company.hand_off(lead(company="Acme", full_name="Ada Brandt", phone="+49 40 123"))
    company.tick("16 12:12")
    assert company.mails() == [("p1", f"[Due soon] {ACME}: is to be acknowledged by today, 13:00")]
    (raw,) = company.all("SELECT mime FROM outbox")
    mail = message_from_bytes(bytes(raw[0]), policy=SMTP)
    for kind in ("plain", "html"):
        said = " ".join(mail.get_body((kind,)).get_content().split())
        for told in (
            "Acme is to be acknowledged by today, 13:00.", "Ada Brandt", "+49 40 123",
            "16 November 2026, 09:00", "https://smarketing.example/leads/1", "Person 1",
            "Sales promised “Leads acknowledged” in Agreement between Marketing and Sales",
            "its ladder names you after 80 % of the time", "Times are those of Europe/Berlin",
        ):  # fmt: skip
            assert told in said, (kind, told)


def test_every_person_is_told_once_of_steps_that_come_at_once(company: Company):
    company.hand_off()
    assert company.tick("16 14:00") == (2, 2, 0)
    assert company.mails() == [
        ("p1", f"[Late] {ACME}: was to be acknowledged by today, 13:00"),
        ("p3", f"[Late] {ACME}: was to be acknowledged by today, 13:00"),
    ]
    assert company.steps() == [(1, 0), (1, 1)]


def test_of_steps_that_were_due_before_a_restore_nobody_is_told_and_of_later_ones_they_are(company):
    company.hand_off()
    restored_at = berlin("16 12:30")
    company.mark(restored_at)
    assert company.escalate(restored_at, restored_at)[:2] == (1, 0), "due at 12:12"
    company.mark(berlin("16 13:00:20"))
    assert company.escalate(berlin("16 13:00:20"), restored_at).steps == 1
    assert sorted(to for to, _ in company.mails()) == ["p1", "p3"]


def test_nobody_is_told_at_night(company: Company):
    company.hand_off()
    company.tick("16 14:00")
    for night in ("16 17:00", "16 23:59", "17 03:00", "17 08:59:40"):
        assert company.tick(night) == (0, 0, 0), night
    assert company.tick("17 09:00").steps == 1


def test_a_verdict_that_comes_at_night_is_told_in_the_morning(company: Company):
    company.hand_off()
    company.escalate(berlin("16 12:12"))
    company.mark(berlin("16 22:00"))
    assert company.escalate(berlin("16 22:00")) == (0, 0, 0)
    assert company.escalate(berlin("17 09:00")).steps == 2


def test_past_the_due_time_nobody_is_told_before_it_is_known_that_nobody_acted(company):
    company.hand_off()
    company.escalate(berlin("16 12:12"))
    assert company.escalate(berlin("16 15:00")) == (0, 0, 0)
    company.mark(berlin("16 15:00"))
    assert company.escalate(berlin("16 15:00")).steps == 1


def test_a_verdict_that_does_not_come_within_a_week_is_waited_for_no_longer(company):
    company.hand_off()
    company.escalate(berlin("16 12:12"))
    company.escalate(berlin("25 12:00"))
    assert company.all("SELECT next_step_at FROM clock WHERE commitment_id = 2") == [(None,)]
    assert len(company.mails()) == 1


def test_a_clock_that_stopped_takes_no_step(company: Company):
    company.hand_off()
    acknowledge(ActDesk(company.engine), 1, act(1, berlin("16 12:11")), company.book)
    assert company.tick("16 14:00") == (0, 0, 0)
    assert company.steps() == []


def test_a_clock_that_is_excused_takes_no_step(company: Company):
    company.hand_off()
    company.change("UPDATE clock SET excused = 1")
    assert company.tick("16 14:00") == (0, 0, 0)


def test_a_clock_that_stands_takes_no_step_and_goes_on_after_it(company: Company):
    company.hand_off()
    until = berlin("16 15:00").replace(tzinfo=None)
    why = answers.PauseReason.AWAY
    actor = act(1, berlin("16 12:00"))
    answers.pause(ActDesk(company.engine), 1, actor, company.book, reason=why, until=until)
    assert company.tick("16 14:00") == (0, 0, 0)
    assert company.tick("16 15:12").steps == 1
    assert company.tick("16 16:00:20").steps == 1


def test_an_act_that_is_taken_back_revives_no_step_that_is_over(company: Company):
    company.hand_off()
    desk, early = ActDesk(company.engine), act(1, berlin("16 09:10"))
    acknowledge(desk, 1, early, company.book)
    later = act(1, berlin("16 09:15"))
    undo(desk, [1], early.ref, later, company.book)
    assert company.tick("16 12:12").steps == 1


def test_history_that_is_imported_tells_nobody_anything(company: Company):
    old = [lead(created_at=MONDAY - timedelta(days=n)) for n in range(4, 28)]
    company.hand_off(*old)
    for now in ("16 09:00", "16 09:00:20", "17 09:00"):
        assert company.tick(now) == (0, 0, 0)
    assert company.all("SELECT COUNT(*) FROM clock WHERE next_step_at IS NOT NULL") == [(0,)]


def test_a_lead_concluded_about_anew_between_two_ticks_keeps_the_step_it_waits_for(company):
    company.hand_off()
    company.escalate(berlin("16 12:12"))
    late = berlin("17 16:00")
    desk, people = ActDesk(company.engine), People(company.engine)
    assign(desk, people, [1], manager(late), company.book, to=2)
    company.mark(late)
    assert company.escalate(late).steps == 2


def test_two_workers_at_once_take_each_step_once(company: Company):
    company.hand_off(*[lead(company=f"Firm {n}") for n in range(4)])
    company.mark(berlin("17 10:00"))
    barrier, done = Barrier(2), []

    def worker() -> None:
        barrier.wait()
        done.append(company.escalate(berlin("17 10:00")))

    threads = [Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [(0, 0, 0), (12, 8, 4)]
    assert len(company.steps()) == 12
    assert sum(n for (n,) in company.all(MOVES)) == 4


MOVES = "SELECT COUNT(*) FROM lead_event WHERE actor = 'ladder'"
TUESDAY = "17 09:00"


def test_the_lead_goes_to_the_rep_with_the_fewest_and_who_had_it_is_told_no_more(company):
    company.hand_off(lead(company="Acme"), *[lead(owner="Otto Other", company="B")] * 2)
    assert company.tick(TUESDAY).reassigned == 3
    assert [company.holder(n) for n in (1, 2, 3)] == [5, 1, 5]
    (did,) = company.all("SELECT did FROM ladder_step WHERE lead_id = 1 AND step = 2")
    assert json.loads(str(did[0]))["given_to"] == 5
    assert company.all("SELECT kind, detail, actor FROM lead_event WHERE actor = 'ladder'")[0] == (
        "assigned", "5", "ladder",
    )  # fmt: skip


def test_a_lead_goes_back_to_nobody_who_had_it_and_at_last_to_the_team(company: Company):
    company.hand_off()
    desk, people = ActDesk(company.engine), People(company.engine)
    assign(desk, people, [1], manager(MONDAY + timedelta(minutes=5)), company.book, to=2)
    assign(desk, people, [1], manager(MONDAY + timedelta(minutes=9)), company.book, to=1)
    company.change("UPDATE person SET active = 0 WHERE id = 5")
    assert company.tick(TUESDAY).reassigned == 1
    assert company.holder() is None
    assert company.all("SELECT kind FROM lead_event WHERE actor = 'ladder'") == [("returned",)]


@pytest.mark.parametrize(
    ("starts", "ends", "heir"),
    [
        pytest.param("2026-11-17", "2026-11-18", 5, id="on leave"),
        pytest.param("2026-11-10", "2026-11-17", 2, id="back today"),
        pytest.param("2026-11-18", "2026-11-20", 2, id="leaves tomorrow"),
    ],
)
def test_who_is_on_leave_gets_no_lead(company: Company, starts, ends, heir):
    company.hand_off()
    company.change(
        "INSERT INTO leave (person_id, starts_on, ends_on, note, told_by, told_at) "
        "VALUES (2, :starts, :ends, '', '', 0)",
        starts=starts,
        ends=ends,
    )
    company.tick(TUESDAY)
    assert company.holder() == heir


def test_of_a_lead_that_nobody_has_the_team_is_told_and_a_rep_gets_it(company: Company):
    company.hand_off(lead(owner=None))
    company.tick("16 12:12")
    assert sorted(to for to, _ in company.mails()) == ["p1", "p2", "p5"]
    company.tick(TUESDAY)
    assert company.holder() == 1


def test_many_at_once_become_one_mail_with_the_list(company: Company):
    company.hand_off(*[lead(company=f"Firm {n}") for n in range(6)], lead(owner="Rhea"))
    assert company.tick("16 12:12") == (7, 2, 0)
    subject = dict(company.mails())["p1"]
    assert subject == f"[6 leads due soon] First Firm 0, {OTHER}: {OWED} by today, 13:00"
    (raw,) = company.all("SELECT mime FROM outbox WHERE recipient LIKE 'p1@%'")
    plain = message_from_bytes(bytes(raw[0]), policy=SMTP).get_body(("plain",)).get_content()
    assert all(f"https://smarketing.example/leads/{n}" in plain for n in range(1, 7))


def test_five_at_once_are_five_mails(company: Company):
    company.hand_off(*[lead(company=f"Firm {n}") for n in range(5)])
    assert company.tick("16 12:12") == (5, 5, 0)


@pytest.mark.parametrize(
    "sql",
    ["UPDATE person SET alerts = 0 WHERE id = 1", "UPDATE person SET active = 0 WHERE id = 1"],
    ids=["wants none", "is gone"],
)
def test_who_is_not_reached_is_not_told_and_the_step_is_taken_all_the_same(company, sql):
    company.hand_off()
    company.change(sql)
    assert company.tick("16 12:12") == (1, 0, 0)


def test_looking_for_steps_is_a_look_up_in_the_index_of_the_next_ones(company: Company):
    if company.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    from smarketing.store.escalation import _DUE  # noqa: PLC0415  (the statement itself)

    plan = company.all("EXPLAIN QUERY PLAN " + _DUE.replace(":now", "0"))
    assert any("ix_clock_step" in str(line) for line in plan)
    assert not any("SCAN lead" in str(line) or "SCAN clock" in str(line) for line in plan)


def test_steps_of_a_commitment_that_has_no_ladder_any_more_are_forgotten(company: Company):
    company.hand_off()
    company.change("UPDATE clock SET next_step_at = 1 WHERE commitment_id = 3")
    company.tick("16 10:00")
    assert company.all("SELECT next_step_at FROM clock WHERE commitment_id = 3") == [(None,)]


def test_the_next_step_stands_beside_the_clock(company: Company):
    company.hand_off()
    sql = "SELECT next_step_at FROM clock WHERE commitment_id = 2"
    assert company.all(sql) == [(seconds(berlin("16 12:12")),)]
    company.tick("16 12:12")
    assert company.all(sql) == [(seconds(berlin("16 13:00")),)]
    company.tick("16 13:00:20")
    assert company.all(sql) == [(seconds(berlin("17 09:00")),)]
    company.tick(TUESDAY)
    assert company.all(sql) == [(None,)]


def test_what_was_done_is_kept_for_the_page(company: Company):
    company.hand_off()
    company.tick("16 12:12")
    done = EscalationDesk(company.engine).done_since(0)
    assert done.select("commitment_id", "step", "lead_id").rows() == [(2, 0, 1)]
