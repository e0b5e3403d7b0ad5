"""The parts of a mail that differ from person to person: the greeting and the way out.

With the greeting go a link to the mail as a page, and a note as that it comes late.

A report is rendered once for an audience with marks in these two places; filling them is a
replacement of text, hundreds of times as fast as rendering again. No text of a digest can
contain a mark: a mark ends with a line break, and what is shown of a digest is one line.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from reports.numbers import clean

_HTML_GREETING = Markup("<!--personal:greeting-->\n")
_HTML_PREFERENCES = Markup("<!--personal:preferences-->\n")
_TEXT_GREETING = "\x1fgreeting\x1f\n"
_TEXT_PREFERENCES = "\x1fpreferences\x1f\n"

# The same as the classes in style.html.j2: these parts come after the inlining.
_P_GREETING = (
    '<p class="greeting" style="margin: 14px 0 0; font: 16px/1.5 Arial, Helvetica, sans-serif; '
    'color: #1a1a1a">{}</p>\n'
)
# A colour of the text that dark mode knows: `greeting` and `quiet` are in its rules.
_P_NOTE = (
    '<p class="greeting" style="margin: 14px 0 0; padding-left: 10px; border-left: 3px solid '
    '#d55e00; font: 16px/1.5 Arial, Helvetica, sans-serif; color: #1a1a1a">{}</p>\n'
)
_P_VIEW = (
    '<p class="quiet" style="margin: 2px 0 0; font: 13px/1.45 Arial, Helvetica, sans-serif; '
    'color: #5a5a5a"><a class="link" style="color: #005a8c; text-decoration: underline" '
    'href="{}">View in browser</a></p>\n'
)
_P_PREFERENCES = (
    '<p class="quiet" style="margin: 12px 0 0; font: 13px/1.45 Arial, Helvetica, sans-serif; '
    'color: #5a5a5a"><a class="link" style="color: #005a8c; text-decoration: underline" '
    'href="{}">Stop or change these mails</a></p>\n'
)


@dataclass(frozen=True)
class Marks:
    """Where the personal parts go: a whole line each, with its line break."""

    greeting: str
    preferences: str


HTML_MARKS = Marks(_HTML_GREETING, _HTML_PREFERENCES)
TEXT_MARKS = Marks(_TEXT_GREETING, _TEXT_PREFERENCES)


def greeting(name: str) -> str:
    """Return `Hello Anna Berzina,`, or `Hello,` without a name."""
    return f"Hello {clean(name)},".replace(" ,", ",")


def html_parts(
    name: str, unsubscribe_url: str | None, view_url: str | None = None, note: str = ""
) -> Marks:
    """Return what replaces the marks of the HTML part."""
    view = _P_VIEW.format(escape(view_url)) if view_url else ""
    said = _P_NOTE.format(escape(note)) if note else ""
    way_out = _P_PREFERENCES.format(escape(unsubscribe_url)) if unsubscribe_url else ""
    return Marks(f"{view}{said}{_P_GREETING.format(escape(greeting(name)))}", way_out)


def text_parts(
    name: str, unsubscribe_url: str | None, view_url: str | None = None, note: str = ""
) -> Marks:
    """Return what replaces the marks of the text part."""
    view = f"View in browser:\n{view_url}\n\n" if view_url else ""
    said = f"{note}\n\n" if note else ""
    way_out = f"\nStop or change these mails:\n{unsubscribe_url}\n" if unsubscribe_url else ""
    return Marks(f"{view}{said}{greeting(name)}\n\n", way_out)


NOBODY = Marks("", "")
"""For a file or a preview: addressed to nobody in particular."""


def fill(text: str, marks: Marks, parts: Marks) -> str:
    """Return `text` with its marks replaced."""
    filled = text.replace(marks.greeting, parts.greeting)
    return filled.replace(marks.preferences, parts.preferences)
