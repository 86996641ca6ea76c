"""The fill of one capsule, by whichever method the order allows.

Pack statistics (the rule): filler = P_filler × (1 − Σ mᵢ/Pᵢ). Mass: filler = fill − Σ mᵢ. Density: filler =
(V_capsule − Σ mᵢ/ρᵢ) × ρ_filler. Masses mᵢ are of powder as weighed. A statistic measured at another size is scaled by
the ratio of the capsule volumes and marked as estimated. Source: USP <1160>, capsule filling by pack statistics.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from compounder.domain.batch.errors import MissingCapsuleVolume, MissingPackStatistic
from compounder.domain.batch.order import ActivePowder, BatchOrder, FillerPowder
from compounder.domain.batch.weighing import A_HAIR
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS_PER_CAPSULE, Density, MassPerCapsule, VolumePerCapsule, in_unit, ratio


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
    total: MassPerCapsule
    room_taken: Decimal
    active_full: MassPerCapsule | Density
    filler_full: MassPerCapsule | Density
    volume: VolumePerCapsule | None = None
    estimated_from: tuple[tuple[str, CapsuleSize], ...] = ()

    @property
    def holds_the_dose(self) -> bool:
        return self.room_taken <= 1

    @property
    def room_left(self) -> Decimal:
        return 1 - self.room_taken

    def leaves(self, least: Decimal) -> bool:
        """Whether at least this share of the capsule, or of the fixed fill, is left for filler."""
        return least - self.room_left <= A_HAIR


def fill_method(order: BatchOrder) -> FillMethod:
    """Mass where the order fixes the fill; density where both powders have one and not both statistics; else these."""
    if order.fill_per_capsule is not None:
        return FillMethod.MASS
    have_statistics = bool(order.active.pack_statistics and order.filler.pack_statistics)
    have_densities = order.active.density is not None and order.filler.density is not None
    return FillMethod.DENSITY if have_densities and not have_statistics else FillMethod.PACK_STATISTIC


def fill(order: BatchOrder, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
    """The fill of a capsule of `size` with `active` mg of powder; refuses with `MissingPackStatistic`."""
    return _METHODS[fill_method(order)](order, active, size)


def _by_mass(order: BatchOrder, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
    total = order.fill_per_capsule
    if total is None:
        raise lacks_statistic(order, order.filler, size)
    return Fill(
        method=FillMethod.MASS,
        size=size,
        active=active,
        filler=total - active,
        total=total,
        room_taken=ratio(active / total),
        active_full=total,
        filler_full=total,
    )


def _by_density(order: BatchOrder, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
    volume = order.capsule_volumes.get(size) if size else None
    if volume is None or order.active.density is None or order.filler.density is None:
        raise lacks_volume(size)
    taken = active / order.active.density
    filler = in_unit((volume - taken) * order.filler.density, MASS_PER_CAPSULE)
    return Fill(
        method=FillMethod.DENSITY,
        size=size,
        active=active,
        filler=filler,
        total=active + filler,
        room_taken=ratio(taken / volume),
        active_full=order.active.density,
        filler_full=order.filler.density,
        volume=volume,
    )


def _by_pack_statistic(order: BatchOrder, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
    if size is None:
        raise lacks_statistic(order, order.active, size)
    active_full, active_from = _statistic(order, order.active, size)
    filler_full, filler_from = _statistic(order, order.filler, size)
    room_taken = ratio(active / active_full)
    filler = filler_full * (1 - room_taken)
    sources = ((order.active.substance.name, active_from), (order.filler.substance.name, filler_from))
    return Fill(
        method=FillMethod.PACK_STATISTIC,
        size=size,
        active=active,
        filler=filler,
        total=active + filler,
        room_taken=room_taken,
        active_full=active_full,
        filler_full=filler_full,
        estimated_from=tuple((name, measured_at) for name, measured_at in sources if measured_at != size),
    )


def _statistic(
    order: BatchOrder, powder: ActivePowder | FillerPowder, size: CapsuleSize
) -> tuple[MassPerCapsule, CapsuleSize]:
    """The powder's statistic at `size`, and where it was measured: there, or at the nearest size, the larger of two."""
    if size in powder.pack_statistics:
        return powder.pack_statistics[size], size
    ladder, volumes = list(CapsuleSize), order.capsule_volumes
    measured = [at for at in ladder if at in powder.pack_statistics and at in volumes and size in volumes]
    if not measured:
        raise lacks_statistic(order, powder, size)
    nearest = min(measured, key=lambda at: abs(ladder.index(at) - ladder.index(size)))
    return powder.pack_statistics[nearest] * ratio(volumes[size] / volumes[nearest]), nearest


_METHODS: Mapping[FillMethod, Callable[[BatchOrder, MassPerCapsule, CapsuleSize | None], Fill]] = {
    FillMethod.MASS: _by_mass,
    FillMethod.DENSITY: _by_density,
    FillMethod.PACK_STATISTIC: _by_pack_statistic,
}


def lacks_statistic(
    order: BatchOrder, powder: ActivePowder | FillerPowder, size: CapsuleSize | None
) -> MissingPackStatistic:
    """The refusal that names the powder and the size it has no statistic for; of any size, where none is asked."""
    room = "active" if powder is order.active else "filler"
    return MissingPackStatistic(ingredient=powder.substance.name, size=size or "", pointer=f"/{room}/pack_statistics")


def lacks_volume(size: CapsuleSize | None) -> MissingCapsuleVolume:
    """The refusal that names the size whose volume is not known."""
    return MissingCapsuleVolume(ingredient="", size=size or "", pointer="/capsule_volumes")


def has_own_figures(order: BatchOrder, size: CapsuleSize) -> bool:
    """Whether a fill of `size` needs no scaling: both statistics measured there, or its volume known."""
    if fill_method(order) is FillMethod.PACK_STATISTIC:
        return size in order.active.pack_statistics and size in order.filler.pack_statistics
    return size in order.capsule_volumes
