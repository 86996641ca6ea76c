"""One slip from the papers to the capsules: what one person meets, and whether a second one finds it."""

import random
from dataclasses import dataclass

from bench.slips.capsules import at_the_capsules
from bench.slips.papers import PASSED, Answer, Met, Refused, WorkedOut, answers, work_out
from bench.slips.second import COMMON_CAUSE, is_found, records_of
from bench.slips.shop import Shop, store, undone
from bench.slips.slip import Slip
from bench.slips.weighing import at_the_bench
from compounder.domain.errors import CompoundingError


@dataclass(frozen=True)
class Outcome:
    """What a slip that moves a dose met: alone, and whether it got past both people."""

    slip: Slip
    alone: Answer
    passes_both: bool


def walked(shop: Shop, slip: Slip, chance: random.Random) -> Outcome:
    """The weakest answer to any row whose dose it moves."""
    is_common, weights = chance.random() < COMMON_CAUSE, random.Random(chance.random())
    alone = min((_alone(shop, slip, row, weights) for row in slip.moved), key=lambda answer: answer.met)
    passes = alone.met is Met.PASSED and (is_common or not _is_found(shop, slip))
    return Outcome(slip, alone, passes)


def _alone(shop: Shop, slip: Slip, row: int, chance: random.Random) -> Answer:
    usual = shop.usual(slip.order)
    try:
        found = work_out(slip.texts, slip.order, shop.shelf) if slip.texts else usual
        if slip.acted_on:
            return _stored_as_before(shop, slip, found)
        answer = answers(found, usual)[row]
    except Refused as refused:
        return refused.answer
    if answer.met is Met.PASSED and slip.act:
        answer = at_the_bench(shop, slip, slip.act)
    if answer.met is not Met.PASSED:
        return answer
    effect = slip.effect[row]
    return at_the_capsules(records_of(found)[row], effect, chance) if effect else PASSED


def _stored_as_before(shop: Shop, slip: Slip, found: WorkedOut) -> Answer:
    """The order as it stands in the form now, stored by what an older result was called."""
    before = work_out(slip.acted_on or {}, slip.order, shop.shelf)
    try:
        with undone(shop.database) as writing:
            store(writing, found.shown.request, before.shown.sha256)
    except CompoundingError as refusal:
        return Answer(Met.REFUSED, str(refusal), "storing")
    return PASSED


def _is_found(shop: Shop, slip: Slip) -> bool:
    """Whether the second person's figures differ from the record of every row that the slip moves."""
    usual = records_of(shop.usual(slip.order))
    found = records_of(work_out(slip.texts, slip.order, shop.shelf)) if slip.texts else usual
    return all(is_found(found[row], usual[row]) for row in slip.moved)
