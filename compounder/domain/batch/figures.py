"""The figures of one strength, in the worksheet's order: for the derivation to tell and the review to look at."""

from dataclasses import dataclass

from compounder.domain.batch.beyond_use import DateLimit, beyond_use_limit, date_limits
from compounder.domain.batch.capsules import Fill
from compounder.domain.batch.order import BatchOrder, StrengthLine
from compounder.domain.batch.potency import Potency, corrected_potency, uncorrected_potency
from compounder.domain.batch.sizes import SizeConsidered, fill_in_size
from compounder.domain.batch.weighing import Role, Weighing, WeighingRange, weigh, weighing_ranges
from compounder.domain.units import Mass, MassPerCapsule, capsule, of


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything worked out for one strength. `limits` holds the policy's date first."""

    line: StrengthLine
    potency: Potency
    capsules_to_make: int
    fill: Fill
    sizes: tuple[SizeConsidered, ...]
    active: Weighing
    filler: Weighing
    limits: tuple[DateLimit, ...]

    @property
    def beyond_use(self) -> DateLimit:
        return beyond_use_limit(self.limits)

    @property
    def weighings(self) -> tuple[Weighing, ...]:
        return (self.active, self.filler)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groundwork:
    """What all strengths of an order share: potency, what each balance weighs, and the date limits."""

    order: BatchOrder
    potency: Potency
    ranges: tuple[WeighingRange, ...]
    limits: tuple[DateLimit, ...]


def groundwork(order: BatchOrder) -> Groundwork:
    """What is worked out once for the whole order; refuses where no strength of it has an answer."""
    return Groundwork(
        order=order,
        potency=potency_of(order),
        ranges=weighing_ranges(order.balances, order.weighing_tolerance),
        limits=_limits(order),
    )


def work_out(ground: Groundwork, line: StrengthLine) -> Figures:
    """The figures of one strength of an order; refuses where no answer exists."""
    order = ground.order
    to_make = order.extra_capsules.capsules_to_make(line.capsules)
    powder = active_per_capsule(order, line.strength, ground.potency)
    filled, sizes = fill_in_size(order, line.strength, powder)
    return Figures(
        line=line,
        potency=ground.potency,
        capsules_to_make=to_make,
        fill=filled,
        sizes=sizes,
        active=_weighing(ground, Role.ACTIVE, filled.active, to_make),
        filler=_weighing(ground, Role.FILLER, filled.filler, to_make),
        limits=ground.limits,
    )


def potency_of(order: BatchOrder) -> Potency:
    """The potency the order asks for: corrected by the certificate, or not."""
    chosen = corrected_potency if order.correct_for_potency else uncorrected_potency
    return chosen(order.active, order.strength_basis)


def active_per_capsule(order: BatchOrder, strength: MassPerCapsule, potency: Potency) -> MassPerCapsule:
    """Powder as weighed, mg per capsule: strength × (1 + overage) ÷ potency. Source: USP <1160>."""
    return strength * (1 + order.active_overage) / potency.value


def batch_mass(per_capsule: MassPerCapsule, capsules: int) -> Mass:
    """What `capsules` capsules hold together, in mg."""
    return per_capsule * of(capsules, capsule)


def _weighing(ground: Groundwork, role: Role, per_capsule: MassPerCapsule, capsules: int) -> Weighing:
    order = ground.order
    substance = order.active.substance if role is Role.ACTIVE else order.filler.substance
    exact = batch_mass(per_capsule, capsules)
    return weigh(substance.name, role, exact, ground.ranges, order.weighing_tolerance)


def _limits(order: BatchOrder) -> tuple[DateLimit, ...]:
    expiries = [(powder.substance.name, powder.expires_on) for powder in (order.active, order.filler)]
    return date_limits(order.compounded_on, order.beyond_use, expiries)
