from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.claims import ClaimAct, ClaimState
from smarketing.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from smarketing.services.breaches.months import record_months
from smarketing.services.people.people import Person, Role
from smarketing.services.statements import claims
from smarketing.services.statements.accounts import Sources
from smarketing.services.statements.answer import answer, steps
from smarketing.services.statements.readers import may_see, parties_for, party_asked
from smarketing.services.statements.statement import Owed, Statement, statements
from smarketing.services.statements.words import verdict_words
from smarketing.store.breaches import BreachDesk
from smarketing.store.facts import FactsNow
from smarketing.store.levels import LevelDesk
from smarketing.store.statements import StatementDesk
from tests.builders import Company, at
from tests.services.agreements.remedied import CREDIT, FEE, MAKE_GOOD, RELIEF, SUPPLIED

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

APRIL = at("2026-04-08 09:00")
HEAD = "id,created,acknowledged,attempted,accepted,rejected,reason,title,employees\n"
HIGHER = CREDIT.replace("remedies.rejected", "remedies.higher").replace("40 %", "80 %")


def person(role: Role, email: str = "sally@example.com", provider: str | None = None) -> Person:
    return Person(1, email, "Somebody", role, provider, "", alerts=True, active=True)


SALLY = person(Role.SALES_MANAGER)
SUE = person(Role.SUPPLIER, "sue@example.com", "Fair Ltd")
ADA = person(Role.ADMINISTRATOR, "ada@example.com")


def leads(accepted: int, rejected: int, *, late: bool = False, month: str = "2026-03") -> str:
    """Leads of the second, acknowledged within the hour or two hours later."""
    answered = f"{month}-02 {'12:00' if late else '10:30'}"
    kept = [f"{month}a{n},{month}-02 10:00,{answered},,,,,CEO,900\n" for n in range(accepted)]
    gone = [
        f"{month}r{n},{month}-02 10:00,{answered},,,{month}-03 10:00,duplicate,CEO,900\n"
        for n in range(rejected)
    ]
    return HEAD + "".join(kept + gone)


@pytest.fixture
def company(engine: Engine, tmp_path: Path) -> Company:
    return Company(engine, tmp_path)


def take(company: Company, text: str, now: datetime) -> None:
    """Take leads in, and one more that tells that their file is complete up to now."""
    company.take("leads", f"{text}x,{now:%Y-%m-%d %H:%M},,,,,,Intern,20\n", now)


def sources(company: Company) -> Sources:
    return Sources(
        LevelDesk(company.engine), FactsNow(company.engine), StatementDesk(company.engine)
    )


def statement(
    company: Company, party: str = "sales", period: str = "2026-03", now: datetime = APRIL
) -> Statement:
    company.watch(now)
    (found,) = statements(sources(company), company.book, party, period, now)
    return found


def owed(found: Statement, remedy: str) -> Owed:
    (one,) = [
        o for line in found.to_it for o in line.owed if o.entitlement.remedy.name == remedy
    ]  # fmt: skip
    return one


def told(found: Statement, remedy: str) -> dict[str, str]:
    return {step.asked: step.told for step in steps(owed(found, remedy), found.now)}


def say(
    company: Company, act: ClaimAct, who: Person, now: datetime = APRIL, *,
    words: str = "", remedy: str = "rejected", month: str = "2026-03",
) -> None:  # fmt: skip
    said = claims.Said("test", month, remedy, act, who, now, words)
    claims.say(StatementDesk(company.engine), sources(company), company.book, said)


def test_a_credit_follows_from_the_level_and_its_band(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(7, 3), APRIL)
    found = statement(company)
    # 70 %: half of 100,000 x 10 % x 50 % x 40 %.
    assert owed(found, "rejected").entitlement.owed == 1_000
    assert (
        "50 % of 100,000 EUR x 10 % x 50 % x 40 % = 2,000 EUR is 1,000 EUR"
        in (told(found, "rejected")["What follows?"])
    )
    assert answer(found) == (
        "Is the promised level met? No: “Leads” and “Accepted” are not. Is Sales entitled to "
        "anything? Yes: 1,000 EUR from Fair Ltd for “Credit for rejected leads” (to be claimed "
        "by the end of 30 April 2026)."
    )


def test_a_level_at_the_edge_of_a_band_belongs_to_the_band_above(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(6, 4), APRIL)
    assert owed(statement(company), "rejected").entitlement.owed == 1_000


def test_a_promise_that_is_kept_gives_nothing(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(8, 2), APRIL)
    found = statement(company)
    assert owed(found, "rejected").entitlement.owed == 0
    assert answer(found).endswith("Is Sales entitled to anything? No.")


def test_a_month_that_goes_on_owes_nothing_yet(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(5, 5), at("2026-03-20 09:00"))
    found = statement(company, now=at("2026-03-20 09:00"))
    assert owed(found, "rejected").entitlement.state is ClaimState.NOT_YET
    assert answer(found).endswith(
        "Not before the month is over; so far it would be 2,000 EUR."
    )  # fmt: skip
    with pytest.raises(ConflictError, match="when the month is over"):
        say(company, ClaimAct.CLAIMED, SALLY, at("2026-03-20 09:00"))


def test_one_incident_gives_one_credit_of_the_beneficiarys_choice(company: Company):
    text = CREDIT.replace("pool =", 'incident = "rejection"\npool =')
    other = HIGHER.replace("pool =", 'incident = "rejection"\npool =')
    company.sign(SUPPLIED + FEE + text + other)
    take(company, leads(5, 5), APRIL)
    found = statement(company)
    assert (owed(found, "rejected").entitlement.owed, owed(found, "higher").entitlement.owed) == (
        0, 4_000,
    )  # fmt: skip
    say(company, ClaimAct.CLAIMED, SALLY)
    found = statement(company)
    assert (owed(found, "rejected").entitlement.owed, owed(found, "higher").entitlement.owed) == (
        2_000, 0,
    )  # fmt: skip
    with pytest.raises(ConflictError, match="only one is given"):
        say(company, ClaimAct.CLAIMED, SALLY, remedy="higher")


def test_the_credits_of_a_month_are_never_more_than_what_is_at_risk(company: Company):
    one = CREDIT.replace('pool = "50 %"\nallocation = "40 %"', 'allocation = "70 %"')
    company.sign(SUPPLIED + FEE + one + one.replace("remedies.rejected", "remedies.more"))
    take(company, leads(5, 5), APRIL)
    found = statement(company)
    assert owed(found, "rejected").entitlement.owed == 7_000
    more = owed(found, "more").entitlement
    assert (more.computed.amount, more.owed) == (7_000, 3_000)
    assert told(found, "more")["Capped?"] == "Limited by what is at risk in a month."


def judge(company: Company, now: datetime) -> None:
    facts = FactsNow(company.engine)
    record_months(BreachDesk(company.engine), LevelDesk(company.engine), facts, company.book, now)


@pytest.mark.parametrize(
    ("told_at", "until"),
    [("2026-04-01 09:00", "2026-05-02"), ("2026-06-10 15:00", "2026-07-11")],
    ids=["the day after its month", "in June"],
)
def test_the_window_to_claim_begins_when_the_breach_is_known(
    company: Company, told_at: str, until: str
):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(5, 5), at(told_at))
    judge(company, at(told_at))
    claim = owed(statement(company, now=at(told_at)), "rejected").entitlement.claim
    assert (claim.opens_at, claim.until) == (at("2026-04-01 00:00"), at(f"{until} 00:00"))
    judge(company, at("2026-08-01 09:00"))  # recorded once, it does not move
    again = owed(statement(company, now=at("2026-08-01 09:00")), "rejected").entitlement
    assert again.claim.until == claim.until
    assert again.state is ClaimState.LAPSED


def test_a_breach_that_was_withdrawn_and_comes_back_may_be_claimed_anew(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(5, 5), APRIL)
    judge(company, APRIL)
    good = "".join(f"g{n},2026-03-02 10:00,,,,,,CEO,900\n" for n in range(40))
    take(company, HEAD + good, at("2026-04-09 09:00"))
    judge(company, at("2026-04-09 09:00"))
    assert owed(statement(company, now=at("2026-04-09 09:00")), "rejected").entitlement.owed == 0
    bad = "".join(
        f"b{n},2026-03-02 10:00,,,,2026-03-03 10:00,duplicate,CEO,900\n" for n in range(60)
    )
    take(company, HEAD + bad, at("2026-08-03 09:00"))
    judge(company, at("2026-08-03 09:00"))
    one = owed(statement(company, now=at("2026-08-03 09:00")), "rejected").entitlement
    assert (one.state, one.claim.until) == (ClaimState.OPEN, at("2026-09-03 00:00"))


def test_the_cap_of_a_year_is_used_up_by_earlier_months_unless_they_lapsed(company: Company):
    fee = FEE.replace('"30000"', '"2500"')
    company.sign(SUPPLIED + fee + CREDIT)
    take(company, leads(5, 5, month="2026-02") + leads(5, 5)[len(HEAD) :], APRIL)
    say(company, ClaimAct.CLAIMED, SALLY, at("2026-03-05 09:00"), month="2026-02")
    found = statement(company)
    assert owed(found, "rejected").entitlement.owed == 500
    with company.engine.begin() as connection:
        connection.execute(text("DELETE FROM claim_word"))
    assert owed(statement(company), "rejected").entitlement.owed == 2_000


def test_what_is_not_more_than_the_minimum_is_not_owed(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT.replace('minimum = "1"', 'minimum = "1000"'))
    take(company, leads(7, 3), APRIL)
    found = statement(company)
    assert owed(found, "rejected").entitlement.capped == 1_000
    assert owed(found, "rejected").entitlement.owed == 0
    assert told(found, "rejected")["Worth it?"] == "Owed is what is more than 1,000 EUR."


def test_a_make_good_is_counted_in_whole_leads_beyond_the_band(company: Company):
    company.sign(SUPPLIED + MAKE_GOOD)
    take(company, leads(13, 0), APRIL)
    one = owed(statement(company), "missing").entitlement
    # 21 promised, 13 delivered: 8 short, less a band of 2.1.
    assert (one.owed, one.unit) == (5, "leads")
    assert "8 leads short of 21 leads, less the band of 10 %: 5.90 leads" in one.computed.told


def test_leads_worked_late_leave_the_rate_of_acceptance(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT + RELIEF)
    take(company, leads(8, 2), APRIL)
    late = leads(1, 6, late=True).replace("2026-03a", "la").replace("2026-03r", "lr")
    take(company, late, APRIL)
    found = statement(company)
    one = owed(found, "rejected").entitlement
    assert (one.judged.level.numerator, one.judged.level.denominator) == (9, 17)
    assert (one.judged.judged.numerator, one.judged.judged.denominator) == (8, 10)
    assert one.owed == 0
    assert (
        "7 leads were worked late by the other side (1 accepted, 6 rejected"
        in (told(found, "rejected")["What does not count?"])
    )


def test_a_credit_is_earned_back_by_the_months_right_after(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    text = leads(5, 5) + leads(9, 1, month="2026-04")[len(HEAD) :]
    take(company, text + leads(9, 1, month="2026-05")[len(HEAD) :], at("2026-06-08 09:00"))
    say(company, ClaimAct.CLAIMED, SALLY)
    assert owed(statement(company, now=at("2026-05-20 09:00")), "rejected").earned_back == 0
    assert owed(statement(company, now=at("2026-06-08 09:00")), "rejected").earned_back == 1_000


def test_failing_twice_in_three_months_is_chronic(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(5, 5, month="2026-01"), APRIL)
    assert not owed(statement(company), "rejected").is_chronic
    take(company, leads(5, 5), APRIL)
    assert owed(statement(company), "rejected").is_chronic


def test_a_claim_goes_from_the_one_side_to_the_other_until_it_is_settled(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(5, 5), APRIL)
    with pytest.raises(ForbiddenError, match="for Sales to say"):
        say(company, ClaimAct.CLAIMED, SUE)
    say(company, ClaimAct.CLAIMED, SALLY)
    with pytest.raises(InvalidError, match="Say why"):
        say(company, ClaimAct.DISPUTED, SUE)
    say(company, ClaimAct.DISPUTED, SUE, words="These were no duplicates.")
    assert "claimed and disputed" in answer(statement(company))
    assert told(statement(company), "rejected")["Accepted?"].endswith(
        "It stays disputed until Fair Ltd accepts it; Sales cannot claim it again."
    )
    with pytest.raises(ConflictError, match="It is disputed"):
        say(company, ClaimAct.CLAIMED, SALLY)
    say(company, ClaimAct.ACCEPTED, SUE)
    say(company, ClaimAct.SETTLED, ADA)
    found = statement(company)
    assert owed(found, "rejected").entitlement.state is ClaimState.SETTLED
    assert "These were no duplicates." in told(found, "rejected")["Accepted?"]
    assert [word.amount for word in owed(found, "rejected").entitlement.claim.words] == [2_000] * 4


def test_a_claim_of_leads_is_told_in_whole_ones(company: Company):
    company.sign(SUPPLIED + MAKE_GOOD)
    take(company, leads(13, 0), APRIL)
    say(company, ClaimAct.CLAIMED, SALLY, remedy="missing")
    assert told(statement(company), "missing")["Claimed?"].startswith("5 leads on 8 April 2026")


def test_a_statement_of_several_months_says_which_month_each_sum_is_of(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(5, 5, month="2026-02") + leads(5, 5).removeprefix(HEAD), APRIL)
    said = answer(statement(company, period="2026-Q1", now=at("2026-05-02 09:00")))
    assert said.endswith(
        "No: nobody claimed 2,000 EUR for February 2026 and 2,000 EUR for March 2026 in time."
    )


def test_months_before_any_lead_owe_nothing_and_are_not_judged(company: Company):
    company.sign(SUPPLIED + MAKE_GOOD)
    take(company, leads(13, 0), APRIL)
    before = statement(company, period="2026-02")
    assert owed(before, "missing").entitlement.owed == 0
    assert "entitled to anything? No." in answer(before)


def test_a_claim_that_comes_too_late_is_refused(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(5, 5), APRIL)
    late = at("2026-05-01 00:00")
    with pytest.raises(ConflictError, match="had to be claimed by 2026-04-30"):
        say(company, ClaimAct.CLAIMED, SALLY, late)
    assert answer(statement(company, now=late)).endswith("No: nobody claimed 2,000 EUR in time.")


def test_what_is_not_owed_cannot_be_claimed(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(9, 1), APRIL)
    with pytest.raises(ConflictError, match="Nothing is owed"):
        say(company, ClaimAct.CLAIMED, SALLY)


def test_an_excused_month_gives_nothing(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT + MAKE_GOOD)
    take(company, leads(5, 5), APRIL)
    company.watch(APRIL)
    with company.engine.begin() as connection:
        for number, occasion in ((2, "2026-03"), (1, "2026-03/enterprise/decision_maker")):
            values = {"n": number, "o": occasion}
            connection.execute(text(
                "INSERT INTO breach (commitment_id, lead_id, cycle, occasion, nth, record, kind, "
                "reason, month, at, recorded_at, late_s, wall_s, quantity) VALUES "
                "(:n, 0, 0, :o, 99, 'recorded', 'missing', 'below_target', '2026-03', 0, 0, 0, 0, "
                "0)"), values)  # fmt: skip
            connection.execute(text(
                "INSERT INTO breach_word (commitment_id, lead_id, cycle, occasion, act, clause, "
                "text, party, \"by\", at) VALUES (:n, 0, 0, :o, 'waived', '', '', 'sales', '', 0)"
                ), values)  # fmt: skip
    found = statement(company)
    assert owed(found, "rejected").entitlement.owed == 0
    assert owed(found, "missing").entitlement.owed == 0
    judged = owed(found, "rejected").entitlement.judged
    assert judged.breaches.excused == 1
    assert verdict_words(judged.judged) == "Excused"


def test_a_quarter_is_its_months_and_leaves_out_those_to_come(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(5, 5), APRIL)
    found = statement(company, period="2026-Q2")
    assert [f"{month.month:%Y-%m}" for month in found.months] == ["2026-04"]
    assert statement(company, period="2026-Q1").months[2].to_it[0].judged.level.numerator == 5
    assert answer(statement(company, period="2027")) == (
        "2027 has not begun: nothing is due to Sales yet."
    )


def test_a_party_that_there_is_not_is_named_with_those_that_there_are(company: Company):
    company.sign(SUPPLIED)
    with pytest.raises(NotFoundError, match="there are: marketing, agency, sales"):
        statement(company, "agancy")


def test_what_a_party_owes_stands_beside_what_it_is_owed(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(5, 5), APRIL)
    found = statement(company, "agency")
    assert [line.judged.level.commitment.name for line in found.to_it] == ["acknowledge"]
    assert [line.judged.level.commitment.name for line in found.by_it] == ["accepted"]
    (one,) = found.by_it[0].owed
    assert (one.entitlement.owed, one.entitlement.to.name) == (Fraction(2_000), "sales")


def test_a_supplier_reads_its_own_statement_alone(company: Company):
    company.sign(SUPPLIED)
    parties = company.book.versions[0].agreement.parties
    assert may_see(SUE, parties["agency"])
    assert not may_see(SUE, parties["sales"])
    assert may_see(SALLY, parties["agency"])


def test_everybody_is_shown_their_own_statement_first(company: Company):
    company.sign(SUPPLIED)
    names = {
        who.role: [party.name for party in parties_for(who, company.book)]
        for who in (SALLY, SUE, ADA)
    }
    assert names == {
        Role.SALES_MANAGER: ["sales", "marketing", "agency"],
        Role.SUPPLIER: ["agency"],
        Role.ADMINISTRATOR: ["marketing", "agency", "sales"],
    }
    with pytest.raises(NotFoundError, match="there are: agency"):
        party_asked("sales", SUE, company.book)


def test_the_cap_of_a_year_ends_a_make_good(company: Company):
    capped = MAKE_GOOD + "cap_year = 12\n"
    company.sign(SUPPLIED + capped)
    take(company, leads(13, 0, month="2026-02"), at("2026-03-01 09:00"))
    take(company, leads(13, 0), APRIL)
    say(company, ClaimAct.CLAIMED, SALLY, at("2026-03-20 09:00"), remedy="missing", month="2026-02")
    # February: 5, claimed. March: the rest of twelve is enough.
    assert owed(statement(company), "missing").entitlement.owed == 5
    take(company, leads(1, 0, month="2026-04"), at("2026-05-06 09:00"))
    found = statement(company, period="2026-04", now=at("2026-05-06 09:00"))
    assert owed(found, "missing").entitlement.owed == 7
    assert told(found, "missing")["Capped?"] == "Limited by the cap of a year."


def test_to_earn_back_by_exceeding_it_is_not_enough_to_meet_the_promise(company: Company):
    exceeding = CREDIT.replace("after_months = 2", "after_months = 1, exceeded = true")
    company.sign(SUPPLIED + FEE + exceeding)
    june = at("2026-06-08 09:00")
    take(company, leads(5, 5) + leads(8, 2, month="2026-04")[len(HEAD) :], june)
    say(company, ClaimAct.CLAIMED, SALLY)
    assert owed(statement(company, now=june), "rejected").earned_back == 0
    take(company, leads(9, 2, month="2026-04"), june)
    assert owed(statement(company, now=june), "rejected").earned_back == 1_000


def test_a_claim_keeps_its_amount_when_a_later_import_changes_what_is_owed(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    take(company, leads(5, 5), APRIL)
    say(company, ClaimAct.CLAIMED, SALLY)
    take(company, leads(10, 5), APRIL)  # 67 %: half of the credit
    found = statement(company)
    assert owed(found, "rejected").entitlement.owed == 1_000
    assert told(found, "rejected")["Claimed?"].startswith("2,000 EUR on 8 April 2026")


def test_a_recycled_lead_that_was_worked_late_counts_as_delivered(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT + RELIEF)
    take(company, leads(4, 1, late=True), APRIL)
    with company.engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO lead_event (lead_id, nth, kind, occurred_at, ref, recorded_at) "
            "SELECT id, 90, 'recycled', 0, 'act:1', 0 FROM lead WHERE source_key = '2026-03a0'"
        ))  # fmt: skip
    found = statement(company)
    relief = owed(found, "rejected").entitlement.judged.relief
    assert relief is not None
    assert (relief.leads, relief.accepted, relief.rejected, relief.recycled) == (5, 4, 1, 1)
    assert "1 recycled, delivered all the same" in told(found, "rejected")["What does not count?"]


def test_two_versions_in_a_month_are_claimed_together(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    second = SUPPLIED.replace("starts_on = 2026-01-01", "starts_on = 2026-03-16")
    company.sign(second + FEE + CREDIT)
    later = leads(7, 3).replace("03-02", "03-17").replace("03-03", "03-18")
    renamed = later[len(HEAD) :].replace("2026-03a", "la").replace("2026-03r", "lr")
    take(company, leads(5, 5) + renamed, APRIL)
    found = statement(company)
    parts = parts_of(found)
    assert [(o.entitlement.judged.level.starts_on.day, o.entitlement.owed) for o in parts] == [
        (16, Fraction(16_000, 31)),
        (1, Fraction(30_000, 31)),
    ]  # fmt: skip  (each of its part of the month's invoice)
    say(company, ClaimAct.CLAIMED, SALLY)
    words = [o.entitlement.claim.claimed for o in parts_of(statement(company))]
    assert [word.amount for word in words if word] == [Decimal("1483.87")] * 2


def parts_of(found: Statement) -> list[Owed]:
    return [o for line in found.to_it for o in line.owed]
