"""`smarketing sources` and `smarketing pull`: the configured sources."""

from __future__ import annotations

import sys

import click

from smarketing.cli.imports import tell
from smarketing.cli.main import FAILED, IN_PART
from smarketing.cli.parts import house, json_option, now, put_json, put_table, say


@click.command("sources")
@json_option
def sources_command(*, as_json: bool) -> None:
    """Show the configured sources, and every source that was read, with how far it has told."""
    from smarketing.bootstrap import configured_sources

    home = house()
    configured = {source.name: source for source in configured_sources(home, now())}
    known = {row["name"]: row for row in home.sources.overview().iter_rows(named=True)}
    rows = [
        {
            "name": name,
            "configured": name in configured,
            "every": str(configured[name].every) if name in configured else None,
            "leads": known[name]["leads"] if name in known else 0,
            "last_read_at": _instant(known.get(name, {}).get("read_at")),
            "known_until": _instant(known.get(name, {}).get("known_until")),
            "last_fault": known.get(name, {}).get("fault"),
        }
        for name in sorted({*configured, *known})
    ]
    if as_json:
        put_json({"sources": rows})
    elif rows:
        put_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    else:
        say("no source yet: import a file, or name a folder or address in config/sources.toml")


@click.command("pull")
@click.argument("names", nargs=-1)
@json_option
def pull_command(names: tuple[str, ...], *, as_json: bool) -> None:
    """Read the configured sources now, or only those of NAMES."""
    from smarketing.bootstrap import configured_sources, pull_source

    home, at = house(), now()
    configured = {source.name: source for source in configured_sources(home, at)}
    unknown = [name for name in names if name not in configured]
    if unknown:
        known = ", ".join(configured) or "none yet"
        raise click.ClickException(
            f"no source is named {unknown[0]!r}; config/sources.toml has: {known}"
        )
    if not configured:
        say("no source is configured: name a folder or an address in config/sources.toml")
    pulled = [pull_source(home, configured[name], at) for name in names or configured]
    if as_json:
        put_json(
            {
                "sources": [
                    {
                        "source": one.source,
                        "reports": [report.as_json() for report in one.reports],
                        "faults": one.faults,
                    }
                    for one in pulled
                ]
            }
        )
    else:
        for one in pulled:
            for report in one.reports:
                tell(report)
            for fault in one.faults:
                say(f"{one.source}: {fault}")
            if not one.reports and not one.faults:
                say(f"{one.source}: nothing new")
    if any(one.faults for one in pulled):
        sys.exit(FAILED)
    if any(report.rejected for one in pulled for report in one.reports):
        sys.exit(IN_PART)


def _instant(at: int | None) -> str | None:
    from smarketing.domain.calendar import instant

    return None if at is None else f"{instant(at):%Y-%m-%dT%H:%M:%SZ}"
