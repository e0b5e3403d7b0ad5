"""Links over both databases: what they are good for, and what a press records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.domain.ways import Way, how_from
from smarketing.services.leads import answers, recycle
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.leads.handing import assign, hand_back
from smarketing.services.mail_link.press import Button, Pressed, ShutOutError, look, press
from smarketing.services.mail_link.standing import LinkPage, Standing
from smarketing.services.mail_link.tokens import Link
from smarketing.services.people.people import Role
from smarketing.store.acts import ActDesk
from smarketing.store.links import LinkDesk
from smarketing.store.people import People
from tests.store.seed import MONDAY, act, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smarketing.services.conclusions.book import Book

SOON = MONDAY + timedelta(minutes=5)
LATER = MONDAY + timedelta(minutes=30)
MANAGER = 3
AGENT = "Chrome on Android"


@dataclass
class Mailed:
    """A lead of which somebody was told by mail on Monday at five past nine."""

    engine: Engine
    book: Book
    lead_id: int
    link: Link

    def look(self, now: datetime = SOON) -> LinkPage:
        return look(LinkDesk(self.engine), People(self.engine), self.link, self.book, now)

    def press(self, button: Button, now: datetime = LATER) -> Pressed:
        return press(
            LinkDesk(self.engine), People(self.engine), self.link, button, book=self.book,
            agent=AGENT, now=now,
        )  # fmt: skip

    def all(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql), values)]

    def change(self, sql: str, **values: object) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(sql), values)

    def told(self) -> list[tuple[Any, ...]]:
        """What was told about it apart from its record: kind, instant, detail."""
        sql = "SELECT kind, occurred_at, detail FROM lead_event WHERE ref <> '' ORDER BY nth"
        return self.all(sql)

    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.told()]

    def holder(self) -> int | None:
        return self.all("SELECT holder_id FROM lead")[0][0]

    def clock(self) -> tuple[Any, ...]:
        sql = (
            "SELECT clock.state, clock.stopped_at FROM clock JOIN commitment "
            "ON commitment.id = clock.commitment_id WHERE metric = 'acknowledged_within'"
        )
        return self.all(sql)[0]


@pytest.fixture
def mailed(engine: Engine, request: pytest.FixtureRequest) -> Mailed:
    """Rita (1) has the lead, or the team with `param`; Otto is 2, a manager 3."""
    let_in(
        engine, person(1), person(2), person(MANAGER, Role.SALES_MANAGER),
        owners={"Rita Rep": 1},
    )  # fmt: skip
    book = signed_book(engine, MONDAY)
    owner = getattr(request, "param", "Rita Rep")
    (lead_id,) = hand_off(engine, book, [lead(company="Acme", owner=owner)], MONDAY)
    return Mailed(engine, book, lead_id, Link(lead_id, seconds(MONDAY), 1, seconds(SOON)))


OF_THE_TEAM = pytest.mark.parametrize("mailed", ["Nobody Known"], indirect=True)


def test_looking_writes_nothing(mailed: Mailed):
    pages = [mailed.look() for _ in range(5)]
    assert {page.standing for page in pages} == {Standing.ASKED}
    assert pages[0].due_at == MONDAY + timedelta(hours=4)
    assert mailed.told() == []


def test_a_press_is_an_acknowledgement_with_its_way_and_meets_the_clock(mailed: Mailed):
    pressed = mailed.press(Button.HAVE)
    assert (pressed.is_new, pressed.page.standing, pressed.page.is_own) == (
        True, Standing.YOURS, True,
    )  # fmt: skip
    ((kind, at, detail),) = mailed.told()
    assert (kind, at) == ("acknowledged", seconds(LATER))
    how = how_from(detail)
    assert how is not None
    assert (how.way, how.age_s, how.agent) == (Way.EMAIL_LINK, 25 * 60, AGENT)
    assert mailed.clock() == (1, seconds(LATER))


def test_a_second_press_finds_it_done(mailed: Mailed):
    mailed.press(Button.HAVE)
    again = mailed.press(Button.HAVE, LATER + timedelta(hours=2))
    assert not again.is_new
    assert (again.page.standing, again.page.since) == (Standing.YOURS, LATER)
    assert mailed.kinds() == ["acknowledged"]


def test_not_mine_gives_the_lead_back_and_rejects_nothing(mailed: Mailed):
    pressed = mailed.press(Button.NOT_MINE)
    assert (pressed.is_new, pressed.page.standing) == (True, Standing.GIVEN_BACK)
    assert mailed.holder() is None
    assert mailed.kinds() == ["returned"]
    assert mailed.clock() == (0, None)
    again = mailed.press(Button.NOT_MINE, LATER + timedelta(minutes=1))
    assert (again.is_new, again.page.since) == (False, LATER)
    assert mailed.kinds() == ["returned"]


@OF_THE_TEAM
def test_of_the_teams_lead_the_first_one_has_it(mailed: Mailed):
    assert not mailed.look().is_held
    mailed.press(Button.HAVE)
    assert mailed.holder() == 1
    assert mailed.look(LATER).standing is Standing.YOURS
    otto = Mailed(
        mailed.engine, mailed.book, mailed.lead_id,
        Link(mailed.lead_id, seconds(MONDAY), 2, seconds(SOON)),
    )  # fmt: skip
    late = otto.press(Button.HAVE)
    assert not late.is_new
    assert (late.page.standing, late.page.who) == (Standing.MOVED, "Person 1")
    assert mailed.holder() == 1


@OF_THE_TEAM
def test_there_is_nothing_to_give_back_of_what_nobody_has(mailed: Mailed):
    assert not mailed.press(Button.NOT_MINE).is_new
    assert mailed.told() == []


@pytest.mark.parametrize("button", [Button.HAVE, Button.NOT_MINE])
def test_an_answer_is_taken_back_once(mailed: Mailed, button: Button):
    assert mailed.press(button).page.undo
    undone = mailed.press(Button.UNDO, LATER + timedelta(minutes=9))
    assert (undone.is_new, undone.page.standing) == (True, Standing.ASKED)
    assert mailed.holder() == 1
    assert mailed.clock() == (0, None)
    assert not mailed.press(Button.UNDO, LATER + timedelta(minutes=9)).is_new
    again = mailed.press(button, LATER + timedelta(minutes=9, seconds=30))
    assert again.is_new


def test_after_ten_minutes_an_answer_stands(mailed: Mailed):
    mailed.press(Button.HAVE)
    late = LATER + timedelta(minutes=10, seconds=1)
    assert mailed.look(late).undo == ""
    assert not mailed.press(Button.UNDO, late).is_new
    assert mailed.look(late).standing is Standing.YOURS


def test_what_more_was_done_since_is_taken_back_first(mailed: Mailed):
    mailed.press(Button.HAVE)
    desk = ActDesk(mailed.engine)
    answers.attempt(
        desk, mailed.lead_id, act(1, LATER + timedelta(seconds=9)), mailed.book,
        way=answers.Way.CALL, connected=False,
    )  # fmt: skip
    refused = mailed.press(Button.UNDO, LATER + timedelta(minutes=1))
    assert not refused.is_new
    assert "take that back first" in refused.refused


def test_who_holds_it_no_more_is_told_who_does(mailed: Mailed):
    manager = act(MANAGER, SOON + timedelta(minutes=1), role=Role.SALES_MANAGER)
    assign(ActDesk(mailed.engine), People(mailed.engine), [1], manager, mailed.book, to=2)
    for button in (Button.HAVE, Button.NOT_MINE):
        pressed = mailed.press(button)
        assert not pressed.is_new
        assert (pressed.page.standing, pressed.page.who) == (Standing.MOVED, "Person 2")
    assert mailed.kinds() == ["assigned"]
    assert mailed.holder() == 2


def test_a_lead_that_came_back_is_not_answered_by_the_link_of_before(mailed: Mailed):
    desk, people = ActDesk(mailed.engine), People(mailed.engine)
    for minute, to in ((1, 2), (2, 1)):
        manager = act(MANAGER, SOON + timedelta(minutes=minute), role=Role.SALES_MANAGER)
        assign(desk, people, [1], manager, mailed.book, to=to)
    pressed = mailed.press(Button.HAVE)
    assert not pressed.is_new
    assert (pressed.page.standing, pressed.page.is_own) == (Standing.MOVED, True)
    newer = Link(mailed.lead_id, seconds(SOON) + 120, 1, seconds(SOON) + 130)
    assert Mailed(mailed.engine, mailed.book, 1, newer).press(Button.HAVE).is_new


def test_the_link_of_a_lead_that_came_back_to_the_team_is_of_its_new_place(mailed: Mailed):
    hand_back(ActDesk(mailed.engine), mailed.lead_id, act(1, SOON), mailed.book)
    otto = Link(mailed.lead_id, seconds(SOON), 2, seconds(SOON) + 20)
    assert Mailed(mailed.engine, mailed.book, 1, otto).press(Button.HAVE).is_new
    assert mailed.holder() == 2


def test_a_lead_that_is_rejected_or_recycled_asks_for_nothing(mailed: Mailed):
    desk = ActDesk(mailed.engine)
    answers.reject(desk, mailed.lead_id, act(1, SOON), mailed.book, reason="duplicate")
    page = mailed.press(Button.HAVE).page
    assert (page.standing, page.closed_as, page.who) == (Standing.CLOSED, "rejected", "Person 1")
    assert "acknowledged" not in [k for k, at, _ in mailed.told() if at == seconds(LATER)]


def test_a_recycled_lead_asks_again_once_it_is_handed_off_again(mailed: Mailed):
    desk = ActDesk(mailed.engine)
    reason = recycle.RecycleReason.NOT_NOW
    recycle.recycle(desk, mailed.lead_id, act(1, SOON), mailed.book, reason=reason)
    assert mailed.look().closed_as == "recycled"
    manager = act(MANAGER, SOON + timedelta(minutes=1), role=Role.SALES_MANAGER)
    recycle.hand_off_again(desk, mailed.lead_id, manager, mailed.book)
    assert mailed.look(LATER).standing is Standing.ASKED


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("UPDATE person SET active = 0 WHERE id = 1", id="disabled"),
        pytest.param("UPDATE person SET role = 'mail_only' WHERE id = 1", id="of no team"),
    ],
)
def test_who_answers_no_leads_any_more_is_shown_nothing(mailed: Mailed, sql: str):
    mailed.change(sql)
    with pytest.raises(ShutOutError):
        mailed.look()
    with pytest.raises(ShutOutError):
        mailed.press(Button.HAVE)
    assert mailed.told() == []


def test_who_said_it_in_the_portal_is_not_asked_again(mailed: Mailed):
    acknowledge(ActDesk(mailed.engine), mailed.lead_id, act(1, SOON), mailed.book)
    page = mailed.press(Button.HAVE).page
    assert (page.standing, page.since, page.undo) == (Standing.YOURS, SOON, "")
    assert mailed.kinds() == ["acknowledged"]


@pytest.mark.parametrize(
    ("first", "other", "kind"),
    [
        (Button.HAVE, Button.NOT_MINE, "acknowledged"),
        (Button.NOT_MINE, Button.HAVE, "returned"),
    ],
)
def test_the_other_button_changes_nothing_and_is_noted_once(
    mailed: Mailed, first: Button, other: Button, kind: str
):
    standing = mailed.press(first).page.standing
    for second in (1, 2):
        pressed = mailed.press(other, LATER + timedelta(seconds=second))
        assert (pressed.is_new, pressed.page.standing) == (False, standing)
    assert mailed.kinds() == [kind, "pressed"]
    assert mailed.press(Button.UNDO, LATER + timedelta(minutes=1)).is_new


def mail_sent(mailed: Mailed, sent_at: datetime | None) -> None:
    """The mail of the link, in the outbox."""
    mailed.change(
        "INSERT INTO outbox (dedupe_key, kind, channel, recipient, audience, subject, message_id, "
        "mime, state, attempts, maybe_twice, not_before, expires_at, created_at, sent_at) VALUES "
        "('k', 'alert', 'mail', 'p1@example.com', '', '', '', :mime, 'sent', 1, 0, 0, 0, :at, "
        ":sent)",
        mime=b"", at=seconds(SOON), sent=None if sent_at is None else seconds(sent_at),
    )  # fmt: skip
    mailed.change(
        "INSERT INTO alert (lead_id, person_id, held_since, dedupe_key) VALUES (1, 1, :at, 'k')",
        at=seconds(MONDAY),
    )


@pytest.mark.parametrize(
    ("sent_at", "sent_s", "too_soon"),
    [
        pytest.param(LATER - timedelta(seconds=19), 19, True, id="nobody reads that fast"),
        pytest.param(LATER - timedelta(seconds=20), 20, False, id="read"),
        pytest.param(None, 0, True, id="not known to have arrived"),
    ],
)
def test_how_soon_after_the_mail_it_was_is_kept(mailed: Mailed, sent_at, sent_s, too_soon):
    mail_sent(mailed, sent_at)
    mailed.press(Button.HAVE)
    how = how_from(mailed.told()[0][2])
    assert how is not None
    assert (how.sent_s, how.is_too_soon) == (sent_s, too_soon)
    assert mailed.clock() == (1, seconds(LATER))  # it counts all the same


def test_of_a_mail_that_is_not_known_nothing_is_said(mailed: Mailed):
    mailed.press(Button.HAVE)
    how = how_from(mailed.told()[0][2])
    assert how is not None
    assert (how.sent_s, how.is_too_soon) == (None, False)
