"""`smarketing statement`: is the promised level met, and is a party entitled to anything?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from smarketing.cli.parts import house, json_option, now, put_json, put_table, say

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.services.statements.statement import Line, Owed, Statement


@click.command("statement")
@click.option("--party", required=True, help="Name of the party in its agreements, as sales.")
@click.option("--period", required=True, help="Month, quarter or year: 2026-11, 2026-Q4, 2026.")
@click.option("--agreement", help="Only of that agreement.")
@json_option
def statement_command(party: str, period: str, agreement: str | None, *, as_json: bool) -> None:
    """Say for a party whether what it was promised was kept, and what it is entitled to.

    Every remedy is computed step by step: the level, what is excused, what follows, one for an
    incident, caps, minimum, claim, answer, settlement, what was earned back.
    """
    from smarketing.bootstrap import catch_up, statement_sources
    from smarketing.services.statements.answer import answer
    from smarketing.services.statements.statement import statements

    home, at = house(), now()
    catch_up(home, at)
    found = statements(statement_sources(home), home.book(), party, period, at, agreement=agreement)
    if as_json:
        put_json({"statements": [_json(one) for one in found]})
        return
    for one in found:
        click.echo(f"{one.agreement.title}, {one.period}\n{answer(one)}\n")
        _put(one)


def _put(statement: Statement) -> None:
    from smarketing.services.statements.answer import steps

    put_table(_HEADERS, [_row(line) for line in _lines(statement)])
    for line in _lines(statement):
        for owed in line.owed:
            title = owed.entitlement.remedy.title
            click.echo(f"\n{line.judged.level.starts_on:%Y-%m} · {title}")
            put_table(
                ("step", "what is known", "left"), [(*step,) for step in steps(owed, statement.now)]
            )
            if owed.is_chronic:
                say(f"{title}: failing is chronic, and goes to those who signed")


_HEADERS = ("days", "promised by", "to", "commitment", "level", "verdict", "breaches", "excused")


def _lines(statement: Statement) -> tuple[Line, ...]:
    return (*statement.to_it, *statement.by_it)


def _row(line: Line) -> tuple[Any, ...]:
    from smarketing.services.statements.words import level_words, verdict_words

    level, breaches = line.judged.level, line.judged.breaches
    return (
        f"{level.starts_on} to {level.ends_on}", line.by.name, line.to.name,
        level.commitment.name, level_words(level, line.agreement.currency),
        verdict_words(line.judged.judged), sum(breaches.counted.values()), breaches.excused,
    )  # fmt: skip


def _json(statement: Statement) -> dict[str, Any]:
    from smarketing.services.statements.answer import answer

    return {
        "agreement": statement.agreement.name,
        "party": statement.party.name,
        "period": statement.period,
        "answer": answer(statement),
        "months": [
            {
                "month": f"{month.month:%Y-%m}",
                "owed_to_it": [_line(line, statement.now) for line in month.to_it],
                "owed_by_it": [_line(line, statement.now) for line in month.by_it],
            }
            for month in statement.months
        ],
    }


def _line(line: Line, at: datetime) -> dict[str, Any]:
    level, judged, breaches = line.judged.level, line.judged.judged, line.judged.breaches
    relief = line.judged.relief
    return {
        "commitment": level.commitment.name,
        "metric": level.commitment.metric,
        "by": line.by.name,
        "to": line.to.name,
        "starts_on": level.starts_on,
        "ends_on": level.ends_on,
        "is_over": level.is_over,
        "numerator": str(level.numerator),
        "denominator": str(level.denominator),
        "promised": None if level.promised is None else str(level.promised),
        "met": judged.met,
        "too_few_to_judge": level.is_too_few_to_judge,
        "pending": level.pending,
        "excused": max(level.excused, breaches.excused),
        "breaches": {str(kind): number for kind, number in breaches.counted.items()},
        "cells": [
            {
                "segment": cell.segment, "tier": cell.tier, "counted": str(cell.counted),
                "target": str(cell.target), "met": cell.met,
            }
            for cell in level.cells
        ],
        "relief": None if relief is None else {
            "leads": relief.leads, "accepted": relief.accepted, "rejected": relief.rejected,
            "recycled": relief.recycled, "numerator": str(relief.after.numerator),
            "denominator": str(relief.after.denominator),
        },
        "remedies": [_owed(owed, at) for owed in line.owed],
    }  # fmt: skip


def _owed(owed: Owed, at: datetime) -> dict[str, Any]:
    from smarketing.domain.remedies import rounded
    from smarketing.services.statements.answer import steps

    one = owed.entitlement
    return {
        "remedy": one.remedy.name,
        "kind": one.remedy.kind,
        "unit": one.unit,
        "computed": str(rounded(one.computed.amount)),
        "given": str(rounded(one.given)),
        "capped": str(rounded(one.capped)),
        "owed": str(rounded(one.owed)),
        "claim": one.state,
        "claim_until": f"{one.claim.until:%Y-%m-%dT%H:%M:%SZ}",
        "earned_back": None if owed.earned_back is None else str(rounded(owed.earned_back)),
        "is_chronic": owed.is_chronic,
        "steps": [step._asdict() for step in steps(owed, at)],
        "words": [
            {
                "act": word.act, "amount": str(word.amount), "unit": word.unit, "text": word.text,
                "party": word.party, "by": word.by, "at": f"{word.at:%Y-%m-%dT%H:%M:%SZ}",
            }
            for word in one.claim.words
        ],
    }  # fmt: skip
