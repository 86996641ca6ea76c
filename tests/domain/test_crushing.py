"""How many tablets are crushed for a mass of their powder."""

import pytest

from compounder.domain.batch.source import Tablets
from compounder.domain.batch.tablets import tablets_to_crush
from compounder.domain.units import parse_mass

TABLETS = Tablets(tablet_strength=parse_mass("50 mg"), mean_tablet_mass=parse_mass("140 mg"))


@pytest.mark.parametrize(
    ("powder", "tablets"), [("0.1 mg", 1), ("140 mg", 1), ("140.1 mg", 2), ("147 mg", 2), ("280 mg", 2), ("1.5 g", 11)]
)
def test_a_part_of_a_tablet_takes_a_whole_one(powder: str, tablets: int) -> None:
    assert tablets_to_crush(parse_mass(powder), TABLETS) == tablets
