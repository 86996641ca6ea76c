"""Two lots in one weighing: what a nearly empty jar lacks comes from the next lot, worked out by potency.

second mass = (mass wanted of the first − what the first gave) × potency of the first ÷ potency of the second. The
strengths of an order draw on the first lot in their sequence until it is empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from compounder.domain.batch.capsules import Fill, fill
from compounder.domain.batch.figures import (
    Dose,
    Figures,
    Groundwork,
    SecondLot,
    batch_mass,
    dose_of,
    drug_name,
    groundwork,
    order_limits,
    weigh_out,
)
from compounder.domain.batch.order import NextActive
from compounder.domain.batch.sizes import dose_exceeds
from compounder.domain.batch.uncertainty import UncertaintyTerm, expanded_uncertainty
from compounder.domain.batch.weighing import A_NANOGRAM, Role, Weighing, range_for
from compounder.domain.errors import CompoundingError, NotAccepted
from compounder.domain.units import MASS, Mass, capsule, in_unit, magnitude, of, ratio

_ACTIVE = "/active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jars:
    """The two lots of an order: the groundwork of each."""

    first: Groundwork
    second: Groundwork

    @property
    def exchange(self) -> Decimal:
        """Powder of the second lot that does what one part of the first does: its potency ÷ the second's."""
        return self.first.potency.value / self.second.potency.value


def jars_of(ground: Groundwork, following: NextActive) -> Jars:
    """The order's own lot and the following one; refuses a following lot of another substance."""
    own, other = ground.order.active.substance, following.powder.substance
    if own != other:
        raise NotAccepted(read=other.name, accepted=own.name, pointer="/next_active/powder/substance")
    try:
        second = groundwork(replace(ground.order, active=following.powder, next_active=None))
    except CompoundingError as refusal:
        raise _of_the_second(refusal) from None
    return Jars(first=ground, second=second)


def _of_the_second(refusal: CompoundingError) -> CompoundingError:
    """A complaint about the active, said of the second lot."""
    own, rest = refusal.pointer[: len(_ACTIVE)], refusal.pointer[len(_ACTIVE) :]
    return refusal.at(f"/next_active/powder{rest}") if own == _ACTIVE else refusal


def weigh_from_two(jars: Jars, doses: Sequence[Dose], left: Mass) -> Iterator[Figures]:
    """The figures of each strength in turn, while `left` of the first lot lasts."""
    for dose in doses:
        gives = _given(jars, in_unit(dose.drug, MASS), left)
        left = left - gives
        try:
            yield _weigh(jars, dose, gives)
        except CompoundingError as refusal:
            raise _of_the_second(refusal).at(refusal.pointer or f"/strengths/{dose.index}") from None


def _given(jars: Jars, drug: Mass, left: Mass) -> Mass:
    """What the first lot gives: all that is left of it, or so much less that the second's share can be weighed."""
    least = min(each.minimum for each in jars.second.ranges)
    lacking, smallest = drug - min(left, drug), least / jars.exchange
    spared = drug - smallest
    if magnitude(lacking, MASS) >= A_NANOGRAM and lacking < smallest and spared >= least:
        return spared
    return drug - lacking


def _weigh(jars: Jars, dose: Dose, gives: Mass) -> Figures:
    lacking = in_unit(dose.drug, MASS) - gives
    if magnitude(lacking, MASS) < A_NANOGRAM:
        figures = weigh_out(jars.first, dose, jars.first.supply)
        return replace(figures, limits=order_limits(replace(jars.first.order, next_active=None)))
    if magnitude(gives, MASS) < A_NANOGRAM:
        return _from_the_second(jars, dose)
    return _from_both(jars, dose, gives, lacking * jars.exchange)


def _from_the_second(jars: Jars, dose: Dose) -> Figures:
    figures = weigh_out(jars.second, dose_of(jars.second, dose.index), jars.second.supply)
    drug, *filler = figures.weighings
    return replace(figures, weighings=(replace(drug, role=Role.NEXT_ACTIVE), *filler))


def _from_both(jars: Jars, dose: Dose, gives: Mass, adds: Mass) -> Figures:
    shares = (mass / of(dose.mixed_for, capsule) for mass in (gives, adds))
    own, other = (
        fill(jar.order, share, dose.fill.size) for jar, share in zip((jars.first, jars.second), shares, strict=True)
    )
    both = _dose_of_both(dose, _filled_with_both(jars, dose, own, other))
    name = drug_name(jars.first.order)
    first = jars.first.mortar.weigh(name, Role.ACTIVE, gives)
    second = jars.first.mortar.weigh(f"{name}, second lot", Role.NEXT_ACTIVE, adds)
    filler = jars.first.mortar.weigh(jars.first.order.filler.substance.name, Role.FILLER, both.filler)
    return Figures(
        dose=both,
        supply=jars.first.supply,
        weighings=(first, second, filler),
        uncertainty=expanded_uncertainty([_term(jars, both, first), _term(jars, both, second)]),
        limits=jars.first.limits,
        second=SecondLot(potency=jars.second.potency, own=own, other=other),
    )


def _term(jars: Jars, dose: Dose, weighing: Weighing) -> UncertaintyTerm:
    """What one of the two weighings contributes: u × its potency ÷ all the drug, in powder of the first lot."""
    share = weighing.exact if weighing.role is Role.ACTIVE else weighing.exact / jars.exchange
    whole = dose.line.strength * of(dose.mixed_for, capsule) * (1 + jars.first.order.active_overage)
    equivalent = whole / jars.first.potency.value
    u = range_for(weighing.exact, jars.first.ranges).balance.standard_uncertainty
    return UncertaintyTerm(term=weighing.ingredient, percent=ratio(u / weighing.exact) * ratio(share / equivalent))


def _dose_of_both(dose: Dose, filled: Fill) -> Dose:
    drug, filler = (batch_mass(mass, dose.mixed_for) for mass in (filled.active, filled.filler))
    return replace(dose, fill=filled, drug=drug, filler=filler)


def _filled_with_both(jars: Jars, dose: Dose, own: Fill, other: Fill) -> Fill:
    """Each powder takes room by its own figures; refuses with `DoseExceedsCapsule` where they take too much."""
    active, room_taken = own.active + other.active, own.room_taken + other.room_taken
    filler = own.filler / own.room_left * (1 - room_taken)
    both = replace(own, active=active, filler=filler, total=active + filler, room_taken=room_taken)
    if not both.holds_the_dose:
        raise dose_exceeds(jars.first.order, dose.line.strength, both)
    return both
