"""Quantities as people write them: one door in, two ways out.

Text becomes a quantity by a closed grammar and a closed list of units, never by pint's own parser, which reads `1,5 mg`
as 15 mg and `Mg` as a million grams. Doses leave with a leading zero and no trailing zero, weighings with the balance's
digits (ISMP list of error-prone abbreviations; Joint Commission, exception for measured values).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import pint
from pint.facets.plain import PlainUnit

from compounder.domain.errors import NotANumber, NotAWholeNumber, OutOfBounds, UnknownUnit, as_read
from compounder.domain.quantities import registry

if TYPE_CHECKING:
    Quantity: TypeAlias = pint.Quantity[Any]
else:
    Quantity = pint.Quantity
Unit: TypeAlias = PlainUnit

mg: Final = registry.Unit("milligram")
mL: Final = registry.Unit("milliliter")
capsule: Final = registry.Unit("capsule")
mg_per_capsule: Final = mg / capsule
mL_per_capsule: Final = mL / capsule
mg_per_mL: Final = mg / mL
_mcg, _g, _kg, _L = (registry.Unit(name) for name in ("mcg", "gram", "kilogram", "liter"))
_MASSES: Final[dict[str, Unit]] = {"mcg": _mcg, "mg": mg, "g": _g, "kg": _kg}
_SYMBOLS: Final[dict[Unit, str]] = {unit: symbol for symbol, unit in _MASSES.items()}
_VOLUMES: Final[dict[str, Unit]] = {"mL": mL, "L": _L}
_ONE: Final = registry.Quantity(Decimal(1))


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """What a quantity measures: the unit it is kept in, and the symbols a person may write for it.

    A reading keeps the unit and the digits it was written with; everything else is kept in `unit`. `most`, in `unit`,
    is the most that a given value may be: no jar, capsule or balance holds more, and no figure overflows.
    """

    name: str
    unit: Unit
    accepted: Mapping[str, Unit]
    symbol: str
    most: Decimal
    is_reading: bool = False
    one: Quantity = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "one", registry.Quantity(Decimal(1), self.unit))


MASS: Final = Dimension("a mass", mg, _MASSES, "mg", most=Decimal(1_000_000_000))
READING: Final = Dimension("a mass", mg, _MASSES, "mg", most=Decimal(1_000_000_000), is_reading=True)
VOLUME: Final = Dimension("a volume", mL, _VOLUMES, "mL", most=Decimal(1_000_000))
MASS_PER_CAPSULE: Final = Dimension(
    "a mass per capsule",
    mg_per_capsule,
    {symbol: unit / capsule for symbol, unit in _MASSES.items()},
    "mg",
    most=Decimal(1_000_000),
)
VOLUME_PER_CAPSULE: Final = Dimension(
    "a volume per capsule",
    mL_per_capsule,
    {symbol: unit / capsule for symbol, unit in _VOLUMES.items()},
    "mL",
    most=Decimal(1_000),
)
DENSITY: Final = Dimension("a density", mg_per_mL, {"g/mL": _g / mL}, "g/mL", most=Decimal(30_000))

Mass = Annotated[Quantity, MASS]
Reading = Annotated[Quantity, READING]
"""A mass as a balance shows it: its unit, its digits."""
Volume = Annotated[Quantity, VOLUME]
MassPerCapsule = Annotated[Quantity, MASS_PER_CAPSULE]
VolumePerCapsule = Annotated[Quantity, VOLUME_PER_CAPSULE]
Density = Annotated[Quantity, DENSITY]


@dataclass(frozen=True, slots=True)
class Written:
    """How a ratio is written in documents: as it is, or as a percentage."""

    as_percent: bool


Percent = Annotated[Decimal, Written(as_percent=True)]
"""A ratio where 1 is all of it, written as a percentage in documents and forms."""
Ratio = Annotated[Decimal, Written(as_percent=False)]
"""A ratio where 1 is all of it, written as it is."""

_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,6}", re.ASCII)
_NUMBER = re.compile(rf"(?:{_WHOLE_NUMBER.pattern})(?:\.[0-9]{{1,6}})?", re.ASCII)
_LONGEST_NUMBER = 14
_LONGEST_UNIT = 4
_A_GRAM = 1_000  # mg
_KEPT_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
_SHOWN_DIGITS = Context(prec=12, rounding=ROUND_HALF_UP)


def of(number: Decimal | int, unit: Unit) -> Quantity:
    """The quantity of `number` in a prebuilt `unit`."""
    return registry.Quantity(Decimal(number), unit)


def parse_number(text: object) -> Decimal:
    """The decimal that `text` writes: ASCII digits, one optional point, at most seven before it and six after.

    Refuses everything else with `NotANumber`. Source: the house grammar for quantities.

    >>> parse_number("0.25")
    Decimal('0.25')
    """
    if not isinstance(text, str) or len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise NotANumber(read=text)
    return Decimal(text)


def parse_percent(text: object) -> Decimal:
    """The ratio that a percentage writes: `"3"` is 0.03. Refuses like `parse_number`.

    >>> parse_percent("99.2")
    Decimal('0.992')
    """
    return parse_number(text).scaleb(-2)


def parse_count_text(text: str) -> int:
    """A whole number typed into a form: ASCII digits only, no sign, no point, at most seven digits."""
    if not _WHOLE_NUMBER.fullmatch(text):
        raise NotAWholeNumber(read=text)
    return int(text)


def parse_count(text: str, *, most: int) -> int:
    """A whole number from 1 to `most`, typed; refuses like `parse_count_text`, and with `OutOfBounds` another."""
    count = parse_count_text(text)
    if not 1 <= count <= most:
        raise OutOfBounds(read=as_read(count), least="1", most=f"{most:,}")
    return count


def parse_quantity(text: object, dimension: Dimension) -> Quantity:
    """The quantity that `text` writes, in the dimension's own unit: a number, one space, one of the accepted units.

    Refuses with `NotANumber` or `UnknownUnit`.

    >>> quantity_text(parse_quantity("0.25 g", MASS), MASS)
    '250 mg'
    """
    if not isinstance(text, str) or len(text) > _LONGEST_NUMBER + 1 + _LONGEST_UNIT or text.count(" ") != 1:
        raise NotANumber(read=text, accepted=_example(dimension))
    figure, symbol = text.split(" ", 1)
    if not _NUMBER.fullmatch(figure):
        raise NotANumber(read=text, accepted=_example(dimension))
    unit = dimension.accepted.get(symbol)
    if unit is None:
        raise UnknownUnit(read=symbol, accepted=tuple(dimension.accepted))
    written = registry.Quantity(Decimal(figure), unit)
    return written if dimension.is_reading else in_unit(written, dimension)


def kept_quantity(text: str, dimension: Dimension) -> Quantity:
    """A quantity that `quantity_text` wrote: computed figures may be negative and have more digits than people type."""
    figure, symbol = text.split(" ")
    written = registry.Quantity(Decimal(figure), dimension.accepted[symbol])
    return written if dimension.is_reading else in_unit(written, dimension)


def parse_mass(text: object) -> Mass:
    """A mass in milligrams from text such as `"1.5 mg"`; refuses like `parse_quantity`."""
    return parse_quantity(text, MASS)


def _example(dimension: Dimension) -> str:
    return f"a number, one space and {' or '.join(dimension.accepted)}, such as 1.5 {dimension.symbol}"


def in_unit_of(quantity: Quantity, other: Quantity) -> Quantity:
    """The same quantity in the unit of `other`; as it is when it is already, which spares most of pint's work."""
    return quantity if quantity.is_in_unit_of(other) else quantity.to(other.units)


def in_unit(quantity: Quantity, dimension: Dimension) -> Quantity:
    """The same quantity in its dimension's unit: mg, mL, per capsule or mg/mL."""
    return in_unit_of(quantity, dimension.one)


def magnitude(quantity: Quantity, dimension: Dimension) -> Decimal:
    """The bare number of a quantity in its dimension's unit: mg, mL, per capsule or mg/mL."""
    return in_unit(quantity, dimension).magnitude


def ratio(quantity: Quantity) -> Decimal:
    """The bare number of a quotient of like quantities."""
    return in_unit_of(quantity, _ONE).magnitude


def digits(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros.

    >>> digits(Decimal("1E+3")), digits(Decimal("0.500"))
    ('1000', '0.5')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def kept(number: Decimal) -> str:
    """A computed number as documents keep it: up to fifteen significant digits."""
    return digits(_KEPT_DIGITS.plus(number))


def shown(number: Decimal) -> str:
    """A computed number as derivations show it: up to twelve significant digits."""
    return digits(_SHOWN_DIGITS.plus(number))


def quantity_text(quantity: Quantity, dimension: Dimension) -> str:
    """A quantity as documents keep it: `"158.278422502 mg"`, at most fifteen significant digits, no commas."""
    if dimension.is_reading:
        return f"{quantity.magnitude:f} {_SYMBOLS[quantity.units]}"
    number = magnitude(quantity, dimension)
    return f"{kept(number.scaleb(-3) if dimension is DENSITY else number)} {dimension.symbol}"


def format_reading(reading: Reading) -> str:
    """A weighing for people: the balance's own digits and unit, commas from 1,000: `"12,254.5 mg"`, `"0.250 g"`."""
    return with_commas(quantity_text(reading, READING))


def percent_text(share: Decimal) -> str:
    """A ratio as a percentage without its sign: 0.992 is `"99.2"`."""
    return kept(share.scaleb(2))


def format_dose(dose: Quantity, dimension: Dimension = MASS_PER_CAPSULE) -> str:
    """A dose for people: leading zero, no trailing zero, commas from 1,000, never an exponent: `"0.5 mg"`."""
    return f"{with_commas(digits(magnitude(dose, dimension)))} {dimension.symbol}"


def format_shown(quantity: Quantity, dimension: Dimension) -> str:
    """A computed quantity for people: up to twelve significant digits, commas from 1,000."""
    number = magnitude(quantity, dimension)
    return f"{with_commas(shown(number.scaleb(-3) if dimension is DENSITY else number))} {dimension.symbol}"


def format_stock(mass: Mass) -> str:
    """A mass in a jar, for people: in grams from 1 g on, exactly: `"48.9106 g"`, `"320.5 mg"`."""
    number = magnitude(mass, MASS)
    figure, symbol = (number.scaleb(-3), "g") if abs(number) >= _A_GRAM else (number, "mg")
    return f"{with_commas(shown(figure))} {symbol}"


def format_rounded(quantity: Quantity, dimension: Dimension, places: str = "0.1", rounding: str = ROUND_HALF_UP) -> str:
    """A figure to read, not to weigh: rounded, half up, to `places`, commas from 1,000: a fill of `"120.5 mg"`."""
    rounded = magnitude(quantity, dimension).quantize(Decimal(places), rounding)
    return f"{with_commas(f'{rounded:f}')} {dimension.symbol}"


def format_limits(least: Quantity, most: Quantity, dimension: Dimension) -> str:
    """Two limits to read, rounded inwards: what meets the printed ones meets the exact ones.

    >>> format_limits(of(Decimal("108.4554"), mg), of(Decimal("132.5566"), mg), MASS)
    '108.5 mg to 132.5 mg'
    """
    lower = format_rounded(least, dimension, rounding=ROUND_CEILING)
    return f"{lower} to {format_rounded(most, dimension, rounding=ROUND_FLOOR)}"


def with_commas(number: str) -> str:
    """Thousands commas in the whole part of a plain decimal; its digits stay as they are.

    >>> with_commas("12254.50 mg")
    '12,254.50 mg'
    """
    whole, point, rest = number.partition(".")
    figure, space, unit = whole.partition(" ")
    sign = "-" if figure.startswith("-") else ""
    return f"{sign}{int(figure.removeprefix('-')):,}{space}{unit}{point}{rest}"
