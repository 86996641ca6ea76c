"""One slip from the papers to the capsules: what one person meets, and whether a second one finds it."""

import random
from dataclasses import dataclass

from bench.pharmacy import store_in
from bench.slips.capsules import at_the_capsules
from bench.slips.counter import at_the_counter
from bench.slips.papers import PASSED, Answer, Met, Refused, WorkedOut, answers, work_out
from bench.slips.second import COMMON_CAUSE, is_found, records_of
from bench.slips.shop import Shop, undone
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
    usual = shop.usual(slip.order)
    try:
        found = work_out(slip.texts, slip.order, shop.shelf) if slip.texts else usual
    except Refused as refused:
        return Outcome(slip, refused.answer, passes_both=False)
    alone = min((_alone(shop, slip, row, found, weights) for row in slip.moved), key=lambda answer: answer.met)
    passes = alone.met is Met.PASSED and (is_common or not _is_found(slip, found, usual))
    return Outcome(slip, alone, passes)


def _alone(shop: Shop, slip: Slip, row: int, found: WorkedOut, chance: random.Random) -> Answer:
    """What one row meets: at the review, then at the bench, at its capsules, and at the counter."""
    if slip.acted_on:
        return _stored_as_before(shop, slip, found)
    answer = answers(found, shop.usual(slip.order))[row]
    if answer.met is Met.PASSED and slip.act:
        answer = at_the_bench(shop, slip, slip.act)
    effect = slip.effect[row]
    if answer.met is not Met.PASSED or effect is None:
        return answer
    weighed = at_the_capsules(records_of(found)[row], effect, found.facts.settings, chance)
    return weighed if weighed.met is not Met.PASSED else at_the_counter(shop, slip, row, found)


def _stored_as_before(shop: Shop, slip: Slip, found: WorkedOut) -> Answer:
    """The order as it stands in the form now, stored by what an older result was called."""
    before = work_out(slip.acted_on or {}, slip.order, shop.shelf)
    try:
        with undone(shop.database) as writing:
            store_in(writing, found.shown.request, before.shown.sha256)
    except CompoundingError as refusal:
        return Answer(Met.REFUSED, str(refusal), "storing")
    return PASSED


def _is_found(slip: Slip, found: WorkedOut, usual: WorkedOut) -> bool:
    """Whether the second person's figures differ from the record of every row that the slip moves."""
    mine, right = records_of(found), records_of(usual)
    return all(is_found(mine[row], right[row]) for row in slip.moved)
