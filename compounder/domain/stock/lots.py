"""Ingredient lots: a supplier's lot of one powder, its certificate of analysis, and how it packs into capsules.

Powders vary from lot to lot, so pack statistics and densities belong to a lot and a capsule size. Measuring one: weigh
five to ten filled capsules of the pure powder and subtract the mean empty shell; the weights are kept with the mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from compounder.domain.bounds import ASSAY, MOISTURE, Quantities, require_count, require_percent, require_text
from compounder.domain.calendar import ExpiryDay
from compounder.domain.errors import MissingKey, OutOfBounds
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import Substance, require_active
from compounder.domain.units import MASS, Density, Mass, MassPerCapsule, Percent, capsule, of, quantity_text

LONGEST_NAME = 60


class AssayBasis(StrEnum):
    """What the certificate's assay is stated on."""

    AS_IS = "as-is"
    ANHYDROUS = "anhydrous"
    DRIED = "dried"


class LotStatus(StrEnum):
    """Whether a lot may be used. Expiry is not a status: it follows from the day."""

    QUARANTINED = "quarantined"
    IN_USE = "in-use"
    USED_UP = "used-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What the certificate of analysis says of an active powder.

    `substance` is the powder in the jar; `assay_expressed_as` what its assay counts, by default the powder itself.
    """

    substance: Substance
    assay: Percent
    assay_basis: AssayBasis
    water: Percent | None = None
    loss_on_drying: Percent | None = None
    residual_solvent: Percent = Decimal(0)
    assay_expressed_as: Substance | None = None

    def __post_init__(self) -> None:
        require_active(self.substance, "substance")
        require_active(self.expressed_as, "assay_expressed_as")
        require_percent(self.assay, ASSAY, "assay")
        for name in ("water", "loss_on_drying", "residual_solvent"):
            share = getattr(self, name)
            if share is not None:
                require_percent(share, MOISTURE, name)
        if self.assay_basis is AssayBasis.ANHYDROUS and self.water is None:
            raise MissingKey(missing="water_percent", field_name="water")
        if self.assay_basis is AssayBasis.DRIED and self.loss_on_drying is None:
            raise MissingKey(missing="loss_on_drying_percent", field_name="loss_on_drying")

    @property
    def expressed_as(self) -> Substance:
        return self.assay_expressed_as or self.substance


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMeasurement(Quantities):
    """Filled capsules of one pure powder, weighed: what its pack statistic is worked out from."""

    capsule_size: CapsuleSize
    measured_on: date
    filled_weights: tuple[Mass, ...]
    mean_empty_shell: Mass

    def __post_init__(self) -> None:
        require_count(len(self.filled_weights), 5, 20, "filled_weights")
        Quantities.__post_init__(self)
        if min(self.filled_weights) <= self.mean_empty_shell:
            raise OutOfBounds(
                read=quantity_text(min(self.filled_weights), MASS),
                least=f"more than the empty shell, {quantity_text(self.mean_empty_shell, MASS)}",
                most="any weight",
                field_name="filled_weights",
            )

    @property
    def pack_statistic(self) -> MassPerCapsule:
        """Mean net mass of the powder that fills one capsule."""
        total = sum(self.filled_weights, of(0, self.mean_empty_shell.units))
        return (total / len(self.filled_weights) - self.mean_empty_shell) / of(1, capsule)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientLot(Quantities):
    """A lot as it was received. `certificate` belongs to an active powder; a filler has none that doses depend on."""

    substance: Substance
    grade: str = ""
    maker: str
    lot_number: str
    received_on: date
    expires_on: ExpiryDay
    quantity: Mass
    certificate_number: str = ""
    certificate: Certificate | None = None
    pack_statistics: Mapping[CapsuleSize, MassPerCapsule] = field(default_factory=dict)
    density: Density | None = None
    tapped_density: Density | None = None
    note: str = ""

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        for name in ("maker", "lot_number"):
            require_text(getattr(self, name), LONGEST_NAME, name)
        if self.substance.is_active and self.certificate is None:
            raise MissingKey(missing="certificate", field_name="certificate")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """Which lot a powder in an order is, and what is free of it; with it, the rules on lots run."""

    lot_id: str
    lot_number: str
    maker: str
    grade: str = ""
    status: LotStatus
    free: Mass
