"""Drug that was weighed over its window, and what becomes of its plan."""

from fractions import Fraction
from typing import Any

from compounder.codec.converter import read
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.batch.recovery import (
    Impossible,
    Overweighed,
    RecoveryWay,
    Revised,
    one_strength,
    recoveries,
)
from compounder.domain.units import MASS, READING, format_reading, magnitude, parse_quantity
from tests.domain.orders import Document, an_active, an_order, plan_order


def over(reading: str, *others: str | None, line: int = 0, index: int = 0, **changes: Any) -> Overweighed:
    """A line of the drug of an order's batch read as this much, and what was read of the lines after it."""
    order = read(an_order(**changes), BatchOrder)
    plan = plan_order(order)[index]
    given_readings: list[str | None] = [*others]
    given_readings.insert(line, reading)
    given_readings += [None] * (len(plan.weighings) - len(given_readings))
    readings = tuple(parse_quantity(text, READING) if text else None for text in given_readings)
    return Overweighed(order=one_strength(order, plan), plan=plan, line=line, readings=readings)


def both(found: Overweighed) -> tuple[Revised | Impossible, Revised | Impossible]:
    more_capsules, more_filler = recoveries(found)
    assert (more_capsules.way, more_filler.way) == (RecoveryWay.MORE_CAPSULES, RecoveryWay.MORE_FILLER)
    return more_capsules, more_filler


def revised(found: Revised | Impossible) -> BatchPlan:
    assert isinstance(found, Revised), found.because
    return found.plan


def because(found: Revised | Impossible) -> str:
    assert isinstance(found, Impossible)
    return found.because


def exact(plan: BatchPlan) -> list[Fraction]:
    return [Fraction(magnitude(each.exact, MASS)) for each in plan.weighings]


def to_weigh(plan: BatchPlan) -> list[str]:
    return [format_reading(each.to_weigh) for each in plan.weighings]


def of_two_lots(reading: str, *others: str | None, line: int = 0) -> Overweighed:
    """100 capsules of 4.5 mg, 200 mg of it from a first lot, pure; 312.5 mg from the second, of 80 %."""
    return over(reading, *others, line=line, next_active=a_second_lot("200 mg"))


def a_second_lot(first_gives: str) -> Document:
    """A lot of 80 % after one that has so much left."""
    return {"powder": an_active(assay_percent="80"), "first_gives": first_gives}
