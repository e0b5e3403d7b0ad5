from __future__ import annotations

from typing import Any

import pytest

from smarketing.domain.acts import PRESSED, pause_detail
from smarketing.domain.ways import Doubt, How, Way, how_detail, how_from
from smarketing.services.leads.timeline import pauses, timeline
from tests.builders import at

NINE, TEN, ELEVEN = (int(at(f"2026-11-16 {hour}:00").timestamp()) for hour in ("09", 10, 11))


def event(nth: int, kind: str, when: int = NINE, **told: Any) -> dict[str, Any]:
    missing = dict.fromkeys(("detail", "actor", "by", "given", "label"))
    event = {"nth": nth, "kind": kind, "occurred_at": when, "ref": "", "recorded_at": when}
    return missing | event | {"source": "crm"} | told


def test_what_happened_stands_in_its_order_whatever_was_told_first():
    told = timeline([event(1, "acknowledged", TEN), event(2, "created", NINE)])
    assert [entry.kind for entry in told] == ["created", "acknowledged"]


def test_of_two_things_in_one_second_the_one_that_was_told_first_stands_first():
    told = timeline([event(2, "handed_off"), event(1, "created")])
    assert [entry.kind for entry in told] == ["created", "handed_off"]


@pytest.mark.parametrize(
    ("recorded", "learned"), [(NINE, None), (NINE + 60, None), (NINE + 61, NINE + 61)]
)
def test_when_it_was_learned_is_told_after_more_than_a_minute(recorded: int, learned: int | None):
    (entry,) = timeline([event(1, "created", NINE, recorded_at=recorded)])
    assert (entry.learned_at and entry.learned_at.timestamp()) == learned


def test_a_stamp_that_was_corrected_stays_with_what_counts_instead():
    was, counts = timeline(
        [event(1, "handed_off", NINE), event(2, "handed_off", TEN, recorded_at=ELEVEN)]
    )
    assert counts.gone is None
    assert was.gone
    assert was.gone.instead == counts
    assert (was.gone.at, was.gone.source) == (at("2026-11-16 11:00"), "crm")


def test_what_was_taken_back_stays_with_who_took_it_back():
    act = {"ref": "portal:1:word#had", "by": "Hetty", "source": "portal"}
    (entry,) = timeline(
        [event(1, "acknowledged", **act), event(2, "withdrawn", TEN, detail="acknowledged", **act)]
    )
    assert entry.gone
    assert (entry.gone.by, entry.gone.instead) == ("Hetty", None)


def test_a_stamp_that_its_source_withdrew_is_found_by_the_kind_it_names():
    accepted, rejected = timeline(
        [
            event(1, "accepted", TEN),
            event(2, "rejected", ELEVEN),
            event(3, "withdrawn", TEN, detail="accepted"),
        ]
    )
    assert accepted.gone
    assert rejected.gone is None


def test_what_is_told_again_alike_stands_once_and_as_it_was_learned_first():
    call = {"ref": "a1", "detail": "call"}
    told = [
        event(1, "attempted", **call, recorded_at=TEN),
        event(2, "withdrawn", **call),
        event(3, "withdrawn", ref="a1#reached", detail="call"),
        event(4, "attempted", **call, recorded_at=ELEVEN),
    ]
    (entry,) = timeline(told)
    assert (entry.kind, entry.gone, entry.learned_at) == ("attempted", None, at("2026-11-16 10:00"))


def test_of_three_tellings_each_points_to_the_next_one():
    first, second, third = timeline(
        [event(n, "handed_off", when) for n, when in enumerate((NINE, TEN, ELEVEN), 1)]
    )
    assert first.gone
    assert first.gone.instead == second
    assert second.gone
    assert second.gone.instead == third


def test_the_pauses_that_count_are_the_last_told_and_not_withdrawn():
    def pause(nth: int, ref: str, until: int) -> dict[str, Any]:
        told = {"detail": pause_detail(until, "away"), "ref": ref, "actor": "hetty@example.com"}
        return event(nth, "paused", NINE, **told)

    told = pauses(
        [
            pause(1, "a", ELEVEN),
            pause(2, "a", TEN),
            pause(3, "b", ELEVEN),
            event(4, "withdrawn", ref="b", detail="paused"),
        ]
    )
    (one,) = told
    assert (one.ends, one.reason, one.by) == (at("2026-11-16 10:00"), "away", "hetty@example.com")


def by_link(**more: Any) -> str:
    return how_detail(How(Way.EMAIL_LINK, age_s=600, **more))


def test_the_events_of_one_act_share_the_way_in_which_it_was_done():
    had, held, called = timeline(
        [
            event(1, "acknowledged", ref="portal:1:a#had", detail=by_link(agent="Edge")),
            event(2, "assigned", ref="portal:1:a#held", detail="1"),
            event(3, "attempted", TEN, ref="portal:1:b", detail="call"),
        ]
    )
    assert had.how == held.how == How(Way.EMAIL_LINK, age_s=600, agent="Edge")
    assert called.how is None


@pytest.mark.parametrize(
    ("sent_s", "doubt"), [(None, None), (0, Doubt.TOO_SOON), (19, Doubt.TOO_SOON), (20, None)]
)
def test_an_answer_faster_than_a_person_reads_is_in_doubt(sent_s, doubt):
    (entry,) = timeline(
        [event(1, "acknowledged", ref="portal:1:a#had", detail=by_link(sent_s=sent_s))]
    )
    assert entry.doubt == doubt


def test_an_answer_is_in_doubt_when_the_other_button_of_the_mail_was_pressed_too():
    answer, other, pressed = timeline(
        [
            event(1, "acknowledged", ref="portal:1:a#had", detail=by_link(sent_s=0)),
            event(2, "acknowledged", TEN, ref="portal:1:b#had", detail=by_link()),
            event(3, PRESSED, ELEVEN, ref="link:1:c", detail=by_link(ref="portal:1:a")),
        ]
    )
    assert (answer.doubt, other.doubt, pressed.doubt) == (Doubt.CONTRADICTED, None, None)


@pytest.mark.parametrize("detail", [None, "", "call", "7", '{"until": 1, "reason": "away"}'])
def test_most_events_do_not_say_by_which_way_they_came(detail):
    assert how_from(detail) is None
