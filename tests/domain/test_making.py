"""The making of a batch from its entries: which line is next, what was discarded, what each capsule really holds."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.codec.converter import read
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.making import Content, Making, making
from compounder.domain.record.offered import Sent
from compounder.domain.units import MASS, MASS_PER_CAPSULE, format_reading, parse_quantity, quantity_text
from tests.domain.orders import an_active, an_order, plan_order
from tests.domain.records import an_entry
from tests.domain.revisions import REVISED, a_plan, planned, recovered

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


RECORD = a_record()


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
    made = making(RECORD, [])
    assert (made.next_line, made.is_begun, made.is_whole, made.content) == (0, False, False, None)
    assert made.weighings[0].ingredient == "naltrexone hydrochloride"


def test_each_weighing_leads_to_the_next_line_until_all_is_weighed() -> None:
    lines = [weighed(0, "461.0 mg"), weighed(1, "11692.7 mg")]
    assert [making(RECORD, lines[:count]).next_line for count in (0, 1, 2)] == [0, 1, None]
    made = making(RECORD, lines)
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
    made = making(RECORD, [weighed(0, "461.0 mg"), weighed(1, "11692.7 mg"), discarded(0, "461.0 mg")])
    assert (made.next_line, made.is_begun, made.content) == (0, True, None)
    (lost,) = made.discarded
    assert (lost.line, format_reading(lost.reading), lost.reason, lost.by) == (0, "461.0 mg", "Spilled", "Clara Kühn")
    assert lost.at == AT


def test_a_batch_is_begun_once_powder_has_left_its_jar_into_the_batch_or_not() -> None:
    taken, lost = weighed(0, "461.0 mg"), discarded(0, "461.0 mg")
    assert [making(RECORD, told).is_begun for told in ([], [taken], [lost], [taken, lost])] == [
        False,
        True,
        True,
        True,
    ]


def test_what_was_weighed_or_discarded_last_is_when_the_batch_moved() -> None:
    taken, lost = weighed(0, "461.0 mg"), replace(discarded(1, "1 mg"), at=AT + timedelta(minutes=5))
    moved = [making(RECORD, told).moved_at for told in ([], [taken], [taken, lost])]
    assert moved == [None, AT, AT + timedelta(minutes=5)]


def test_all_that_was_weighed_so_far_is_told_in_one_mass() -> None:
    taken = [weighed(0, "461.0 mg"), weighed(1, "11.6927 g")]
    masses = [quantity_text(making(RECORD, taken[:count]).mass_weighed, MASS) for count in (0, 1, 2)]
    assert masses == ["0 mg", "461 mg", "12153.7 mg"]


def test_a_weighing_says_on_which_balance_how_it_was_tared_and_whether_it_sent_it() -> None:
    sent = {"line": "S S 461.0 mg", "protocol": "sics", "at": "2026-11-21T09:29:50+00:00", "by": "Bench PC"}
    tared = {"tared": "0.0 mg"}
    read_as = [
        making(RECORD, [weighed(0, "461.0 mg", **said)]).taken[0] for said in ({}, tared, tared | {"sent": sent})
    ]
    assert [each and each.balance_said for each in read_as] == [
        "B1",
        "B1, tared to 0.0 mg",
        "B1, tared to 0.0 mg, from the balance",
    ]
    assert [each and each.sent for each in read_as] == [
        None,
        None,
        Sent(line="S S 461.0 mg", protocol="sics", at=AT - timedelta(seconds=10), by="Bench PC"),
    ]


def test_a_weighing_that_another_plan_would_not_accept_is_found() -> None:
    record = RECORD
    drug, filler = record.plan.weighings
    made = making(record, [weighed(0, "461.0 mg")])
    assert made.taken_outside((drug, filler)) is None
    less = replace(drug, accept_to=parse_quantity("460.9 mg", MASS))
    assert made.taken_outside((less, filler)) == (less, made.taken[0])


def of_plan(number: int, *entries: JournalEntry) -> Making:
    """The making of a batch whose plan of this number is in force, planned first."""
    return making(replace(RECORD, plan_number=number), [planned(), *entries])


def test_what_was_weighed_stays_weighed_by_a_plan_that_was_revised_to_it() -> None:
    carried = of_plan(2, weighed(0, "480.0 mg"), recovered(2))
    assert [each and format_reading(each.reading) for each in carried.taken] == ["480.0 mg", None]
    assert ([each.plan_number for each in carried.revised], carried.may_return_to) == ([2], 1)
    twice = of_plan(3, weighed(0, "480.0 mg"), recovered(2), recovered(3))
    assert (twice.next_line, len(twice.revised), twice.may_return_to) == (1, 2, 1)


def test_by_a_plan_that_was_revised_elsewhere_all_is_weighed_anew() -> None:
    elsewhere = an_entry(REVISED, plan_number=3, plan=a_plan(90, "405.0 mg", "10530.0 mg"), reason="Other stock")
    made = of_plan(3, weighed(0, "480.0 mg"), recovered(2), weighed(1, "11.7 g", plan_number=2), elsewhere)
    assert (made.taken, made.may_return_to) == ((None, None), None)


def test_a_plan_that_came_later_is_nothing_of_this_one() -> None:
    made = of_plan(1, weighed(0, "480.0 mg"), recovered(2))
    assert (made.next_line, made.revised, made.may_return_to) == (1, (), None)


@pytest.mark.parametrize(
    ("actual", "shown", "said"),
    [
        ("1.50024 mg", "1.5002 mg", "planned 1.5 mg, +0.02 %"),  # 0.00024 ÷ 1.5 = 0.016 %
        ("1.5 mg", "1.5000 mg", "planned 1.5 mg, +0.00 %"),
        ("1.492 mg", "1.4920 mg", "planned 1.5 mg, −0.53 %"),  # 0.008 ÷ 1.5 = 0.5333 %
        ("1.500675 mg", "1.5007 mg", "planned 1.5 mg, +0.05 %"),  # 0.000675 ÷ 1.5 = 0.045 %, half up
    ],
)
def test_the_content_is_told_with_how_far_it_is_off(actual: str, shown: str, said: str) -> None:
    content = Content(
        actual=parse_quantity(actual, MASS_PER_CAPSULE), planned=parse_quantity("1.5 mg", MASS_PER_CAPSULE)
    )
    assert (content.actual_shown, content.said) == (shown, said)


def test_what_was_weighed_by_another_plan_is_not_weighed_by_this_one() -> None:
    assert making(RECORD, [weighed(0, "461.0 mg", plan_number=2)]).next_line == 0


@pytest.mark.parametrize(
    ("reading", "content"),
    [
        ("461.0 mg", ("4.5000 mg", "-0.001 %")),  # 461.0 × 0.976128 ÷ 100, worked example E10
        ("463.2 mg", ("4.5214 mg", "+0.476 %")),
        ("0.4585 g", ("4.4755 mg", "-0.543 %")),
    ],
)
def test_the_content_is_the_mass_as_weighed_by_its_potency(reading: str, content: tuple[str, str]) -> None:
    assert content_of(making(RECORD, [weighed(0, reading)])) == content


def test_an_overage_is_what_the_content_is_held_against() -> None:
    made = making(a_record(active_overage_percent="5"), [weighed(0, "484.1 mg")])
    assert content_of(made) == ("4.7254 mg", "+0.009 %")  # 484.1 × 0.976128 ÷ 100, against 4.725 mg


@given(st.integers(min_value=4_000, max_value=5_200))
def test_the_content_goes_with_what_was_weighed(tenths: int) -> None:
    made = making(RECORD, [weighed(0, f"{Decimal(tenths) / 10} mg")])
    assert made.content is not None
    reckoned = Decimal(tenths) / 10 * Decimal("0.976128") / 100
    assert abs(made.content.actual.magnitude - reckoned) < Decimal("1e-12")
    assert quantity_text(made.content.planned, MASS_PER_CAPSULE) == "4.5 mg"


@pytest.mark.parametrize(
    ("assay", "readings", "content"),
    [
        # 150 mg of the first lot are left, and give 150 mg; the second, of 80 %, has 187.5 mg to give the other 150 mg.
        ("100", ("150.0 mg", "189.0 mg"), ("3.0120 mg", "+0.400 %")),  # (150.0 + 189.0 × 0.8) ÷ 100
        # 133.3 mg of the first are left, and give 120 mg; the second has 225 mg to give the other 180 mg.
        ("90", ("133.3 mg", "225.0 mg"), ("2.9997 mg", "-0.010 %")),  # (133.3 × 0.9 + 225.0 × 0.8) ÷ 100
    ],
)
def test_each_of_two_lots_gives_by_its_own_potency(
    assay: str, readings: tuple[str, str], content: tuple[str, str]
) -> None:
    """Of 300 mg of the first lot the batch of 1.5 mg takes its 150 mg of drug; the rest is for the batch of 3 mg."""
    order = read(
        an_order(
            active=an_active(assay_percent=assay),
            strengths=[{"strength": text, "capsules": 100} for text in ("1.5 mg", "3 mg")],
            next_active={"powder": an_active(assay_percent="80"), "first_gives": "300 mg"},
        ),
        BatchOrder,
    )
    record: Any = Recorded(order=order, plan=plan_order(order)[1])
    taken = [weighed(line, reading) for line, reading in enumerate(readings)]
    assert making(record, taken[:1]).content is None
    assert content_of(making(record, taken)) == content
