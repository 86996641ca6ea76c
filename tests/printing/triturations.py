"""Records of batches that are weighed through triturations, of tablets or from two lots, planned by the domain."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from compounder.codec.converter import read
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan, OrderOutcome, require_plans, work_out_order
from compounder.domain.formulary.formulation import Approval
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.trituration_record import (
    Start,
    TriturationMade,
    TriturationRecord,
    TriturationUsed,
    WeightsTaken,
    made,
)
from compounder.domain.site import Pharmacy
from compounder.domain.stock.lots import LotFacts, LotStatus
from compounder.domain.units import READING, mg, of, parse_quantity, quantity_text
from tests.domain.orders import Document, a_balance, an_active, an_order

SHA256 = "0123456789abcdef" * 4
LOT_NUMBERS = tuple(f"261121A{number:03}K" for number in range(1, 30))
BEYOND_USE = date(2027, 5, 19)
MORNING = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
COMMON: Mapping[str, Any] = {
    "site": "A",
    "order_number": "2611-018",
    "is_example": False,
    "stored_at": MORNING,
    "stored_by": "Anna Müller",
    "time_zone": "Europe/Berlin",
    "pharmacy": Pharmacy(name="Example Compounding Pharmacy", address="1 Example Street", telephone="555 0100"),
    "settings_version": 1,
    "program_version": "0.1.0",
    "formulation": first_formulation(1),
    "approval": Approval(name="Anna Müller", at=MORNING, reason="The study covers a year."),
}
ONE_BALANCE = [a_balance(repeatability="0.4 mg")]


def a_set(*strengths: str, capsules: int = 30, **changes: Any) -> Document:
    """An order of so many capsules of each strength, on one balance, through one stock unless said otherwise."""
    lines = [{"strength": strength, "capsules": capsules} for strength in strengths or ("0.5 mg", "1.5 mg", "3 mg")]
    certificate = {"assay_percent": "99.2", "assay_basis": "anhydrous", "water_percent": "1.6"}
    usual: Document = {"balances": ONE_BALANCE, "trituration": "shared", "active": an_active(**certificate)}
    return an_order(strengths=lines, **(usual | changes))


def from_tablets(**changes: Any) -> Document:
    """Tablets of 50 mg that weigh 250.39 mg."""
    tablets = {"tablet_strength": "50 mg", "mean_tablet_mass": "250.39 mg", "pack_statistics": {"3": "150 mg"}}
    return a_set(source=tablets, **changes)


def through_a_chain() -> Document:
    """Ten capsules of 0.1 mg: no single ratio of these makes their milligram weighable."""
    return a_set("0.1 mg", capsules=10, trituration="each", ratios=["1:10", "1:20"])


def from_two_lots(strengths: Sequence[str] = ("4.5 mg",), **changes: Any) -> Document:
    """40 mg is left in the first jar."""
    following = an_active(assay_percent="96.8", expires_on="2028-12-31")
    both = {"trituration": "never", "next_active": {"powder": following, "first_gives": "40 mg"}}
    return a_set(*strengths, balances=[a_balance()], **(both | changes))


def worked_out(document: Document) -> tuple[BatchOrder, OrderOutcome]:
    """The order with its lots named, and what it comes to."""
    order = read(document, BatchOrder)
    named = replace(
        order,
        active=replace(order.active, lot=a_lot("NTX-2411", "Hillcrest")),
        filler=replace(order.filler, lot=a_lot("MCC-118", "Crème & Søn", "PH-102")),
        next_active=order.next_active
        and replace(order.next_active, powder=replace(order.next_active.powder, lot=a_lot("NTX-2502", "Ridge Labs"))),
    )
    return named, work_out_order(named)


def a_lot(lot_number: str, maker: str, grade: str = "") -> LotFacts:
    """A lot in use, with a kilogram of it free."""
    free = of(1_000_000, mg)
    return LotFacts(
        lot_id=lot_number, lot_number=lot_number, maker=maker, grade=grade, status=LotStatus.IN_USE, free=free
    )


def batch_records(document: Document, **changes: Any) -> Sequence[CompoundingRecord]:
    """The record of each strength; its triturations have the order's first lot numbers."""
    order, outcome = worked_out(document)
    used = tuple(
        TriturationUsed(lot_number=number, plan=trituration, beyond_use_date=BEYOND_USE)
        for number, trituration in zip(LOT_NUMBERS, outcome.triturations, strict=False)
    )
    plans = require_plans(outcome.outcomes)
    numbers = LOT_NUMBERS[len(used) :]
    return [
        replace(_batch_record(order, plan, number, used), **changes)
        for plan, number in zip(plans, numbers, strict=False)
    ]


def _batch_record(
    order: BatchOrder, plan: BatchPlan, lot_number: str, used: tuple[TriturationUsed, ...]
) -> CompoundingRecord:
    net = plan.fill_per_capsule
    return CompoundingRecord(
        **COMMON,
        lot_number=lot_number,
        order=order,
        plan_number=1,
        plan=plan,
        plan_sha256=SHA256,
        net_weight_from=net * Decimal("0.9"),
        net_weight_to=net * Decimal("1.1"),
        decisions=(),
        triturations=tuple(each for each in used if plan.strength in each.plan.used_by),
    )


def trituration_records(document: Document, **changes: Any) -> Sequence[TriturationRecord]:
    """The record of each trituration of the order, in the sequence they are made."""
    order, outcome = worked_out(document)
    names = {made.name: number for made, number in zip(outcome.triturations, LOT_NUMBERS, strict=False)}
    plain = [
        TriturationRecord(
            **COMMON,
            lot_number=names[plan.name],
            order=order,
            plan=plan,
            plan_sha256=SHA256,
            made_from=names.get(plan.made_from or "", plan.made_from),
            beyond_use_date=BEYOND_USE,
            beyond_use_limit="policy: 180 days, the day of compounding is day 1",
        )
        for plan in outcome.triturations
    ]
    return [replace(record, **changes) for record in plain]


def made_as_planned(record: TriturationRecord, start: Start | None = None) -> TriturationMade:
    """What it comes to when each reading is the one to weigh."""
    first, diluent = (quantity_text(weighing.to_weigh, READING) for weighing in record.plan.weighings)
    return made_of(record, first, diluent, start)


def made_of(record: TriturationRecord, started_with: str, diluent: str, start: Start | None = None) -> TriturationMade:
    """What the weights taken come to."""
    taken = WeightsTaken(started_with=parse_quantity(started_with, READING), diluent=parse_quantity(diluent, READING))
    return made(record, start or Start(), taken, date(2026, 11, 21))
