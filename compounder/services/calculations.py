"""Calculating without storing: an order document to its answer, an array of orders to an array of answers."""

from typing import Any

from compounder.codec.converter import read, write
from compounder.codec.problems import problem
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import require_plans, work_out_order
from compounder.domain.errors import CompoundingError, OutOfBounds

MOST_ORDERS = 10_000
MOST_STRENGTHS = 10_000


def calculate(document: object) -> Any:
    """The answer to one order, refusing with `CompoundingError`; of an array, an answer or a problem for each order.

    Refuses with `OutOfBounds` an array of more than 10,000 orders, or strengths in all, before it works any out.
    """
    if isinstance(document, list):
        _require_an_end(document)
        return [_answer_or_problem(order) for order in document]
    return _answer(document)


def _require_an_end(orders: list[Any]) -> None:
    """An array that would keep everybody else waiting is refused."""
    strengths = sum(map(_strengths, orders))
    if len(orders) > MOST_ORDERS:
        raise OutOfBounds(read=f"An array of {len(orders):,} orders", least="0", most=f"{MOST_ORDERS:,}")
    if strengths > MOST_STRENGTHS:
        raise OutOfBounds(
            read=f"An array with {strengths:,} strengths in all its orders", least="0", most=f"{MOST_STRENGTHS:,}"
        )


def _strengths(order: object) -> int:
    """How many strengths an order asks for, before it is known to be one."""
    asked = order.get("strengths") if isinstance(order, dict) else None
    return len(asked) if isinstance(asked, list) else 0


def _answer(document: object) -> dict[str, Any]:
    outcome = work_out_order(read(document, BatchOrder))
    return {
        "batches": write(list(require_plans(outcome.outcomes))),
        "triturations": write(list(outcome.triturations)),
        "alternatives": write(list(outcome.alternatives)),
    }


def _answer_or_problem(document: object) -> dict[str, Any]:
    try:
        return _answer(document)
    except CompoundingError as refusal:
        return problem(refusal)
