from __future__ import annotations

from reports.plain import aligned
from reports.tables import MOST_ROWS, Row, Table, tables
from tests.reports import digests


def cells_of(digest, number):
    return {row.cells[0]: row.cells[1:] for row in tables(digest)[number].rows}


def test_sums_tell_cells_with_a_target_from_those_without():
    rows = cells_of(digests.digest(), 0)
    assert rows["Enterprise / Decision makers"] == ("8", "12", "3", "19", "57", "7 behind")
    assert rows["Public sector / Decision makers"] == ("4", "6", "3", "-", "-", "-")
    assert rows["All with a target"] == ("99", "150", "15", "134", "420", "8 behind")
    assert "All" in cells_of(digests.twelve_cells(), 0)


def test_a_promise_shows_every_count_and_its_verdict():
    assert cells_of(digests.digest(), 1)["Acknowledge in 4 working hours (Sales)"] == (
        "41 of 50 (82 %)",
        "5",
        "4",
        "0",
        "90 %",
        "missed by 4",
    )
    unmeasured = cells_of(digests.unmeasured(), 1)["Acknowledge in 4 working hours (Sales)"]
    assert unmeasured == ("-", "-", "-", "-", "90 %", "not measured")


def test_weeks_of_a_promise_come_newest_first():
    history = tables(digests.digest())[2]
    assert [row.cells[0] for row in history.rows][:2] == ["W10", "W09"]
    assert history.rows[0].cells[1] == "41 of 50 (82 %), missed"


def test_a_week_that_is_open_says_where_it_may_end_beside_one_that_is_decided():
    overview, history = tables(digests.open_week())[1:3]
    assert overview.rows[0].cells[1:] == (
        "42 of 92", "1", "0", "49", "90 %", "open: 46 to 99 %",
    )  # fmt: skip
    assert [row.cells[1] for row in history.rows][:2] == [
        "42 of 92, open",
        "53 of 91 (58 %), missed",
    ]
    assert history.note == (
        "As the weeks stand now. W09 was still open a week ago and is decided now: Sales "
        "acknowledged 53 of 91 (58 %) in time, not the promised 90 %."
    )
    assert history.rows[5].cells[1] == "nothing due"


def test_many_cells_are_summed_below_the_largest():
    cells = tuple(digests.cell(f"S{n}", "T", 100 + n, n) for n in range(60))
    table = tables(digests.digest(cells=cells))[0]
    assert len(table.rows) == MOST_ROWS + 2
    assert table.rows[MOST_ROWS].cells[:3] == ("45 others", "645", "990")


def test_the_text_table_aligns_and_gives_a_long_name_its_own_line():
    table = Table("T", ("Name", "Count"), (Row(("short", "1")), Row(("x" * 40, "12,345"))))
    head, rule, first, name, numbers = aligned(table).splitlines()
    assert head.endswith("   Count")
    assert name == "x" * 40
    assert len(head) == len(rule) == len(first) == len(numbers)


def test_wide_letters_take_two_places():
    table = Table("T", ("Name", "Count"), (Row(("東京", "1")), Row(("Tokyo", "22"))))
    _, _, wide, narrow = aligned(table).splitlines()
    assert len(narrow) - len(wide) == 2
