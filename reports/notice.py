"""A message to a room of a chat, before it takes the form of one chat: short, and it links.

Text is plain. Names of leads come from forms that anybody may fill in: each chat's form keeps them
from becoming a link, a mention or a format of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

LINES = 10
"""Lines that a message shows; it counts the others."""

OPEN = "Open"
"""What is pressed on after a line that has no name."""


@dataclass(frozen=True)
class Fact:
    """One value with what it is; `note` says in a few words how to take it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Line:
    """One thing of several.

    Attributes:
        url: Where it is shown; empty: nowhere.
        name: What the text begins with, to be pressed on; empty: a word after the text is.
    """

    text: str
    url: str = ""
    name: str = ""


@dataclass(frozen=True)
class Notice:
    """What one message tells.

    Attributes:
        title: The point, in one line.
        text: The same in a sentence or two.
        link: What the page is called that tells more; url: where it is.
        footer: Why this comes, and in which zone times are.
        facts: At most ten.
        lines: At most LINES; `more` counts what is left out.
    """

    title: str
    text: str
    link: str
    url: str
    footer: str
    facts: tuple[Fact, ...] = ()
    lines: tuple[Line, ...] = ()
    more: int = 0
