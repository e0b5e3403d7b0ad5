from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from connectors.protocol import INSTANTS, Kind
from smarketing.services.demo.export import demo_files
from smarketing.services.demo.people import REPS


def test_one_instant_always_gives_the_same_bytes(now, files, tmp_path):
    again = demo_files(now, tmp_path)
    assert [f.path.read_bytes() for f in again] == [f.path.read_bytes() for f in files]


def test_an_hour_later_the_same_leads_have_come_so_far(now, leads, tmp_path):
    later = pl.read_csv(demo_files(now + timedelta(hours=1), tmp_path)[0].path)
    assert 0 <= len(later) - len(leads) < 30
    assert set(leads["owner"].drop_nulls()) == {rep.name for rep in REPS}


def test_every_file_is_read_without_a_rejected_record(deliveries):
    for delivery in deliveries.values():
        opened = delivery.open()
        assert not opened.missing
        assert all(not batch.problems for batch in opened.batches)


def test_there_are_about_thirteen_weeks_of_leads(now, leads):
    assert 1_600 <= len(leads) <= 2_200
    first = datetime.fromtimestamp(leads["created_at"].min(), tz=UTC)
    assert timedelta(weeks=13) <= now - first < timedelta(weeks=14)


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_lies_after_now(now, deliveries, kind):
    (batch,) = deliveries[kind].open().batches
    for name in INSTANTS & set(batch.frame.columns):
        latest = batch.frame[name].max()
        assert latest is None or latest <= now.timestamp()


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("created_at", "handed_off_at"),
        ("handed_off_at", "acknowledged_at"),
        ("acknowledged_at", "accepted_at"),
        ("acknowledged_at", "rejected_at"),
        ("acknowledged_at", "qualified_at"),
    ],
)
def test_nothing_is_done_before_what_it_follows_from(leads, earlier, later):
    known = leads.filter(pl.col(later).is_not_null())
    assert len(known)
    assert (known[earlier] <= known[later]).all()


def test_most_leads_come_on_tuesdays_and_few_at_weekends(leads):
    days = pl.from_epoch(leads["created_at"]).dt.weekday().value_counts().rows()
    by_day = dict(days)
    assert max(by_day, key=by_day.__getitem__) == 2
    assert by_day[6] + by_day[7] < 0.1 * len(leads)


def test_one_week_in_thirteen_brings_a_trade_fair(leads):
    fair = leads.filter(pl.col("lead_source") == "trade_fair")
    assert len(fair) == 90
    assert fair["created_at"].max() - fair["created_at"].min() < timedelta(days=3).total_seconds()


def test_some_leads_belong_to_nobody(leads):
    assert 0.04 < leads["owner"].null_count() / len(leads) < 0.08


def test_the_agency_delivers_more_leads_that_are_rejected(leads):
    shares = dict(
        leads.group_by("provider").agg(pl.col("rejected_at").is_not_null().mean()).iter_rows()
    )
    assert shares["Leuchtfeuer Agency"] > 1.5 * shares["Own marketing"]
    assert 0.03 < leads["rejected_at"].is_not_null().mean() < 0.08


def test_every_address_is_one_that_nobody_has(leads):
    assert leads["email"].str.ends_with(".example.com").all()


@pytest.mark.parametrize(
    "at",
    [
        pytest.param("2026-11-22T15:00:00+00:00", id="on a Sunday"),
        pytest.param("2026-11-23T05:00:00+00:00", id="early on a Monday"),
        pytest.param("2027-01-01T12:00:00+00:00", id="on New Year's Day"),
        pytest.param("2026-03-29T00:30:00+00:00", id="in the night when the clocks change"),
    ],
)
def test_it_works_at_any_hour(at, tmp_path):
    leads, *_ = demo_files(datetime.fromisoformat(at), tmp_path)
    sheet = pl.read_csv(leads.path)
    waiting = sheet.tail(100)["Acknowledged"].null_count()
    assert len(sheet) > 1_500
    assert waiting >= 20
