"""Where a month may end: the numbers of one forecast, and what they mean in words.

A forecast is about leads, or about lead value where it has a currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING

from reports.numbers import count, leads, money

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    from smarketing.domain.forecast import Band

_SAFE = 0.98
_WEEK = 7


class State(StrEnum):
    """What can be said of a month's target."""

    OPEN = "open"
    TOO_EARLY = "too early"
    REACHED = "reached"
    ENDED = "ended"
    UNTOLD = "untold"
    PART_UNTOLD = "not all told yet"
    NO_WORKING_DAY = "no working day"


_PAST_TELLING = (State.ENDED, State.UNTOLD, State.PART_UNTOLD, State.NO_WORKING_DAY)

_UNSAID = {
    State.UNTOLD: "ended, and no lead of it is known: import those of that time",
    State.NO_WORKING_DAY: "no working day in this month: nothing to forecast by",
    State.TOO_EARLY: "too early to tell",
}


@dataclass(frozen=True)
class Outlook:
    """Where a month may end.

    Attributes:
        chance: P(the target is reached); None where nothing can be said, and in a month that has
            ended, as all that follows.
        expected: The mean.
        low: 80 % of such months end between `low` and `high`.
        days_to_go: Days of the month that are still to come, today included.
        undecided: Leads among those counted that may still be rejected; the chance allows for it.
        needed_per_day: What each average working day left has to bring to reach the target, exact:
            a day that weighs more by its weekday more, and today as far as it is to come. None:
            none is left.
        fan: From the last point that is known (`burnup.Panel.days`) to the end of the month, one
            for each working day; empty where nothing is left to come or to say.
        currency: Of the money; empty: it is leads.
    """

    state: State
    done: int | Decimal
    target: int | Decimal
    chance: float | None = None
    expected: float | None = None
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    days_to_go: int = 0
    undecided: int = 0
    needed_per_day: Fraction | None = None
    fan: tuple[Band, ...] = ()
    currency: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether there is a chance to speak of, and a range."""
        return self.state is State.OPEN


def finding(outlook: Outlook) -> str:
    """Return what is to be known of a target, as `31 % to reach 140; 9 more a week needed`."""
    match outlook.state:
        case State.ENDED:
            return _ended(outlook)
        case State.PART_UNTOLD:
            return _part_untold(outlook)
        case State.REACHED:
            return f"reached{_may_be_rejected(outlook)}"
        case State.OPEN:
            return _chance(outlook)
        case _:
            return _UNSAID[outlook.state]


def in_percent(chance: float) -> str:
    """Return a chance in whole percent; one that is not certain is never called so."""
    if 0 < chance < 0.01:  # noqa: PLR2004  (1 %)
        return "less than 1 %"
    if 0.99 < chance < 1:  # noqa: PLR2004  (99 %)
        return "more than 99 %"
    return f"{chance:.0%}".replace("%", " %")


def terse_percent(chance: float) -> str:
    """Return a chance for a narrow place: `< 1 %`, `31 %`, `> 99 %`."""
    return in_percent(chance).replace("less than", "<").replace("more than", ">")


def amount(number: float | Decimal, currency: str = "") -> str:
    """Return leads, or money with its currency, in whole units."""
    if not currency:
        return count(round(number))
    return f"{currency} {money(number)}"


def range_of(outlook: Outlook) -> str | None:
    """Return where 80 % of such months end, as `110 to 135`; None where nothing can be said."""
    if outlook.low is None or outlook.high is None:
        return None
    low, high = amount(outlook.low), amount(outlook.high)
    told = low if low == high else f"{low} to {high}"
    return f"{outlook.currency} {told}".strip()


def sentence(outlook: Outlook) -> str:
    """Return the forecast in a sentence or two; empty where there is nothing to add."""
    target = amount(outlook.target, outlook.currency)
    if outlook.state is State.TOO_EARLY:
        return f"It is too early to tell whether {target} will be reached."
    found = f"{finding(outlook)}." if outlook.is_open or _may_be_rejected(outlook) else ""
    shown = range_of(outlook)
    end = f"8 times in 10, such a month ends at {shown}." if shown else ""
    return " ".join(filter(None, (found[:1].upper() + found[1:], end)))


def aside(outlook: Outlook | None) -> str:
    """Return the forecast to follow other numbers after a comma; empty where there is none."""
    if outlook is None or outlook.state in _PAST_TELLING:
        return ""
    shown = range_of(outlook)
    said = short(outlook)
    parts = (said if outlook.state is not State.REACHED else "", shown and f"likely end {shown}")
    return "".join(f", {part}" for part in parts if part)


def short(outlook: Outlook) -> str:
    """Return the finding for a narrow place: never what it takes, and always the chance."""
    if not outlook.is_open or not outlook.chance:
        return finding(outlook)
    return f"{in_percent(outlook.chance)} to reach {amount(outlook.target, outlook.currency)}"


def _chance(outlook: Outlook) -> str:
    chance = outlook.chance or 0.0
    target = amount(outlook.target, outlook.currency)
    if not chance:
        return f"{target} is out of reach"
    if chance <= 1 - _SAFE:
        return f"{target} is out of reach with {in_percent(1 - chance)}{_more(outlook)}"
    said = f"{in_percent(chance)} to reach {target}"
    return said + _more(outlook) if chance < 1 / 2 else said


def _more(outlook: Outlook) -> str:
    """Return what it takes beyond the pace so far."""
    short = float(outlook.target) - (outlook.expected or 0.0)
    if short <= 0:
        return ""
    if outlook.days_to_go < _WEEK:
        return f"; {amount(ceil(short), outlook.currency)} more needed than this pace brings"
    a_week = ceil(short * _WEEK / outlook.days_to_go)
    return f"; {amount(a_week, outlook.currency)} more a week needed"


def _may_be_rejected(outlook: Outlook) -> str:
    """Return how sure it is that a target that is reached stays so."""
    if outlook.chance is None or outlook.chance > _SAFE or not outlook.undecided:
        return ""
    kept = in_percent(outlook.chance)
    return f", and stays so with {kept}: {leads(outlook.undecided)} may still be rejected"


def _part_untold(outlook: Outlook) -> str:
    """Return how far an ended month came, as far as the sources have told of it."""
    done, target = (amount(one, outlook.currency) for one in (outlook.done, outlook.target))
    if outlook.done >= outlook.target:
        return f"ended: reached, {done} of {target}; not all of it is told yet"
    return f"ended, and not all told yet: {done} of {target} so far; import the rest of the month"


def _ended(outlook: Outlook) -> str:
    done, target = (amount(one, outlook.currency) for one in (outlook.done, outlook.target))
    if outlook.done >= outlook.target:
        return f"ended: reached, {done} of {target}"
    short = amount(outlook.target - outlook.done, outlook.currency)
    return f"ended: {done} of {target}, {short} short"
