"""A past batch as another record tells it: what it must say, and within which bounds."""

from datetime import date
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError
from compounder.domain.record.past_batch import PastBatch, PastLot
from compounder.domain.units import MASS_PER_CAPSULE, parse_quantity
from tests.domain.refused import refused

LOT = PastLot(maker="Hillcrest", lot_number="NTX-1")
BATCH = PastBatch(
    lot_number="2024-17",
    formulation="Naltrexone hydrochloride capsules",
    strength=parse_quantity("4.5 mg", MASS_PER_CAPSULE),
    capsules=100,
    made_on=date(2024, 3, 1),
    beyond_use_date=date(2024, 8, 28),
    ingredient_lots=(LOT,),
    reference="Folder 3, sheet 17",
)


def test_a_lot_is_told_with_its_maker_where_the_record_names_one() -> None:
    assert [str(each) for each in (LOT, PastLot(lot_number="NTX-1"))] == ["Hillcrest: NTX-1", "NTX-1"]


@pytest.mark.parametrize(
    "changes",
    [
        {"lot_number": "x" * 40},
        {"formulation": "x" * 200, "reference": "x" * 200},
        {"capsules": 1},
        {"capsules": 100_000},
        {"ingredient_lots": ()},
        {"ingredient_lots": (LOT,) * 20},
        {"beyond_use_date": date(2024, 3, 1)},
    ],
)
def test_what_another_record_says_is_kept_to_the_ends_of_its_bounds(changes: dict[str, Any]) -> None:
    usual = {name: getattr(BATCH, name) for name in PastBatch.__slots__}
    batch = PastBatch(**(usual | changes))
    assert [getattr(batch, name) for name in changes] == list(changes.values())


@pytest.mark.parametrize(
    ("changes", "field_name"),
    [
        ({"lot_number": " "}, "lot_number"),
        ({"lot_number": "x" * 41}, "lot_number"),
        ({"formulation": ""}, "formulation"),
        ({"formulation": "x" * 201}, "formulation"),
        ({"reference": ""}, "reference"),
        ({"reference": "x" * 201}, "reference"),
        ({"strength": parse_quantity("0 mg", MASS_PER_CAPSULE)}, "strength"),
        ({"capsules": 0}, "capsules"),
        ({"capsules": 100_001}, "capsules"),
        ({"ingredient_lots": (LOT,) * 21}, "ingredient_lots"),
        ({"made_on": date(1899, 1, 1)}, "made_on"),
        ({"beyond_use_date": date(9999, 1, 1)}, "beyond_use_date"),
    ],
)
def test_what_no_record_says_is_refused_at_its_field(changes: dict[str, Any], field_name: str) -> None:
    assert refused(BATCH, **changes)[0] == field_name


def test_nothing_is_used_up_before_it_was_made() -> None:
    said = "The beyond-use date 29 Feb 2024 is before the day it was made, 1 Mar 2024."
    assert refused(BATCH, beyond_use_date=date(2024, 2, 29)) == ("beyond_use_date", said)


@pytest.mark.parametrize(
    "lot", [{"lot_number": " "}, {"lot_number": "x" * 201}, {"lot_number": "1", "maker": "x" * 201}]
)
def test_a_lot_has_a_number_and_no_more_than_a_line(lot: dict[str, str]) -> None:
    with pytest.raises(CompoundingError) as refusal:
        PastLot(**lot)
    assert getattr(refusal.value, "field_name", "") == "ingredient_lots"
    PastLot(lot_number="x" * 200, maker="x" * 200)
