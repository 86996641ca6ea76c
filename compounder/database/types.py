"""How values stand in columns: masses as whole nanograms, instants in UTC, codes that sort alike on both databases."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, TypeAlias

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Row, Select, Text, TypeDecorator
from sqlalchemy.orm import mapped_column

from compounder.domain.errors import OutOfBounds
from compounder.domain.units import MASS, Dimension, Mass, Quantity, magnitude, mg, of, quantity_text

_MOST_NANOGRAMS: Final = 10**18
_NANOGRAMS_IN_MG: Final = 6
_NANOGRAMS_BY_UNIT: Final = {"mcg": 3, "mg": _NANOGRAMS_IN_MG, "g": 9, "kg": 12}
"""Powers of ten."""
_LONGEST_ID: Final = 18
BATCHES_A_DAY: Final = 100_000
BEYOND_ALL: Final = 2**62
"""More than the number of any row or entry: where a page begins that follows no other, or a list that has no end."""


class Instant(TypeDecorator[datetime]):
    """A moment with its zone, kept in UTC; SQLite keeps no zone, so it is taken off and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


Identity: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A number that names a row; SQLite keeps rows by it only if it is called an integer."""
ByteOrdered: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text compared byte by byte, so that an index finds every text with the same beginning."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Code = Annotated[str, mapped_column(ByteOrdered)]
Number = Annotated[int, mapped_column(Identity)]


def nanograms(mass: Quantity, dimension: Dimension = MASS) -> int:
    """A mass as whole nanograms; refuses with `OutOfBounds` what has a finer part or is a million kilograms.

    >>> nanograms(of(Decimal("1.5"), mg))
    1500000
    """
    number = magnitude(mass, dimension).scaleb(_NANOGRAMS_IN_MG)
    if number != number.to_integral_value() or abs(number) >= _MOST_NANOGRAMS:
        raise OutOfBounds(read=quantity_text(mass, dimension), least="whole nanograms", most="1,000,000 kg")
    return int(number)


def nanograms_in(text: str) -> int:
    """Whole nanograms in a mass as documents write it, such as `"158.3 mg"`.

    >>> nanograms_in("158.3 mg")
    158300000
    """
    figure, unit = text.split(" ")
    return int(Decimal(figure).scaleb(_NANOGRAMS_BY_UNIT[unit]))


def mass_of(nanograms: int) -> Mass:
    """The mass, in mg, of whole nanograms."""
    return of(Decimal(nanograms).scaleb(-_NANOGRAMS_IN_MG), mg)


def row_id(text: str) -> int:
    """The number that an id writes; 0, which no row has, for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID else 0


def batch_id_of(day: date, number: int) -> int:
    """The day and the number among its batches as one whole number, which sorts as the history does.

    >>> batch_id_of(date(2026, 11, 21), 7)
    2026112100007
    """
    return int(f"{day:%Y%m%d}") * BATCHES_A_DAY + number
