"""Balances: what each can weigh within a tolerance, and how its digits look.

Electronic: minimum weighable = 2 × max(s, 0.41 d) ÷ tolerance, which at 0.1 % is USP <41>'s 2000 × s.
Prescription balance: minimum weighable = sensitivity requirement ÷ tolerance; u = sensitivity requirement ÷ 2.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import ClassVar, Final

from compounder.domain.bounds import Quantities, require_text
from compounder.domain.errors import NotAccepted, OutOfBounds
from compounder.domain.units import MASS, READING, Mass, Reading, in_unit, in_unit_of, mg, of, quantity_text

_ROUNDING_UNCERTAINTY: Final = Decimal("0.41")
_LONGEST_NAME = 40
_FINEST: Final = of(Decimal("0.000001"), mg)
_EXACT = Context(prec=24)
"""Four digits fewer than the arithmetic has: a third of 1.5 mg times three is 1.5 mg again before it is rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance(Quantities, ABC):
    """What every balance has: a name, the smallest step it shows, and if they are stated the most it carries and the
    last day of its calibration."""

    name: str
    readability: Reading
    capacity: Mass | None = None
    calibrated_until: date | None = None

    def __post_init__(self) -> None:
        require_text(self.name, _LONGEST_NAME, "name")
        Quantities.__post_init__(self)
        if self.readability < _FINEST:
            raise OutOfBounds(
                read=quantity_text(self.readability, READING),
                least="0.001 mcg",
                most="any step a balance shows",
                field_name="readability",
            )

    @property
    @abstractmethod
    def standard_uncertainty(self) -> Mass:
        """Of one weighing."""

    def minimum_weighable(self, tolerance: Decimal) -> Mass:
        """The least mass weighed within `tolerance`, in mg."""
        return in_unit(2 * self.standard_uncertainty / tolerance, MASS)

    @property
    @abstractmethod
    def minimum_formula(self) -> tuple[str, str]:
        """The rule for the minimum weighable, and its source."""

    def carries(self, reading: Reading) -> bool:
        """Whether the reading is within the capacity, where one is stated."""
        return self.capacity is None or bool(reading <= self.capacity)

    def is_overdue(self, day: date) -> bool:
        """Whether its calibration has ended before this day; one of which nothing is stated has not."""
        return self.calibrated_until is not None and self.calibrated_until < day

    def _steps(self, mass: Mass, rounding: str) -> Reading:
        step, unit = self.readability.magnitude, self.readability.units
        steps = _EXACT.divide(in_unit_of(mass, self.readability).magnitude, step)
        return of(steps.quantize(Decimal(1), rounding) * step, unit)

    def rounded(self, mass: Mass) -> Reading:
        """The reading nearest to `mass`, half up: the one place where a mass is rounded."""
        return self._steps(mass, ROUND_HALF_UP)

    def first_reading_from(self, mass: Mass) -> Reading:
        """The least reading that is not below `mass`."""
        return self._steps(mass, ROUND_CEILING)

    def last_reading_to(self, mass: Mass) -> Reading:
        """The greatest reading that is not above `mass`."""
        return self._steps(mass, ROUND_FLOOR)


def require_distinct_names(balances: Sequence[Balance]) -> None:
    """Refuses with `NotAccepted` two balances of one name: a weighing names its balance by nothing else."""
    names = [balance.name for balance in balances]
    for name in names:
        if names.count(name) > 1:
            raise NotAccepted(read=f"{name} twice", accepted="each name of a balance once", field_name="balances")


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectronicBalance(Balance):
    """Readability d and repeatability s, the standard deviation of repeated weighings."""

    repeatability: Mass
    may_be_zero: ClassVar[frozenset[str]] = frozenset({"repeatability"})

    @property
    def standard_uncertainty(self) -> Mass:
        return max(self.repeatability, _ROUNDING_UNCERTAINTY * self.readability)

    @property
    def minimum_formula(self) -> tuple[str, str]:
        return "2 × max(repeatability, 0.41 × readability) ÷ tolerance", "USP <41>"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionBalance(Balance):
    """Sensitivity requirement SR: the load that moves the pointer by one division."""

    sensitivity_requirement: Mass

    @property
    def standard_uncertainty(self) -> Mass:
        return self.sensitivity_requirement / 2

    @property
    def minimum_formula(self) -> tuple[str, str]:
        return "sensitivity requirement ÷ tolerance", "least weighable quantity of a prescription balance"
