"""The planner: how an order's drug is weighed, directly or through triturations, and why the other ways lost.

Preference: ways whose expanded uncertainty meets the target for every strength; among them fewest weighings, then least
powder left over, then smallest uncertainty. Where none meets it, the smallest uncertainty.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain, groupby
from typing import Final

from compounder.domain.batch.advice import advise, is_possible
from compounder.domain.batch.errors import AliquotExceedsFiller
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.source import Triturating
from compounder.domain.batch.ways import Making, Need, Search, Way
from compounder.domain.errors import NotAccepted
from compounder.domain.units import MASS, Mass, Percent, format_dose, format_rounded, format_shown, mg, of, percent_text

DIRECT: Final = "direct"
MOST_SHOWN: Final = 8
_MOST_NAMED: Final = 2
_POINTER: Final = "/alternative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One way of weighing the order, with the three figures it is judged by, and why it was taken or lost."""

    name: str
    weighings: int
    left_over: Mass
    uncertainty: Percent
    is_possible: bool
    is_taken: bool
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The way taken, those it was compared with, and what would make a strength weighable that is not, by its place."""

    makings: tuple[Making, ...]
    alternatives: tuple[Alternative, ...] = ()
    advice: Mapping[int, str] = field(default_factory=dict)


def choose_way(order: BatchOrder, needs: Sequence[Need], search: Search) -> Weighed:
    """How these batches are weighed; refuses with `AliquotExceedsFiller`, or an alternative that there is not."""
    if order.trituration is Triturating.NEVER and order.alternative not in (None, DIRECT):
        raise NotAccepted(read=order.alternative, accepted=f'"{DIRECT}"', pointer=_POINTER)
    if order.trituration is Triturating.NEVER or not needs:
        return Weighed(makings=(Making(tuple(needs)),))
    if order.trituration is Triturating.WHEN_NEEDED:
        return _where_needed(order, needs, search)
    return _diluted(order, needs, search)


def _where_needed(order: BatchOrder, needs: Sequence[Need], search: Search) -> Weighed:
    """Directly if every mass can be, else through triturations; what nothing weighs the review stops."""
    stopped = tuple(need for need in needs if not is_possible(order, need, search))
    if stopped:
        others = choose_way(order, [need for need in needs if need not in stopped], search)
        return _beside(others, stopped, order, search)
    are_direct, direct = all(map(search.is_direct, needs)), search.way(DIRECT, Making(tuple(needs)))
    ways = [direct] if are_direct else []
    if not are_direct or order.alternative not in (None, DIRECT):
        ways += _by_preference(order, needs, search)
    compared = _compared(order, ways, search)
    return compared if are_direct else replace(compared, alternatives=(*compared.alternatives, _impossible(direct)))


def _diluted(order: BatchOrder, needs: Sequence[Need], search: Search) -> Weighed:
    """Through triturations, as it was asked for, even if the review stops them."""
    ways = _by_preference(order, needs, search)
    if not ways:
        return Weighed(makings=tuple(_forced(order, needs, search)), advice=advise(order, needs, search))
    return _compared(order, ways, search)


def _compared(order: BatchOrder, ways: Sequence[Way], search: Search) -> Weighed:
    """The way taken of these, the preferred first, and why the others lost."""
    taken = _taken(order, ways)
    shown = tuple(_alternative(search, way, taken, ways[0]) for way in _shown(ways, taken))
    return Weighed(makings=taken.makings, alternatives=shown)


def _beside(others: Weighed, stopped: tuple[Need, ...], order: BatchOrder, search: Search) -> Weighed:
    """The others weighed as if those that nothing weighs were not there; these are told what would help."""
    makings = (*(making for making in others.makings if making.needs), Making(stopped))
    return replace(others, makings=makings, advice=advise(order, stopped, search))


def _by(search: Search) -> Callable[[Way], tuple[object, ...]]:
    return lambda way: way.preference(search.target)


def _taken(order: BatchOrder, ways: Sequence[Way]) -> Way:
    if order.alternative is None:
        return ways[0]
    named = next((way for way in ways if way.name == order.alternative), None)
    if named is None:
        names = " or ".join(f'"{way.name}"' for way in ways[:_MOST_NAMED])
        raise NotAccepted(read=order.alternative, accepted=f"a way of this order, such as {names},", pointer=_POINTER)
    return named


def _shown(ways: Sequence[Way], taken: Way) -> Sequence[Way]:
    best = ways[:MOST_SHOWN]
    return best if taken in best else [*best[:-1], taken]


def _by_preference(order: BatchOrder, needs: Sequence[Need], search: Search) -> list[Way]:
    return sorted(_ways(order, needs, search), key=_by(search))


def _ways(order: BatchOrder, needs: Sequence[Need], search: Search) -> Iterator[Way]:
    """Every way that the order allows: for all strengths, and where that is allowed, for those that need it only."""
    mode = order.trituration
    if mode is not Triturating.SHARED:
        yield from _each("a trituration for each batch", needs, (), search)
    if mode is Triturating.SHARED or (mode is Triturating.WHEN_NEEDED and len(needs) > 1):
        yield from _stocks("one stock", needs, (), search)
    small = [need for need in needs if not search.is_direct(need)]
    if mode is Triturating.WHEN_NEEDED and 0 < len(small) < len(needs):
        rest = Making(tuple(need for need in needs if need not in small))
        yield from _each("a trituration where needed", small, (rest,), search)
        if len(small) > 1:
            yield from _stocks("one stock where needed", small, (rest,), search)


def _each(name: str, needs: Sequence[Need], rest: tuple[Making, ...], search: Search) -> Iterator[Way]:
    """For several batches the best trituration of each; for one, the best of each chain of ratios."""
    if len(needs) == 1:
        yield from _stocks("one trituration", needs, rest, search)
        return
    makings = [making for making in (search.best([need]) for need in needs) if making]
    if len(makings) == len(needs):
        yield search.way(name, *makings, *rest)


def _stocks(name: str, needs: Sequence[Need], rest: tuple[Making, ...], search: Search) -> Iterator[Way]:
    """The best stock of each chain of ratios."""
    for parts, makings in groupby(search.makings(needs), key=lambda making: making.parts):
        ways = (search.way(f"{name}, {_chain(parts)}", making, *rest) for making in makings)
        yield min(ways, key=_by(search))


def _chain(parts: Sequence[int]) -> str:
    return " then ".join(f"1:{part}" for part in parts)


def _forced(order: BatchOrder, needs: Sequence[Need], search: Search) -> Iterator[Making]:
    """Triturations asked for although a balance admits some mass of none: the review stops them."""
    for together in [[need] for need in needs] if order.trituration is Triturating.EACH else [needs]:
        yield search.best(together) or _most_diluted(order, tuple(together), search)


def _most_diluted(order: BatchOrder, needs: tuple[Need, ...], search: Search) -> Making:
    """The largest ratio whose aliquots the capsules hold; refuses with `AliquotExceedsFiller` where none is held."""
    held = [parts for parts in search.ratios if all(need.room_left(parts) >= 0 for need in needs)]
    if not held:
        raise _too_large(order, needs, min(search.ratios))
    drawn = sum((need.aliquot(max(held)) for need in needs), Decimal(0)) * (1 + search.excess)
    start = next(iter(search.bench.handy(drawn / max(held), 1)), drawn / max(held))
    return Making(needs, (max(held),), (start,))


def _too_large(order: BatchOrder, needs: Sequence[Need], parts: int) -> AliquotExceedsFiller:
    need = min(needs, key=lambda each: each.room_left(parts))
    return AliquotExceedsFiller(
        strength=format_dose(order.strengths[need.index].strength),
        aliquot=f"A 1:{parts} aliquot",
        diluent=format_rounded(of(need.aliquot(parts) - need.drug, mg), MASS),
        filler=format_rounded(of(need.room, mg), MASS),
        pointer="/ratios",
    )


def _alternative(search: Search, way: Way, taken: Way, best: Way) -> Alternative:
    return Alternative(
        name=way.name,
        weighings=way.weighings,
        left_over=of(way.left_over, mg),
        uncertainty=way.uncertainty,
        is_possible=True,
        is_taken=way is taken,
        verdict=_verdict(search, way, taken, best),
    )


def _verdict(search: Search, way: Way, taken: Way, best: Way) -> str:
    """Why it was taken, or by which of the three figures it lost to the preferred one."""
    target = f"{percent_text(search.target)} %"
    if way is best:
        reason = _merit(way, search.target, target)
        return reason if way is taken else f"preferred: {reason}"
    if way is taken:
        return "taken by choice"
    if best.name == DIRECT:
        return _many(way, best)
    if way.uncertainty > search.target:
        return f"misses {target}" if best.uncertainty <= search.target else "larger uncertainty"
    if way.weighings > best.weighings:
        return _many(way, best)
    if way.left_over > best.left_over:
        return f"leaves {_left(way)} over, {_left(best)} is possible"
    return "larger uncertainty"


def _merit(way: Way, target: Decimal, written: str) -> str:
    if way.name == DIRECT:
        return "every mass is weighed as it is"
    return (
        f"fewest weighings within {written}"
        if way.uncertainty <= target
        else f"smallest uncertainty; none meets {written}"
    )


def _many(way: Way, best: Way) -> str:
    return f"{way.weighings} weighings, {best.weighings} are enough"


def _left(way: Way) -> str:
    return format_rounded(of(way.left_over, mg), MASS)


def _impossible(direct: Way) -> Alternative:
    """Weighing directly, where that is what made a trituration necessary."""
    return Alternative(
        name=DIRECT,
        weighings=direct.weighings,
        left_over=of(0, mg),
        uncertainty=direct.uncertainty,
        is_possible=False,
        is_taken=False,
        verdict=_obstacle(direct),
    )


def _obstacle(direct: Way) -> str:
    """The smallest mass that no balance admits, and what is wrong with it."""
    needs = chain.from_iterable(making.needs for making in direct.makings)
    masses = chain.from_iterable((need.drug, need.room_left(1)) for need in needs)
    mass = min(each for each in masses if each and not direct.bench.admits(each))
    scale, written = direct.bench.scale_for(mass), format_rounded(of(mass, mg), MASS)
    if scale.most is None or scale.rounded(mass) < scale.least:
        return f"{written} is below {scale.name}'s minimum, {format_shown(of(scale.least, mg), MASS)}"
    return f"{written} is above {scale.name}'s capacity, {format_shown(of(scale.most, mg), MASS)}"
