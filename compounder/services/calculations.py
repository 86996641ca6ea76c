"""Calculating without storing: an order document to its answer, an array of orders to an array of answers."""

from collections.abc import Callable
from typing import Any

from compounder.codec.converter import read, write
from compounder.codec.problems import problem
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import require_plans, work_out_order
from compounder.domain.batch.source import Triturating
from compounder.domain.errors import CompoundingError, OutOfBounds

MOST_ORDERS = 10_000
MOST_STRENGTHS = 40_000
TRITURATED_COUNTS = 10
"""To look for ways of weighing takes so many times as long as to plan a strength directly."""


def calculate(document: object) -> Any:
    """The answer to one order, refusing with `CompoundingError`; of an array, an answer or a problem for each order.

    Refuses with `OutOfBounds` an array of more than 10,000 orders before it works any out.
    """
    return answer_each(document, _answer)


def answer_each(document: object, answer: Callable[[object], Any], called: str = "orders") -> Any:
    """What `answer` says to one document; of an array, in each place the answer, or the problem where it refuses."""
    if not isinstance(document, list):
        return answer(document)
    if len(document) > MOST_ORDERS:
        raise OutOfBounds(read=f"An array of {len(document):,} {called}", least="0", most=f"{MOST_ORDERS:,}")
    return [_answer_or_problem(part, answer) for part in document]


def require_an_end(document: object) -> None:
    """Refuses with `OutOfBounds` an array that would keep everybody else of a server waiting: over 40,000 strengths in
    all, each of an order that may triturate counted ten times."""
    strengths = sum(map(_strengths, document)) if isinstance(document, list) else 0
    if strengths > MOST_STRENGTHS:
        raise OutOfBounds(
            read=f"An array with {strengths:,} strengths in all its orders", least="0", most=f"{MOST_STRENGTHS:,}"
        )


def _strengths(order: object) -> int:
    """How many strengths an order asks for, before it is known to be one."""
    if not isinstance(order, dict) or not isinstance(order.get("strengths"), list):
        return 0
    times = 1 if order.get("trituration", Triturating.NEVER) == Triturating.NEVER else TRITURATED_COUNTS
    return times * len(order["strengths"])


def _answer(document: object) -> dict[str, Any]:
    outcome = work_out_order(read(document, BatchOrder))
    return {
        "batches": write(list(require_plans(outcome.outcomes))),
        "triturations": write(list(outcome.triturations)),
        "alternatives": write(list(outcome.alternatives)),
    }


def _answer_or_problem(document: object, answer: Callable[[object], Any]) -> Any:
    try:
        return answer(document)
    except CompoundingError as refusal:
        return problem(refusal)
