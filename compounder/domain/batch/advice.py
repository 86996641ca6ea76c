"""What would make a batch weighable where no way of the order is: more capsules, a finer balance, a wider tolerance.

Each is found by trying it, so that whoever follows it gets an answer without a stop.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain, islice
from math import ceil
from typing import Final

from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.source import Triturating
from compounder.domain.batch.ways import Need, Search
from compounder.domain.bounds import MOST_CAPSULES
from compounder.domain.units import MASS, format_shown, mg, of, percent_text

_TOLERANCES: Final = tuple(map(Decimal, ("0.02", "0.03", "0.05", "0.1")))
_TIMES_MORE: Final = tuple(map(Decimal, ("1.5", "2", "3", "5", "10", "20", "50", "100")))
_FINER: Final = tuple(map(Decimal, ("0.5", "0.2", "0.1", "0.05", "0.02", "0.01")))


def advise(order: BatchOrder, needs: Sequence[Need], search: Search) -> Mapping[int, str]:
    """For each batch, by its place, that cannot be weighed on its own; where every one can, that each takes its own."""
    found = {need.index: _what_would(order, need, search) for need in needs if not is_possible(order, need, search)}
    if not found and order.trituration is Triturating.SHARED:
        return {need.index: "a trituration for each batch" for need in needs}
    return found


def is_possible(order: BatchOrder, need: Need, search: Search) -> bool:
    """Whether some way that the order allows weighs this batch on its own."""
    is_direct = order.trituration is Triturating.WHEN_NEEDED and search.is_direct(need)
    return is_direct or any(True for _ in search.makings([need]))


def _what_would(order: BatchOrder, need: Need, search: Search) -> str:
    tried = (_more_capsules, _finer_balance, _wider_tolerance)
    return " or ".join(chain.from_iterable(islice(each(order, need, search), 1) for each in tried))


def _more_capsules(order: BatchOrder, need: Need, search: Search) -> Iterator[str]:
    ordered, make = order.strengths[need.index].capsules, order.extra_capsules.capsules_to_make
    for capsules in (ceil(ordered * times) for times in _TIMES_MORE):
        factor = Decimal(make(capsules)) / make(ordered)
        if capsules <= MOST_CAPSULES and is_possible(order, need.times(factor), search):
            yield f"{capsules:,} capsules"


def _finer_balance(order: BatchOrder, need: Need, search: Search) -> Iterator[str]:
    finest = min(scale.least for scale in search.bench.scales)
    for share in _FINER:
        if is_possible(order, need, replace(search, bench=search.bench.with_finer(share))):
            yield f"a balance that weighs from {format_shown(of(finest * share, mg), MASS)}"


def _wider_tolerance(order: BatchOrder, need: Need, search: Search) -> Iterator[str]:
    for tolerance in _TOLERANCES:
        wider = replace(search, bench=search.bench.within(tolerance))
        if tolerance > order.weighing_tolerance and is_possible(order, need, wider):
            yield f"a tolerance of {percent_text(tolerance)} %"
