"""Choosing a capsule size: the smallest that holds the dose and leaves room for the least filler the formulation asks,
among the sizes it allows and for which there is a statistic. Every size is listed with why it was taken or not.
"""

from dataclasses import dataclass
from decimal import ROUND_UP, Context, Decimal

from compounder.domain.batch.capsules import (
    Fill,
    FillMethod,
    fill,
    fill_method,
    has_own_figures,
    lacks_statistic,
    lacks_volume,
)
from compounder.domain.batch.errors import DoseExceedsCapsule, MissingPackStatistic
from compounder.domain.batch.order import BatchOrder
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS_PER_CAPSULE, MassPerCapsule, format_dose, in_unit, percent_text, with_commas

_BRIEFLY = Context(prec=2, rounding=ROUND_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeConsidered:
    """A capsule size, whether it was taken, and why."""

    size: CapsuleSize
    is_taken: bool
    reason: str


SizedFill = tuple[Fill, tuple[SizeConsidered, ...]]


def fill_in_size(order: BatchOrder, strength: MassPerCapsule, active: MassPerCapsule) -> SizedFill:
    """The fill in the size the order names, or in the size chosen; refuses with `DoseExceedsCapsule`.

    `active` is powder as weighed, mg per capsule.
    """
    if order.capsule_size is None:
        return _in_chosen_size(order, strength, active)
    filled = fill(order, active, order.capsule_size)
    if not filled.holds_the_dose:
        raise dose_exceeds(order, strength, filled)
    return filled, ()


def _in_chosen_size(order: BatchOrder, strength: MassPerCapsule, active: MassPerCapsule) -> SizedFill:
    sizes = allowed_sizes(order)
    fills = {size: fill(order, active, size) for size in sizes if has_own_figures(order, size)}
    if not fills:
        raise _no_figures_at_all(order)
    taken = next((size for size, filled in fills.items() if not _objection(order, filled)), None)
    if taken is None:
        raise dose_exceeds(order, strength, list(fills.values())[-1])
    return fills[taken], tuple(_considered(order, size, fills.get(size), taken) for size in sizes)


def allowed_sizes(order: BatchOrder) -> tuple[CapsuleSize, ...]:
    """The sizes to choose from, smallest first: the formulation's, or every one with figures of its own."""
    ladder = tuple(reversed(CapsuleSize))
    if order.formulation and order.formulation.capsule_sizes:
        return tuple(size for size in ladder if size in order.formulation.capsule_sizes)
    return tuple(size for size in ladder if has_own_figures(order, size))


def _considered(order: BatchOrder, size: CapsuleSize, filled: Fill | None, taken: CapsuleSize) -> SizeConsidered:
    if size == taken:
        return SizeConsidered(size=size, is_taken=True, reason="the smallest that holds the dose and enough filler")
    if filled is None:
        return SizeConsidered(size=size, is_taken=False, reason=_no_figures(order))
    reason = _objection(order, filled) or "larger than needed"
    return SizeConsidered(size=size, is_taken=False, reason=reason)


def _no_figures(order: BatchOrder) -> str:
    by_statistic = fill_method(order) is FillMethod.PACK_STATISTIC
    return "no pack statistic measured at this size" if by_statistic else "no capsule volume known"


def _objection(order: BatchOrder, filled: Fill) -> str:
    """Why this size cannot be taken; empty if it can."""
    least = order.formulation.minimum_filler_fraction if order.formulation else Decimal(0)
    if not filled.holds_the_dose:
        return f"overfilled by {with_commas(percent_text(_BRIEFLY.plus(-filled.room_left)))} %"
    if _fixed_fill_exceeds(order, filled):
        return "the fixed fill is heavier than it holds"
    if not filled.leaves(least):
        room, needed = percent_text(_BRIEFLY.plus(filled.room_left)), percent_text(least)
        return f"leaves {room} % for filler, {needed} % is the least"
    return ""


def _fixed_fill_exceeds(order: BatchOrder, filled: Fill) -> bool:
    heaviest = heaviest_plausible(order, filled.size)
    return filled.method is FillMethod.MASS and heaviest is not None and bool(filled.total > heaviest)


def heaviest_plausible(order: BatchOrder, size: CapsuleSize | None) -> MassPerCapsule | None:
    """What a capsule holds at the filler's tapped density, in mg; None where volume or density is not known."""
    volume, tapped = order.capsule_volumes.get(size) if size else None, order.filler.known_tapped_density
    return None if volume is None or tapped is None else in_unit(volume * tapped, MASS_PER_CAPSULE)


def dose_exceeds(order: BatchOrder, strength: MassPerCapsule, filled: Fill) -> DoseExceedsCapsule:
    """The refusal that says by how much this fill is too large, and which size would hold the dose."""
    is_fixed = filled.method is FillMethod.MASS
    return DoseExceedsCapsule(
        strength=format_dose(strength),
        size=filled.size or "",
        objection=_objection(order, filled),
        fitting_size=_fitting_size(order, filled.active),
        fixed_fill=format_dose(filled.total) if is_fixed and not filled.holds_the_dose else "",
    )


def _fitting_size(order: BatchOrder, active: MassPerCapsule) -> str:
    """The smallest size allowed, its statistic measured or scaled, that would hold the dose; empty if none does."""
    allowed = (order.formulation and order.formulation.capsule_sizes) or tuple(CapsuleSize)
    for size in (size for size in reversed(CapsuleSize) if size in allowed):
        try:
            if not _objection(order, fill(order, active, size)):
                return size
        except MissingPackStatistic:
            continue
    return ""


def _no_figures_at_all(order: BatchOrder) -> MissingPackStatistic:
    if fill_method(order) is not FillMethod.PACK_STATISTIC:
        return lacks_volume(None)
    return lacks_statistic(order, order.filler if order.active.pack_statistics else order.active, None)
