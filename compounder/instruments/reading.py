"""A stable reading of a balance: its own digits and unit, and the line that it sent, kept as evidence."""

from dataclasses import dataclass

from compounder.domain.errors import NotANumber
from compounder.domain.units import READING, Reading, parse_quantity, quantity_text
from compounder.instruments.errors import ForeignUnit, UnreadableLine

UNITS = ("g", "mg", "kg")


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceReading:
    """What a balance at rest showed. `line` is the whole line, without its end, as it came; `has_moved` is whether the
    balance was seen to move since the reading before."""

    reading: Reading
    line: str
    has_moved: bool = False

    @property
    def text(self) -> str:
        """The balance's digits and unit, as a person would type them: `"0.250 g"`."""
        return quantity_text(self.reading, READING)


def reading_of(figure: str, unit: str, line: str) -> BalanceReading:
    """The reading of a line whose parts were found; refuses with `ForeignUnit` or `UnreadableLine`.

    >>> reading_of("0.250", "g", "S S      0.250 g").text
    '0.250 g'
    """
    if unit not in UNITS:
        raise ForeignUnit(line=line, unit=unit)
    try:
        return BalanceReading(reading=parse_quantity(f"{figure} {unit}", READING), line=line)
    except NotANumber:
        raise UnreadableLine(line=line) from None
