"""Writes the CSV that the import benchmark reads: leads as a CRM exports them.

25 columns, about 350 bytes a row, every text quoted, some notes with line breaks, ids in no
order; 0.5 % of the rows are invalid and 1 % repeat an id with a later change. The same number
of leads gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path[0] = str(Path(__file__).parents[1])  # not this folder: it has a calendar, as Python has

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402

if TYPE_CHECKING:
    from numpy.random import Generator

_SEED: Final = 20260112
_SLICE: Final = 100_000
_FIRST_S: Final = 1_735_718_400  # 2025-01-01 09:00 in Berlin, as wall time
_YEAR_S: Final = 360 * 86_400
_INVALID: Final = 0.005
_REPEATED: Final = 0.01

_FIRST: Final = ("Anna", "Ben", "Carla", "David", "Elif", "Fynn", "Greta", "Hugo", "Inés", "João")
_LAST: Final = ("Abel", "Brandt", "Castro", "Dubois", "Eriksen", "Fuchs", "García", "Haas", "Iser")
_FIRMS: Final = ("Nordhafen", "Ostwerk", "Südquell", "Westtor", "Bergfeld", "Talhof", "Seebrück")
_FORMS: Final = ("GmbH", "AG", "S.A.", "Ltd.", "GmbH & Co. KG")
_TITLES: Final = (
    *("Chief Executive Officer", "Head of Operations", "Leiter Einkauf", "Directeur commercial"),
    *("Project Manager", "Gerente de ventas", "Software Engineer", "Analista de marketing"),
    *("Sachbearbeiterin Vertrieb", "Werkstudent Controlling", "Estagiário", "Consultant", ""),
)
_INDUSTRIES: Final = ("Machinery", "Retail", "Health care", "Logistics", "Software", "Energy")
_COUNTRIES: Final = ("DE", "AT", "CH", "NL", "FR")
_SOURCES: Final = ("website", "webinar", "trade_fair", "partner", "paid_search", "referral")
_PROVIDERS: Final = ("own", "agency", "")
_STATUSES: Final = ("New", "Working", "Qualified", "Nurturing")
_OWNERS: Final = tuple(f"Rep {number:02}" for number in range(1, 21))
_NOTES: Final = (
    "", "Asked for a price list and a call back next week.", 'Said: "send me the brochure", twice.',
    "Met at the stand.\nWants to compare three offers;\nbudget is set in the autumn.",
)  # fmt: skip

MAPPING: Final = """\
vendor = "bench"
timezone = "Europe/Berlin"
date_order = "ymd"

[leads.columns]
source_id = "Record ID"
email = "Email"
first_name = "First Name"
last_name = "Last Name"
company = "Company"
job_title = "Job Title"
employees = "Employees"
industry = "Industry"
country = "Country"
region = "Region"
phone = "Phone"
lead_source = "Original Source"
campaign = "Campaign"
provider = "Provider"
status = "Lead Status"
owner = "Owner"
created_at = "Create Date"
handed_off_at = "Handed Off"
acknowledged_at = "Acknowledged"
first_attempt_at = "First Attempt"
connected_at = "Connected"
updated_at = "Last Modified"
"""
"""How our import reads the file; notes, landing page and score are kept as they are."""


def write_leads(path: Path, count: int) -> None:
    """Write the CSV.

    Args:
        path: The file.
        count: Rows, those that are invalid or repeat an id included.
    """
    random = np.random.default_rng(_SEED)
    ids = random.permutation(count)
    with path.open("wb") as file:
        for start in range(0, count, _SLICE):
            frame = _rows(random, ids, start, min(_SLICE, count - start))
            frame.write_csv(file, include_header=start == 0, quote_style="non_numeric")


def _rows(random: Generator, order: np.ndarray, start: int, size: int) -> pl.DataFrame:
    """Return some rows; a few of them repeat the id of an earlier one."""
    places = np.arange(start, start + size)
    again = random.random(size) < _REPEATED
    ids = order[np.where(again, (random.random(size) * places).astype(np.int64), places)]
    first, last = _one(random, _FIRST, size), _one(random, _LAST, size)
    firm = _one(random, _FIRMS, size)
    # A rep works one country, a source has one provider: cells are as many as in a real CRM.
    owners = random.integers(0, len(_OWNERS), size)
    sources = random.integers(0, len(_SOURCES), size)
    stamps = _stamps(random, again)
    return pl.DataFrame(
        {
            "Record ID": pl.Series(ids).cast(pl.String).str.zfill(12),
            "Email": _email(first, last, firm, ids),
            "First Name": first,
            "Last Name": last,
            "Company": firm + " " + _one(random, _FORMS, size),
            "Job Title": _one(random, _TITLES, size),
            "Employees": _employees(random, size),
            "Industry": _one(random, _INDUSTRIES, size),
            "Country": pl.Series(_COUNTRIES).gather(owners % len(_COUNTRIES)),
            "Region": "Region " + _one(random, tuple("ABCDEFGH"), size),
            "Phone": "+49 40 " + pl.Series(random.integers(10**6, 10**7, size)).cast(pl.String),
            "Original Source": pl.Series(_SOURCES).gather(sources),
            "Campaign": "2025-" + _one(random, ("spring", "summer", "autumn"), size),
            "Provider": pl.Series(_PROVIDERS).gather(sources % len(_PROVIDERS)),
            "Lead Status": _one(random, _STATUSES, size),
            "Owner": pl.Series(_OWNERS).gather(owners),
            **stamps,
            "Landing Page": "/lp/" + _one(random, ("planning", "pricing", "demo"), size),
            "Score": pl.Series(random.integers(0, 100, size)).cast(pl.String),
            "Notes": _one(random, _NOTES, size),
        }
    )


def _email(first: pl.Series, last: pl.Series, firm: pl.Series, ids: np.ndarray) -> pl.Series:
    name = (first + "." + last).str.to_lowercase() + pl.Series(ids).cast(pl.String)
    return name + "@" + firm.str.to_lowercase() + ".example.com"


def _employees(random: Generator, size: int) -> pl.Series:
    numbers = pl.Series(random.lognormal(5, 1.6, size).astype(np.int64) + 1).cast(pl.String)
    bad = random.random(size) < _INVALID / 2
    return numbers.set(pl.Series(bad), "quite a few")


def _stamps(random: Generator, again: np.ndarray) -> dict[str, pl.Series]:
    """Return the instants: four a lead on average; a repeated row was changed last."""
    size = len(again)
    created = _FIRST_S + random.integers(0, _YEAR_S, size)
    handed = created + random.integers(120, 7_200, size)
    acknowledged = handed + random.integers(300, 100_000, size)
    attempt = acknowledged + random.integers(300, 50_000, size)
    connected = attempt + random.integers(600, 400_000, size)
    text = {
        "Create Date": _text(created),
        "Handed Off": _text(handed),
        "Acknowledged": _but(random, _text(acknowledged), 0.9),
        "First Attempt": _but(random, _text(attempt), 0.75),
        "Connected": _but(random, _text(connected), 0.35),
        "Last Modified": _text(connected + 86_400 * (1 + again.astype(np.int64))),
    }
    bad = pl.Series(random.random(size) < _INVALID / 2)
    return text | {"Create Date": text["Create Date"].set(bad, "31.02.2025")}


def _text(stamps: np.ndarray) -> pl.Series:
    return pl.from_epoch(pl.Series(stamps), time_unit="s").dt.strftime("%Y-%m-%d %H:%M:%S")


def _but(random: Generator, texts: pl.Series, share: float) -> pl.Series:
    """Return the texts, blank where a share of the leads has none."""
    return texts.set(pl.Series(random.random(len(texts)) >= share), "")


def _one(random: Generator, words: tuple[str, ...], size: int) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(random.integers(0, len(words), size))


if __name__ == "__main__":
    write_leads(Path(sys.argv[1]), int(sys.argv[2]))
