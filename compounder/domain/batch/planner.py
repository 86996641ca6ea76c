"""The planner: how an order's drug is weighed, directly or through triturations, and why the other ways lost.

Preference: ways whose expanded uncertainty meets the target for every strength; among them fewest weighings, then least
powder left over, then smallest uncertainty. Where none meets it, the smallest uncertainty.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from math import ceil
from typing import Final

from compounder.domain.batch.errors import AliquotExceedsFiller
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.source import Triturating
from compounder.domain.batch.ways import Making, Need, Search, Way
from compounder.domain.errors import NotAccepted
from compounder.domain.units import MASS, Mass, Percent, format_dose, format_rounded, format_shown, mg, of, percent_text

DIRECT: Final = "direct"
MOST_SHOWN: Final = 8
_TOLERANCES: Final = tuple(map(Decimal, ("0.02", "0.03", "0.05", "0.1")))
_TIMES_MORE: Final = tuple(map(Decimal, ("1.5", "2", "3", "5", "10", "20", "50", "100")))
_FINER: Final = tuple(map(Decimal, ("0.5", "0.2", "0.1", "0.05", "0.02", "0.01")))


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
    """The way taken, those it was compared with, and for a strength that nothing weighs, by its place, what would."""

    makings: tuple[Making, ...]
    alternatives: tuple[Alternative, ...] = ()
    advice: Mapping[int, str] = field(default_factory=dict)


def choose_way(order: BatchOrder, needs: Sequence[Need], search: Search) -> Weighed:
    """How these batches are weighed; refuses with `AliquotExceedsFiller`, or an alternative that there is not."""
    if order.trituration is Triturating.NEVER or order.next_active or not needs:
        return Weighed(makings=(Making(tuple(needs)),))
    is_needed = order.trituration is not Triturating.WHEN_NEEDED or not all(map(search.is_direct, needs))
    asked_otherwise = order.alternative not in (None, DIRECT)
    ways = sorted(_ways(order, needs, search), key=_by(search)) if is_needed or asked_otherwise else []
    direct = search.way(DIRECT, Making(tuple(needs)))
    if not ways and order.trituration in (Triturating.EACH, Triturating.SHARED):
        return Weighed(makings=tuple(_forced(order, needs, search)), advice=_advice(order, needs, search))
    if all(map(search.is_direct, needs)) and order.trituration is Triturating.WHEN_NEEDED:
        ways = [direct, *ways]
    if not ways:
        return Weighed(makings=direct.makings, advice=_advice(order, needs, search))
    taken = _taken(order, ways)
    shown = tuple(_alternative(search, way, taken, ways[0]) for way in _shown(ways, taken))
    return Weighed(makings=taken.makings, alternatives=(*shown, *_impossible(order, direct, ways)))


def _by(search: Search) -> Callable[[Way], tuple[object, ...]]:
    return lambda way: way.preference(search.target)


def _taken(order: BatchOrder, ways: Sequence[Way]) -> Way:
    if order.alternative is None:
        return ways[0]
    named = next((way for way in ways if way.name == order.alternative), None)
    if named is None:
        names = " or ".join(f'"{way.name}"' for way in ways[:MOST_SHOWN])
        raise NotAccepted(read=order.alternative, accepted=names, pointer="/alternative")
    return named


def _shown(ways: Sequence[Way], taken: Way) -> Sequence[Way]:
    best = ways[:MOST_SHOWN]
    return best if taken in best else [*best[:-1], taken]


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
        ratio=f"1:{parts}",
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
        reason = "fewest weighings within" if way.uncertainty <= search.target else "smallest uncertainty; none meets"
        return f"{reason} {target}" if way is taken else f"preferred: {reason} {target}"
    if way is taken:
        return "taken by choice"
    if way.uncertainty > search.target:
        return f"misses {target}" if best.uncertainty <= search.target else "larger uncertainty"
    if way.weighings > best.weighings:
        return f"{way.weighings} weighings, {best.weighings} are enough"
    if way.left_over > best.left_over:
        return f"leaves {_left(way)} over, {_left(best)} is possible"
    return "larger uncertainty"


def _left(way: Way) -> str:
    return format_rounded(of(way.left_over, mg), MASS)


def _impossible(order: BatchOrder, direct: Way, ways: Sequence[Way]) -> Iterator[Alternative]:
    """Weighing directly, where that is what made a trituration necessary."""
    if direct.name in {way.name for way in ways} or order.trituration is not Triturating.WHEN_NEEDED:
        return
    smallest = min((need.drug for need in direct.makings[0].needs), default=Decimal(0))
    scale = direct.bench.scale_for(smallest)
    yield Alternative(
        name=DIRECT,
        weighings=direct.weighings,
        left_over=of(0, mg),
        uncertainty=direct.uncertainty,
        is_possible=False,
        is_taken=False,
        verdict=f"{format_rounded(of(smallest, mg), MASS)} is below {scale.name}'s minimum, "
        f"{format_shown(of(scale.least, mg), MASS)}",
    )


def _advice(order: BatchOrder, needs: Sequence[Need], search: Search) -> Mapping[int, str]:
    """For each batch that nothing weighs, what would make it possible; each found by trying."""
    return {need.index: _what_would(order, need, search) for need in needs if not _is_possible(need, search)}


def _is_possible(need: Need, search: Search) -> bool:
    return search.is_direct(need) or any(True for _ in search.makings([need]))


def _what_would(order: BatchOrder, need: Need, search: Search) -> str:
    ordered = order.strengths[need.index].capsules
    more = [times for times in _TIMES_MORE if _is_possible(need.times(times), search)]
    finer = [share for share in _FINER if _is_possible(need, replace(search, bench=search.bench.with_finer(share)))]
    wider = [
        tolerance
        for tolerance in _TOLERANCES
        if tolerance > order.weighing_tolerance
        and _is_possible(need, replace(search, bench=search.bench.within(tolerance)))
    ]
    ways = [
        *(f"{ceil(ordered * times):,} capsules" for times in more[:1]),
        *(f"a balance that weighs from {_least_of(search, share)}" for share in finer[:1]),
        *(f"a tolerance of {percent_text(tolerance)} %" for tolerance in wider[:1]),
    ]
    return " or ".join(ways)


def _least_of(search: Search, share: Decimal) -> str:
    return format_shown(of(min(scale.least for scale in search.bench.scales) * share, mg), MASS)
