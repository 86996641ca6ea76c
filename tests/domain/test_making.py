"""The making of a batch from its entries: which line is next, what was discarded, what each capsule really holds."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.codec.converter import read
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.making import Making, making
from compounder.domain.units import MASS_PER_CAPSULE, format_reading, quantity_text
from tests.domain.orders import an_active, an_order, plan_order

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
CLARA = Actor(name="Clara Kühn", is_authenticated=True)


@dataclass(frozen=True)
class Recorded:
    """What the making looks at of a record."""

    order: BatchOrder
    plan: BatchPlan
    plan_number: int = 1


def a_record(**changes: Any) -> Any:
    """A hundred capsules of 4.5 mg, assay 99.2 % anhydrous, water 1.6 % (worked example E10)."""
    active = an_active(assay_percent="99.2", assay_basis="anhydrous", water_percent="1.6")
    order = read(an_order(**({"active": active} | changes)), BatchOrder)
    return Recorded(order=order, plan=plan_order(order)[0])


def entry(kind: EntryKind, line: int, reading: str, **said: Any) -> JournalEntry:
    """An entry of Clara's."""
    usual = {"plan_number": 1, "line": line, "reading": reading, "lot_number": "NTX-1", "balance": "B1"}
    document = json.dumps({**usual, **said})
    return JournalEntry(number=9, at=AT, actor=CLARA, site="A", subject="261121A001K", kind=kind, document=document)


def weighed(line: int, reading: str, **said: Any) -> JournalEntry:
    return entry(EntryKind.BATCH_WEIGHED, line, reading, **said)


def discarded(line: int, reading: str, **said: Any) -> JournalEntry:
    return entry(EntryKind.WEIGHING_DISCARDED, line, reading, reason="Spilled", **said)


def content_of(made: Making) -> tuple[str, str]:
    """What each capsule holds, to 0.0001 mg, and the difference from what it should, to 0.001 %."""
    assert made.content is not None
    actual = made.content.actual.magnitude.quantize(Decimal("0.0001"))
    return f"{actual} mg", f"{made.content.difference.scaleb(2).quantize(Decimal('0.001')):+f} %"


def test_a_batch_that_nobody_weighed_begins_with_the_drug() -> None:
    made = making(a_record(), [])
    assert (made.next_line, made.is_begun, made.is_whole, made.content) == (0, False, False, None)
    assert made.weighings[0].ingredient == "naltrexone hydrochloride"


def test_each_weighing_leads_to_the_next_line_until_all_is_weighed() -> None:
    lines = [weighed(0, "461.0 mg"), weighed(1, "11692.7 mg")]
    assert [making(a_record(), lines[:count]).next_line for count in (0, 1, 2)] == [0, 1, None]
    made = making(a_record(), lines)
    assert made.is_whole
    first = made.taken[0]
    assert first is not None
    assert (first.lot_number, first.balance, format_reading(first.reading), first.by, first.at) == (
        "NTX-1",
        "B1",
        "461.0 mg",
        "Clara Kühn",
        AT,
    )


def test_a_discarded_weighing_opens_its_line_again_and_is_not_forgotten() -> None:
    made = making(a_record(), [weighed(0, "461.0 mg"), weighed(1, "11692.7 mg"), discarded(0, "461.0 mg")])
    assert (made.next_line, made.is_begun, made.content) == (0, True, None)
    (lost,) = made.discarded
    assert (lost.line, format_reading(lost.reading), lost.reason, lost.by) == (0, "461.0 mg", "Spilled", "Clara Kühn")


def test_what_was_weighed_by_another_plan_is_not_weighed_by_this_one() -> None:
    assert making(a_record(), [weighed(0, "461.0 mg", plan_number=2)]).next_line == 0


@pytest.mark.parametrize(
    ("reading", "content"),
    [
        ("461.0 mg", ("4.5000 mg", "-0.001 %")),  # 461.0 × 0.976128 ÷ 100, worked example E10
        ("463.2 mg", ("4.5214 mg", "+0.476 %")),
        ("0.4585 g", ("4.4755 mg", "-0.543 %")),
    ],
)
def test_the_content_is_the_mass_as_weighed_by_its_potency(reading: str, content: tuple[str, str]) -> None:
    assert content_of(making(a_record(), [weighed(0, reading)])) == content


def test_an_overage_is_what_the_content_is_held_against() -> None:
    made = making(a_record(active_overage_percent="5"), [weighed(0, "484.1 mg")])
    assert content_of(made) == ("4.7254 mg", "+0.009 %")  # 484.1 × 0.976128 ÷ 100, against 4.725 mg


@given(st.integers(min_value=4_000, max_value=5_200))
def test_the_content_goes_with_what_was_weighed(tenths: int) -> None:
    record = a_record()
    reading = f"{Decimal(tenths) / 10} mg"
    made = making(record, [weighed(0, reading)])
    assert made.content is not None
    reckoned = Decimal(tenths) / 10 * Decimal("0.976128") / 100
    assert abs(made.content.actual.magnitude - reckoned) < Decimal("1e-12")
    assert quantity_text(made.content.planned, MASS_PER_CAPSULE) == "4.5 mg"


def test_each_of_two_lots_gives_by_its_own_potency() -> None:
    """Of 300 mg wanted, 150 mg come from the first, pure; the second, of 80 %, has 187.5 mg to give."""
    order = read(
        an_order(
            strengths=[{"strength": text, "capsules": 100} for text in ("1.5 mg", "3 mg")],
            next_active={"powder": an_active(assay_percent="80"), "first_gives": "300 mg"},
        ),
        BatchOrder,
    )
    record: Any = Recorded(order=order, plan=plan_order(order)[1])
    assert making(record, [weighed(0, "150.0 mg")]).content is None
    made = making(record, [weighed(0, "150.0 mg"), weighed(1, "189.0 mg")])
    assert content_of(made) == ("3.0120 mg", "+0.400 %")  # (150.0 + 189.0 × 0.8) ÷ 100
