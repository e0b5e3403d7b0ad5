from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from smarketing.domain.claims import SAYABLE, Claim, ClaimAct, ClaimState, ClaimWord, words_of

MONTH = Claim(
    datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC), timedelta(days=10)
)


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(act: ClaimAct, at: str, remedy: str = "credit") -> ClaimWord:
    return ClaimWord(
        "test", "2026-03", remedy, act, Decimal(5), "EUR", "", "sales", "s@example.com", on(at)
    )


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-03-31 23:59:59", ClaimState.NOT_YET),
        ("2026-04-01", ClaimState.OPEN),
        ("2026-04-30 23:59:59", ClaimState.OPEN),
        ("2026-05-01", ClaimState.LAPSED),
    ],
)
def test_it_may_be_claimed_from_the_end_of_the_month_for_so_many_days(
    now: str, state: ClaimState
) -> None:
    assert MONTH.state(on(now)) is state


def test_a_claim_that_nobody_disputes_in_time_is_accepted() -> None:
    claim = replace(MONTH, words=(said(ClaimAct.CLAIMED, "2026-04-20"),))
    assert claim.state(on("2026-04-29 23:59:59")) is ClaimState.CLAIMED
    assert claim.state(on("2026-04-30")) is ClaimState.ACCEPTED
    assert SAYABLE[claim.state(on("2026-04-30"))] == (ClaimAct.SETTLED,)


def test_a_claim_stands_also_after_the_window_to_make_it() -> None:
    claim = replace(
        MONTH,
        words=(said(ClaimAct.CLAIMED, "2026-04-29"), said(ClaimAct.DISPUTED, "2026-05-02")),
    )
    assert claim.state(on("2026-08-01")) is ClaimState.DISPUTED
    assert SAYABLE[claim.state(on("2026-08-01"))] == (ClaimAct.ACCEPTED,)


def test_what_is_settled_is_over() -> None:
    words = [said(act, "2026-04-20") for act in (ClaimAct.CLAIMED, ClaimAct.ACCEPTED)]
    claim = replace(MONTH, words=(*words, said(ClaimAct.SETTLED, "2026-04-21")))
    assert claim.state(on("2026-04-22")) is ClaimState.SETTLED
    assert SAYABLE[claim.state(on("2026-04-22"))] == ()


def test_words_belong_to_their_month_and_their_remedy() -> None:
    words = (said(ClaimAct.CLAIMED, "2026-04-20"), said(ClaimAct.CLAIMED, "2026-04-20", "other"))
    assert words_of(words, "2026-03", "credit") == words[:1]
    assert words_of(words, "2026-04", "credit") == ()
