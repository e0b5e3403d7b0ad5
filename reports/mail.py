"""A digest as a mail: rendered once for an audience, addressed to each person.

`render_digest` is slow (the charts); `to_bytes` is a replacement of two lines and fast.
Equal input gives equal bytes.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from reports import mime, personal, plain
from reports.content import content
from reports.locales import DEFAULT, written_as

if TYPE_CHECKING:
    from datetime import datetime
    from email.headerregistry import Address
    from email.message import EmailMessage

    from reports.digest import Digest
    from reports.personal import Marks
    from reports.pictures import ChartImage


class Envelope(TypedDict):
    """What differs between the mails of one report.

    Attributes:
        message_id: With its angle brackets; the same for every attempt to send.
        date: When the mail is made, with its zone.
        unsubscribe_url: Where one POST stops these mails (RFC 8058), and a page chooses what
            to get; None: there is no way out to offer.
        one_click: False where `unsubscribe_url` is only that page.
        unsubscribe_mailto: An address where people stop these mails, too; None: none.
        view_url: Where the mail is shown as a page; None: nowhere.
        note: A sentence before the greeting, as that the mail comes late; empty: none.
        list_id: As `digest.smarketing.example.com`, without brackets.
    """

    sender: Address
    recipient: Address
    message_id: str
    date: datetime
    unsubscribe_url: NotRequired[str | None]
    one_click: NotRequired[bool]
    unsubscribe_mailto: NotRequired[str | None]
    view_url: NotRequired[str | None]
    note: NotRequired[str]
    list_id: NotRequired[str | None]


@dataclass(frozen=True)
class RenderedDigest:
    """A report for an audience, or another mail, without what is personal.

    Attributes:
        marked_text: The text part with marks where the personal parts go.
        marked_html: The same for the HTML part; pictures are referred to by content id.
        images: In reading order; may be empty.
    """

    subject: str
    preheader: str
    marked_text: str
    marked_html: str
    images: tuple[ChartImage, ...]

    @property
    def text(self) -> str:
        """Return the text part, addressed to nobody in particular."""
        return personal.fill(self.marked_text, personal.TEXT_MARKS, personal.NOBODY)

    @property
    def html(self) -> str:
        """Return the HTML part, addressed to nobody in particular."""
        return personal.fill(self.marked_html, personal.HTML_MARKS, personal.NOBODY)

    @cached_property
    def encoded(self) -> mime.Encoded:
        """Return the parts in their transfer encoding, made once for all messages."""
        return mime.encoded(self.marked_text, self.marked_html, self.images)


def render_digest(digest: Digest, locale: str = DEFAULT) -> RenderedDigest:
    """Return the report of a digest for its audience; draws the charts, about half a second.

    Args:
        digest: The numbers.
        locale: How dates and numbers are written, of `reports.locales.LOCALES`.
    """
    from reports.charts.all import images  # noqa: PLC0415 (matplotlib: 0.7 s, 43 MB; only here)

    with written_as(locale):
        said = content(digest, images(digest))
        return rendered(
            "digest",
            subject=said.subject,
            preheader=said.preheader,
            images=said.charts,
            content=said,
        )


def rendered(
    template: str,
    *,
    subject: str,
    preheader: str,
    images: tuple[ChartImage, ...] = (),
    **shown: object,
) -> RenderedDigest:
    """Return a mail, drawn by the two templates of a name from what is shown.

    Args:
        template: As `digest`: of `digest.html.j2` and `digest.txt.j2`.
        subject: Of the mail.
        preheader: What mail programs show beside the subject.
        images: The HTML part refers to them by content id.
        shown: What the templates ask for, besides subject, preheader and the personal parts.
    """
    html, text = (
        _environment()
        .get_template(f"{template}.{kind}.j2")
        .render(
            subject=subject,
            preheader=preheader,
            greeting=marks.greeting,
            preferences=marks.preferences,
            **shown,
        )
        for kind, marks in (("html", personal.HTML_MARKS), ("txt", personal.TEXT_MARKS))
    )
    return RenderedDigest(
        subject=subject,
        preheader=preheader,
        marked_text=text,
        marked_html=_inliner().inline(html),
        images=images,
    )


def to_bytes(rendered: RenderedDigest, **envelope: Unpack[Envelope]) -> bytes:
    """Return the mail to one person, who is greeted by the name in `recipient`, for the outbox.

    Raises:
        ValueError: A header value contains a line break.
    """
    text, html = _personal(envelope)
    head = mime.headers(rendered.encoded)
    _add_headers(head, rendered, envelope)
    return mime.with_body(head, rendered.encoded, text=text, html=html)


def _personal(envelope: Envelope) -> tuple[Marks, Marks]:
    told = (
        envelope["recipient"].display_name,
        envelope.get("unsubscribe_url"),
        envelope.get("view_url"),
        envelope.get("note", ""),
    )
    return personal.text_parts(*told), personal.html_parts(*told)


def _add_headers(message: EmailMessage, rendered: RenderedDigest, envelope: Envelope) -> None:
    message["From"] = envelope["sender"]
    message["To"] = envelope["recipient"]
    message["Subject"] = rendered.subject
    message["Date"] = envelope["date"]
    message["Message-ID"] = envelope["message_id"]
    for relay in ("Resend", "X-EE"):  # they drop what they have had, should it come once more
        message[f"{relay}-Idempotency-Key"] = envelope["message_id"].strip("<>")
    mime.add_list_headers(
        message,
        envelope.get("unsubscribe_url"),
        envelope.get("list_id"),
        one_click=envelope.get("one_click", True),
        mailto=envelope.get("unsubscribe_mailto"),
    )


def standalone_html(rendered: RenderedDigest, prefix: str = "") -> str:
    """Return the HTML for a browser, with its pictures as files `{prefix}NAME.png`."""
    page = rendered.html
    for image in rendered.images:
        page = page.replace(f"cid:{image.cid}", f"{prefix}{image.name}.png")
    return page


def self_contained_html(rendered: RenderedDigest) -> str:
    """Return the HTML for a browser, with its pictures within: it asks for no other file."""
    page = rendered.html
    for image in rendered.images:
        within = f"data:image/png;base64,{b64encode(image.png).decode('ascii')}"
        page = page.replace(f"cid:{image.cid}", within)
    return page


def _unbroken(text: str) -> str:
    # A percent sign or a `<` alone on a line reads as a slip.
    return text.replace(" %", "\u00a0%").replace("< ", "<\u00a0").replace("> ", ">\u00a0")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["joined"] = _unbroken
    environment.filters["wrapped"] = plain.wrapped
    environment.filters["pad"] = plain.pad
    environment.filters["aligned"] = plain.aligned
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    # Our own style sheet only: a report never makes the server fetch an address.
    return css_inline.CSSInliner(keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)
