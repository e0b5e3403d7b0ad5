"""Who the leads of the sample company are: names, companies, titles, sources. All invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from smarketing.services.demo.chance import one_of, skewed, some, weighted
from smarketing.services.demo.people import AGENCY, REPS
from smarketing.services.demo.titles import LANGUAGES, TIERS, TITLES

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from smarketing.services.demo.arrivals import Arrivals

_SOURCES: Final = {"website": 38, "paid_search": 24, "webinar": 16, "partner": 12, "referral": 10}
_FAIR: Final = "trade_fair"
_CAMPAIGNS: Final = {
    "website": "Planning guide", "paid_search": "Search: planning software", "partner": "",
    "webinar": "Webinar: plans that hold", _FAIR: "Werkstatt trade fair", "referral": "",
}  # fmt: skip
_OWN, _AGENCY = "Own marketing", AGENCY
_BY_AGENCY: Final = {"paid_search": 0.7, "webinar": 0.25}
_COUNTRIES: Final = {"DE": 66.0, "AT": 13.0, "CH": 12.0, "NL": 9.0}
_REGIONS: Final = {
    "DE": ("Hamburg", "Bayern", "Nordrhein-Westfalen", "Baden-Württemberg", "Sachsen"),
    "AT": ("Wien", "Oberösterreich", "Tirol"),
    "CH": ("Zürich", "Bern", "Vaud"),
    "NL": ("Utrecht", "Gelderland"),
}
_DIAL: Final = {"DE": "+49", "AT": "+43", "CH": "+41", "NL": "+31"}
_INDUSTRIES: Final = ("Machinery", "Food", "Logistics", "Chemicals", "Furniture", "Electronics")
_FIRST: Final = (
    *("Alma", "Bente", "Carlo", "Dilan", "Edda", "Fiete", "Gesa", "Hauke", "Ilvy", "Jorin"),
    *("Kaja", "Levin", "Malin", "Nils", "Ove", "Pelle", "Quirin", "Rieke", "Svea", "Thore"),
)
_LAST: Final = (
    *("Abendrot", "Brückner-Voss", "Clasen", "Dornbach", "Eschweiler", "Fährmann", "Grünwald"),
    *("Heidkamp", "Immenhof", "Jessen", "Kranich", "Lohmeyer", "Moorkamp", "Nachtigall"),
    *("Osterloh", "Pappelheim", "Rautenberg", "Steinhuder", "Tannhof", "Ulmental"),
)
_FIRMS: Final = (
    *("Ahornwerk", "Birkenhof", "Deichbau", "Eisvogel", "Falkensee", "Ginsterfeld", "Holmgard"),
    *("Inselhaus", "Kiefernau", "Lindental", "Moorland", "Nebelhorn", "Ostwind", "Priel"),
    *("Rotbuche", "Sandbank", "Treibgut", "Uferweg", "Wattwerk", "Zirbel"),
)
_TRADES: Final = ("Technik", "Logistik", "Foods", "Systeme", "Handel", "Metall", "Pharma")
_FORMS: Final = ("GmbH", "AG", "GmbH & Co. KG", "B.V.", "SE")
_UNASSIGNED: Final = 0.06


def prospects(random: Generator, come: Arrivals) -> pl.DataFrame:
    """Return what the CRM says of who each lead is, `tier` beside it, in their order."""
    size = len(come.created)
    source = _sources(random, come)
    tier = _by(random, TIERS, source)
    country = weighted(random, _COUNTRIES, size)
    first, last = one_of(random, _FIRST, size), one_of(random, _LAST, size)
    firm, trade = one_of(random, _FIRMS, size), one_of(random, _TRADES, size)
    employees = np.clip(skewed(random, 150, 1.75, size), 2, 60_000).astype(np.int64)
    return pl.DataFrame(
        {
            "lead_id": _numbers("NL", size),
            "first_name": first,
            "last_name": last,
            "email": _emails(first, last, firm, trade),
            "company": firm + " " + trade + " " + one_of(random, _FORMS, size),
            "job_title": _titles(random, tier),
            "employees": employees,
            "industry": one_of(random, _INDUSTRIES, size),
            "country": country,
            "region": _of(random, _REGIONS, country),
            "phone": _phones(random, country),
            "lead_source": source,
            "campaign": source.replace_strict(_CAMPAIGNS, return_dtype=pl.String),
            "provider": _providers(random, source),
            "owner": _owners(random, size),
            "tier": tier,
            "segment": _segments(employees),
            "landing_page": "/"
            + source.str.replace("_", "-")
            + "/"
            + one_of(random, ("a", "b", "c"), size),
        }
    )


def _sources(random: Generator, come: Arrivals) -> pl.Series:
    return weighted(random, _SOURCES, len(come.created)).set(pl.Series(come.at_fair), _FAIR)


def _by(random: Generator, weights: dict[str, dict[str, int]], key: pl.Series) -> pl.Series:
    """Return a word for each, by the weights that its key has."""
    drawn = {
        name: weighted(random, {word: float(w) for word, w in known.items()}, len(key))
        for name, known in weights.items()
    }
    frame = pl.DataFrame(drawn).with_columns(key.alias("key"))
    chosen = pl.coalesce(pl.when(pl.col("key") == name).then(pl.col(name)) for name in drawn)
    return frame.select(chosen).to_series()


def _titles(random: Generator, tier: pl.Series) -> pl.Series:
    language = weighted(random, LANGUAGES, len(tier))
    words = {f"{t}/{lang}": TITLES[t][lang] for t in TITLES for lang in LANGUAGES}
    return _of(random, words, tier + "/" + language)


def _of(random: Generator, words: dict[str, tuple[str, ...]], key: pl.Series) -> pl.Series:
    """Return one of the words that each key has, equally likely."""
    drawn = random.random(len(key))
    chosen = [words[k][int(share * len(words[k]))] for k, share in zip(key, drawn, strict=True)]
    return pl.Series(chosen, dtype=pl.String)


def _segments(employees: NDArray[np.int64]) -> pl.Series:
    names = np.select([employees >= 1000, employees >= 100], ["enterprise", "mid"], "small")  # noqa: PLR2004 (as the agreement has them)
    return pl.Series(names.tolist(), dtype=pl.String)


def _providers(random: Generator, source: pl.Series) -> pl.Series:
    share = source.replace_strict(_BY_AGENCY, default=0.0, return_dtype=pl.Float64).to_numpy()
    agency = some(random, share, len(source))
    return pl.Series([_OWN]).new_from_index(0, len(source)).set(pl.Series(agency), _AGENCY)


def _owners(random: Generator, size: int) -> pl.Series:
    owner = weighted(random, {rep.name: rep.share for rep in REPS}, size)
    return owner.set(pl.Series(some(random, _UNASSIGNED, size)), "")


def _emails(first: pl.Series, last: pl.Series, firm: pl.Series, trade: pl.Series) -> pl.Series:
    plain = (first + "." + last + "@" + firm + "-" + trade).str.to_lowercase()
    for letter, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.str.replace_all(letter, written, literal=True)
    return plain + ".example.com"


def _phones(random: Generator, country: pl.Series) -> pl.Series:
    numbers = pl.Series(random.integers(10**6, 10**7, len(country))).cast(pl.String)
    return country.replace_strict(_DIAL, return_dtype=pl.String) + " 555 " + numbers


def _numbers(prefix: str, size: int) -> pl.Series:
    return prefix + "-" + pl.int_range(1, size + 1, eager=True).cast(pl.String).str.zfill(5)
