"""Recovery: drug powder was weighed over its window, and the plan is revised to what was weighed instead of losing it.

Two ways. More capsules: the whole number that the powder comes nearest to at the strength, where it lies in that plan's
window, or else the next nearest; filler and everything else worked out anew. Where it lies in the window of neither,
all is mixed, and less than one capsule's fill is left over.
Same capsules: the filler grows with the powder, and what the capsules do not hold is left over and discarded. Both are
plans of an order like any other, and each reading taken so far lies in its window of the new plan.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import chain

from compounder.domain.batch.as_weighed import AsWeighed, most_capsules
from compounder.domain.batch.figures import drug_of_weights
from compounder.domain.batch.order import BatchOrder, StrengthLine
from compounder.domain.batch.plan import BatchPlan, work_out_order
from compounder.domain.batch.source import Triturating
from compounder.domain.batch.weighing import A_HAIR, A_NANOGRAM, Role, Weighing
from compounder.domain.batch.weighing_review import lots_too_small
from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Severity
from compounder.domain.units import (
    MASS,
    Mass,
    Reading,
    capsule,
    format_reading,
    format_stock,
    in_unit,
    magnitude,
    of,
    ratio,
)
from compounder.domain.wording import with_capital


class RecoveryWay(StrEnum):
    """How a plan is revised to drug powder that is over."""

    MORE_CAPSULES = "more-capsules"
    MORE_FILLER = "more-filler"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A way that can be gone: the order as revised, and the plan that it comes to."""

    way: RecoveryWay
    order: BatchOrder
    plan: BatchPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """A way that cannot be gone, and why, in a sentence; `by_window` where nothing but what was weighed already stands
    in it: another number of capsules, or all of the powder mixed, may fit that."""

    way: RecoveryWay
    because: str
    by_window: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overweighed:
    """A plan, its order of this one strength, and what was read of each line: the one that is over, those weighed
    before it; None of those still to be weighed."""

    order: BatchOrder
    plan: BatchPlan
    line: int
    readings: tuple[Reading | None, ...]

    @property
    def drug(self) -> tuple[tuple[Weighing, Reading | None], ...]:
        """The lines of the drug, each with what was read of it."""
        pairs = zip(self.plan.weighings, self.readings, strict=True)
        return tuple((planned, read) for planned, read in pairs if planned.role is not Role.FILLER)

    @property
    def weights(self) -> Sequence[Mass]:
        """The drug's masses as they were read; as planned where a lot is still to be weighed."""
        return [in_unit(planned.exact if read is None else read, MASS) for planned, read in self.drug]

    @property
    def enough_for(self) -> Decimal:
        """How many capsules the drug as weighed is enough for."""
        planned = drug_of_weights(self.order, [planned.exact for planned, _ in self.drug])
        return capsules_mixed(self.plan) * ratio(drug_of_weights(self.order, self.weights) / planned)

    def share_by(self, plan: BatchPlan) -> Decimal:
        """What each capsule of a plan holds by the drug as weighed, where 1 is what it should."""
        return self.enough_for / capsules_mixed(plan)


def left_over(masses: Sequence[Mass], fill: Mass, capsules: int) -> Mass:
    """What the masses of all weighings together leave over once the capsules are filled; nothing below a nanogram."""
    left = sum((in_unit(mass, MASS) for mass in masses), of(0, MASS.unit)) - fill * capsules
    return left if magnitude(left, MASS) >= A_NANOGRAM else of(0, MASS.unit)


def left_over_of(plan: BatchPlan) -> Mass:
    """The mixture that a plan leaves over once its capsules are filled."""
    masses = [weighing.exact for weighing in plan.weighings]
    return left_over(masses, plan.fill_per_capsule * of(1, capsule), plan.capsules_to_make)


def capsules_mixed(plan: BatchPlan) -> Decimal:
    """How many capsules a plan's mixture would fill."""
    return plan.capsules_to_make + ratio(left_over_of(plan) / (plan.fill_per_capsule * of(1, capsule)))


def one_strength(order: BatchOrder, plan: BatchPlan) -> BatchOrder:
    """An order of this plan's strength alone, weighed as the plan does: of another, it draws on one lot alone."""
    is_of_two = any(each.role is Role.NEXT_ACTIVE for each in plan.weighings)
    return replace(
        order,
        strengths=(StrengthLine(strength=plan.strength, capsules=plan.capsules_ordered),),
        trituration=Triturating.NEVER,
        alternative=None,
        capsule_size=plan.capsule_size,
        next_active=order.next_active if is_of_two else None,
    )


def recoveries(over: Overweighed) -> tuple[Revised | Impossible, ...]:
    """Each way with its plan, or why it cannot be gone."""
    most, enough_for = most_capsules(over.plan.capsules_ordered), int(over.enough_for + A_HAIR)
    if enough_for > most:
        because = (
            f"The powder is enough for {enough_for:,} capsules; at most {most:,} are made for an order of "
            f"{over.plan.capsules_ordered:,}."
        )
        return tuple(Impossible(way=way, because=because) for way in RecoveryWay)
    if over.drug[0][0].role is Role.NEXT_ACTIVE:
        because = "The drug is taken from the second lot of its order alone; discard it and weigh anew."
        return tuple(Impossible(way=way, because=because) for way in RecoveryWay)
    return _more_capsules(over, enough_for, most), _more_filler(over)


def _more_capsules(over: Overweighed, whole: int, most: int) -> Revised | Impossible:
    """The plan that the powder fits best; where there is none, why not, before that it does not fit."""
    made, way = over.plan.capsules_to_make, RecoveryWay.MORE_CAPSULES
    counts = sorted((whole, whole + 1), key=lambda count: abs(count - over.enough_for))
    tried = [_tried(over, way, count, mixes_all=False) for count in counts if made < count <= most]
    if whole > made:
        tried.append(_tried(over, way, whole, mixes_all=True))
    fitting = next((each for each in tried if isinstance(each, Revised)), None)
    refused = [each for each in tried if isinstance(each, Impossible) and not each.by_window]
    if fitting or refused:
        return fitting or refused[0]
    because = f"The powder is enough for {whole:,} whole capsules, no more than the plan makes."
    return tried[-1] if whole > made else Impossible(way=way, because=because)


def _more_filler(over: Overweighed) -> Revised | Impossible:
    return _tried(over, RecoveryWay.MORE_FILLER, over.plan.capsules_to_make, mixes_all=True)


def _tried(over: Overweighed, way: RecoveryWay, capsules: int, *, mixes_all: bool) -> Revised | Impossible:
    try:
        order = _revised(over, capsules, mixes_all=mixes_all)
    except CompoundingError as refusal:
        return Impossible(way=way, because=str(refusal))
    (plan,) = work_out_order(order).outcomes
    if isinstance(plan, CompoundingError):
        return Impossible(way=way, because=str(plan))
    obstacle = next(chain(_too_little(order, plan), _stops(plan), _other_jars(over, plan)), "")
    if obstacle:
        return Impossible(way=way, because=obstacle)
    outside = next(_outside(over, plan), "")
    if outside:
        return Impossible(way=way, because=outside, by_window=True)
    return Revised(way=way, order=order, plan=plan)


def _revised(over: Overweighed, capsules: int, *, mixes_all: bool) -> BatchOrder:
    *first, weighed = over.weights
    following = over.order.next_active
    return replace(
        over.order,
        next_active=replace(following, first_gives=first[0]) if following else None,
        as_weighed=AsWeighed(weighed=weighed, capsules_to_make=capsules, mixes_all=mixes_all),
    )


def _too_little(order: BatchOrder, plan: BatchPlan) -> Iterator[str]:
    """What a plan needs more of than there is, and what can be done about it at the bench."""
    for lot, needed in lots_too_small(order, plan.weighings):
        short = f"{format_stock(needed)} of lot {lot.lot_number}; {format_stock(lot.free)} is free"
        yield f"The plan needs {short}. Receive or free some of that lot, or discard the drug and weigh it anew."


def _stops(plan: BatchPlan) -> Iterator[str]:
    """Why a plan that exists is not gone by."""
    yield from (finding.message for finding in plan.findings_of(Severity.STOP))


def _other_jars(over: Overweighed, plan: BatchPlan) -> Iterator[str]:
    if [each.role for each in plan.weighings] != [each.role for each in over.plan.weighings]:
        yield "The revised plan takes its powders from other jars; discard what is too much."


def _outside(over: Overweighed, plan: BatchPlan) -> Iterator[str]:
    """What was weighed, and is not as a plan wants it."""
    for planned, read in zip(plan.weighings, over.readings, strict=True):
        if read is not None and not planned.accepts(read):
            window = f"{format_reading(planned.accept_from)} to {format_reading(planned.accept_to)}"
            yield (
                f"{with_capital(planned.ingredient)} is weighed already, {format_reading(read)}; "
                f"the revised plan accepts {window}."
            )
