"""How many capsules were made of each strength, month by month: the months of a year, this one last.

The newest two months are counted each time. Those before hardly change and are long to count where a year has a hundred
thousand batches: each is counted once a day and remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from compounder.database.engine import Database
from compounder.database.search import capsules_made
from compounder.database.types import mass_of
from compounder.domain.calendar import days_in_month
from compounder.domain.units import MASS, format_dose

MONTHS = 12
NEWEST = 2


@dataclass(frozen=True, slots=True)
class MadeOfStrength:
    """The capsules made of a strength, a number for each month."""

    strength: str
    capsules: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class YearOfMaking:
    """Twelve months by their first days, and the strengths that were made in them, the smallest first."""

    months: tuple[date, ...]
    strengths: tuple[MadeOfStrength, ...]


def year_of_making(database: Database, site: str, today: date) -> YearOfMaking:
    """What was made in the last twelve months."""
    months = months_until(today)
    counts = [_remembered(database, site, month, today) for month in months[:-NEWEST]]
    counts += [_counted(database, site, month) for month in months[-NEWEST:]]
    strengths = (
        MadeOfStrength(format_dose(mass_of(strength_ng), MASS), tuple(count.get(strength_ng, 0) for count in counts))
        for strength_ng in sorted(set().union(*counts))
    )
    return YearOfMaking(months, tuple(strengths))


def months_until(today: date) -> tuple[date, ...]:
    """The first days of the last twelve months."""
    days = [today.replace(day=1)]
    while len(days) < MONTHS:
        days.append((days[-1] - timedelta(days=1)).replace(day=1))
    return tuple(reversed(days))


@lru_cache(maxsize=4 * MONTHS)
def _remembered(database: Database, site: str, month: date, _today: date) -> Mapping[int, int]:
    """A month as it was counted first on this day."""
    return _counted(database, site, month)


def _counted(database: Database, site: str, month: date) -> Mapping[int, int]:
    """The capsules made in a month, by strength in nanograms."""
    last_day = month.replace(day=days_in_month(month.year, month.month))
    with database.reading() as reading:
        return capsules_made(reading, site, month, last_day)
