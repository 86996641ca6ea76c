"""An order as people send it, with good defaults, and what becomes of it."""

from typing import Any

from compounder.codec.converter import read, write
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan, require_plans, work_out_order
from compounder.domain.errors import CompoundingError

HYDROCHLORIDE = "naltrexone hydrochloride"
DIHYDRATE = "naltrexone hydrochloride dihydrate"
CELLULOSE = "microcrystalline cellulose"
Document = dict[str, Any]


def an_active(**changes: Any) -> Document:
    """Naltrexone hydrochloride, pure as it is; a change of None leaves the key out."""
    usual: Document = {"substance": HYDROCHLORIDE, "assay_percent": "100", "assay_basis": "as-is"}
    usual |= {"pack_statistics": {"3": "180 mg"}, "expires_on": "2028-06-30"}
    return changed(usual, changes)


def a_filler(**changes: Any) -> Document:
    """Microcrystalline cellulose."""
    usual: Document = {"substance": CELLULOSE, "pack_statistics": {"3": "120 mg"}, "expires_on": "2029-01-31"}
    return changed(usual, changes)


def a_balance(**changes: Any) -> Document:
    """An electronic balance that weighs from 20 mg at 1 %."""
    return changed({"name": "B1", "readability": "0.1 mg", "repeatability": "0.1 mg"}, changes)


def an_order(strength: str = "4.5 mg", capsules: int = 100, **changes: Any) -> Document:
    """A hundred capsules of 4.5 mg in size 3, none extra."""
    usual: Document = {
        "compounded_on": "2026-11-21",
        "strength_basis": HYDROCHLORIDE,
        "strengths": [{"strength": strength, "capsules": capsules}],
        "capsule_size": "3",
        "extra_capsules": {"count": 0},
        "active": an_active(),
        "filler": a_filler(),
        "balances": [a_balance()],
        "beyond_use": {"days": 180},
    }
    return changed(usual, changes)


def changed(usual: Document, changes: Document) -> Document:
    """The document with the changes; None takes a key away."""
    return {key: value for key, value in (usual | changes).items() if value is not None}


def plan_order(order: BatchOrder) -> tuple[BatchPlan, ...]:
    """A plan for each strength."""
    return require_plans(work_out_order(order).outcomes)


def planned(order: Document) -> list[Document]:
    """The batches' documents."""
    return [write(plan) for plan in plan_order(read(order, BatchOrder))]


def refusals(order: object) -> list[CompoundingError]:
    """Every complaint about an order; none if it has an answer."""
    try:
        plan_order(read(order, BatchOrder))
    except CompoundingError as refusal:
        return list(refusal.errors())
    return []
