"""Storing an order: a batch a strength or nothing at all, once for each form, and never more powder than there is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier

import pytest

from compounder.codec.documents import canonical, digest
from compounder.database import batches, journal, lots, orders, running_numbers, stock
from compounder.database.engine import open_database
from compounder.database.search import batches_of_order
from compounder.domain.batch.weighing import Role
from compounder.domain.errors import CompoundingError, OutOfBounds
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import DecisionMissing, StoppedByReview
from compounder.domain.stock.lots import LotStatus
from compounder.services.errors import DayIsFull, ResultChanged
from compounder.services.lot_numbers import MOST_A_DAY, is_lot_number
from compounder.services.storing import Storing, store_order
from tests.services.orders import (
    ANNA,
    HYDROCHLORIDE,
    MORNING,
    SITE,
    Bench,
    a_decision,
    add_lot,
    entries,
    reserved,
    revise_settings,
)

NOTHING = Decimal(0)


def stored_batches(bench: Bench, order_number: str) -> tuple[batches.StoredBatch, ...]:
    """The batches of an order as they are kept."""
    with bench.database.reading() as reading:
        return batches.of_order(reading, SITE, order_number)


def test_each_strength_becomes_a_batch_with_the_next_lot_number(bench: Bench) -> None:
    first = bench.order("1.5 mg", "3 mg", "4.5 mg")
    second = bench.order("1.5 mg", key="second")
    assert (first, second) == ("2611-001", "2611-002")
    numbers = [batch.record.lot_number for order in (first, second) for batch in stored_batches(bench, order)]
    assert [number[:10] for number in numbers] == ["261121A001", "261121A002", "261121A003", "261121A004"]
    assert all(is_lot_number(number) for number in numbers)


def test_lot_numbers_count_within_their_day(bench: Bench) -> None:
    bench.order("1.5 mg")
    tomorrow = bench.order("1.5 mg", key="second", compounded_on=date(2026, 11, 22))
    (batch,) = stored_batches(bench, tomorrow)
    assert batch.record.lot_number.startswith("261122A001")


def test_what_is_reserved_is_what_will_be_weighed(bench: Bench) -> None:
    order = bench.order("1.5 mg", "3 mg")
    weighings = [weighing for batch in stored_batches(bench, order) for weighing in batch.record.plan.weighings]
    roles = (Role.ACTIVE, Role.FILLER)
    actives, fillers = ([each.to_weigh.magnitude for each in weighings if each.role is role] for role in roles)
    assert actives == [Decimal("158.3"), Decimal("316.6")]
    assert (reserved(bench, bench.active), reserved(bench, bench.filler)) == (sum(actives), sum(fillers))


def test_the_record_holds_the_order_the_plan_and_its_hash(bench: Bench) -> None:
    (batch,) = stored_batches(bench, bench.order("1.5 mg"))
    record = batch.record
    assert record.plan_sha256 == digest(canonical(record.plan))
    assert batch.record_sha256 == digest(canonical(record))
    assert (record.stored_by, record.settings_version, record.formulation.version) == ("Anna Müller", 1, 1)
    with bench.database.reading() as reading:
        assert orders.load(reading, SITE, record.order_number).order == record.order
        assert batches.plan(reading, SITE, record.lot_number, 1) == record.plan


def test_the_journal_says_who_stored_the_order_and_each_batch(bench: Bench) -> None:
    before = entries(bench)
    order = bench.order("1.5 mg", "3 mg")
    with bench.database.reading() as reading:
        written = [entry for entry in journal.newest(reading, SITE) if entry.number > before]
    assert [entry.kind for entry in reversed(written)] == [EntryKind.ORDER_STORED] + 2 * [EntryKind.BATCH_PLANNED]
    assert written[-1].subject == order
    assert {(entry.actor, entry.at) for entry in written} == {(ANNA, MORNING)}
    assert written[0].document == canonical(stored_batches(bench, order)[1].record)


def test_a_second_click_gets_the_first_order_and_stores_nothing(bench: Bench) -> None:
    storing = bench.storing(bench.request("1.5 mg"))
    assert bench.store(storing) == "2611-001"
    state = entries(bench), reserved(bench, bench.active)
    assert bench.store(storing) == "2611-001"
    assert bench.store(replace(storing, shown_sha256="something else by now")) == "2611-001"
    assert (entries(bench), reserved(bench, bench.active)) == state


def test_a_form_sent_again_with_another_strength_is_another_order(bench: Bench) -> None:
    first, second = bench.order("2 mg"), bench.order("4.5 mg")
    assert first != second
    assert [batch.record.plan.strength.magnitude for batch in stored_batches(bench, second)] == [Decimal("4.5")]


def test_clicks_at_the_same_moment_make_one_order(bench: Bench) -> None:
    storing = bench.storing(bench.request("1.5 mg", "3 mg"))
    assert set(at_once(bench, [storing] * 4)) == {"2611-001"}
    assert len(stored_batches(bench, "2611-001")) == 2
    assert reserved(bench, bench.active) == Decimal("474.9")


def test_of_two_orders_for_the_same_grams_one_is_stored_and_the_other_told(bench: Bench) -> None:
    """Both were looked at while there was enough for either."""
    with bench.database.writing() as writing:
        small = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-SMALL", quantity="0.6 g")
    rivals = [bench.storing(bench.request("1.5 mg", "3 mg", active_lot=small), key) for key in ("one", "other")]
    before = entries(bench)
    won, lost = sorted(at_once(bench, rivals), key=lambda outcome: not isinstance(outcome, str))
    assert won == "2611-001"
    assert isinstance(lost, StoppedByReview)
    assert str(lost) == (
        "Nothing was stored. The order needs 474.9 mg of lot NTX-SMALL; 125.1 mg is free. "
        "Choose another lot or fewer capsules."
    )
    assert entries(bench) - before == 3
    assert reserved(bench, small) == Decimal("474.9")
    with bench.database.reading() as reading:
        assert batches_of_order(reading, SITE, "2611-002") == ()
        assert len(stock.movements(reading, SITE, small)) == 3


def at_once(bench: Bench, storings: list[Storing]) -> list[object]:
    """The outcome of each, stored at the same moment, each through an engine of its own."""
    barrier = Barrier(len(storings))
    url = bench.database.engine.url.render_as_string(hide_password=False)

    def store(storing: Storing) -> object:
        database = open_database(url)
        barrier.wait(timeout=10)
        try:
            with database.writing() as writing:
                return store_order(writing, storing)
        except CompoundingError as refusal:
            return refusal
        finally:
            database.close()

    with ThreadPoolExecutor(len(storings)) as threads:
        return list(threads.map(store, storings))


def test_what_the_review_stops_is_not_stored(bench: Bench) -> None:
    with bench.database.writing() as writing:
        old = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-OLD", expires_on="2026-11-20")
    storing, before = bench.storing(bench.request("1.5 mg", active_lot=old)), entries(bench)
    with pytest.raises(StoppedByReview, match="expired on 20 Nov 2026"):
        bench.store(storing)
    assert (entries(bench), reserved(bench, old)) == (before, NOTHING)


def test_one_stopped_strength_keeps_the_whole_order_from_being_stored(bench: Bench) -> None:
    storing, before = bench.storing(bench.request("1.5 mg", "45 mg")), entries(bench)
    with pytest.raises(StoppedByReview, match="45 mg is outside this formulation"):
        bench.store(storing)
    assert (entries(bench), reserved(bench, bench.active)) == (before, NOTHING)


def test_a_finding_to_decide_needs_a_decision(bench: Bench) -> None:
    storing, before = bench.storing(bench.request("1.5 mg", "2.2 mg")), entries(bench)
    with pytest.raises(DecisionMissing, match=r"A name and a reason are needed: 2\.2 mg is not a usual strength"):
        bench.store(storing)
    with pytest.raises(DecisionMissing):
        bench.store(replace(storing, decisions={"1.5 mg": (a_decision(),)}))
    with pytest.raises(DecisionMissing):
        bench.store(replace(storing, decisions={"2.2 mg": (a_decision("hydrate-without-moisture"),)}))
    assert entries(bench) == before


def test_a_decision_is_kept_with_its_batch(bench: Bench) -> None:
    storing = bench.storing(bench.request("1.5 mg", "2.2 mg"))
    order = bench.store(replace(storing, decisions={"2.2 mg": (a_decision(),)}))
    assert [batch.record.decisions for batch in stored_batches(bench, order)] == [(), (a_decision(),)]


def test_a_decision_on_nothing_that_was_asked_is_not_kept(bench: Bench) -> None:
    storing = bench.storing(bench.request("1.5 mg"))
    order = bench.store(replace(storing, decisions={"1.5 mg": (a_decision("made-up"),)}))
    assert stored_batches(bench, order)[0].record.decisions == ()


def test_a_result_that_was_not_shown_is_not_stored(bench: Bench) -> None:
    shown = bench.storing(bench.request("1.5 mg"))
    for other in (bench.request("3 mg"), bench.request("1.5 mg", capsules=1_000)):
        with pytest.raises(ResultChanged):
            bench.store(replace(shown, request=other))
    with pytest.raises(ResultChanged):
        bench.store(replace(shown, shown_sha256=""))


def test_a_setting_changed_meanwhile_is_looked_at_first(bench: Bench) -> None:
    storing, before = bench.storing(bench.request("1.5 mg")), entries(bench)
    revise_settings(bench, correct_for_potency=False)
    with pytest.raises(ResultChanged, match="Look at it again"):
        bench.store(storing)
    assert entries(bench) == before + 1


def test_a_lot_quarantined_meanwhile_is_not_used(bench: Bench) -> None:
    storing = bench.storing(bench.request("1.5 mg"))
    with bench.database.writing() as writing:
        lots.set_status(writing, SITE, bench.active, LotStatus.QUARANTINED)
    with pytest.raises(StoppedByReview, match="NTX-2411 of naltrexone hydrochloride is quarantined"):
        bench.store(storing)


def test_another_order_meanwhile_is_no_other_result_while_there_is_enough(bench: Bench) -> None:
    storing = bench.storing(bench.request("1.5 mg"))
    bench.order("3 mg", key="quicker")
    assert bench.store(storing) == "2611-002"


@pytest.mark.parametrize("days", [-400, 400, 36_524])
def test_a_day_more_than_a_year_away_is_refused(bench: Bench, days: int) -> None:
    """A century later the lot number would be the same."""
    request = bench.request(compounded_on=MORNING.date() + timedelta(days=days))
    with pytest.raises(OutOfBounds, match="20 Nov 2025 to 22 Nov 2027 is accepted") as refused:
        bench.store(bench.storing(request))
    assert refused.value.field_name == "compounded_on"


def test_a_year_is_counted_from_the_pharmacys_own_day(sqlite_bench: Bench) -> None:
    """At half past nine in the evening Auckland has the 22nd already, and a day more is within the year."""
    revise_settings(sqlite_bench, time_zone="Pacific/Auckland")
    evening, day = MORNING + timedelta(hours=12), MORNING.date() + timedelta(days=367)
    assert sqlite_bench.store(sqlite_bench.storing(sqlite_bench.request(compounded_on=day), at=evening))


def test_a_failure_at_the_second_batch_leaves_nothing_of_the_first(bench: Bench) -> None:
    """The day has one number left, for an order of two strengths."""
    with bench.database.writing() as writing:
        running_numbers.next_numbers(writing, SITE, MORNING.date(), MOST_A_DAY - 1)
    storing, before = bench.storing(bench.request("1.5 mg", "3 mg")), entries(bench)
    with pytest.raises(DayIsFull):
        bench.store(storing)
    assert (entries(bench), reserved(bench, bench.active)) == (before, NOTHING)
    assert bench.order("1.5 mg") == "2611-001"
