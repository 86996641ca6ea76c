"""Balances as the search for a way of weighing sees them: what each admits and shows, and which masses are handy."""

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

import pytest

from compounder.domain.batch.scales import Bench, Scale, bench_of
from compounder.domain.batch.weighing import weighing_ranges
from compounder.domain.stock.equipment import Balance, ElectronicBalance, PrescriptionBalance
from compounder.domain.units import READING, parse_mass, parse_quantity

FINE = Scale("fine", step=Decimal("0.1"), least=Decimal(20), most=Decimal(200), uncertainty=Decimal("0.1"))
COARSE = Scale("coarse", step=Decimal(10), least=Decimal(1000), most=None, uncertainty=Decimal(5))
BOTH = Bench((FINE, COARSE))
ROUGH = Scale("rough", step=Decimal(10), least=Decimal(20), most=None, uncertainty=Decimal(4))


def masses(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


@pytest.mark.parametrize(
    ("mass", "nearest", "above"), [("33.34", "33.3", "33.4"), ("33.35", "33.4", "33.4"), ("20", "20.0", "20.0")]
)
def test_a_scale_rounds_to_its_step_half_up_or_to_the_next_one(mass: str, nearest: str, above: str) -> None:
    assert FINE.rounded(Decimal(mass)) == Decimal(nearest)
    assert FINE.rounded(Decimal(mass), ROUND_CEILING) == Decimal(above)


@pytest.mark.parametrize(
    ("scale", "mass", "is_admitted"),
    [
        (FINE, "19.94", False),
        (FINE, "19.95", True),
        (FINE, "200.04", True),
        (FINE, "200.05", False),
        (COARSE, "994.9", False),
        (COARSE, "995", True),
        (COARSE, "9999999", True),
    ],
)
def test_a_scale_admits_what_it_reads_from_its_minimum_to_its_capacity(
    scale: Scale, mass: str, is_admitted: bool
) -> None:
    assert scale.admits(Decimal(mass)) is is_admitted
    assert Bench((scale,)).admits(Decimal(mass)) is is_admitted


@pytest.mark.parametrize(
    ("bench", "mass", "name", "relative"),
    [
        (BOTH, "50", "fine", "0.002"),
        (BOTH, "5000", "coarse", "0.001"),
        (BOTH, "500", "fine", "0.0002"),
        (Bench((COARSE, FINE)), "500", "fine", "0.0002"),
        (Bench((FINE, ROUGH)), "50", "fine", "0.002"),
        (Bench((ROUGH, FINE)), "50", "rough", "0.08"),
    ],
)
def test_the_first_scale_that_admits_a_mass_weighs_it_or_the_one_of_the_smallest_minimum(
    bench: Bench, mass: str, name: str, relative: str
) -> None:
    assert bench.scale_for(Decimal(mass)).name == name
    assert bench.relative(Decimal(mass)) == Decimal(relative)
    assert bench.scale_for(Decimal(mass)).name == name, "asked for once more"


@pytest.mark.parametrize(
    ("mass", "is_shown"),
    [("25.5", True), ("25.55", False), ("19.9", False), ("500", False), ("1005", False), ("1010", True)],
)
def test_a_bench_shows_a_mass_to_its_last_digit_where_a_scale_admits_and_reads_it(mass: str, is_shown: bool) -> None:
    assert BOTH.shows(Decimal(mass)) is is_shown


@pytest.mark.parametrize(
    ("bench", "least", "most", "handy"),
    [
        (BOTH, "33.33", 10, masses("33.4", "40", "50", "60", "80", "100", "150", "200")),
        (BOTH, "33.33", 3, masses("33.4", "40", "50")),
        (BOTH, "5", 4, masses("20", "25", "30", "40")),
        (BOTH, "300", 3, masses("1000", "1500", "2000")),
        (
            BOTH,
            "1000",
            20,
            tuple(10 * mass for mass in masses("100", "150", "200", "250", "300", "400", "500", "600", "800", "1000")),
        ),
        (Bench((FINE,)), "200", 9, masses("200")),
        (Bench((FINE,)), "200.01", 9, ()),
        (Bench((ROUGH, FINE)), "33.33", 3, masses("40", "50", "60")),
    ],
)
def test_handy_masses_are_the_least_that_a_scale_shows_and_round_ones_to_ten_times_it(
    bench: Bench, least: str, most: int, handy: tuple[Decimal, ...]
) -> None:
    assert bench.handy(Decimal(least), most) == handy


def test_a_wider_tolerance_lets_each_scale_weigh_less() -> None:
    """2 × 0.1 mg ÷ 5 % = 4 mg; 2 × 5 mg ÷ 5 % = 200 mg."""
    assert BOTH.within(Decimal("0.05")) == Bench((replace(FINE, least=Decimal(4)), replace(COARSE, least=Decimal(200))))


def test_a_finer_scale_is_a_share_of_the_finest_beside_the_others() -> None:
    finer = replace(FINE, least=Decimal(2), step=Decimal("0.01"), uncertainty=Decimal("0.01"))
    assert Bench((COARSE, FINE)).with_finer(Decimal("0.1")) == Bench((COARSE, FINE, finer))


def test_the_bench_of_an_order_has_each_balance_in_milligrams() -> None:
    """E1: 6 mg at 5 % = 120 mg, and u is half of it; 2 × 0.2 mg at 5 % = 8 mg."""
    balances: tuple[Balance, ...] = (
        PrescriptionBalance(
            name="P1", readability=parse_quantity("0.001 g", READING), sensitivity_requirement=parse_mass("6 mg")
        ),
        ElectronicBalance(
            name="B1",
            readability=parse_quantity("0.1 mg", READING),
            repeatability=parse_mass("0.2 mg"),
            capacity=parse_mass("5 g"),
        ),
    )
    assert bench_of(weighing_ranges(balances, Decimal("0.05"))).scales == (
        Scale("P1", step=Decimal(1), least=Decimal(120), most=None, uncertainty=Decimal(3)),
        Scale("B1", step=Decimal("0.1"), least=Decimal(8), most=Decimal(5000), uncertainty=Decimal("0.2")),
    )
