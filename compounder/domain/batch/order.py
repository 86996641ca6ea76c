"""The order: one resolved document that says everything a calculation needs, and nothing else."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal

from compounder.domain.absent import ABSENT_WHILE_EMPTY
from compounder.domain.batch.as_weighed import AsWeighed, most_capsules
from compounder.domain.batch.beyond_use import BeyondUsePolicy
from compounder.domain.batch.source import MOST_RATIOS, USUAL_RATIOS, DrugSource, Triturating, TriturationRatio
from compounder.domain.bounds import (
    EXTRA,
    FRACTION,
    MOST_CAPSULES,
    MOST_EXTRA_CAPSULES,
    OVERAGE,
    TARGET,
    TOLERANCE,
    Quantities,
    require_count,
    require_day,
    require_length,
    require_percent,
)
from compounder.domain.calendar import ExpiryDay
from compounder.domain.errors import NotAccepted
from compounder.domain.stock.equipment import Balance, require_distinct_names
from compounder.domain.stock.lots import Certificate, LotFacts
from compounder.domain.stock.shells import NOMINAL_VOLUMES, TAPPED_DENSITIES, CapsuleSize
from compounder.domain.stock.substances import Substance, require_active, require_filler
from compounder.domain.units import (
    Density,
    Mass,
    MassPerCapsule,
    Percent,
    Ratio,
    VolumePerCapsule,
    format_dose,
    percent_text,
)

_MOST_STRENGTHS = 40
_MOST_BALANCES = 40


class ExtraCapsules(ABC):
    """Whole capsules made above the order for handling loss."""

    __slots__ = ()

    @abstractmethod
    def capsules_to_make(self, ordered: int) -> int:
        """Capsules to make for an order of this many."""

    @abstractmethod
    def as_formula(self, ordered: int) -> tuple[str, str]:
        """The rule in words, and with its numbers."""


@dataclass(frozen=True, slots=True)
class ExtraByPercent(ExtraCapsules):
    """Capsules to make = ordered × (1 + extra), rounded up."""

    percent: Percent

    def __post_init__(self) -> None:
        require_percent(self.percent, EXTRA, "percent")

    def capsules_to_make(self, ordered: int) -> int:
        return int((ordered * (1 + self.percent)).to_integral_value(ROUND_CEILING))

    def as_formula(self, ordered: int) -> tuple[str, str]:
        return "ordered × (1 + extra), rounded up", f"{ordered:,} × (1 + {percent_text(self.percent)} %)"


@dataclass(frozen=True, slots=True)
class ExtraByCount(ExtraCapsules):
    """Capsules to make = ordered + count."""

    count: int

    def __post_init__(self) -> None:
        require_count(self.count, 0, MOST_EXTRA_CAPSULES, "count")

    def capsules_to_make(self, ordered: int) -> int:
        return ordered + self.count

    def as_formula(self, ordered: int) -> tuple[str, str]:
        return "ordered + extra", f"{ordered:,} + {self.count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthLine(Quantities):
    """One strength of the titration and its number of capsules."""

    strength: MassPerCapsule
    capsules: int

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        require_count(self.capsules, 1, MOST_CAPSULES, "capsules")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivePowder(Certificate, Quantities):
    """The active as it lies in the jar: certificate, expiry, and how it packs."""

    expires_on: ExpiryDay
    pack_statistics: Mapping[CapsuleSize, MassPerCapsule] = field(default_factory=dict)
    density: Density | None = None
    lot: LotFacts | None = None

    def __post_init__(self) -> None:
        Certificate.__post_init__(self)
        Quantities.__post_init__(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextActive(Quantities):
    """The lot that gives what the order's own active lacks: `first_gives` is all that is left of that, as weighed."""

    powder: ActivePowder
    first_gives: Mass


@dataclass(frozen=True, slots=True, kw_only=True)
class FillerPowder(Quantities):
    """The filler as it lies in the jar. Its tapped density, site data, tells an implausible fill."""

    substance: Substance
    expires_on: ExpiryDay
    pack_statistics: Mapping[CapsuleSize, MassPerCapsule] = field(default_factory=dict)
    density: Density | None = None
    tapped_density: Density | None = None
    lot: LotFacts | None = None

    def __post_init__(self) -> None:
        require_filler(self.substance, "substance")
        Quantities.__post_init__(self)

    @property
    def known_tapped_density(self) -> Density | None:
        """This powder's own, or what a site starts with for the substance."""
        return self.tapped_density or TAPPED_DENSITIES.get(self.substance.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulationLimits(Quantities):
    """What the formulation allows; each rule runs only when it is given."""

    strength_range: tuple[MassPerCapsule, ...] = ()
    usual_strengths: tuple[MassPerCapsule, ...] = ()
    capsule_sizes: tuple[CapsuleSize, ...] = ()
    minimum_filler_fraction: Ratio = Decimal(0)

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        if len(self.strength_range) not in (0, 2) or list(self.strength_range) != sorted(self.strength_range):
            raise NotAccepted(
                read=" to ".join(format_dose(end) for end in self.strength_range),
                accepted="the least strength and then the most",
                field_name="strength_range",
            )
        require_percent(self.minimum_filler_fraction, FRACTION, "minimum_filler_fraction")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOrder(Quantities):
    """The whole order. The fill method follows from what is given: `fill_per_capsule` fixes the mass, pack statistics
    of both powders are the rule, densities of both mean volumes. Volumes, where given, are all that are known.
    `alternative` names the way of weighing that a person took instead of the preferred one;
    `trituration_excess` is made above what the aliquots need; `as_weighed` stands in an order of one strength that was
    revised at the bench, and only there. `asked_for` are the strengths that open prescriptions are short of.
    """

    compounded_on: date
    strength_basis: Substance
    strengths: tuple[StrengthLine, ...]
    active: ActivePowder
    filler: FillerPowder
    balances: tuple[Balance, ...]
    beyond_use: BeyondUsePolicy
    extra_capsules: ExtraCapsules
    capsule_size: CapsuleSize | None = None
    active_overage: Percent = Decimal(0)
    correct_for_potency: bool = True
    weighing_tolerance: Percent = Decimal("0.01")
    formulation: FormulationLimits | None = None
    capsule_volumes: Mapping[CapsuleSize, VolumePerCapsule] = field(default_factory=lambda: NOMINAL_VOLUMES)
    fill_per_capsule: MassPerCapsule | None = None
    trituration: Triturating = Triturating.NEVER
    ratios: tuple[TriturationRatio, ...] = USUAL_RATIOS
    source: DrugSource | None = None
    uncertainty_target: Percent = Decimal("0.01")
    trituration_excess: Percent = Decimal(0)
    alternative: str | None = None
    next_active: NextActive | None = None
    as_weighed: AsWeighed | None = field(default=None, metadata=ABSENT_WHILE_EMPTY)
    asked_for: tuple[MassPerCapsule, ...] = field(default=(), metadata=ABSENT_WHILE_EMPTY)

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        require_day(self.compounded_on, "compounded_on")
        require_active(self.strength_basis, "strength_basis")
        require_percent(self.active_overage, OVERAGE, "active_overage")
        require_percent(self.weighing_tolerance, TOLERANCE, "weighing_tolerance")
        require_length(self.strengths, _MOST_STRENGTHS, "strengths")
        self._require_distinct_strengths()
        require_length(self.balances, _MOST_BALANCES, "balances")
        require_distinct_names(self.balances)
        require_length(self.ratios, MOST_RATIOS, "ratios")
        require_percent(self.uncertainty_target, TARGET, "uncertainty_target")
        require_percent(self.trituration_excess, EXTRA, "trituration_excess")
        self._require_an_allowed_size()
        self._require_enough_capsules()

    def _require_distinct_strengths(self) -> None:
        seen = set()
        for line in self.strengths:
            if line.strength.magnitude in seen:
                raise NotAccepted(
                    read=f"{format_dose(line.strength)} twice", accepted="each strength once", field_name="strengths"
                )
            seen.add(line.strength.magnitude)

    def _require_an_allowed_size(self) -> None:
        allowed = self.formulation.capsule_sizes if self.formulation else ()
        if self.capsule_size and allowed and self.capsule_size not in allowed:
            raise NotAccepted(
                read=f"size {self.capsule_size}",
                accepted=f"size {' or '.join(allowed)}, as the formulation says,",
                field_name="capsule_size",
            )

    def capsules_to_make(self, line: StrengthLine) -> int:
        """Of one strength: as the formulation has it, or as it was revised to."""
        if self.as_weighed:
            return self.as_weighed.capsules_to_make
        return self.extra_capsules.capsules_to_make(line.capsules)

    def _require_enough_capsules(self) -> None:
        """What was revised at the bench is one batch, and still makes what was ordered of it."""
        if self.as_weighed is None:
            return
        require_length(self.strengths, 1, "strengths")
        (line,) = self.strengths
        to_make = self.as_weighed.capsules_to_make
        require_count(to_make, line.capsules, most_capsules(line.capsules), "as_weighed")
