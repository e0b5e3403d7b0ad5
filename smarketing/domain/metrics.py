"""The catalogue of metrics: what each one counts, who may owe it, and what keeps it.

A metric is added here and nowhere else: clocks, verdicts, texts and pages follow the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import Side

if TYPE_CHECKING:
    from collections.abc import Mapping


class Metric(StrEnum):
    """What a commitment is measured with."""

    LEADS_DELIVERED = "leads_delivered"
    LEAD_VALUE_DELIVERED = "lead_value_delivered"
    EVENNESS_OF_DELIVERY = "evenness_of_delivery"
    ACCEPTANCE_RATE = "acceptance_rate"
    ACKNOWLEDGED_WITHIN = "acknowledged_within"
    FIRST_ATTEMPT_WITHIN = "first_attempt_within"
    ATTEMPTS_MADE = "attempts_made"
    DISPOSITION_WITHIN = "disposition_within"
    DATA_FRESH_WITHIN = "data_fresh_within"
    DIGEST_DELIVERED_BY = "digest_delivered_by"


class Measure(StrEnum):
    """How a metric becomes a number that can be compared with a promise.

    Attributes:
        VOLUME: A number or a sum of a month, cell by cell, against a target.
        EVENNESS: How far delivery strays from the agreed pace within a month.
        SHARE: A share of the leads of a month.
        CLOCK: A share of clocks, one for each lead.
        OCCASION: A share of occasions that have nothing to do with single leads: readings of a
            source, reports of a week.
    """

    VOLUME = "volume"
    EVENNESS = "evenness"
    SHARE = "share"
    CLOCK = "clock"
    OCCASION = "occasion"


@dataclass(frozen=True)
class Definition:
    """What a metric means.

    Attributes:
        sides: Who may owe it.
        numerator: What is counted.
        denominator: What it is compared with.
        unit: Of the numerator.
        allowance: Working time where an agreement names none; None: it has no time, or needs one.
        stopped_by: Columns of a lead's acts of which the earliest stops the clock.
        voided_by: Columns of the acts after which the clock is pointless.
        told_by: Kinds of acts; a source that tells of one of them is judged by what it told. A
            rejection stops clocks, too, but a source that tells of rejections alone says nothing
            of the leads that were taken.
        figures: How its figures in the facts of days begin; empty: it is counted from its clocks.
        does: What the party that owes it does with a lead, in a sentence of the agreement.
        done: The same of a lead, as `acknowledged`.
        acts: The same as a plural noun, as `acknowledgements`.
    """

    sides: frozenset[Side]
    measure: Measure
    numerator: str
    denominator: str
    unit: str = "leads"
    allowance: timedelta | None = None
    stopped_by: tuple[str, ...] = ()
    voided_by: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()
    figures: str = ""
    does: str = ""
    done: str = ""
    acts: str = ""

    @property
    def is_volume(self) -> bool:
        """Return whether it is a number a month, set by a target for each cell."""
        return self.measure is Measure.VOLUME

    @property
    def is_clock(self) -> bool:
        """Return whether it runs a clock for each lead."""
        return self.measure is Measure.CLOCK


_MARKETING: Final = frozenset({Side.MARKETING})
_SALES: Final = frozenset({Side.SALES})
_EITHER: Final = frozenset(Side)
_DUE: Final = "clocks met, met late, or past due and still open; pending, void and excused are out"

CATALOGUE: Final[Mapping[Metric, Definition]] = {
    Metric.LEADS_DELIVERED: Definition(
        _MARKETING,
        Measure.VOLUME,
        numerator="leads handed off less those rejected in the window for an agreed reason",
        denominator="the target of the month",
    ),
    Metric.LEAD_VALUE_DELIVERED: Definition(
        _MARKETING,
        Measure.VOLUME,
        numerator="value, as frozen at the hand-off, of the leads that count",
        denominator="the target of the month",
        unit="money",
    ),
    Metric.EVENNESS_OF_DELIVERY: Definition(
        _MARKETING,
        Measure.EVENNESS,
        numerator="the largest distance, early or late, between what was delivered so far and "
        "what the working days so far ask for",
        denominator="the target of the month",
        unit="share of the target",
    ),
    Metric.ACCEPTANCE_RATE: Definition(
        _MARKETING,
        Measure.SHARE,
        numerator="leads accepted, by hand or because nobody rejected them in the window",
        denominator="leads accepted or rejected in the window for an agreed reason",
    ),
    Metric.ACKNOWLEDGED_WITHIN: Definition(
        _SALES,
        Measure.CLOCK,
        numerator="leads acknowledged at or before their due instant",
        denominator=_DUE,
        allowance=timedelta(hours=4),
        stopped_by=("acknowledged_at", "accepted_at", "rejected_at", "recycled_at"),
        told_by=("acknowledged", "accepted"),
        figures="ack",
        does="acknowledges",
        done="acknowledged",
        acts="acknowledgements",
    ),
    Metric.FIRST_ATTEMPT_WITHIN: Definition(
        _SALES,
        Measure.CLOCK,
        numerator="leads with a first attempt at or before their due instant",
        denominator=_DUE,
        allowance=timedelta(hours=8),
        stopped_by=("first_attempt_at", "connected_at"),
        voided_by=("rejected_at", "recycled_at"),
        told_by=("attempted", "connected"),
        figures="attempt",
        does="makes a first attempt to reach",
        done="attempted",
        acts="attempts",
    ),
    Metric.ATTEMPTS_MADE: Definition(
        _SALES,
        Measure.CLOCK,
        numerator="leads with the promised number of attempts, or reached before, at or before "
        "their due instant",
        denominator=_DUE,
        allowance=timedelta(hours=80),
        stopped_by=("nth_attempt_at", "connected_at"),
        voided_by=("rejected_at", "recycled_at"),
        told_by=("attempts",),
        does="makes {attempts} attempts to reach, unless it is reached before,",
        done="tried often enough",
        acts="attempts",
    ),
    Metric.DISPOSITION_WITHIN: Definition(
        _SALES,
        Measure.CLOCK,
        numerator="leads accepted, rejected, recycled, qualified or closed at or before their "
        "due instant",
        denominator=_DUE,
        allowance=timedelta(hours=40),
        stopped_by=("accepted_at", "rejected_at", "recycled_at", "qualified_at", "closed_at"),
        told_by=("accepted", "rejected", "recycled", "qualified", "closed"),
        does="says what becomes of",
        done="decided",
        acts="decisions",
    ),
    Metric.DATA_FRESH_WITHIN: Definition(
        _EITHER,
        Measure.OCCASION,
        numerator="readings of the source that came within the allowance of the one before",
        denominator="readings, and the allowances that ran out since the last one",
        unit="readings",
        allowance=timedelta(hours=24),
    ),
    Metric.DIGEST_DELIVERED_BY: Definition(
        _EITHER,
        Measure.OCCASION,
        numerator="reports of a week that were sent by the agreed hour",
        denominator="reports of the weeks whose hour has passed",
        unit="reports",
    ),
}
"""Every metric that a commitment may name."""

CLOCKED: Final = tuple(metric for metric, found in CATALOGUE.items() if found.is_clock)
"""The metrics that run a clock for each lead."""
