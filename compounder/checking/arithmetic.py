"""Whether this installation works out what it should, and refuses what a slip makes of it."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from compounder.checking.agreement import ANSWERED, Compared, compared_order
from compounder.checking.checks import Check, Failed, Ground, Part
from compounder.checking.course_agreement import compared_course
from compounder.checking.examples import differing, order_of, worked_examples
from compounder.checking.oracle.random_courses import a_random_course
from compounder.checking.oracle.random_orders import an_order
from compounder.domain.errors import CompoundingError
from compounder.services.calculations import calculate

_ORDERS_A_COURSE: Final = 10
"""A course is reckoned for so many orders: it is worked out for each of its days."""
_RULES: Final = {"strength_range": ["0.1 mg", "6 mg"], "usual_strengths": ["0.5 mg", "1.5 mg", "3 mg", "4.5 mg"]}
_DIHYDRATE: Final = {
    "substance": "naltrexone hydrochloride dihydrate",
    "assay_percent": "99",
    "assay_basis": "anhydrous",
    "water_percent": "8.9",
}


def _of(strength: str, capsules: int = 100) -> dict[str, Any]:
    return {"strengths": [{"strength": strength, "capsules": capsules}]}


SLIPS: Final[Mapping[str, tuple[dict[str, Any], str]]] = {
    "a decimal comma": (_of("1,5 mg"), "not-a-number"),
    "a figure without its unit": (_of("1.5"), "not-a-number"),
    "a unit that is none": (_of("1.5 Mg"), "unknown-unit"),
    "grams for milligrams": (_of("1.5 g"), "dose-exceeds-capsule"),
    "a point slipped": (_of("45 mg") | {"formulation": _RULES}, "strength-out-of-range"),
    "a strength nobody uses": (_of("4.4 mg") | {"formulation": _RULES}, "strength-not-usual"),
    "too little for the balance": (_of("0.1 mg", 10), "below-minimum-weighable"),
    "powder past its date": ({"active": {"expires_on": "2026-11-20"}}, "ingredient-expired"),
    "water taken off twice": ({"active": _DIHYDRATE}, "double-hydrate-correction"),
}
"""What is done to the usual order, and the code of the refusal or finding that has to meet it."""


def _examples(_: Ground) -> str:
    examples = worked_examples()
    wrong = [sentence for example in examples for sentence in differing(example)]
    if wrong:
        raise Failed(" ".join(wrong))
    return f"{len(examples)} examples give the figures stated, to their last digit."


def _orders(ground: Ground) -> str:
    return _agreeing(ground.orders, ground, an_order, compared_order, "orders")


def _courses(ground: Ground) -> str:
    return _agreeing(-(-ground.orders // _ORDERS_A_COURSE), ground, a_random_course, compared_course, "courses")


def _agreeing(
    count: int,
    ground: Ground,
    made: Callable[[random.Random], dict[str, Any]],
    compared: Callable[[dict[str, Any]], Compared],
    called: str,
) -> str:
    """That so many documents by the chance of this day are answered alike by both; fails with the first that is not."""
    seed, met = ground.at.date().toordinal(), Counter[str]()
    chance = random.Random(seed)  # noqa: S311 - nothing secret: the same day tries the same documents
    for number in range(1, count + 1):
        document = made(chance)
        outcome = compared(document)
        if outcome.difference:
            raise Failed(f"Number {number:,} of the {called} of seed {seed} differs: {outcome.difference}.")
        met.update(outcome.met)
    return f"{count:,} {called} of seed {seed}: {met[ANSWERED]:,} answered and {count - met[ANSWERED]:,} refused alike."


def _slips(_: Ground) -> str:
    passed = [name for name, (changes, code) in SLIPS.items() if code not in _met(order_of(changes))]
    if passed:
        raise Failed(f"Nothing was said of {', '.join(passed)}.")
    return f"{len(SLIPS)} slips met with a refusal or a finding: {', '.join(SLIPS)}."


def _met(order: dict[str, Any]) -> set[str]:
    """The codes of an order's refusals, or of its findings."""
    try:
        answer = calculate(order)
    except CompoundingError as refusal:
        return {part.code for part in refusal.errors()}
    return {finding["code"] for batch in answer["batches"] for finding in batch["findings"]}


ARITHMETIC: Final = (
    Check(
        number="OQ1",
        part=Part.OPERATION,
        requirement="The worked examples of the trade come out",
        hazards=("A4", "A5", "A6", "B3", "B4"),
        test="Each is calculated here and compared with the figures stated in its source.",
        run=_examples,
    ),
    Check(
        number="OQ2",
        part=Part.OPERATION,
        requirement="What to weigh is right for any order",
        hazards=("A4", "A5", "A6", "B3", "B4", "C3"),
        test="Random orders are reckoned a second time in fractions, by a program that shares nothing with the first.",
        run=_orders,
    ),
    Check(
        number="OQ3",
        part=Part.OPERATION,
        requirement="Each day of a titration course is right",
        hazards=("D2",),
        test="Random courses are reckoned a second time, day by day.",
        run=_courses,
    ),
    Check(
        number="OQ4",
        part=Part.OPERATION,
        requirement="Slips of the hand do not pass",
        hazards=("A1", "A2", "A3", "A4", "B3", "C3"),
        test="Orders with a slip in each are calculated; each has to be refused or to carry its finding.",
        run=_slips,
    ),
)
