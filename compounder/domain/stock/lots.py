"""Ingredient lots: a supplier's lot of one powder, its certificate of analysis, and how it packs into capsules.

Powders vary from lot to lot, so pack statistics and densities belong to a lot and a capsule size. Measuring one: weigh
five to ten filled capsules of the pure powder and subtract the mean empty shell; the weights are kept with the mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from statistics import mean, stdev

from compounder.domain.absent import ABSENT_WHILE_EMPTY
from compounder.domain.batch.uncertainty import UncertaintyTerm
from compounder.domain.bounds import (
    ASSAY,
    MOISTURE,
    Between,
    Quantities,
    require_alike,
    require_count,
    require_percent,
    require_text,
)
from compounder.domain.calendar import ExpiryDay, format_day
from compounder.domain.errors import MissingKey, OutOfBounds
from compounder.domain.quality.pack_statistic import MixtureFacts, filler_statistic
from compounder.domain.stock.cas_numbers import read_cas_number, require_printed_for
from compounder.domain.stock.errors import DoubleHydrateCorrection, ExpiredAtReceipt
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import Substance, require_active
from compounder.domain.stock.tablets import TabletFacts
from compounder.domain.units import (
    MASS,
    Density,
    Mass,
    MassPerCapsule,
    Percent,
    Ratio,
    capsule,
    magnitude,
    of,
    percent_text,
    quantity_text,
)

LONGEST_NAME = 60
OF_ITS_MEDIAN = Between(Decimal("0.5"), Decimal(2))
"""One powder in one size: a net weight beyond half or twice the median is a slip of the pen, not of the hand."""


class AssayBasis(StrEnum):
    """What the certificate's assay is stated on."""

    AS_IS = "as-is"
    ANHYDROUS = "anhydrous"
    DRIED = "dried"


class LotStatus(StrEnum):
    """Whether a lot may be used. Expiry is not a status: it follows from the day. `rejected` is for good."""

    QUARANTINED = "quarantined"
    IN_USE = "in-use"
    USED_UP = "used-up"
    REJECTED = "rejected"


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
        self._require_possible_moisture()
        if self.assay_basis is AssayBasis.ANHYDROUS and self.water is None:
            raise MissingKey(missing="water_percent", field_name="water")
        if self.assay_basis is AssayBasis.DRIED and self.loss_on_drying is None:
            raise MissingKey(missing="loss_on_drying_percent", field_name="loss_on_drying")

    def _require_possible_moisture(self) -> None:
        together = (self.water or Decimal(0)) + self.residual_solvent
        if together > MOISTURE.most:
            raise OutOfBounds(
                read=f"{percent_text(together)} % of water and solvent together",
                least=f"{percent_text(MOISTURE.least)} %",
                most=f"{percent_text(MOISTURE.most)} %",
                field_name="residual_solvent",
            )

    @property
    def expressed_as(self) -> Substance:
        return self.assay_expressed_as or self.substance

    @property
    def counts_water_twice(self) -> bool:
        """Whether it contradicts itself: free of water, yet expressed as a hydrate."""
        return self.expressed_as.is_hydrate and self.assay_basis is not AssayBasis.AS_IS


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMeasurement(Quantities):
    """Filled capsules of one pure powder, weighed: what its pack statistic is worked out from. Where they are those of
    a batch, `mixture` says what else is in them, and the powder is its filler. `balance` is what they were weighed on;
    empty in documents from before it was asked for."""

    capsule_size: CapsuleSize
    measured_on: date
    filled_weights: tuple[Mass, ...]
    mean_empty_shell: Mass
    mixture: MixtureFacts | None = None
    balance: str = field(default="", metadata=ABSENT_WHILE_EMPTY)

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
        require_alike(self.filled_weights, self.mean_empty_shell, OF_ITS_MEDIAN, "weights", "filled_weights")

    @property
    def _net_milligrams(self) -> tuple[Decimal, ...]:
        return tuple(magnitude(filled - self.mean_empty_shell, MASS) for filled in self.filled_weights)

    @property
    def relative_standard_deviation(self) -> Decimal:
        """Of the net weights, as a ratio to their mean; standard deviation with n − 1."""
        return stdev(self._net_milligrams) / mean(self._net_milligrams)

    @property
    def pack_statistic(self) -> MassPerCapsule:
        """Mean net mass of the powder, alone, that fills one capsule."""
        if self.mixture:
            return filler_statistic(self.mixture.filled_with(self.mean_net))
        return self.mean_net / of(1, capsule)

    @property
    def mean_net(self) -> Mass:
        """What the mean capsule holds."""
        total = sum(self.filled_weights, of(0, self.mean_empty_shell.units))
        return total / len(self.filled_weights) - self.mean_empty_shell


@dataclass(frozen=True, slots=True, kw_only=True)
class TriturationFacts:
    """What a lot that was made here as a trituration is: `active_fraction`, drug powder as weighed per mass of it, from
    the weights taken, and what those weighings contribute to the uncertainty of what is made of it."""

    ratio: str
    active_fraction: Ratio
    diluent: Substance
    budget: tuple[UncertaintyTerm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientLot(Quantities):
    """A lot as it was received, or as it was made here. `certificate` belongs to an active powder; a filler has none
    that doses depend on, and tablets go by their label. `cas_number` is as the certificate prints it, `none` where it
    prints none; empty where it was not asked for."""

    substance: Substance
    grade: str = ""
    maker: str
    lot_number: str
    received_on: date
    expires_on: ExpiryDay
    quantity: Mass
    certificate_number: str = ""
    cas_number: str = field(default="", metadata=ABSENT_WHILE_EMPTY)
    certificate: Certificate | None = None
    pack_statistics: Mapping[CapsuleSize, MassPerCapsule] = field(default_factory=dict)
    density: Density | None = None
    tapped_density: Density | None = None
    tablets: TabletFacts | None = None
    trituration: TriturationFacts | None = None
    note: str = ""

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        for name in ("maker", "lot_number"):
            require_text(getattr(self, name), LONGEST_NAME, name)
        if self.substance.is_active and self.certificate is None and self.tablets is None:
            raise MissingKey(missing="certificate", field_name="certificate")
        if self.cas_number:
            require_printed_for(self.substance, read_cas_number(self.cas_number))
        self._require_a_certificate_without_contradiction()
        self._require_in_date_at_receipt()

    def _require_a_certificate_without_contradiction(self) -> None:
        if self.certificate and self.certificate.counts_water_twice:
            twice = self.certificate.expressed_as.name
            raise DoubleHydrateCorrection(substance=twice, pointer="/certificate/assay_basis")

    def _require_in_date_at_receipt(self) -> None:
        if self.expires_on < self.received_on:
            raise ExpiredAtReceipt(
                lot_number=self.lot_number,
                expired_on=format_day(self.expires_on),
                received_on=format_day(self.received_on),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """Which lot a powder in an order is, and what is free of it; with it, the rules on lots run."""

    lot_id: str
    lot_number: str
    maker: str
    grade: str = ""
    status: LotStatus
    free: Mass
