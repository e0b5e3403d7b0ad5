"""The page behind the link of a mail: the lead, and two buttons that are pressed by a person.

A visit changes nothing, whoever makes it: programs that look through mail open links and run
their scripts, so that there are none, and a press counts only with the nonce of the page. The
link signs nobody in. It is never written to a log: errors name the route, not the address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, redirect, render_template, request, url_for

from smarketing.domain.errors import SmarketingError
from smarketing.services.mail_link.press import Button, ShutOutError, look, press
from smarketing.services.mail_link.tokens import BadLinkError, OldLinkError
from smarketing.services.mail_link.tries import count_bad_press
from smarketing.web.agents import agent_words
from smarketing.web.link_words import due_line, heading, lines
from smarketing.web.parts import parts

if TYPE_CHECKING:
    from werkzeug import Response

    from smarketing.services.mail_link.press import Pressed
    from smarketing.services.mail_link.standing import LinkPage
    from smarketing.services.mail_link.tokens import Link

blueprint = Blueprint("links", __name__, url_prefix="/a")

_OFF: Final = "Leads are not answered from mail here. Nothing was changed: answer it in the portal."
_BLIND: Final = (
    "Nothing was changed: that press did not come from the page of the link. Open the page and "
    "press there."
)
_SIGN_IN: Final = "To the portal"


class OffError(SmarketingError):
    """The administrator wants no answers from mail."""


@blueprint.get("/<token>")
def show(token: str) -> str | Response:
    """Show the lead of a link; nothing is written."""
    portal = parts()
    link = _link(token)
    if portal.links.use == "login_required":
        return redirect(url_for("leads.show", lead_id=link.lead_id), 303)
    page = look(portal.links.store, portal.people, link, portal.book(), portal.clock())
    return _page(token, page)


@blueprint.post("/<token>")
def answer(token: str) -> str | Response | tuple[str, int]:
    """Record a press of a button, and show what came of it."""
    portal, now = parts(), parts().clock()
    try:
        link = _link(token)
    except BadLinkError:
        count_bad_press(portal.people, request.remote_addr or "", now)
        raise
    if portal.links.use == "login_required":
        return redirect(url_for("leads.show", lead_id=link.lead_id), 303)
    if not portal.links.signer.is_nonce(token, request.form.get("nonce", "")):
        count_bad_press(portal.people, request.remote_addr or "", now)
        return _sorry(_BLIND, 400, request.path, "Open the page")
    pressed = press(
        portal.links.store, portal.people, link, _button(),
        book=portal.book(), agent=agent_words(request.user_agent.string), now=now,
    )  # fmt: skip
    return _page(token, pressed.page, pressed)


@blueprint.errorhandler(BadLinkError)
def _bad(error: BadLinkError) -> tuple[str, int]:
    said = str(error)
    return _sorry(f"{said[:1].upper()}{said[1:]}. Open it from the mail once more.", 404)


@blueprint.errorhandler(OldLinkError)
def _old(error: OldLinkError) -> tuple[str, int]:
    said = str(error)
    return _sorry(f"{said[:1].upper()}{said[1:]}: its time is over. Nothing was changed.", 410)


@blueprint.errorhandler(ShutOutError)
def _shut_out(error: ShutOutError) -> tuple[str, int]:
    said = str(error)
    return _sorry(f"{said[:1].upper()}{said[1:]}. Nothing was changed.", 410)


@blueprint.errorhandler(OffError)
def _off(_: OffError) -> tuple[str, int]:
    return _sorry(_OFF, 410)


def _link(token: str) -> Link:
    portal = parts()
    if portal.links.use == "off":
        raise OffError
    return portal.links.signer.read(token, portal.clock())


def _button() -> Button:
    pressed = request.form.get("press", "")
    if pressed not in tuple(Button):
        abort(400)
    return Button(pressed)


def _page(token: str, page: LinkPage, pressed: Pressed | None = None) -> str:
    now = parts().clock()
    return render_template(
        "links/show.html",
        page=page,
        heading=heading(page),
        due=due_line(page, now),
        lines=lines(page, pressed, now),
        is_new=pressed is not None and pressed.is_new,
        token=token,
        nonce=parts().links.signer.nonce(token),
    )


def _sorry(sentence: str, status: int, goes: str = "", way: str = _SIGN_IN) -> tuple[str, int]:
    goes = goes or url_for("home.show")
    return render_template("links/sorry.html", sentence=sentence, goes=goes, way=way), status
