"""What a course is filled with: one strength for each step, or multiples of one strength.

Capsules are taken whole, never opened and divided; so a dose that whole capsules do not make is refused.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final

from compounder.domain.bounds import Quantities
from compounder.domain.care.errors import DoseDoesNotDivide
from compounder.domain.errors import NotAccepted
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    Mass,
    MassPerCapsule,
    capsule,
    format_dose,
    of,
    parse_quantity,
    quantity_text,
    ratio,
)

STEP_STRENGTHS: Final = "step-strengths"
_ONE_CAPSULE: Final = of(1, capsule)


class FillWith(ABC):
    """How doses become capsules."""

    __slots__ = ()

    @abstractmethod
    def capsules_for(self, dose: Mass) -> tuple[MassPerCapsule, int]:
        """The strength that a dose is filled with, and how many capsules of it make the dose."""


@dataclass(frozen=True, slots=True)
class StepStrengths(FillWith):
    """Each dose is one capsule of its own strength."""

    def capsules_for(self, dose: Mass) -> tuple[MassPerCapsule, int]:
        return dose / _ONE_CAPSULE, 1

    def __str__(self) -> str:
        return STEP_STRENGTHS


@dataclass(frozen=True, slots=True)
class MultiplesOf(FillWith, Quantities):
    """Each dose is so many capsules of the one strength."""

    strength: MassPerCapsule

    def capsules_for(self, dose: Mass) -> tuple[MassPerCapsule, int]:
        one = self.strength * _ONE_CAPSULE
        times, rest = divmod(dose, one)
        if rest:
            nearest = [dose - rest, dose - rest + one] if times else [one]
            raise DoseDoesNotDivide(
                dose=format_dose(dose, MASS),
                strength=format_dose(self.strength),
                nearest=tuple(format_dose(each, MASS) for each in nearest),
            )
        return self.strength, int(ratio(times))

    def __str__(self) -> str:
        return quantity_text(self.strength, MASS_PER_CAPSULE)


def parse_fill_with(text: object) -> FillWith:
    """What a course is filled with: `"step-strengths"`, or one strength such as `"1.5 mg"`.

    >>> str(parse_fill_with("1500 mcg"))
    '1.5 mg'
    """
    if text == STEP_STRENGTHS:
        return StepStrengths()
    if not isinstance(text, str) or not text[:1].isdigit():
        raise NotAccepted(read=text, accepted=f'{STEP_STRENGTHS}, or one strength such as "1.5 mg",')
    return MultiplesOf(parse_quantity(text, MASS_PER_CAPSULE))
