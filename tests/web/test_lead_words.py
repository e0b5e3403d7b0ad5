from __future__ import annotations

import pytest

from smarketing.domain.acts import STAMPS, pause_detail
from smarketing.services.leads.timeline import Entry
from smarketing.web.lead_words import happened, said_by
from tests.builders import at

NOW = at("2026-11-16 10:00")


def entry(kind: str, detail: str | None = None, **told: str | None) -> Entry:
    missing = {"by": None, "given": None, "source": "crm", "label": None}
    return Entry(kind, detail, NOW, None, **(missing | told))


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("attempted", None, "First attempt"),
        ("attempted", "call", "Called"),
        ("connected", "meeting", "Met"),
        ("connected", "pigeon", "Reached"),
        ("rejected", "wrong_tier", "Rejected: Wrong tier"),
        ("rejected", None, "Rejected: no reason told"),
        ("closed", "won", "Closed: Won"),
        ("closed", None, "Closed: no outcome told"),
        ("touched", "note", "Note (no attempt of ours)"),
        ("touched", None, "Activity (no attempt of ours)"),
        ("owner", "Otto {O.}", "The CRM names another owner: Otto {O.}"),
        ("owner", None, "The CRM names another owner: nobody"),
        ("assigned", "99", "Given to somebody else"),
        (
            "paused", pause_detail(int(at("2026-11-17 08:00").timestamp()), "other"),
            "Paused until tomorrow, 08:00: Another reason",
        ),
    ],
)  # fmt: skip
def test_what_happened_is_said_in_words(kind: str, detail: str | None, words: str):
    assert happened(entry(kind, detail), "UTC", NOW) == words


@pytest.mark.parametrize("kind", STAMPS.values())
def test_every_stamp_has_words_of_its_own(kind: str):
    assert "{" not in happened(entry(kind), "UTC", NOW)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"by": "Hetty", "source": "portal"}, "Hetty, in the portal"),
        ({"label": "leads.csv"}, "crm, leads.csv"),
        ({"source": "by hand", "label": "entered by Ada"}, "by hand, entered by Ada"),
        ({"source": ""}, ""),
    ],
)
def test_who_said_so_is_told_as_far_as_it_is_known(told: dict[str, str], words: str):
    assert said_by(entry("created", **told)) == words
