"""The fill of one capsule, by whichever method the order allows.

Pack statistics (the rule): filler = P_filler × (1 − Σ mᵢ/Pᵢ). Mass: filler = fill − Σ mᵢ. Density: filler =
(V_capsule − Σ mᵢ/ρᵢ) × ρ_filler. Masses mᵢ are of powder as weighed. A statistic measured at another size is scaled by
the ratio of the capsule volumes and marked as estimated. Source: USP <1160>, capsule filling by pack statistics.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from compounder.domain.batch.order import ActivePowder, BatchOrder, FillerPowder
from compounder.domain.errors import MissingPackStatistic
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import Density, MassPerCapsule, VolumePerCapsule, mg_per_capsule, ratio


class FillMethod(StrEnum):
    """How the filler is worked out."""

    PACK_STATISTIC = "pack-statistic"
    MASS = "mass"
    DENSITY = "density"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One capsule's fill. `room_taken` is the share of the capsule that the active takes; over 1 it does not fit.

    `active_full` and `filler_full` are what each powder alone fills the capsule with: pack statistics, the fixed fill,
    or densities; `estimated_from` names the sizes that scaled statistics were measured at.
    """

    method: FillMethod
    size: CapsuleSize | None
    active: MassPerCapsule
    filler: MassPerCapsule
    room_taken: Decimal
    active_full: MassPerCapsule | Density
    filler_full: MassPerCapsule | Density
    volume: VolumePerCapsule | None = None
    estimated_from: tuple[tuple[str, CapsuleSize], ...] = ()

    @property
    def total(self) -> MassPerCapsule:
        return self.active + self.filler

    @property
    def holds_the_dose(self) -> bool:
        return self.room_taken <= 1

    @property
    def room_left(self) -> Decimal:
        return 1 - self.room_taken


def fill_method(order: BatchOrder) -> FillMethod:
    """Mass where the order fixes the fill; density where both powders have one and no statistics; else statistics."""
    if order.fill_per_capsule is not None:
        return FillMethod.MASS
    has_statistics = order.active.pack_statistics or order.filler.pack_statistics
    if not has_statistics and order.active.density is not None and order.filler.density is not None:
        return FillMethod.DENSITY
    return FillMethod.PACK_STATISTIC


def fill(order: BatchOrder, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
    """The fill of a capsule of `size` with `active` mg of powder; refuses with `MissingPackStatistic`."""
    return _METHODS[fill_method(order)](order, active, size)


def _by_mass(order: BatchOrder, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
    total = order.fill_per_capsule
    if total is None:
        raise MissingPackStatistic(ingredient=order.filler.substance.name, size=size or "")
    return Fill(
        method=FillMethod.MASS,
        size=size,
        active=active,
        filler=total - active,
        room_taken=ratio(active / total),
        active_full=total,
        filler_full=total,
    )


def _by_density(order: BatchOrder, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
    volume = order.capsule_volumes.get(size) if size else None
    if volume is None or order.active.density is None or order.filler.density is None:
        raise MissingPackStatistic(ingredient=order.filler.substance.name, size=size or "")
    taken = active / order.active.density
    return Fill(
        method=FillMethod.DENSITY,
        size=size,
        active=active,
        filler=((volume - taken) * order.filler.density).to(mg_per_capsule),
        room_taken=ratio(taken / volume),
        active_full=order.active.density,
        filler_full=order.filler.density,
        volume=volume,
    )


def _by_pack_statistic(order: BatchOrder, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
    if size is None:
        raise MissingPackStatistic(ingredient=order.active.substance.name, size="")
    active_full, active_from = _statistic(order.active, size, order.capsule_volumes)
    filler_full, filler_from = _statistic(order.filler, size, order.capsule_volumes)
    room_taken = ratio(active / active_full)
    sources = ((order.active.substance.name, active_from), (order.filler.substance.name, filler_from))
    return Fill(
        method=FillMethod.PACK_STATISTIC,
        size=size,
        active=active,
        filler=filler_full * (1 - room_taken),
        room_taken=room_taken,
        active_full=active_full,
        filler_full=filler_full,
        estimated_from=tuple((name, measured_at) for name, measured_at in sources if measured_at != size),
    )


def _statistic(
    powder: ActivePowder | FillerPowder, size: CapsuleSize, volumes: Mapping[CapsuleSize, VolumePerCapsule]
) -> tuple[MassPerCapsule, CapsuleSize]:
    """The powder's statistic at `size`, measured there or scaled from the nearest size, and where it was measured."""
    if size in powder.pack_statistics:
        return powder.pack_statistics[size], size
    measured = [at for at in powder.pack_statistics if at in volumes] if size in volumes else []
    if not measured:
        raise MissingPackStatistic(ingredient=powder.substance.name, size=size)
    ladder = list(CapsuleSize)
    nearest = min(measured, key=lambda at: abs(ladder.index(at) - ladder.index(size)))
    return powder.pack_statistics[nearest] * ratio(volumes[size] / volumes[nearest]), nearest


_METHODS: Mapping[FillMethod, Callable[[BatchOrder, MassPerCapsule, CapsuleSize | None], Fill]] = {
    FillMethod.MASS: _by_mass,
    FillMethod.DENSITY: _by_density,
    FillMethod.PACK_STATISTIC: _by_pack_statistic,
}


def has_own_figures(order: BatchOrder, size: CapsuleSize) -> bool:
    """Whether a fill of `size` needs no scaling: both statistics measured there, or its volume known."""
    if fill_method(order) is FillMethod.PACK_STATISTIC:
        return size in order.active.pack_statistics and size in order.filler.pack_statistics
    return size in order.capsule_volumes
