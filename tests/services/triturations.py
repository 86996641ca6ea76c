"""Triturations of a bench: an order that shares one, what it is made of, and the making."""

from datetime import date
from typing import Any

from compounder.database import batches
from compounder.domain.batch.source import Triturating, parse_ratio
from compounder.domain.record import trituration_record
from compounder.domain.record.trituration_record import WeightsTaken
from compounder.services.making import Making, make_trituration
from compounder.services.triturations import TriturationFile, of_order, trituration_file
from tests.services.orders import ANNA, DAY, MORNING, SITE, Bench

SHARED: dict[str, Any] = {"trituration": Triturating.SHARED, "ratios": (parse_ratio("1:10"),)}
LEAVES_SOME: dict[str, Any] = {"trituration": Triturating.EACH, "ratios": (parse_ratio("1:50"),)}
FOUR = parse_ratio("1:4")


def numbers_of(bench: Bench, order: str) -> tuple[list[str], list[str]]:
    """Our lot numbers of an order's triturations and of its batches."""
    with bench.database.reading() as reading:
        made = [row.lot_number for row in of_order(reading, SITE, order)]
        return made, [batch.record.lot_number for batch in batches.of_order(reading, SITE, order)]


def looked_at(bench: Bench, lot_number: str) -> TriturationFile:
    """Everything kept of one trituration."""
    with bench.database.reading() as reading:
        return trituration_file(reading, SITE, lot_number)


def as_planned(bench: Bench, lot_number: str) -> WeightsTaken:
    """What somebody weighs who makes no slip."""
    return trituration_record.as_planned(looked_at(bench, lot_number).stored.record.plan)


def make(bench: Bench, lot_number: str, taken: WeightsTaken, key: str = "making", on: date = DAY) -> str:
    """The id of the lot that the trituration is now."""
    making = Making(
        site=SITE, lot_number=lot_number, weights=taken, made_on=on, one_time_key=key, actor=ANNA, at=MORNING
    )
    with bench.database.writing() as writing:
        return make_trituration(writing, making)


def planned(bench: Bench) -> str:
    """Our lot number of a trituration that is still to be made."""
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", capsules=30, **SHARED))
    return made
