from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.date_order import order_of
from connectors.instants import NoZoneError, instants
from connectors.spelled import spelled


def read(text, zone="UTC", order="ymd"):
    seconds = instants(pl.Series([text], dtype=pl.String), zone, order)[0]
    return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("text", "order", "instant"),
    [
        ("2024-03-12 09:14:35", "ymd", "2024-03-12 09:14:35"),
        ("2024-03-12 09:14", "ymd", "2024-03-12 09:14:00"),
        ("2021-01-07 6:49:18", "ymd", "2021-01-07 06:49:18"),
        ("2024-03-12T09:14:35", "dmy", "2024-03-12 09:14:35"),
        ("2024-03-12", "mdy", "2024-03-12 00:00:00"),
        ("2024/03/12", "ymd", "2024-03-12 00:00:00"),
        ("2006-04-15T03:23:15.000Z", "ymd", "2006-04-15 03:23:15"),
        ("2017-07-06T12:00:00.000+0000", "ymd", "2017-07-06 12:00:00"),
        ("2009-07-14T22:14:45+0800", "ymd", "2009-07-14 14:14:45"),
        ("2020-01-01T15:00:00-03:00", "ymd", "2020-01-01 18:00:00"),
        ("2020-01-01 15:00:00 UTC", "ymd", "2020-01-01 15:00:00"),
        ("07/15/2009 02:14:45+0800", "mdy", "2009-07-14 18:14:45"),
        ("3/15/2024 2:30 PM", "mdy", "2024-03-15 14:30:00"),
        ("3/15/2024 12:05 am", "mdy", "2024-03-15 00:05:00"),
        ("3/15/24", "mdy", "2024-03-15 00:00:00"),
        ("15.03.2024 14:30", "dmy", "2024-03-15 14:30:00"),
        ("15/03/2024, 14:30", "dmy", "2024-03-15 14:30:00"),
        ("1-2-99", "dmy", "1999-02-01 00:00:00"),
        ("15 Apr, 2021 00:03:00", "ymd", "2021-04-15 00:03:00"),
        ("Apr 15, 2021 12:03 AM", "ymd", "2021-04-15 00:03:00"),
        ("15-Apr-2021", "ymd", "2021-04-15 00:00:00"),
        ("45631", "ymd", "2024-12-05 00:00:00"),
        ("45631.5", "ymd", "2024-12-05 12:00:00"),
        ("20240102", "ymd", "2024-01-02 00:00:00"),
        ("2022-05-25 10.39.15", "ymd", "2022-05-25 10:39:15"),
        ("2050-01-01", "ymd", "2050-01-01 00:00:00"),
    ],
)
def test_the_spellings_of_crms_are_read(text, order, instant):
    assert read(text, order=order) == instant


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("03/15/2024", "ymd"),
        ("15/03/2024", "mdy"),
        ("31/02/2012", "dmy"),
        ("2024-13-01", "ymd"),
        ("2009-07/14", "ymd"),
        ("3/15/2024 14:30 PM", "mdy"),
        ("9999-12-31 23:59:59", "ymd"),
        ("1970-06-01", "ymd"),
        ("12345", "ymd"),
        ("99 Foo, 2021", "ymd"),
        ("31 Feb, 2021", "ymd"),
        ("yesterday", "ymd"),
        ("4:14:00", "ymd"),
    ],
)
def test_what_is_no_date_is_null(text, order):
    assert read(text, order=order) is None


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        pytest.param("2018-02-01", "America/Sao_Paulo", "2018-02-01 02:00:00", id="summer"),
        pytest.param("2018-11-04", "America/Sao_Paulo", "2018-11-04 03:00:00", id="no midnight"),
        pytest.param("2018-02-17 23:30", "America/Sao_Paulo", "2018-02-18 01:30:00", id="twice"),
        pytest.param("2024-03-31 02:30", "Europe/Berlin", "2024-03-31 01:30:00", id="skipped"),
        pytest.param("31 Mar 2024 02:30", "Europe/Berlin", "2024-03-31 01:30:00", id="words"),
        pytest.param("2024-10-27 02:30", "Europe/Berlin", "2024-10-27 00:30:00", id="first of two"),
        pytest.param("2024-10-27T02:30Z", "Europe/Berlin", "2024-10-27 02:30:00", id="offset"),
    ],
)
def test_local_times_follow_pep_495(text, zone, instant):
    assert read(text, zone) == instant


@given(
    st.integers(150_000_000, 2_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
    st.sampled_from(["America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe", "UTC"]),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M:%S"]),
)
def test_every_local_time_means_what_python_says(moment, zone, spelling):
    # Its numbers are taken for a local time, which exists once, twice or not at all.
    seconds = instants(pl.Series([moment.strftime(spelling)]), zone, "dmy")[0]
    assert seconds == moment.replace(tzinfo=ZoneInfo(zone)).timestamp()


def test_a_column_may_mix_spellings_and_blanks():
    text = pl.Series(["2024-01-01", None, "2024-01-01T00:00:00+01:00", "x", "2024-01-01 00:00:00"])
    base = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
    assert instants(text, "UTC", "ymd").to_list() == [base, None, base - 3600, None, base]


def test_without_a_zone_only_times_with_an_offset_are_read():
    assert read("2024-01-01T00:00:00Z", None) == "2024-01-01 00:00:00"
    with pytest.raises(NoZoneError):
        read("2024-01-01 00:00:00", None)
    with pytest.raises(NoZoneError):
        read("2024-01-01 00:00", None)


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        pytest.param(["3/4/2024", "3/15/2024"], "mdy", id="a day above 12 comes second"),
        pytest.param(["3/4/2024", "15/3/2024"], "dmy", id="a day above 12 comes first"),
        pytest.param(["3.4.2024"], "dmy", id="points"),
        pytest.param(["3/4/2024"], "ymd", id="nothing tells"),
        pytest.param(["13/1/2024", "1/13/2024"], "ymd", id="both ways"),
        pytest.param(["2024-01-02", None], "ymd", id="the year first"),
        pytest.param([], "ymd", id="no values"),
    ],
)
def test_the_order_of_dates_is_what_the_values_show(dates, order):
    assert order_of([pl.Series(dates, dtype=pl.String)]) == order
    assert order_of([]) == "ymd"


def test_a_serial_number_counts_days_from_1899():
    assert spelled("45631.25") - timedelta(hours=6) == spelled("45631")
