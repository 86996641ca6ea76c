"""Quantities as pint has them, without the long way that pint goes for arrays, temperatures and decibels.

Our units are multiples of a few, and every magnitude is a Decimal: a product is one of magnitudes and one of units, a
sum or a comparison in one unit is one of magnitudes, and what pint found out of units once is remembered. Whatever else
is asked is answered by pint itself. The figures are pint's in either case, digit by digit.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, Final, TypeGuard

import pint
from pint.facets.plain import PlainUnit
from pint.util import UnitsContainer

DEFINITIONS: Final = """
micro- = 0.000001
milli- = 0.001 = m-
kilo- = 1000 = k-
gram = [mass] = g
mcg = 0.001 * milligram
liter = [volume] = L
capsule = [capsule]
"""
_BARE: Final = (Decimal, int)


class DecimalQuantity(pint.Quantity[Any]):
    """A Decimal and its unit."""

    def __new__(cls, value: Any, units: Any = None) -> Any:
        container = units._units if isinstance(units, PlainUnit) else units
        if type(value) is Decimal and type(container) is UnitsContainer:
            return _made(cls, value, container)
        return super().__new__(cls, value, units)

    @property
    def units(self) -> PlainUnit:
        return _named(self._REGISTRY, self._units)

    def is_in_unit_of(self, other: "DecimalQuantity") -> bool:
        """Whether both are written in the very same unit."""
        return self._units is other._units or bool(self._units == other._units)

    def _is_like(self, other: object) -> "TypeGuard[DecimalQuantity]":
        return type(other) is type(self) and self.is_in_unit_of(other)

    def to(self, other: Any = None, *contexts: Any, **settings: Any) -> Any:
        if not isinstance(other, PlainUnit) or contexts or type(self._magnitude) is not Decimal:
            return super().to(other, *contexts, **settings)
        return _made(type(self), self._magnitude * _factor(self._REGISTRY, self._units, other._units), other._units)

    def to_root_units(self) -> Any:
        return self.to(_root(self._REGISTRY, self._units))

    def __mul__(self, other: Any) -> Any:
        if type(other) is type(self):
            return _made(type(self), self._magnitude * other._magnitude, _product(self._units, other._units))
        if type(other) in _BARE:
            return _made(type(self), self._magnitude * other, self._units)
        return super().__mul__(other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if type(other) is type(self):
            return _made(type(self), self._magnitude / other._magnitude, _quotient(self._units, other._units))
        if type(other) in _BARE:
            return _made(type(self), self._magnitude / other, self._units)
        return super().__truediv__(other)

    def __add__(self, other: Any) -> Any:
        if self._is_like(other):
            return _made(type(self), self._magnitude + other._magnitude, self._units)
        return super().__add__(other)

    def __sub__(self, other: Any) -> Any:
        if self._is_like(other):
            return _made(type(self), self._magnitude - other._magnitude, self._units)
        return super().__sub__(other)

    def __eq__(self, other: object) -> Any:
        if self._is_like(other):
            return self._magnitude == other._magnitude
        return super().__eq__(other)

    __hash__ = pint.Quantity.__hash__

    def compare(self, other: Any, op: Callable[[Any, Any], bool]) -> Any:
        if self._is_like(other):
            return op(self._magnitude, other._magnitude)
        return super().compare(other, op)


class Registry(pint.UnitRegistry[Any]):
    """The units of our quantities: none but those that it is given."""

    Quantity = DecimalQuantity


registry: Final = Registry(None, non_int_type=Decimal)
"""The one registry, made at import: the threads of a server must not each make it on first use."""
registry.load_definitions(DEFINITIONS.strip().splitlines())


def _made(kind: type[DecimalQuantity], magnitude: Decimal, units: UnitsContainer) -> DecimalQuantity:
    made = object.__new__(kind)
    made._magnitude, made._units = magnitude, units
    return made


@cache
def _named(registry: Any, units: UnitsContainer) -> PlainUnit:
    return registry.Unit(units)


@cache
def _root(registry: Any, units: UnitsContainer) -> PlainUnit:
    return registry.get_root_units(units)[1]


@cache
def _factor(registry: Any, units: UnitsContainer, wanted: UnitsContainer) -> Decimal:
    return registry.convert(Decimal(1), units, wanted)


@cache
def _product(one: UnitsContainer, other: UnitsContainer) -> UnitsContainer:
    return one * other


@cache
def _quotient(one: UnitsContainer, other: UnitsContainer) -> UnitsContainer:
    return one / other
