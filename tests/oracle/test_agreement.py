"""The package and the second reckoning give the same answers to the same random orders."""

import os
import random
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from compounder.codec.converter import read, write
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import plan_order
from compounder.domain.errors import CompoundingError
from tests.oracle.orders import Refused, mass
from tests.oracle.random_orders import an_order
from tests.oracle.reckoning import Reckoned, Weighed, reckon

PARTS = 20
ORDERS = 500 if not os.environ.get("COMPOUNDER_LONG") else 50_000
CLOSE = Fraction(1, 10**12)


@pytest.mark.parametrize("part", range(PARTS))
def test_two_reckonings_agree_on_random_orders(part: int) -> None:
    chance, seen = random.Random(part), Counter[str]()
    for _ in range(ORDERS):
        order = an_order(chance)
        ours, theirs = answer(order), second_answer(order)
        if isinstance(theirs, set):
            assert ours == theirs, order
            seen.update(theirs)
        else:
            assert isinstance(ours, list), (ours, order)
            assert [difference(one, other) for one, other in zip(ours, theirs, strict=True)] == [None] * len(theirs), (
                order
            )
            seen["answered"] += 1
    assert seen["answered"] > ORDERS / 3, seen


def answer(order: dict[str, Any]) -> list[dict[str, Any]] | set[str]:
    """What the package says: the batches' documents, or the codes of its refusals."""
    try:
        return [write(plan) for plan in plan_order(read(order, BatchOrder))]
    except CompoundingError as refusal:
        return {part.code for part in refusal.errors()}


def second_answer(order: dict[str, Any]) -> list[Reckoned] | set[str]:
    """What the second reckoning says."""
    try:
        return reckon(order)
    except Refused as refusal:
        return refusal.codes


def difference(ours: dict[str, Any], theirs: Reckoned) -> str | None:
    """The first figure in which the two differ, or none."""
    figures = {
        "capsules_to_make": ours["capsules_to_make"] == theirs.to_make,
        "capsule_size": ours["capsule_size"] == theirs.size,
        "potency": is_close(Fraction(ours["potency"]), theirs.potency),
        "active_per_capsule": is_close(mass(ours["active_per_capsule"]), theirs.active),
        "filler_per_capsule": is_close(mass(ours["filler_per_capsule"]), theirs.filler),
        "fill_per_capsule": is_close(mass(ours["fill_per_capsule"]), theirs.active + theirs.filler),
        "active": is_same_weighing(ours["weighings"][0], theirs.weighings[0]),
        "filler": is_same_weighing(ours["weighings"][1], theirs.weighings[1]),
        "beyond_use_date": ours["beyond_use_date"] == theirs.beyond_use.isoformat(),
        "findings": Counter(finding["code"] for finding in ours["findings"]) == +without_nothing(theirs.findings),
    }
    return next((f"{name}: {ours} {theirs}" for name, agrees in figures.items() if not agrees), None)


def without_nothing(findings: Counter[str]) -> Counter[str]:
    """The codes, the empty one left out."""
    return Counter({code: times for code, times in findings.items() if code})


def is_close(ours: Fraction, theirs: Fraction) -> bool:
    """Whether they are equal to twelve significant digits."""
    return abs(ours - theirs) <= CLOSE * abs(theirs)


def is_same_weighing(ours: dict[str, str], theirs: Weighed) -> bool:
    """The same exact mass, and the very same reading on the same balance."""
    residual = mass(ours["residual"])
    return (
        is_close(mass(ours["exact"]), theirs.exact)
        and mass(ours["to_weigh"]) == theirs.to_weigh
        and abs(residual - (theirs.to_weigh - theirs.exact)) <= CLOSE * theirs.exact
        and ours["balance"] == theirs.balance
        and is_close(mass(ours["minimum_weighable"]), theirs.minimum)
    )
