from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.domain.errors import ConflictError, NotFoundError
from smarketing.services.conclusions.holding import hold_again
from smarketing.services.intake.undo import undo_import
from smarketing.store.undo import UndoDesk
from tests.builders import Company, at
from tests.services.stored import CONTENT, COUNTING, LATER, SOURCES, state

if TYPE_CHECKING:
    from smarketing.services.intake.undo import UndoReport

LEADS = "id,created,handed,acknowledged,attempted,rejected,reason,title,employees,owner,updated\n"
ACTIVITIES = "id,lead,kind,direction,at,result\n"
DEALS = "id,lead,outcome,amount,currency,closed\n"
FIRST, SECOND, THIRD = (at(f"2026-05-0{n} 09:00") for n in (4, 5, 6))


def lead(key: str, day: int, owner: str = "Ann", ack: str = "", title: str = "CEO", **more: str):
    created = f"2026-04-{day:02} 10:00"
    rejected = more.get("rejected", "")
    reason = "wrong_tier" if rejected else ""
    handed = more.get("handed", created)
    return (
        f"{key},{created},{handed},{ack},,{rejected},{reason},{title},900,{owner},"
        f"{more.get('updated', '')}\n"
    )


def undo(company: Company, import_id: int | None, **more: object) -> UndoReport:
    assert import_id is not None
    return undo_import(
        UndoDesk(company.engine), company.book, import_id, now=seconds(THIRD), **more
    )


A = {
    "leads": LEADS + lead("a", 20, ack="2026-04-20 10:30") + lead("b", 21) + lead("c", 22),
    "activities": ACTIVITIES
    + "t1,a,call,outbound,2026-04-20 12:00,connected\nt2,x,mail,outbound,2026-04-24 09:00,\n",
    "deals": DEALS + "d1,b,open,100,EUR,\nd2,x,won,70,EUR,2026-04-29 09:00\n",
}
B = {
    "leads": LEADS
    + lead("a", 20, owner="Bob", handed="2026-04-23 10:00")
    + lead("b", 21, rejected="2026-04-21 12:00", ack="2026-04-21 11:00")
    + lead("x", 23, title="Intern")
    + lead("y", 30, ack="2026-04-30 16:30"),
    "activities": ACTIVITIES
    + "t1,b,call,outbound,2026-04-21 12:00,\nt2,c,meeting,,2026-04-24 10:00,\n"
    + "t3,c,call,outbound,2026-04-28 09:00,connected\nt4,z,call,,2026-04-28 09:00,\n",
    "deals": DEALS
    + "d1,a,won,200,USD,2026-04-28 09:00\nd2,b,lost,70,EUR,2026-04-29 09:00\n"
    + "d3,c,won,30,EUR,2026-04-20 09:00\nd4,z,won,30,EUR,2026-04-20 09:00\n",
}


def take_all(company: Company, files: dict[str, str]) -> None:
    company.sign()
    for kind, file in files.items():
        assert company.take(kind, file, FIRST).rejected == 0


@pytest.mark.parametrize("kind", list(B))
@pytest.mark.parametrize("first", [tuple(A), ("deals", "activities", "leads"), ("leads",), ()])
def test_after_undo_everything_is_as_it_was(company: Company, kind: str, first: tuple[str, ...]):
    take_all(company, {name: A[name] for name in first})
    before = state(company)
    report = company.take(kind, B[kind], SECOND)
    assert state(company) != before
    told = undo(company, report.import_id)
    assert (told.removed, told.restored) == (report.created, report.updated)
    assert (told.stayed, told.standing) == (0, ())
    after = state(company)
    if not first:  # the source itself stays, it has nothing
        del before[SOURCES], after[SOURCES]
    assert after == before


@pytest.mark.parametrize("kind", list(B))
def test_what_was_undone_can_be_imported_again_as_the_first_time(company: Company, kind: str):
    take_all(company, A)
    report = company.take(kind, B[kind], SECOND)
    as_first = content_without_imports(company)
    undo(company, report.import_id)
    again = company.take(kind, B[kind], THIRD)
    assert (again.created, again.updated) == (report.created, report.updated)
    assert content_without_imports(company) == as_first


def content_without_imports(company: Company) -> list[object]:
    """What is stored, but for what names an import or the instant of one."""
    state(company)
    queries = [
        sql.replace("import_id, recorded_at, ", "")
        .replace("activity.import_id, activity.recorded_at, ", "")
        .replace("deal.import_id, deal.recorded_at, ", "")
        .replace("back = 1", "back = 1 AND told.kind <> 'owner'")  # told at the import's instant
        for sql in (*CONTENT[:6], COUNTING)
    ]
    assert not any("import_id" in sql for sql in queries)
    with company.engine.connect() as connection:
        return [list(connection.execute(text(sql))) for sql in queries]


def test_imports_can_be_undone_one_after_the_other_down_to_nothing(company: Company):
    company.sign()
    nothing = state(company)
    done = [company.take(kind, A[kind], FIRST).import_id for kind in A]
    done += [company.take(kind, B[kind], SECOND).import_id for kind in B]
    for import_id in reversed(done):
        assert undo(company, import_id).stayed == 0
    left = state(company)
    assert [len(rows) for rows in (left.pop(SOURCES), nothing.pop(SOURCES))] == [1, 0]
    assert left == nothing


def test_what_a_later_import_changed_or_told_of_stays_and_is_listed(company: Company):
    company.sign()
    first = company.take("leads", A["leads"], FIRST)
    company.take("activities", A["activities"], SECOND)
    changing = company.take("leads", LEADS + lead("b", 21, owner="Bob"), SECOND)
    before = state(company)
    told = undo(company, first.import_id)
    assert (told.removed, told.restored, told.stayed) == (1, 0, 2)
    assert {one.key: one.why for one in told.standing} == {
        "a": "import 2 told more of it since",
        "b": f"import {changing.import_id} changed it since",
    }
    (leads, *_), (leads_before, *_) = state(company), before
    assert leads == [row for row in leads_before if row[0] in "ab"]


def test_what_a_person_acted_on_in_the_portal_stays(company: Company):
    company.sign()
    first = company.take("leads", A["leads"], FIRST)
    with company.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO lead_event (lead_id, nth, kind, occurred_at, ref, recorded_at, actor) "
                "SELECT id, 99, 'acknowledged', 1777500000, 'portal:1', 1777500000, 'rita' "
                "FROM lead WHERE source_key = 'b'"
            )
        )
    told = undo(company, first.import_id)
    assert (told.removed, told.stayed) == (2, 1)
    assert [(one.key, one.why) for one in told.standing] == [
        ("b", "somebody acted on it in the portal")
    ]


def test_a_row_changed_twice_goes_back_step_by_step(company: Company):
    company.sign()
    company.take("leads", LEADS + lead("a", 20, owner="Ann"), FIRST)
    second = company.take("leads", LEADS + lead("a", 20, owner="Bob"), SECOND)
    third = company.take("leads", LEADS + lead("a", 20, owner="Cem"), THIRD)
    told = undo(company, second.import_id)
    assert (told.restored, told.stayed) == (0, 1)
    assert owners(company) == ["Cem"]
    assert undo(company, third.import_id).restored == 1
    assert owners(company) == ["Bob"]


def test_a_file_that_tells_of_a_lead_twice_is_undone_as_a_whole(company: Company):
    company.sign()
    first = lead("a", 20, owner="Ann", updated="2026-04-20 11:00")
    second = lead("a", 20, owner="Bob", updated="2026-04-21 11:00")
    company.take("leads", LEADS + first, FIRST)
    before = state(company)
    third = lead("a", 20, owner="Cem", updated="2026-04-22 11:00")
    report = company.take("leads", LEADS + second + third, SECOND)
    assert (report.updated, report.replaced) == (2, 1)
    assert undo(company, report.import_id).restored == 1
    assert state(company) == before


def owners(company: Company) -> list[str]:
    with company.engine.connect() as connection:
        return list(connection.execute(text("SELECT owner FROM lead ORDER BY id")).scalars())


def test_who_holds_a_lead_is_again_who_held_it_before_the_import(company: Company):
    people(company, "Ann", "Bob", "Cem")
    company.sign()
    company.take("leads", LEADS + lead("a", 20, owner="Ann") + lead("b", 20, owner="Ann"), FIRST)
    assign(company, "a", 3, "2026-05-04 10:00")
    report = company.take(
        "leads", LEADS + lead("a", 20, owner="Bob") + lead("b", 20, owner="Bob"), SECOND
    )
    assert holders(company) == [2, 2]
    undo(company, report.import_id)
    assert holders(company) == [3, 1]


def test_who_was_given_a_lead_since_the_import_keeps_it(company: Company):
    people(company, "Ann", "Bob", "Cem")
    company.sign()
    company.take("leads", LEADS + lead("a", 20, owner="Ann"), FIRST)
    report = company.take("leads", LEADS + lead("a", 20, owner="Bob"), SECOND)
    assign(company, "a", 3, "2026-05-05 10:00")
    undo(company, report.import_id)
    assert (owners(company), holders(company)) == (["Ann"], [3])


def test_what_ladders_told_of_leads_that_go_is_forgotten_with_them(company: Company):
    company.sign()
    report = company.take("leads", LEADS + lead("a", 20), FIRST)
    with company.engine.begin() as connection:
        for into in (
            "INSERT INTO ladder_step (taken_at, did, lead_id, commitment_id, cycle, step)",
            "INSERT INTO ladder_told (owed_at, address, lead_id, commitment_id, cycle, step)",
        ):
            clocks = "SELECT 1, '{}', lead_id, commitment_id, cycle, 0 FROM clock"
            connection.execute(text(f"{into} {clocks}"))
    undo(company, report.import_id)
    with company.engine.connect() as connection:
        counts = (
            "SELECT (SELECT COUNT(*) FROM lead), (SELECT COUNT(*) FROM ladder_step), "
            "(SELECT COUNT(*) FROM ladder_told)"
        )
        assert tuple(connection.execute(text(counts)).one()) == (0, 0, 0)


def people(company: Company, *owners: str) -> None:
    with company.engine.begin() as connection:
        for number, name in enumerate(owners, 1):
            told = {"id": number, "name": name}
            connection.execute(
                text(
                    "INSERT INTO person (id, email, name, role, audience, alerts, password_hash, "
                    "active, created_at) VALUES (:id, :name, :name, 'rep', '', 0, '', 1, 0)"
                ),
                told,
            )
            connection.execute(
                text("INSERT INTO owner_name (name, person_id, tied_at) VALUES (:name, :id, 0)"),
                told,
            )


def assign(company: Company, key: str, person_id: int, when: str) -> None:
    with company.desk.ledger() as ledger:
        ids = ledger.lead_ids(1, pl.Series([key]))["lead_id"]
        event = {
            "lead_id": ids, "kind": "assigned", "occurred_at": seconds(at(when)),
            "ref": f"portal:1:{when}", "recorded_at": seconds(at(when)), "detail": str(person_id),
        }  # fmt: skip
        ledger.record_events(pl.DataFrame(event))
        hold_again(ledger, ids)


def holders(company: Company) -> list[int]:
    with company.engine.connect() as connection:
        sql = "SELECT holder_id FROM lead ORDER BY source_key"
        return list(connection.execute(text(sql)).scalars())


def test_a_dry_run_tells_and_changes_nothing(company: Company):
    take_all(company, A)
    report = company.take("leads", B["leads"], SECOND)
    before = state(company)
    told = undo(company, report.import_id, dry_run=True)
    assert (told.removed, told.restored) == (2, 2)
    assert state(company) == before
    assert undo(company, report.import_id) == told


def test_undoing_twice_or_nothing_is_one_sentence(company: Company):
    company.sign()
    report = company.take("leads", A["leads"], FIRST)
    undo(company, report.import_id, by="ada@example.com")
    with pytest.raises(ConflictError, match="undone already"):
        undo(company, report.import_id)
    with pytest.raises(NotFoundError, match="no import 99"):
        undo(company, 99)
    with company.engine.connect() as connection:
        by, kept = connection.execute(text("SELECT undone_by, report FROM import_run")).one()
    assert by == "ada@example.com"
    assert json.loads(kept)["undone"]["removed"] == 3


def test_after_thirty_days_it_is_too_late(company: Company):
    company.sign()
    report = company.take("leads", A["leads"], THIRD - timedelta(days=31))
    with pytest.raises(ConflictError, match="30 days"):
        undo(company, report.import_id)


def test_an_import_of_an_older_version_that_changed_rows_cannot_be_undone(company: Company):
    take_all(company, A)
    report = company.take("leads", B["leads"], SECOND)
    with company.engine.begin() as connection:
        connection.execute(
            text("UPDATE import_run SET report = :report WHERE id = :id"),
            {"report": json.dumps({"updated": 2}), "id": report.import_id},
        )
    with pytest.raises(ConflictError, match="older version"):
        undo(company, report.import_id)


def test_progress_of_the_month_is_what_it_was(company: Company):
    take_all(company, A)
    company.watch(LATER)
    april = (date(2026, 4, 1), date(2026, 5, 1))
    before = company.progress(*april, "segment", "tier", "owner")
    report = company.take("leads", B["leads"], SECOND)
    undo(company, report.import_id)
    company.watch(LATER)
    assert company.progress(*april, "segment", "tier", "owner") == before


def test_an_id_that_a_lead_had_is_never_given_to_another(company: Company):
    ids = []
    for key in ("a", "b"):
        report = company.take("leads", LEADS + lead(key, 20), FIRST)
        with company.engine.connect() as connection:
            ids.append(connection.execute(text("SELECT MAX(id) FROM lead")).scalar())
        undo(company, report.import_id)
    assert ids[1] > ids[0]
