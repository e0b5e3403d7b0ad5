from __future__ import annotations

from datetime import timedelta

from smarketing.scheduler.jobs import Pull, jobs_of
from tests.scheduler.fakes import NOW, idle, parts, saying

TICK = ("mark", "escalate", "alert", "plan")


def test_what_fell_due_is_marked_and_escalated_before_alerts_and_reports_are_planned():
    order: list[str] = []

    def noting(name: str):
        return lambda _now: order.append(name) or ""

    table = jobs_of(parts(**{name: noting(name) for name in TICK}))
    (tick,) = (job for job in table if job.name == "tick")
    for step in tick.steps:
        step(NOW)
    assert tuple(order) == TICK


def test_every_source_is_a_job_with_its_own_rhythm():
    pulls = {
        "crm": Pull(timedelta(minutes=15), idle),
        "forms": Pull(timedelta(hours=1), saying("x")),
    }
    rhythms = {job.name: job.every for job in jobs_of(parts(pulls=pulls))}
    assert rhythms == {
        "tick": timedelta(seconds=20),
        "drain": timedelta(seconds=5),
        "post": timedelta(seconds=5),
        "announce": timedelta(minutes=1),
        "pull crm": timedelta(minutes=15),
        "pull forms": timedelta(hours=1),
        "audit": timedelta(minutes=5),
        "facts": timedelta(minutes=10),
        "backup": timedelta(minutes=10),
        "judge": timedelta(minutes=10),
        "reevaluate": timedelta(days=1),
        "housekeep": timedelta(days=1),
    }


def test_an_audit_lets_the_others_begin():
    waits = {job.name: job.waits for job in jobs_of(parts())}
    assert waits.pop("audit") >= timedelta(minutes=2)
    assert set(waits.values()) == {timedelta(0)}
