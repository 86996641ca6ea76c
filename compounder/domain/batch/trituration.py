"""Triturations: a potent powder diluted at a known ratio, so that an aliquot of it is large enough to weigh.

active fraction = drug ÷ (drug + diluent); aliquot = drug wanted ÷ active fraction. Diluent in the aliquot is filler
that is in the capsule already. Source: USP <1160>, trituration; "1:10" is 1 part in 10 parts total.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.source import TriturationLot, TriturationRatio
from compounder.domain.batch.uncertainty import UncertaintyTerm, drug_share
from compounder.domain.batch.ways import Making
from compounder.domain.batch.weighing import Role, Weighing, WeighingRange, geometric_dilution, range_for, weigh
from compounder.domain.units import MASS, Mass, MassPerCapsule, Ratio, in_unit, mg, of, ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Trituration:
    """One trituration as planned: what is weighed into it, what it comes to, and the strengths it ends up in.

    `made_from` names the trituration whose aliquot it starts from. `active_fraction` is drug powder as weighed per mass
    of trituration; `budget` what its weighings, and those before, contribute to the content of every capsule.
    """

    name: str
    ratio: TriturationRatio
    made_from: str | None
    weighings: tuple[Weighing, ...]
    total: Mass
    active_fraction: Ratio
    geometric_dilution: tuple[Mass, ...]
    used_by: tuple[MassPerCapsule, ...]
    budget: tuple[UncertaintyTerm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What a batch takes its drug from: pure powder, or a trituration of this `dilution`, the drug's being 1."""

    name: str | None
    dilution: Decimal
    budget: tuple[UncertaintyTerm, ...] = ()

    @property
    def is_dilute(self) -> bool:
        return self.name is not None

    def aliquot(self, drug: Mass) -> Mass:
        """What holds this much drug powder."""
        return drug * self.dilution


def supply_of(order: BatchOrder) -> Supply:
    """What the order's drug comes from before anything is diluted: powder, tablets, or a trituration in stock."""
    match order.source:
        case TriturationLot(name=name, active_fraction=fraction, budget=budget):
            return Supply(name=name, dilution=1 / fraction, budget=budget)
        case _:
            return Supply(name=None, dilution=Decimal(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mortar:
    """What every trituration of an order is made with."""

    order: BatchOrder
    ranges: Sequence[WeighingRange]
    drug: str

    def weigh(self, ingredient: str, role: Role, exact: Mass) -> Weighing:
        return weigh(ingredient, role, exact, self.ranges, self.order.weighing_tolerance)


def triturations_of(
    mortar: Mortar, making: Making, start: Supply, names: Iterator[str]
) -> Iterator[tuple[Trituration, Supply]]:
    """The stages of a making, each with what it then supplies, and the next of the `names`."""
    supply = start
    used_by = tuple(mortar.order.strengths[need.index].strength for need in making.needs)
    for parts, mass in zip(making.parts, making.starts, strict=True):
        stage, supply = _stage(mortar, next(names), TriturationRatio(parts), of(mass, mg), supply)
        yield replace(stage, used_by=used_by), supply


def _stage(
    mortar: Mortar, name: str, parts: TriturationRatio, mass: Mass, supply: Supply
) -> tuple[Trituration, Supply]:
    ingredient, role = (f"trituration {supply.name}", Role.ALIQUOT) if supply.name else (mortar.drug, Role.ACTIVE)
    first = replace(mortar.weigh(ingredient, role, mass), trituration=supply.name)
    diluent = mortar.weigh(mortar.order.filler.substance.name, Role.DILUENT, mass * (parts.parts - 1))
    dilution = supply.dilution * parts.parts
    budget = (*supply.budget, *_terms(mortar, name, first, diluent))
    made = Trituration(
        name=name,
        ratio=parts,
        made_from=supply.name,
        weighings=(first, diluent),
        total=first.exact + diluent.exact,
        active_fraction=1 / dilution,
        geometric_dilution=geometric_dilution(first.to_weigh, diluent.to_weigh),
        used_by=(),
        budget=budget,
    )
    return made, Supply(name=name, dilution=dilution, budget=budget)


def _terms(mortar: Mortar, name: str, first: Weighing, diluent: Weighing) -> Iterator[UncertaintyTerm]:
    return made_terms(name, mortar.ranges, (first.ingredient, first.exact), (diluent.ingredient, diluent.exact))


def made_terms(
    name: str, ranges: Sequence[WeighingRange], first: tuple[str, Mass], diluent: tuple[str, Mass]
) -> Iterator[UncertaintyTerm]:
    """What the two weighings of a trituration contribute, planned or as taken: (1 − c)·u_a/a and u_d/(a + d)."""
    (started_with, mass), (thinned_with, added) = first, diluent
    total = mass + added
    share = drug_share(ratio(mass / total), _relative(ranges, mass, mass))
    yield UncertaintyTerm(term=f"{name}: {started_with}", percent=share)
    yield UncertaintyTerm(term=f"{name}: {thinned_with}", percent=_relative(ranges, added, total))


def weighing_term(ranges: Sequence[WeighingRange], weighing: Weighing) -> UncertaintyTerm:
    """What the last weighing of the drug contributes, directly or as an aliquot: u/m."""
    return UncertaintyTerm(term=weighing.ingredient, percent=_relative(ranges, weighing.exact, weighing.exact))


def _relative(ranges: Sequence[WeighingRange], mass: Mass, whole: Mass) -> Decimal:
    """The standard uncertainty of weighing `mass` where it is weighed, relative to `whole`."""
    return ratio(in_unit(range_for(mass, ranges).balance.standard_uncertainty, MASS) / in_unit(whole, MASS))
