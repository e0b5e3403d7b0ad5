"""A mapping as the TOML that `mapping_file` reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.mapping import KindMapping, Rule, VendorMapping


def mapping_text(mapping: VendorMapping) -> str:
    """Return the TOML of a mapping; its name is that of the file, and not in it."""
    lines = [f"vendor = {quoted(mapping.vendor)}"]
    if mapping.timezone:
        lines.append(f"timezone = {quoted(mapping.timezone)}")
    if mapping.date_order:
        lines.append(f"date_order = {quoted(mapping.date_order)}")
    if mapping.recognised_by:
        marks = ", ".join(f"[{', '.join(map(quoted, mark))}]" for mark in mapping.recognised_by)
        lines.append(f"recognised_by = [{marks}]")
    for kind, known in mapping.kinds.items():
        lines += _kind(kind, known)
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return a TOML basic string, which JSON's is but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _kind(kind: str, known: KindMapping) -> Iterator[str]:
    yield from ("", f"[{kind}.columns]")
    yield from (f"{name} = {_rule(rule)}" for name, rule in known.columns.items())
    for name, meant in known.values.items():
        yield from ("", f"[{kind}.values.{name}]", *_pairs(meant))
    if known.constants:
        yield from ("", f"[{kind}.constants]")
        yield from (f"{name} = {quoted(text)}" for name, text in known.constants.items())


def _pairs(meant: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{quoted(found)} = {quoted(value)}" for found, value in meant.items())


def _rule(rule: Rule) -> str:
    headers = f"[{', '.join(map(quoted, rule.headers))}]"
    way = "join" if rule.join is not None else "any_of" if rule.any_of else "first"
    parts = [f"{way} = {headers}"]
    if rule.join is not None:
        parts.append(f"separator = {quoted(rule.join)}")
    if rule.split is not None:
        parts.append(f"split = {quoted(rule.split)}")
    return f"{{ {', '.join(parts)} }}"
