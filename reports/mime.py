"""The MIME structure of a report: text, or HTML with its pictures.

`multipart/alternative( text/plain, multipart/related( text/html, image/png … ) )`. Parts are
encoded once a report; the personal lines are encoded by themselves and put in, which works
because quoted-printable leaves whole lines whole. Boundaries come from a hash.
"""

from __future__ import annotations

from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from reports import personal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.policy import Policy

    from reports.personal import Marks
    from reports.pictures import ChartImage


class UrlHeader(UnstructuredHeader, BaseHeader):
    """A header of URLs, which are never folded: the library would encode a long one."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        """Return the header on one line."""
        return f"{self.name}: {self}{policy.linesep}"


def _policy() -> Policy:
    registry = HeaderRegistry()
    registry.map_to_type("List-Unsubscribe", UrlHeader)
    return SMTP.clone(header_factory=registry)


_POLICY = _policy()


@dataclass(frozen=True)
class Encoded:
    """The parts of a report as they travel, with the marks of the personal lines.

    Attributes:
        images: Shared by all messages of the report: not to be altered.
        boundaries: Of the outer and the inner multipart; the same in all messages.
    """

    text: str
    html: str
    text_marks: Marks
    html_marks: Marks
    images: tuple[EmailMessage, ...]
    boundaries: tuple[str, str]

    @cached_property
    def body(self) -> bytes:
        """Return the parts as bytes, marks unfilled."""
        whole = _assembled(self, self.text, self.html).as_bytes()
        return whole.partition(b"\r\n\r\n")[2]


def encoded(text: str, html: str, images: Iterable[ChartImage]) -> Encoded:
    """Return the parts in their transfer encoding."""
    seed = sha256(f"{text}\0{html}".encode()).hexdigest()[:24]
    return Encoded(
        text=_quoted(text),
        html=_quoted(html),
        text_marks=_quoted_all(personal.TEXT_MARKS),
        html_marks=_quoted_all(personal.HTML_MARKS),
        images=tuple(map(_image, images)),
        # "=_" stands neither in quoted-printable nor in base64.
        boundaries=(f"=_alternative_{seed}", f"=_related_{seed}"),
    )


def headers(parts: Encoded) -> EmailMessage:
    """Return a mail that has the MIME headers of a report and no content."""
    empty = EmailMessage(policy=_POLICY)
    empty["MIME-Version"] = "1.0"
    empty["Content-Type"] = f'multipart/alternative; boundary="{parts.boundaries[0]}"'
    return empty


def with_body(head: EmailMessage, parts: Encoded, *, text: Marks, html: Marks) -> bytes:
    """Return the bytes of a mail: its headers and the parts, the personal lines filled in."""
    body = parts.body
    for marks, filled in ((parts.text_marks, text), (parts.html_marks, html)):
        quoted = _quoted_all(filled)
        body = body.replace(_wire(marks.greeting), _wire(quoted.greeting))
        body = body.replace(_wire(marks.preferences), _wire(quoted.preferences))
    lines = [head.policy.fold(name, value) for name, value in head.raw_items()]
    return "".join(lines).encode("ascii") + b"\r\n" + body


def _assembled(parts: Encoded, text: str, html: str) -> EmailMessage:
    whole = headers(parts)
    whole.attach(_text_part("plain", text))
    whole.attach(_with_images(parts, html))
    return whole


def _with_images(parts: Encoded, html: str) -> EmailMessage:
    page = _text_part("html", html)
    if not parts.images:
        return page
    related = EmailMessage(policy=_POLICY)
    related.make_related(boundary=parts.boundaries[1])
    for part in (page, *parts.images):
        related.attach(part)
    return related


def _wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("ascii")


def add_list_headers(
    message: EmailMessage,
    unsubscribe_url: str | None,
    list_id: str | None,
    *,
    one_click: bool,
    mailto: str | None = None,
) -> None:
    """Add the headers that tell machines what kind of mail this is.

    Args:
        message: The mail.
        unsubscribe_url: Where the reader stops such mails; None: nowhere.
        list_id: Without brackets; None: none.
        one_click: Whether a POST to that address does it (RFC 8058), or a person on its page.
        mailto: An address that takes such wishes by mail; None: none.
    """
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if list_id is not None:
        message["List-Id"] = f"<{list_id}>"
    if unsubscribe_url is not None:
        by_mail = f", <mailto:{mailto}?subject=unsubscribe>" if mailto else ""
        message["List-Unsubscribe"] = f"<{unsubscribe_url}>{by_mail}"
        if one_click:
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _text_part(subtype: str, quoted: str) -> EmailMessage:
    part = EmailMessage(policy=_POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(quoted)
    return part


def _image(image: ChartImage) -> EmailMessage:
    part = EmailMessage(policy=_POLICY)
    part["Content-Type"] = f'image/png; name="{image.name}.png"'
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-ID"] = f"<{image.cid}>"
    part["Content-Disposition"] = f'inline; filename="{image.name}.png"'
    part.set_payload(encodebytes(image.png).decode("ascii"))
    return part


def _quoted(text: str) -> str:
    return b2a_qp(text.encode(), istext=True).decode("ascii")


def _quoted_all(parts: Marks) -> Marks:
    return personal.Marks(_quoted(parts.greeting), _quoted(parts.preferences))
