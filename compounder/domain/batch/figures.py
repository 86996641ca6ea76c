"""The figures of one strength, in the worksheet's order: for the derivation to tell and the review to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compounder.domain.batch.beyond_use import DateLimit, beyond_use_limit, date_limits
from compounder.domain.batch.capsules import Fill
from compounder.domain.batch.errors import AliquotExceedsFiller, MissingPackStatistic
from compounder.domain.batch.order import BatchOrder, StrengthLine
from compounder.domain.batch.potency import Potency, corrected_potency, uncorrected_potency
from compounder.domain.batch.sizes import SizeConsidered, SizedFill, fill_in_size
from compounder.domain.batch.source import Tablets, TriturationLot, tablets_of
from compounder.domain.batch.tablets import tablet_potency, tablets_to_crush
from compounder.domain.batch.trituration import Mortar, Supply, supply_of, weighing_term
from compounder.domain.batch.uncertainty import Uncertainty, expanded_uncertainty
from compounder.domain.batch.weighing import A_NANOGRAM, Role, Weighing, WeighingRange, weighing_ranges
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    Mass,
    MassPerCapsule,
    capsule,
    format_dose,
    format_rounded,
    in_unit,
    magnitude,
    of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """What one strength needs, whichever way its drug is weighed: `drug`, powder as weighed, and `filler`, for all
    capsules; or for `mixed_for` so many, where a mixture for more than are filled is made of what was weighed."""

    index: int
    line: StrengthLine
    potency: Potency
    capsules_to_make: int
    fill: Fill
    sizes: tuple[SizeConsidered, ...]
    drug: Mass
    filler: Mass
    mixed_for: Decimal

    @property
    def left_over(self) -> Mass:
        """What is left of the mixture once all capsules are filled."""
        return batch_mass(self.fill.total, self.mixed_for - self.capsules_to_make)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLot:
    """Where two lots give the drug: the potency of the second, and the fill that each one's share alone would make."""

    potency: Potency
    own: Fill
    other: Fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything worked out for one strength. `limits` holds the policy's date first; `advice` says what would make
    the drug weighable where nothing does; `second` stands where the drug comes from two lots."""

    dose: Dose
    supply: Supply
    weighings: tuple[Weighing, ...]
    uncertainty: Uncertainty
    limits: tuple[DateLimit, ...]
    advice: str = ""
    second: SecondLot | None = None

    @property
    def line(self) -> StrengthLine:
        return self.dose.line

    @property
    def fill(self) -> Fill:
        return self.dose.fill

    @property
    def potency(self) -> Potency:
        return self.dose.potency

    @property
    def capsules_to_make(self) -> int:
        return self.dose.capsules_to_make

    @property
    def is_from_two_lots(self) -> bool:
        return self.second is not None

    @property
    def is_from_the_next_lot(self) -> bool:
        """Whether the second lot gives all of the drug."""
        return self.second is None and any(each.role is Role.NEXT_ACTIVE for each in self.weighings)

    @property
    def beyond_use(self) -> DateLimit:
        return beyond_use_limit(self.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groundwork:
    """What all strengths of an order share: potency, what each balance weighs, what the drug comes from, the dates."""

    order: BatchOrder
    potency: Potency
    ranges: tuple[WeighingRange, ...]
    supply: Supply
    limits: tuple[DateLimit, ...]

    @property
    def mortar(self) -> Mortar:
        return Mortar(order=self.order, ranges=self.ranges, drug=drug_name(self.order))


def groundwork(order: BatchOrder) -> Groundwork:
    """What is worked out once for the whole order; refuses where no strength of it has an answer."""
    planned = _as_packed(order)
    return Groundwork(
        order=planned,
        potency=potency_of(planned),
        ranges=weighing_ranges(planned.balances, planned.weighing_tolerance),
        supply=supply_of(planned),
        limits=order_limits(planned),
    )


def _as_packed(order: BatchOrder) -> BatchOrder:
    """Crushed tablets pack as they were measured, not as the pure powder does."""
    tablets = tablets_of(order.source)
    if tablets is None:
        return order
    return replace(order, active=replace(order.active, pack_statistics=tablets.pack_statistics, density=None))


def dose_of(ground: Groundwork, index: int) -> Dose:
    """What one strength of an order needs; refuses where no answer exists."""
    order, line = ground.order, ground.order.strengths[index]
    to_make = order.capsules_to_make(line)
    powder = active_per_capsule(order, line.strength, ground.potency)
    filled, sizes = _filled(order, line.strength, powder)
    drug, mixed_for = _mixture(ground, filled.active, to_make)
    dose = Dose(
        index=index,
        line=line,
        potency=ground.potency,
        capsules_to_make=to_make,
        fill=filled,
        sizes=sizes,
        drug=drug,
        filler=batch_mass(filled.filler, mixed_for),
        mixed_for=mixed_for,
    )
    _require_room(dose, ground.supply)
    return dose


def _mixture(ground: Groundwork, active: MassPerCapsule, to_make: int) -> tuple[Mass, Decimal]:
    """The drug powder that is mixed, and for how many capsules: those to make, or as many as all of it would fill."""
    told = ground.order.as_weighed
    if told is None or not told.mixes_all:
        return batch_mass(active, to_make), Decimal(to_make)
    drug = drug_of_weights(ground.order, [told.weighed])
    return drug, magnitude(drug, MASS) / magnitude(active, MASS_PER_CAPSULE)


def drug_of_weights(order: BatchOrder, weights: Sequence[Mass]) -> Mass:
    """Drug powder in the weights of an order's drug, its first lot's where it comes from two; that lot's own mass may
    be left out."""
    *first, last = weights
    if order.next_active is None:
        return in_unit(last, MASS) / supply_of(order).dilution
    gives = first[0] if first else order.next_active.first_gives
    second = potency_of(replace(order, active=order.next_active.powder))
    return in_unit(gives, MASS) + in_unit(last, MASS) * (second.value / potency_of(order).value)


def _filled(order: BatchOrder, strength: MassPerCapsule, powder: MassPerCapsule) -> SizedFill:
    """The fill; that crushed tablets have no pack statistic is said of the tablets, not of the active."""
    try:
        return fill_in_size(order, strength, powder)
    except MissingPackStatistic as refusal:
        if refusal.pointer != "/active/pack_statistics" or not tablets_of(order.source):
            raise
        tablets = "/source" if isinstance(order.source, Tablets) else "/source/tablets"
        raise refusal.at(f"{tablets}/pack_statistics") from None


def _require_room(dose: Dose, supply: Supply) -> None:
    """Refuses a trituration in stock whose diluent alone is more than the filler."""
    diluent = supply.aliquot(dose.drug) - dose.drug
    if magnitude(diluent - dose.filler, MASS) >= A_NANOGRAM:
        raise AliquotExceedsFiller(
            strength=format_dose(dose.line.strength),
            aliquot=f"An aliquot of trituration {supply.name}",
            diluent=format_rounded(diluent, MASS),
            filler=format_rounded(dose.filler, MASS),
        )


def weigh_out(ground: Groundwork, dose: Dose, supply: Supply, advice: str = "") -> Figures:
    """The weighings of one strength: its drug, or the aliquot that holds it, and the filler that is not in it yet."""
    drug = _drug(ground, dose, supply)
    return Figures(
        dose=dose,
        supply=supply,
        weighings=(drug, *_filler(ground, dose, supply)),
        uncertainty=expanded_uncertainty([*supply.budget, weighing_term(ground.ranges, drug)]),
        limits=ground.limits,
        advice=advice,
    )


def _drug(ground: Groundwork, dose: Dose, supply: Supply) -> Weighing:
    if supply.is_dilute:
        aliquot = ground.mortar.weigh(f"trituration {supply.name}", Role.ALIQUOT, supply.aliquot(dose.drug))
        return replace(aliquot, trituration=supply.name)
    return with_tablets(ground.order, ground.mortar.weigh(drug_name(ground.order), Role.ACTIVE, dose.drug))


def _filler(ground: Groundwork, dose: Dose, supply: Supply) -> Iterator[Weighing]:
    """Diluent that is in the aliquot is filler already; where it is all of it, nothing is left to weigh."""
    exact = dose.filler - (supply.aliquot(dose.drug) - dose.drug)
    if not supply.is_dilute or abs(magnitude(exact, MASS)) >= A_NANOGRAM:
        yield ground.mortar.weigh(ground.order.filler.substance.name, Role.FILLER, exact)


def drug_name(order: BatchOrder) -> str:
    """What stands on the jar that the drug is weighed from."""
    name = order.active.substance.name
    return f"{name} tablets, crushed" if isinstance(order.source, Tablets) else name


def with_tablets(order: BatchOrder, weighing: Weighing) -> Weighing:
    """A weighing of crushed tablets, with how many are crushed for it."""
    if not isinstance(order.source, Tablets) or weighing.role is not Role.ACTIVE:
        return weighing
    return replace(weighing, tablets=tablets_to_crush(weighing.exact, order.source))


def potency_of(order: BatchOrder) -> Potency:
    """The potency the order asks for: of tablets by their label, of powder corrected by its certificate, or not."""
    tablets = tablets_of(order.source)
    if tablets:
        return tablet_potency(tablets, order.strength_basis)
    chosen = corrected_potency if order.correct_for_potency else uncorrected_potency
    return chosen(order.active, order.strength_basis)


def active_per_capsule(order: BatchOrder, strength: MassPerCapsule, potency: Potency) -> MassPerCapsule:
    """Powder as weighed, mg per capsule: strength × (1 + overage) ÷ potency. Source: USP <1160>."""
    return strength * (1 + order.active_overage) / potency.value


def batch_mass(per_capsule: MassPerCapsule, capsules: int | Decimal) -> Mass:
    """What `capsules` capsules hold together, in mg."""
    return per_capsule * of(capsules, capsule)


def order_limits(order: BatchOrder, started_with: Sequence[tuple[str, date]] = ()) -> tuple[DateLimit, ...]:
    """The policy's date first, then those of the triturations used, `started_with` too, and of every component."""
    dates = list(started_with)
    if isinstance(order.source, TriturationLot):
        dates.append((f"trituration {order.source.name}", order.source.expires_on))
    dates += [(powder.substance.name, powder.expires_on) for powder in (order.active, order.filler)]
    if order.next_active:
        dates.append((f"the second lot of {order.active.substance.name}", order.next_active.powder.expires_on))
    return date_limits(order.compounded_on, order.beyond_use, dates)
