"""Triturations: stored with their order, made once, a lot from then on, and what draws on them planned anew."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from compounder.database import batches, lots
from compounder.database.errors import NotFound
from compounder.database.search import batches_using
from compounder.domain.batch.weighing import Role
from compounder.domain.errors import CompoundingError, MissingKey, OutOfBounds
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import StoppedByReview
from compounder.domain.record.trituration_record import TriturationStatus
from compounder.domain.stock.lot_status import LotIsRejected
from compounder.domain.stock.lots import LotStatus
from compounder.domain.stock.movements import MovementKind
from compounder.domain.units import MASS, READING, parse_quantity, quantity_text
from compounder.printing.paper import SMALL, Paper
from compounder.services.batches import batch_file, earlier_plan
from compounder.services.errors import DrawnOn, LotHeldBack, MadeFirst, NotPlanned, PlanNotRevised
from compounder.services.lots import lot_file
from compounder.services.papers import LabelRequest, labels, worksheets
from compounder.services.triturations import of_batch, void_trituration
from tests.services.before import void_by_typed_name
from tests.services.orders import ANNA, DAY, MORNING, SITE, Bench, reserved
from tests.services.signing import cannot_be_made
from tests.services.triturations import FOUR, LEAVES_SOME, SHARED, as_planned, looked_at, make, numbers_of


def test_an_orders_stock_and_its_batches_share_one_series_of_lot_numbers(bench: Bench) -> None:
    made, ours = numbers_of(bench, bench.order("0.5 mg", "1.5 mg", capsules=30, **SHARED))
    assert [number[:10] for number in (*made, *ours)] == ["261121A001", "261121A002", "261121A003"]
    with bench.database.reading() as reading:
        assert [row.lot_number for row in of_batch(reading, SITE, ours[0])] == made
    file = looked_at(bench, made[0])
    assert (file.stored.status, file.batches, file.lot) == (TriturationStatus.PLANNED, tuple(ours), None)


def test_a_planned_trituration_reserves_drug_and_diluent(bench: Bench) -> None:
    (made,), ours = numbers_of(bench, bench.order("0.5 mg", "1.5 mg", capsules=30, **SHARED))
    drug, diluent = looked_at(bench, made).stored.record.plan.weighings
    with bench.database.reading() as reading:
        plans = [batches.load(reading, SITE, number).record.plan for number in ours]
    fillers = sum(each.to_weigh.magnitude for plan in plans for each in plan.weighings if each.role is Role.FILLER)
    assert reserved(bench, bench.active) == drug.to_weigh.magnitude
    assert reserved(bench, bench.filler) == diluent.to_weigh.magnitude + fillers


def test_a_trituration_that_was_made_is_a_lot_of_the_strength_its_weights_say(bench: Bench) -> None:
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", "1.5 mg", capsules=30, **SHARED))
    planned = as_planned(bench, made)
    off = parse_quantity("0.4 mg", READING)
    taken = replace(planned, started_with=planned.started_with - off)
    lot_id = make(bench, made, taken)
    file = looked_at(bench, made)
    assert file.stored.status is TriturationStatus.MADE
    assert file.lot is not None
    assert file.lot.lot_id == lot_id
    total = taken.started_with + taken.diluent
    facts = file.lot.lot.trituration
    assert facts is not None
    assert abs(facts.active_fraction - taken.started_with.magnitude / total.magnitude) < Decimal("1e-14")
    assert quantity_text(file.lot.on_hand, MASS) == quantity_text(total, MASS)
    assert file.lot.lot.expires_on == date(2027, 11, 20)


def test_what_was_weighed_comes_off_the_jars_as_weighed(bench: Bench) -> None:
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", capsules=30, **SHARED))
    taken = as_planned(bench, made)
    make(bench, made, taken)
    with bench.database.reading() as reading:
        drug = lot_file(reading, SITE, bench.active)
        last = drug.movements[-1]
    assert (last.kind, last.lot_number) == (MovementKind.USED, made)
    assert drug.stored.reserved.magnitude == 0
    assert drug.stored.on_hand.magnitude == Decimal(25_000) - taken.started_with.magnitude


def test_what_it_turned_out_to_be_revises_the_plans_that_use_it(bench: Bench) -> None:
    (made,), ours = numbers_of(bench, bench.order("0.5 mg", "1.5 mg", capsules=30, **SHARED))
    planned = as_planned(bench, made)
    weaker = replace(planned, started_with=planned.started_with - parse_quantity("0.4 mg", READING))
    make(bench, made, weaker)
    with bench.database.reading() as reading:
        for number in ours:
            first, file = batches.plan(reading, SITE, number, 1), batch_file(reading, SITE, number)
            plan = file.record.plan
            assert file.record.plan_number == 2
            assert [entry.kind for entry in file.entries] == [EntryKind.BATCH_PLANNED, EntryKind.PLAN_REVISED]
            old, new = (next(each for each in one.weighings if each.role is Role.ALIQUOT) for one in (first, plan))
            assert new.to_weigh > old.to_weigh
            assert (old.trituration, new.trituration) == ("T1", made)
            assert abs(plan.fill_per_capsule - first.fill_per_capsule).magnitude < Decimal("1e-9")
    lot = looked_at(bench, made).lot
    assert lot is not None
    assert lot.reserved.magnitude == sum(aliquot(bench, number) for number in ours)


def aliquot(bench: Bench, number: str) -> Decimal:
    with bench.database.reading() as reading:
        plan = batches.load(reading, SITE, number).record.plan
    mass: Decimal = next(each.to_weigh.magnitude for each in plan.weighings if each.role is Role.ALIQUOT)
    return mass


def test_what_is_left_of_a_trituration_is_the_drug_of_a_later_order(bench: Bench) -> None:
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", capsules=30, **LEAVES_SOME))
    lot_id = make(bench, made, as_planned(bench, made))
    later = bench.order("0.5 mg", capsules=5, key="later", active_lot=lot_id)
    (none, (number,)) = numbers_of(bench, later)
    assert none == []
    with bench.database.reading() as reading:
        plan = batches.load(reading, SITE, number).record.plan
        recalled = {row.lot_number for row in batches_using(reading, SITE, bench.active)}
    assert [(each.role, each.trituration) for each in plan.weighings] == [(Role.ALIQUOT, made), (Role.FILLER, None)]
    assert number in recalled


def test_a_recall_of_the_drugs_lot_finds_the_batches_of_every_stage(bench: Bench) -> None:
    _, ours = numbers_of(bench, bench.order("0.5 mg", "1.5 mg", capsules=30, **SHARED))
    for lot_id in (bench.active, bench.filler):
        with bench.database.reading() as reading:
            assert {row.lot_number for row in batches_using(reading, SITE, lot_id)} == set(ours)


def test_a_trituration_of_a_trituration_is_made_after_it_and_seen_both_ways(bench: Bench) -> None:
    (first, second), (batch,) = numbers_of(bench, bench.order("0.5 mg", capsules=1, **SHARED))
    with pytest.raises(MadeFirst, match=first):
        make(bench, second, as_planned(bench, second))
    first_lot = make(bench, first, as_planned(bench, first), key="first stage")
    drug, _ = looked_at(bench, second).stored.record.plan.weighings
    assert drug.role is Role.ALIQUOT
    by_plan = as_planned(bench, second)
    taken = replace(by_plan, diluent=by_plan.diluent - parse_quantity("1 mg", READING))
    second_lot = make(bench, second, taken, key="second stage")
    with bench.database.reading() as reading:
        used = lot_file(reading, SITE, first_lot).movements[-1]
        plan = batches.load(reading, SITE, batch).record.plan
        found = {row.lot_number for row in batches_using(reading, SITE, second_lot)}
        by_first = {row.lot_number for row in batches_using(reading, SITE, first_lot)}
        drawn = [row.lot_number for row in of_batch(reading, SITE, batch)]
    assert (used.kind, used.lot_number) == (MovementKind.USED, second)
    assert [row.lot_number for row in looked_at(bench, first).triturations] == [second]
    assert (looked_at(bench, second).stored.record.made_from, drawn) == (first, [first, second])
    assert found == by_first == {batch}
    facts = looked_at(bench, second).stored.made
    assert facts is not None
    assert Decimal("0.01") < facts.active_fraction < Decimal("0.0101")
    assert plan.uncertainty is not None
    assert len(plan.uncertainty.budget) == 5


def test_a_trituration_in_stock_is_diluted_further_for_a_later_order(bench: Bench) -> None:
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", capsules=30, **LEAVES_SOME))
    lot_id = make(bench, made, as_planned(bench, made))
    later = bench.order("0.5 mg", capsules=1, key="later", active_lot=lot_id, **{**SHARED, "ratios": (FOUR,)})
    (further,), (batch,) = numbers_of(bench, later)
    assert looked_at(bench, further).stored.record.made_from is None
    make(bench, further, as_planned(bench, further), key="further")
    assert [row.lot_number for row in looked_at(bench, made).triturations] == [further]
    with bench.database.reading() as reading:
        for jar in (bench.active, bench.filler, lot_id):
            assert batch in {row.lot_number for row in batches_using(reading, SITE, jar)}


def test_a_weight_outside_the_plans_window_is_refused_with_the_window(bench: Bench) -> None:
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", capsules=30, **SHARED))
    planned = as_planned(bench, made)
    first, _ = looked_at(bench, made).stored.record.plan.weighings
    with pytest.raises(OutOfBounds) as refused:
        make(bench, made, replace(planned, started_with=planned.started_with * 10))
    assert quantity_text(first.accept_from, READING) in str(refused.value)
    assert looked_at(bench, made).stored.status is TriturationStatus.PLANNED


@pytest.mark.parametrize(("days", "said"), [(1, "22 Nov 2026 was read"), (-1, "20 Nov 2026 was read")])
def test_a_day_to_come_or_before_the_order_is_refused(bench: Bench, days: int, said: str) -> None:
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", capsules=30, **SHARED))
    with pytest.raises(OutOfBounds, match=said):
        make(bench, made, as_planned(bench, made), on=DAY + timedelta(days=days))


def hold_back(bench: Bench, lot_id: str, status: LotStatus) -> None:
    with bench.database.writing() as writing:
        lots.set_status(writing, SITE, lot_id, status)


@pytest.mark.parametrize(
    ("status", "refusal"), [(LotStatus.QUARANTINED, LotHeldBack), (LotStatus.REJECTED, LotIsRejected)]
)
def test_nothing_is_made_with_a_lot_that_was_held_back_meanwhile(
    bench: Bench, status: LotStatus, refusal: type[CompoundingError]
) -> None:
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", capsules=30, **SHARED))
    hold_back(bench, bench.filler, status)
    with pytest.raises(refusal, match=f"MCC-118 is {status}"):
        make(bench, made, as_planned(bench, made))


@pytest.mark.parametrize("status", [LotStatus.QUARANTINED, LotStatus.REJECTED])
def test_a_lot_held_back_stops_an_order_from_the_trituration_it_is_in(bench: Bench, status: LotStatus) -> None:
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", capsules=30, **LEAVES_SOME))
    lot_id = make(bench, made, as_planned(bench, made))
    hold_back(bench, bench.active, status)
    with pytest.raises(StoppedByReview, match=f"NTX-2411 is {status}, and the trituration chosen was made with it"):
        bench.order("0.5 mg", capsules=5, key="later", active_lot=lot_id)


def test_a_batch_that_what_was_made_cannot_serve_has_no_paper_and_says_why(bench: Bench) -> None:
    _, (ours,) = numbers_of(bench, bench.order("0.5 mg", capsules=30, **SHARED))
    assert worksheets(bench.database, SITE, (ours,), Paper.A4, at=MORNING)
    with bench.database.writing() as writing:
        cannot_be_made(writing, ours, "Too little of it is left.")
    for paper in (Paper.A4, Paper.LETTER):
        with pytest.raises(PlanNotRevised, match="Too little of it is left"):
            worksheets(bench.database, SITE, (ours,), paper, at=MORNING)
    wanted = LabelRequest(lot_numbers=(ours,), stock=SMALL, copies=1, first_place=1)
    with pytest.raises(PlanNotRevised):
        labels(bench.database, SITE, wanted, at=MORNING)


def test_two_clicks_make_one_lot_and_a_second_making_is_refused(bench: Bench) -> None:
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", capsules=30, **SHARED))
    taken = as_planned(bench, made)
    assert make(bench, made, taken) == make(bench, made, taken)
    with pytest.raises(NotPlanned, match="is made already"):
        make(bench, made, taken, key="another")


def test_a_trituration_is_voided_only_when_nothing_draws_on_it(bench: Bench) -> None:
    (made,), (batch,) = numbers_of(bench, bench.order("0.5 mg", capsules=30, **SHARED))
    with bench.database.writing() as writing, pytest.raises(DrawnOn, match=batch):
        void_trituration(writing, SITE, made, reason="spilled", actor=ANNA, at=MORNING)
    with bench.database.writing() as writing, pytest.raises(MissingKey):
        void_trituration(writing, SITE, made, reason=" ", actor=ANNA, at=MORNING)
    with bench.database.writing() as writing:
        void_by_typed_name(writing, batch, reason="not needed", actor=ANNA, at=MORNING)
        void_trituration(writing, SITE, made, reason="not needed", actor=ANNA, at=MORNING)
    assert looked_at(bench, made).stored.status is TriturationStatus.VOIDED
    assert reserved(bench, bench.active) == reserved(bench, bench.filler) == Decimal(0)


def test_a_plan_that_was_replaced_is_kept_with_the_hash_it_had(bench: Bench) -> None:
    (made,), (batch,) = numbers_of(bench, bench.order("0.5 mg", capsules=30, **SHARED))
    with bench.database.reading() as reading:
        before = batch_file(reading, SITE, batch).record
        with pytest.raises(NotFound, match="earlier plan"):
            earlier_plan(reading, SITE, batch, 1)
    make(bench, made, as_planned(bench, made))
    with bench.database.reading() as reading:
        earlier = earlier_plan(reading, SITE, batch, 1)
        for number in (0, 2, 3):
            with pytest.raises(NotFound):
                earlier_plan(reading, SITE, batch, number)
    assert (earlier.record, earlier.newest) == (before, 2)
