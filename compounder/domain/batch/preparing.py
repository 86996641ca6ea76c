"""Preparing an order: the way of weighing chosen, its triturations planned, and each strength weighed out of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from compounder.domain.batch.figures import Dose, Figures, Groundwork, weigh_out, with_tablets
from compounder.domain.batch.order import NextActive
from compounder.domain.batch.planner import Alternative, Weighed, choose_way
from compounder.domain.batch.scales import bench_of
from compounder.domain.batch.source import Triturating
from compounder.domain.batch.trituration import Supply, Trituration, triturations_of
from compounder.domain.batch.two_lots import jars_of, weigh_from_two
from compounder.domain.batch.ways import Need, Search
from compounder.domain.errors import NotAccepted
from compounder.domain.units import MASS, magnitude


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The batches of an order weighed out, the triturations made for them first, and the ways that were compared."""

    batches: tuple[Figures, ...]
    triturations: tuple[Trituration, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


def prepare(ground: Groundwork, doses: Sequence[Dose]) -> Prepared:
    """Every strength weighed out; refuses where the way that is asked for does not exist."""
    if ground.order.next_active:
        return _from_two_lots(ground, doses, ground.order.next_active)
    weighed = choose_way(ground.order, [_need(ground, dose) for dose in doses], _search(ground))
    made = list(_triturations(ground, weighed))
    supplies: Mapping[int, Supply] = {index: supply for _, supply, indexes in made for index in indexes}
    return Prepared(
        batches=tuple(
            weigh_out(ground, dose, supplies.get(dose.index, ground.supply), weighed.advice.get(dose.index, ""))
            for dose in doses
        ),
        triturations=tuple(trituration for trituration, _, _ in made),
        alternatives=weighed.alternatives,
    )


def _from_two_lots(ground: Groundwork, doses: Sequence[Dose], following: NextActive) -> Prepared:
    if ground.order.source or ground.order.trituration in (Triturating.EACH, Triturating.SHARED):
        raise NotAccepted(read="A second lot", accepted="powder weighed directly", pointer="/next_active")
    jars = jars_of(ground, following)
    return Prepared(batches=tuple(weigh_from_two(jars, doses, following.first_gives)))


def _need(ground: Groundwork, dose: Dose) -> Need:
    """A batch as the planner sees it: what is taken of the supply in stock, and the filler not yet in that."""
    taken = ground.supply.aliquot(dose.drug)
    room = dose.filler - (taken - dose.drug)
    return Need(dose.index, magnitude(taken, MASS), magnitude(room, MASS))


def _search(ground: Groundwork) -> Search:
    order = ground.order
    return Search(
        bench=bench_of(ground.ranges),
        ratios=tuple(sorted({ratio.parts for ratio in order.ratios})),
        excess=order.trituration_excess,
        target=order.uncertainty_target,
        inherited=tuple(term.percent for term in ground.supply.budget),
    )


def _triturations(ground: Groundwork, weighed: Weighed) -> Iterator[tuple[Trituration, Supply, tuple[int, ...]]]:
    """Each trituration, T1, T2 … in turn, with what it supplies: of a chain, only the last stage serves batches."""
    names = (name for name in map("T{}".format, count(1)) if name != ground.supply.name)
    for making in weighed.makings:
        stages = list(triturations_of(ground.mortar, making, ground.supply, names))
        for place, (trituration, supply) in enumerate(stages, 1):
            indexes = tuple(need.index for need in making.needs) if place == len(stages) else ()
            weighings = tuple(with_tablets(ground.order, weighing) for weighing in trituration.weighings)
            yield replace(trituration, weighings=weighings), supply, indexes
