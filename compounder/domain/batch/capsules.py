"""The fill of one capsule, by whichever method the order allows.

Pack statistics (the rule): filler = P_filler × (1 − Σ mᵢ/Pᵢ). Mass: filler = fill − Σ mᵢ. Density: filler =
(V_capsule − Σ mᵢ/ρᵢ) × ρ_filler. Masses mᵢ are of powder as weighed. A statistic measured at another size is scaled by
the ratio of the capsule volumes and marked as estimated. Source: USP <1160>, capsule filling by pack statistics.
"""

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
    return FillMethod.DENSITY if _densities(order) and not have_statistics else FillMethod.PACK_STATISTIC


def _densities(order: BatchOrder) -> tuple[Density, Density] | None:
    """The active powder's and the filler's, where both are known."""
    active, filler = order.active.density, order.filler.density
    return None if active is None or filler is None else (active, filler)


def fill(order: BatchOrder, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
    """The fill of a capsule of `size` with `active` mg of powder; refuses with `MissingPackStatistic`."""
    total, densities = order.fill_per_capsule, _densities(order)
    if total is not None:
        return _by_mass(total, active, size)
    if densities and fill_method(order) is FillMethod.DENSITY:
        return _by_density(order, densities, active, size)
    return _by_pack_statistic(order, active, size)


def _by_mass(total: MassPerCapsule, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
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


def _by_density(
    order: BatchOrder, densities: tuple[Density, Density], active: MassPerCapsule, size: CapsuleSize | None
) -> Fill:
    volume = order.capsule_volumes.get(size) if size else None
    if volume is None:
        raise lacks_volume(size)
    of_active, of_filler = densities
    taken = active / of_active
    filler = in_unit((volume - taken) * of_filler, MASS_PER_CAPSULE)
    return Fill(
        method=FillMethod.DENSITY,
        size=size,
        active=active,
        filler=filler,
        total=active + filler,
        room_taken=ratio(taken / volume),
        active_full=of_active,
        filler_full=of_filler,
        volume=volume,
    )


def _by_pack_statistic(order: BatchOrder, active: MassPerCapsule, size: CapsuleSize | None) -> Fill:
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
    order: BatchOrder, powder: ActivePowder | FillerPowder, size: CapsuleSize | None
) -> tuple[MassPerCapsule, CapsuleSize]:
    """The powder's statistic at `size`, and where it was measured: there, or at the nearest size, the larger of two."""
    if size is not None and size in powder.pack_statistics:
        return powder.pack_statistics[size], size
    ladder, volumes = list(CapsuleSize), order.capsule_volumes
    measured = [at for at in ladder if at in powder.pack_statistics and at in volumes and size in volumes]
    if size is None or not measured:
        raise lacks_statistic(order, powder, size)
    nearest = min(measured, key=lambda at: abs(ladder.index(at) - ladder.index(size)))
    return powder.pack_statistics[nearest] * ratio(volumes[size] / volumes[nearest]), nearest


def lacks_statistic(
    order: BatchOrder, powder: ActivePowder | FillerPowder, size: CapsuleSize | None
) -> MissingPackStatistic:
    """The refusal that names the powder and the size it has no statistic for; of any size, where none is asked."""
    room = "active" if powder is order.active else "filler"
    return MissingPackStatistic(ingredient=powder.substance.name, size=size or "", pointer=f"/{room}/pack_statistics")


def lacks_volume(size: CapsuleSize | None) -> MissingCapsuleVolume:
    """The refusal that names the size whose volume is not known."""
    return MissingCapsuleVolume(size=size or "", pointer="/capsule_volumes")


def has_own_figures(order: BatchOrder, size: CapsuleSize) -> bool:
    """Whether a fill of `size` needs no scaling: both statistics measured there, or its volume known."""
    if fill_method(order) is FillMethod.PACK_STATISTIC:
        return size in order.active.pack_statistics and size in order.filler.pack_statistics
    return size in order.capsule_volumes
