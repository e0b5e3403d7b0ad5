"""`smarketing capacity`: can the promises be kept, what attempts and hours bring, cheapest mix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from smarketing.cli.parts import INSTANT, house, json_option, now, put_json, put_table, say

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.services.allocation.allocation import Allotted
    from smarketing.services.capacity.capacity import Capacity
    from smarketing.services.reaching.reaching import Reaching


@click.command("capacity")
@click.option("--agreement", help="Which one; else the first that holds.")
@click.option("--as-of", type=INSTANT, help="From what was known and signed then; else now.")
@json_option
def capacity_command(agreement: str | None, as_of: datetime | None, *, as_json: bool) -> None:
    """Say whether the people there are can keep the promises, and what would make it so."""
    from smarketing.bootstrap import capacity_page_at, catch_up
    from smarketing.services.capacity.page import Typed
    from smarketing.services.capacity.plain import as_json as plain
    from smarketing.services.people.then import OF_NOW

    home, at = house(), now()
    if as_of is None:
        catch_up(home, at)
    page = capacity_page_at(home, agreement, at, Typed(), as_of)
    if as_json:
        put_json(plain(page))
        return
    _put_capacity(page.capacity)
    _put_reaching(page.reaching)
    _put_mix(page.mix)
    if as_of is not None:
        say(OF_NOW)


def _put_capacity(found: Capacity) -> None:
    from smarketing.services.capacity.words import headline, speed_sentence

    click.echo(headline(found))
    for sentence in found.missing[1:] if found.depth is None else found.missing:
        click.echo(sentence)
    for speed in found.speeds:
        said = speed_sentence(speed)
        click.echo(said[:1].upper() + said[1:])
    put_table(
        ("what", "number", "from"),
        [(one.label, one.words, str(one.origin)) for one in found.inputs.known],
    )
    put_table(
        ("segment", "tier", "leads a working day", "attempts promised", "attempts expected"),
        [
            (
                cell.segment, cell.tier, f"{float(cell.a_day):,.1f}", cell.promised,
                f"{float(cell.attempts):.2f}",
            )
            for cell in found.cells
        ],
    )  # fmt: skip


def _put_reaching(found: Reaching) -> None:
    from reports.numbers import WEEKDAYS
    from smarketing.services.reaching.heat import hours_shown
    from smarketing.services.reaching.words import heat_headline, speed_words, tries_headline

    click.echo(tries_headline(found.tries))
    tried = zip(found.tries.given, found.tries.reached, strict=True)
    put_table(
        ("attempt", "leads tried", "reached", "share"),
        [
            (number, given, reached, f"{reached / given:.0%}")
            for number, (given, reached) in enumerate(tried, 1)
        ],
    )
    for heat in found.heats:
        click.echo(heat_headline(heat))
        put_table(
            (f"hour ({heat.zone})", *WEEKDAYS),
            [(row.hour, *(cell.words for cell in row.cells)) for row in hours_shown(heat)],
        )
    if found.speed is not None:
        click.echo(speed_words(found.speed))


def _put_mix(found: Allotted) -> None:
    from smarketing.services.allocation.words import mix_headline, price_sentences

    click.echo(mix_headline(found))
    for sentence in (*found.missing[1:], *price_sentences(found)):
        click.echo(sentence)
    put_table(
        ("leads of", "leads", "signed", "at least", "at most", "cost", "value"),
        [
            (
                line.buy.name, line.leads, line.signed, line.buy.least, line.buy.most,
                f"{line.buy.cost:,.2f}", f"{float(line.buy.value):,.2f}",
            )
            for line in found.lines
        ],
    )  # fmt: skip
