"""What the page of a link says, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.numbers import moment
from smarketing.services.mail_link.press import Button
from smarketing.services.mail_link.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from smarketing.services.mail_link.press import Pressed
    from smarketing.services.mail_link.standing import LinkPage

_BUTTONS: Final[Mapping[Button, str]] = {Button.HAVE: "I have it", Button.NOT_MINE: "Not mine"}
_CONTRARY: Final[Mapping[Button, Standing]] = {
    Button.HAVE: Standing.GIVEN_BACK,
    Button.NOT_MINE: Standing.YOURS,
}


def heading(page: LinkPage) -> str:
    """Return how the lead is called: company first, then the person."""
    return page.company or page.name


def due_line(page: LinkPage, now: datetime) -> tuple[str, str, str] | None:
    """Return state, shape and words of until when an answer is in time; None: it is not owed."""
    if page.due_at is None or page.standing is not Standing.ASKED:
        return None
    when = moment(page.due_at, page.zone, now)
    if page.due_at < now:
        return "late", "▲", f"Was due {when}"
    return "time", "●", f"Answer by {when}"


def lines(page: LinkPage, pressed: Pressed | None, now: datetime) -> tuple[str, ...]:
    """Return what came of a press, and how the lead stands; empty while it only waits."""
    return tuple(_lines(page, pressed, now))


def _lines(page: LinkPage, pressed: Pressed | None, now: datetime) -> Iterator[str]:
    if pressed is not None:
        yield from _press_lines(page, pressed)
    since = moment(page.since, page.zone, now) if page.since else ""
    if page.standing is Standing.YOURS:
        yield from _yours(page, pressed, since)
        yield from _attempt(page, now)
    elif page.standing is not Standing.ASKED:
        yield _told(page, pressed, since)


def _press_lines(page: LinkPage, pressed: Pressed) -> Iterator[str]:
    if pressed.refused:
        yield f"It was not taken back. {pressed.refused.rstrip('.')}."
    elif pressed.button is Button.UNDO:
        if pressed.is_new:
            yield "Taken back: the lead stands where it stood before."
        else:
            yield "There is nothing to take back any more."
    elif _CONTRARY[pressed.button] is page.standing and not pressed.is_new:
        yield f"“{_BUTTONS[pressed.button]}” changed nothing: your first answer stands."


def _yours(page: LinkPage, pressed: Pressed | None, since: str) -> Iterator[str]:
    if pressed is not None and pressed.is_new and pressed.button is Button.HAVE:
        yield "You have it."
    elif page.is_own:
        yield f"Already yours since {since}."
    else:
        yield f"It is yours; {page.who or 'the CRM'} said “I have it” {since}."


def _attempt(page: LinkPage, now: datetime) -> Iterator[str]:
    if page.attempt_due_at is not None:
        verb = "was" if page.attempt_due_at < now else "is"
        yield f"The first attempt {verb} due {moment(page.attempt_due_at, page.zone, now)}."


def _told(page: LinkPage, pressed: Pressed | None, since: str) -> str:
    if page.standing is Standing.CLOSED:
        by = f" by {page.who}" if page.who else ""
        return f"It was {page.closed_as}{by} {since}".rstrip() + ": no answer is owed any more."
    if page.standing is Standing.GIVEN_BACK:
        if pressed is not None and pressed.is_new:
            return "You gave it back: it waits in the team’s queue."
        return f"You gave it back {since}. It waits in the team’s queue."
    if page.is_own:
        return f"It is yours since {since}, and this link is from before. Answer it in the portal."
    if page.who:
        return f"{page.who} has it since {since}. This link changes nothing any more."
    return f"It waits in the team’s queue since {since}. This link changes nothing any more."
