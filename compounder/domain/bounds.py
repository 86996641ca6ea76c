"""Bounds that a value's own constructor holds to: dimension, sign and range.

Source of the ranges: the house rules for potency and weighing (assay 50–110 %, moisture 0–30 %, overage 0–10 %, extra
capsules 0–50 % or 0–50 by count, tolerance 0.01–10 %).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from statistics import median
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints

import pint

from compounder.domain.errors import MissingKey, NotAccepted, OutOfBounds, as_read
from compounder.domain.units import (
    MASS,
    Dimension,
    Quantity,
    format_shown,
    magnitude,
    of,
    percent_text,
    quantity_text,
    with_commas,
)

Mark = TypeVar("Mark")


@dataclass(frozen=True, slots=True)
class Between:
    """The least and most a ratio may be, both allowed."""

    least: Decimal
    most: Decimal


ASSAY = Between(Decimal("0.5"), Decimal("1.1"))
MOISTURE = Between(Decimal(0), Decimal("0.3"))
OVERAGE = Between(Decimal(0), Decimal("0.1"))
EXTRA = Between(Decimal(0), Decimal("0.5"))
TOLERANCE = Between(Decimal("0.0001"), Decimal("0.1"))
TARGET = Between(Decimal("0.0001"), Decimal("0.5"))
FRACTION = Between(Decimal(0), Decimal(1))
EARLIEST_DAY = date(1900, 1, 1)
LATEST_DAY = date(2200, 12, 31)
MOST_EXTRA_CAPSULES = 50
MOST_CAPSULES = 100_000


def require_percent(value: Decimal, allowed: Between, field_name: str) -> None:
    """Refuses with `OutOfBounds` a ratio outside `allowed`, naming both as percentages."""
    if not allowed.least <= value <= allowed.most:
        raise OutOfBounds(
            read=f"{percent_text(value)} %",
            least=f"{percent_text(allowed.least)} %",
            most=f"{percent_text(allowed.most)} %",
            field_name=field_name,
        )


def require_day(day: date, field_name: str) -> None:
    """Refuses with `OutOfBounds` a day on which nobody compounds: before 1900 or after 2200."""
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise OutOfBounds(
            read=day.isoformat(), least=EARLIEST_DAY.isoformat(), most=LATEST_DAY.isoformat(), field_name=field_name
        )


def require_text(text: str, most: int, field_name: str) -> None:
    """Refuses with `NotAccepted` a text that is blank, longer than `most`, or not printable on one line."""
    if not (text.strip() and len(text) <= most and text.isprintable()):
        raise NotAccepted(read=text, accepted=f"a text of 1 to {most} printable letters", field_name=field_name)


def require_reason(reason: str) -> None:
    """Refuses with `MissingKey` a reason that says nothing: it is kept for good beside what was done."""
    if not reason.strip():
        raise MissingKey(missing="reason", field_name="reason")


def require_count(value: int, least: int, most: int, field_name: str) -> None:
    """Refuses with `OutOfBounds` a count outside `least`–`most`."""
    if not least <= value <= most:
        raise OutOfBounds(read=as_read(value), least=f"{least:,}", most=f"{most:,}", field_name=field_name)


def require_length(values: Collection[object], most: int, field_name: str) -> None:
    """Refuses with `OutOfBounds` an empty list, or one of more than `most`."""
    if not 1 <= len(values) <= most:
        raise OutOfBounds(read=f"A list of {len(values):,}", least="1", most=f"{most:,}", field_name=field_name)


def require_possible(quantity: Quantity, dimension: Dimension, field_name: str, *, may_be_zero: bool) -> None:
    """Refuses with `OutOfBounds` a quantity that is not above zero, or beyond the most its dimension can be."""
    number = magnitude(quantity, dimension)
    if not 0 <= number <= dimension.most or (number == 0 and not may_be_zero):
        raise OutOfBounds(
            read=with_commas(quantity_text(quantity, dimension)),
            least="0" if may_be_zero else "above 0",
            most=format_shown(of(dimension.most, dimension.unit), dimension),
            field_name=field_name,
        )


def require_alike(weights: Sequence[Quantity], tare: Quantity, within: Between, what: str, field_name: str) -> None:
    """Refuses with `OutOfBounds` a weight whose net mass lies outside these shares of the median: a slip of the pen."""
    usual = median(weight - tare for weight in weights)
    least, most = usual * within.least, usual * within.most
    for weight in weights:
        if not least <= weight - tare <= most:
            raise OutOfBounds(
                read=f"{format_shown(weight, MASS)} among these {what}",
                least=format_shown(least + tare, MASS),
                most=format_shown(most + tare, MASS),
                field_name=field_name,
            )


class Quantities:
    """A frozen value whose `Annotated` quantities are checked: right dimension, Decimal inside, above zero.

    Names in `may_be_zero` may also be zero, as a repeatability of ten equal readings is.
    """

    __slots__ = ()
    may_be_zero: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        for name, dimension in _dimensions(type(self)):  # type: ignore[arg-type]  # mypy asks the class what its values would answer
            for quantity in _each(getattr(self, name)):
                require_dimension(quantity, dimension, name)
                require_possible(quantity, dimension, name, may_be_zero=name in self.may_be_zero)


def _each(value: Any) -> Iterable[Quantity]:
    if isinstance(value, Mapping):
        return value.values()
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def require_dimension(value: object, dimension: Dimension, field_name: str) -> None:
    """Refuses what is not a quantity of this dimension with a finite Decimal inside, such as a number or a float."""
    if (
        not isinstance(value, pint.Quantity)
        or not isinstance(value.magnitude, Decimal)
        or not value.magnitude.is_finite()
        or value.units.dimensionality != dimension.unit.dimensionality
    ):
        raise NotAccepted(read=str(value), accepted=dimension.name, field_name=field_name)


@cache
def _dimensions(owner: type) -> tuple[tuple[str, Dimension], ...]:
    hints = get_type_hints(owner, include_extras=True)
    found = ((field.name, dimension_of(hints[field.name])) for field in fields(owner))
    return tuple((name, dimension) for name, dimension in found if dimension)


def dimension_of(hint: Any) -> Dimension | None:
    """The dimension that a type hint names, looking into optionals, tuples and mappings; None if it names none."""
    return mark_in(hint, Dimension)


def mark_in(hint: Any, kind: type[Mark]) -> Mark | None:
    """The first mark of `kind` on an `Annotated` hint, or inside an optional, tuple or mapping of it."""
    if get_origin(hint) is Annotated:
        return next((mark for mark in get_args(hint)[1:] if isinstance(mark, kind)), None)
    return next((found for found in (mark_in(part, kind) for part in get_args(hint)) if found is not None), None)
