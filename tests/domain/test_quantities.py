"""Our quantities go a shorter way than pint's own and come to the same figures, digit by digit."""

import operator
from collections.abc import Callable
from decimal import Decimal
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
    except (pint.DimensionalityError, ArithmeticError, ValueError) as refusal:
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
