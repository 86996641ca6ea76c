"""Which tablets a drug comes from, and how many are crushed for a mass of their powder."""

from datetime import date
from decimal import Decimal

import pytest

from compounder.domain.batch.source import DrugSource, Tablets, TriturationLot, tablets_of
from compounder.domain.batch.tablets import tablets_to_crush
from compounder.domain.units import parse_mass

TABLETS = Tablets(tablet_strength=parse_mass("50 mg"), mean_tablet_mass=parse_mass("140 mg"))


@pytest.mark.parametrize(
    ("powder", "tablets"), [("0.1 mg", 1), ("140 mg", 1), ("140.1 mg", 2), ("147 mg", 2), ("280 mg", 2), ("1.5 g", 11)]
)
def test_a_part_of_a_tablet_takes_a_whole_one(powder: str, tablets: int) -> None:
    assert tablets_to_crush(parse_mass(powder), TABLETS) == tablets


def a_trituration(tablets: Tablets | None) -> TriturationLot:
    return TriturationLot(name="T1", active_fraction=Decimal("0.1"), expires_on=date(2027, 1, 31), tablets=tablets)


@pytest.mark.parametrize(
    ("source", "tablets"),
    [(TABLETS, TABLETS), (a_trituration(TABLETS), TABLETS), (a_trituration(None), None), (None, None)],
)
def test_a_trituration_of_tablets_comes_from_tablets_in_the_end(
    source: DrugSource | None, tablets: Tablets | None
) -> None:
    assert tablets_of(source) is tablets
