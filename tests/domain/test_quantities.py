"""Our quantities go a shorter way than pint's own and come to the same figures, digit by digit."""

import operator
import sys
from collections.abc import Callable
from decimal import Decimal
from types import FrameType
from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.quantities import DEFINITIONS, registry

PINTS: pint.UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=Decimal)
PINTS.load_definitions(DEFINITIONS.strip().splitlines())
UNITS = ("mg", "gram", "mcg", "kilogram", "mL", "liter", "mg / capsule", "gram / mL", "capsule", "")
NUMBERS = st.decimals("-1000000", "1000000", places=6) | st.decimals("0.001", "9", places=27)
QUANTITIES = st.tuples(NUMBERS, st.sampled_from(UNITS))
BARE = NUMBERS | st.integers(-1000, 1000)
Operation = Callable[[Any, Any], Any]
OF_TWO = [operator.add, operator.sub, operator.mul, operator.truediv, operator.eq, operator.lt, operator.ge]


def answer(operation: Operation, one: Any, other: Any) -> object:
    """What comes out, in words that tell every digit; or what is refused."""
    try:
        return said(operation(one, other))
    except (pint.DimensionalityError, ArithmeticError, ValueError, KeyError, TypeError) as refusal:
        return type(refusal)


def said(result: Any) -> object:
    """Every digit and the unit."""
    return (repr(result.magnitude), str(result.units)) if isinstance(result, pint.Quantity) else repr(result)


@pytest.mark.parametrize("operation", OF_TWO)
@given(one=QUANTITIES, other=QUANTITIES)
def test_two_quantities_give_what_pints_own_give(
    operation: Operation, one: tuple[Decimal, str], other: tuple[Decimal, str]
) -> None:
    ours, theirs = ((each.Quantity(*one), each.Quantity(*other)) for each in (registry, PINTS))
    assert answer(operation, *ours) == answer(operation, *theirs)


@pytest.mark.parametrize("operation", OF_TWO[:5])
@given(one=QUANTITIES, other=BARE)
def test_a_quantity_and_a_number_give_what_pints_own_give(
    operation: Operation, one: tuple[Decimal, str], other: Decimal | int
) -> None:
    ours, theirs = registry.Quantity(*one), PINTS.Quantity(*one)
    assert answer(operation, ours, other) == answer(operation, theirs, other)
    assert answer(operation, other, ours) == answer(operation, other, theirs)


@given(quantity=QUANTITIES, unit=st.sampled_from(UNITS))
def test_a_conversion_gives_what_pints_own_gives(quantity: tuple[Decimal, str], unit: str) -> None:
    ours, theirs = (
        answer(lambda one, wanted: one.to(wanted), each.Quantity(*quantity), each.Unit(unit))
        for each in (registry, PINTS)
    )
    assert ours == theirs


SELDOM: dict[str, Operation] = {
    "times a unit": lambda three, units: three * units.Unit("gram"),
    "through a unit": lambda three, units: three / units.Unit("gram"),
    "a unit through it": lambda three, units: units.Unit("gram") / three,
    "times a truth": lambda three, _: three * True,
    "in a unit by name": lambda three, _: three.to("gram"),
    "in a unit by its parts": lambda three, _: three.to({"gram": 1}),
    "in a unit, in a context": lambda three, units: three.to(units.Unit("gram"), "chemistry"),
    "in a unit, with a setting": lambda three, _: three.to("gram", molar_mass=1),
    "and a text": lambda three, _: three + "3 mg",
    "is a text": lambda three, _: three == "3 mg",
    "below a number": lambda three, _: three < 4,
}


@pytest.mark.parametrize("operation", SELDOM.values(), ids=SELDOM)
def test_what_is_seldom_asked_is_answered_by_pint(operation: Operation) -> None:
    ours, theirs = (answer(operation, each.Quantity(Decimal(3), "mg"), each) for each in (registry, PINTS))
    assert ours == theirs


THREE, GRAM = registry.Quantity(Decimal(3), "mg"), registry.Unit("gram")


OFTEN: dict[str, Callable[[], object]] = {
    "sum": lambda: THREE + THREE,
    "difference": lambda: THREE - THREE,
    "equal": lambda: THREE == THREE,
    "less": lambda: THREE.compare(THREE, operator.lt),
    "product": lambda: THREE * THREE,
    "quotient": lambda: THREE / THREE,
    "three times": lambda: 3 * THREE,
    "times three": lambda: THREE * Decimal(3),
    "a third": lambda: THREE / 3,
    "in grams": lambda: THREE.to(GRAM),
}


@pytest.mark.parametrize("operation", OFTEN.values(), ids=OFTEN)
def test_what_a_plan_asks_thousands_of_times_never_goes_pints_way(operation: Callable[[], object]) -> None:
    operation()
    assert [file for file in files_run_by(operation) if "facets" in file] == []


def files_run_by(operation: Callable[[], object]) -> list[str]:
    """The file of each function that runs."""
    found: list[str] = []

    def keep(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            found.append(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(keep)
    try:
        operation()
    finally:
        sys.setprofile(before)
    return found


MADE_ANEW = THREE / registry.Quantity(Decimal(1), "capsule") * registry.Quantity(Decimal(1), "capsule")
"""3 mg in a unit that came about by reckoning."""


def test_what_is_written_in_one_unit_is_told_from_what_is_not() -> None:
    assert [THREE.is_in_unit_of(each) for each in (THREE, MADE_ANEW, THREE * 1000 * GRAM)] == [True, True, False]


def test_masses_in_two_units_are_equal_by_value() -> None:
    assert registry.Quantity(Decimal("0.003"), "gram") == THREE
    assert registry.Quantity(Decimal(3), "gram") != THREE


def test_masses_in_two_units_are_added_in_the_firsts() -> None:
    assert said(THREE + registry.Quantity(Decimal(1), "gram")) == ("Decimal('1003')", "milligram")


def test_two_masses_are_multiplied_and_divided_with_their_units() -> None:
    assert said(THREE * THREE) == ("Decimal('9')", "milligram ** 2")
    assert said(THREE / THREE) == ("Decimal('1')", "dimensionless")
    assert said(THREE / GRAM) == ("Decimal('3')", "milligram / gram")
