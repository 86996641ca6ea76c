"""Demand: what open prescriptions still ask for, less what stands on the shelf and may still be dispensed."""

from collections.abc import Mapping
from dataclasses import dataclass

from compounder.domain.units import MassPerCapsule


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandLine:
    """Capsules of one strength of a formulation: how many are prescribed and not yet dispensed, how many are here."""

    formulation: str
    strength: MassPerCapsule
    prescribed: int
    on_shelf: int
    prescriptions: int

    @property
    def to_make(self) -> int:
        """What the shelf does not cover; never less than none."""
        return max(0, self.prescribed - self.on_shelf)


def by_formulation(lines: tuple[DemandLine, ...]) -> Mapping[str, tuple[DemandLine, ...]]:
    """The lines of each formulation, in their sequence."""
    codes = dict.fromkeys(line.formulation for line in lines)
    return {code: tuple(line for line in lines if line.formulation == code) for code in codes}
