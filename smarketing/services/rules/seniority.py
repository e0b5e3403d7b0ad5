"""How senior a job title is: the derived column `seniority`.

The words stand in config/seniority.toml. Titles and words are compared folded: lower case,
without accents, everything but letters and digits a space. Each distinct title is looked at
once, however many leads have it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.errors import SmarketingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEVELS: Final = ("c_level", "vp", "director", "head", "manager", "individual", "intern")
UNKNOWN: Final = "unknown"
"""The level of a blank title and of one that no word recognises."""

_LEVEL: Final = "level"


class SeniorityWordsError(SmarketingError):
    """The file of words cannot be used.

    Attributes:
        key: Where, as `steps[3].de`.
    """

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class SeniorityWords:
    """The steps in the order in which they are tried.

    Attributes:
        steps: Level and a regular expression over folded titles.
    """

    steps: tuple[tuple[str, str], ...]


def load_words(path: Path) -> SeniorityWords:
    """Return the words of a file.

    Raises:
        SeniorityWordsError: The file is missing, is not TOML, or a step of it is wrong.
    """
    try:
        return parse_words(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise SeniorityWordsError(f"{path} cannot be read: {error.strerror}", "") from error


def parse_words(text: str, where: str = "seniority.toml") -> SeniorityWords:
    """Return the words of a TOML text.

    Raises:
        SeniorityWordsError: As `load_words`.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SeniorityWordsError(f"{where} is not TOML: {error}", "") from error
    steps = found.get("steps")
    if not isinstance(steps, list) or not steps or set(found) != {"steps"}:
        raise SeniorityWordsError(
            f"{where} must hold nothing but [[steps]], each with a level and words by language",
            "steps",
        )
    return SeniorityWords(
        tuple(_step(step, f"{where}: steps[{number}]") for number, step in enumerate(steps, 1))
    )


def seniority_of(titles: pl.Series, words: SeniorityWords) -> pl.Series:
    """Return the level of each title, in their order, as text; `unknown` for null and blank."""
    distinct = pl.DataFrame({"title": titles.cast(pl.String)}).unique()
    folded = _folded(pl.col("title").fill_null(""))
    level = pl.lit(UNKNOWN)
    for step, pattern in reversed(words.steps):
        level = pl.when(pl.col("folded").str.contains(pattern)).then(pl.lit(step)).otherwise(level)
    levels = distinct.with_columns(folded.alias("folded")).select("title", level.alias("seniority"))
    leads = pl.DataFrame({"title": titles.cast(pl.String)})
    return leads.join(
        levels, on="title", how="left", nulls_equal=True, maintain_order="left"
    ).to_series(1)


def _folded(text: pl.Expr) -> pl.Expr:
    plain = text.str.to_lowercase().str.replace_all("ß", "ss", literal=True)
    bare = plain.str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return bare.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def _step(step: object, where: str) -> tuple[str, str]:
    if not isinstance(step, dict) or step.get(_LEVEL) not in LEVELS:
        found = step.get(_LEVEL) if isinstance(step, dict) else step
        raise SeniorityWordsError(
            f"{where}.level is {found!r}; use one of {', '.join(LEVELS)}", f"{where}.level"
        )
    words = [word for key in step if key != _LEVEL for word in _words(step[key], f"{where}.{key}")]
    if not words:
        raise SeniorityWordsError(f'{where} has no words; add en = ["..."]', where)
    patterns = "|".join(_pattern(word) for word in pl.select(_folded_words(words)).to_series())
    return str(step[_LEVEL]), rf"\b(?:{patterns})\b"


def _words(words: object, where: str) -> Iterator[str]:
    if not isinstance(words, list):
        raise SeniorityWordsError(f'{where} is not a list; write ["word", "two words"]', where)
    for word in words:
        if not isinstance(word, str) or not word.strip(" *"):
            raise SeniorityWordsError(f"{where}: {word!r} is not a word", where)
        yield word


def _folded_words(words: list[str]) -> pl.Expr:
    """Return the words as titles are folded, their stars kept."""
    return _folded(pl.lit(pl.Series([w.replace("*", "0star0") for w in words]))).str.replace_all(
        "0star0", "*", literal=True
    )


def _pattern(word: str) -> str:
    parts = (
        r"\w+(?: \w+){0,3}" if part == "*" else re.escape(part).replace(r"\*", r"\w*")
        for part in word.split(" ")
    )
    return " ".join(parts)
