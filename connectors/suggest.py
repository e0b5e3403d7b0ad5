"""A first mapping for a file that nobody has described yet, as TOML to be read and corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from connectors.content import Limits
from connectors.date_order import order_of
from connectors.detect import candidates, score
from connectors.mapping import Rule, rules_for
from connectors.mapping_file import GENERIC
from connectors.mapping_text import quoted
from connectors.protocol import COLUMNS, INSTANTS, REQUIRED, Kind
from connectors.tables import open_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from connectors.mapping import VendorMapping


def suggest_mapping(path: Path) -> str:
    """Return a mapping in TOML, guessed from the headers and values of a file.

    It names the kind that the headers fit best, every column that was recognised, the values of
    a status that the vendor is known for, and, commented out, what is left to decide.

    Raises:
        ConnectorError: The file cannot be read.
    """
    table = open_table(path, path.name, None, Limits())
    mapping, kind = best_mapping(table.header)
    rules = rules_for(mapping.kinds[kind], table.header)
    head = next(table.chunks, None)
    frame = head.frame if head else pl.DataFrame()
    dates = [
        frame.to_series(table.header.index(header))
        for name, rule in rules.items()
        if name in INSTANTS and frame.width
        for header in rule.headers
    ]
    lines = [
        f"# Guessed from {path.name}: read it through, then keep it as config/mappings/NAME.toml.",
        f"vendor = {quoted(path.stem if mapping.name == GENERIC else mapping.vendor)}",
        _zone(mapping),
        f"date_order = {quoted(mapping.date_order or order_of(dates))}",
        "",
        f"[{kind}.columns]",
        *_columns(kind, rules),
        *_left(table.header, rules),
        *_values(mapping, kind, rules),
    ]
    return "\n".join(lines) + "\n"


def best_mapping(header: Sequence[str], wanted: Kind | None = None) -> tuple[VendorMapping, Kind]:
    """Return the mapping and kind that explain most; those with all required columns first.

    Args:
        header: The columns of a file.
        wanted: The kind that it holds; None: any.
    """
    pairs = [
        (one, kind) for one in candidates(header) for kind in one.kinds if wanted in {None, kind}
    ]
    return max(
        pairs,
        key=lambda pair: (
            _complete(pair[0], pair[1], header),
            pair[0].name != GENERIC and score(pair[0], pair[1], header),
            score(pair[0], pair[1], header),
        ),
    )


def _complete(mapping: VendorMapping, kind: Kind, header: Sequence[str]) -> bool:
    return REQUIRED[kind] <= set(rules_for(mapping.kinds[kind], header))


def _zone(mapping: VendorMapping) -> str:
    if mapping.timezone:
        return f"timezone = {quoted(mapping.timezone)}"
    return '# timezone = "Europe/Berlin"  # of times without an offset'


def _columns(kind: Kind, rules: Mapping[str, Rule]) -> list[str]:
    lines = []
    for name in COLUMNS[kind]:
        if name in rules:
            lines.append(f"{name} = {_rule(rules[name])}")
        elif name in REQUIRED[kind]:
            lines.append(f'# {name} = "..."  # must be there')
    return lines


def _rule(rule: Rule) -> str:
    names = ", ".join(map(quoted, rule.headers))
    if rule.split is not None:
        return f"{{ first = [{names}], split = {quoted(rule.split)} }}"
    return names if len(rule.headers) == 1 else f"[{names}]"


def _left(header: Sequence[str], rules: Mapping[str, Rule]) -> list[str]:
    used = {name for rule in rules.values() for name in rule.headers}
    left = [name for name in header if name not in used]
    return (
        ["# Not mapped, kept in extra:", *(f"#   {quoted(name)}" for name in left)] if left else []
    )


def _values(mapping: VendorMapping, kind: Kind, rules: Mapping[str, Rule]) -> list[str]:
    lines = []
    for column, meant in mapping.kinds[kind].values.items():
        if column in rules:
            lines += ["", f"[{kind}.values.{column}]"]
            lines += [f"{quoted(found)} = {quoted(value)}" for found, value in meant.items()]
    return lines
