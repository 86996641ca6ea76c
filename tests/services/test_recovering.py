"""Recovery at the bench: two entries in one transaction, nothing weighed twice, stock and signatures as they follow."""

import json
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from compounder.codec.documents import canonical, from_stored
from compounder.database import batches, journal
from compounder.database.engine import open_database
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.recovery import RecoveryWay, left_over_of
from compounder.domain.batch.source import Triturating
from compounder.domain.batch.weighing import Role
from compounder.domain.record.amendments import Amended
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.recovered import Recovered
from compounder.domain.units import format_reading, parse_mass
from compounder.settings import Settings
from tests.domain.orders import plan_order
from tests.services.batches import lot_numbers
from tests.services.benches import a_batch, at_bench, discard_line, on_hand, weigh_next
from tests.services.orders import (
    ANNA,
    HYDROCHLORIDE,
    SITE,
    Bench,
    a_decision,
    add_lot,
    entries,
    reserved,
)
from tests.services.proved import attacked, sentences, statement
from tests.services.recoveries import OVER, WHY, a_recovery, amiss, keep
from tests.services.signing import CLARA, OLGA, TOM, amend, file_of, release, share, verified
from tests.services.triturations import as_planned, make, numbers_of

OPEN = "261121A002I"
RECOVERED_TO = 111


def recovered(bench: Bench, *strengths: str, way: RecoveryWay = RecoveryWay.MORE_CAPSULES) -> str:
    """Our lot number of a batch whose plan was revised to its first weighing."""
    number = a_batch(bench, *strengths)
    keep(bench, a_recovery(bench, number, way))
    return number


def history(bench: Bench, number: str) -> tuple[JournalEntry, ...]:
    with bench.database.reading() as reading:
        return journal.entries_of(reading, SITE, number)


def to_weigh(bench: Bench, number: str) -> list[str]:
    return [format_reading(each.to_weigh) for each in at_bench(bench, number).record.plan.weighings]


def test_a_recovery_is_a_plan_and_a_weighing_by_it_and_the_bench_goes_on(bench: Bench, tmp_path: Path) -> None:
    """171.2 mg × 0.976128 ÷ 1.5 mg is enough for 111.41 capsules: 111, of 170.6 mg and 13,206.3 mg."""
    number = recovered(bench)
    now = at_bench(bench, number)
    assert (now.record.plan_number, now.record.plan.capsules_to_make, now.making.next_line) == (2, 111, 1)
    assert to_weigh(bench, number) == ["170.6 mg", "13,206.3 mg"]
    assert now.standing.status is BatchStatus.IN_MAKING
    assert now.standing.makers == (ANNA.name, CLARA.name)
    *_, revised, weighed = history(bench, number)
    assert (revised.kind, weighed.kind) == (EntryKind.PLAN_REVISED, EntryKind.BATCH_WEIGHED)
    said = json.loads(revised.document)
    assert (said["reason"], said["recovered"]) == (
        WHY,
        {"line": 0, "way": "more-capsules", "reading": OVER, "carried": []},
    )
    assert json.loads(weighed.document)["typed"] == [OVER, OVER]
    assert json.loads(weighed.document)["plan_number"] == 2
    assert on_hand(bench, bench.active) == Decimal(25_000) - Decimal("171.2")
    assert [reserved(bench, lot) for lot in (bench.active, bench.filler)] == [Decimal(0), Decimal("13206.3")]
    assert now.making.content is not None
    assert now.making.content.actual_shown == "1.5055 mg"  # 171.2 × 0.976128 ÷ 111
    weigh_next(bench, number)
    assert verified(bench.database, number, tmp_path) == ()
    release(bench.database, number, tmp_path)
    assert file_of(bench.database, number, tmp_path).status is BatchStatus.RELEASED


def test_the_same_capsules_from_more_filler_leave_some_of_the_mixture_over(bench: Bench) -> None:
    number = recovered(bench, way=RecoveryWay.MORE_FILLER)
    now = at_bench(bench, number)
    assert (now.record.plan.capsules_to_make, to_weigh(bench, number)[0]) == (103, OVER)
    assert Decimal(1000) < left_over_of(now.record.plan).magnitude < Decimal(1030)
    assert now.making.content is not None
    assert now.making.content.said == "planned 1.5 mg, +0.00 %"


def test_the_new_plan_follows_from_the_order_in_its_entry_alone(sqlite_bench: Bench) -> None:
    for key, way in enumerate(RecoveryWay):
        number = a_batch(sqlite_bench, key=f"order {key}")
        keep(sqlite_bench, a_recovery(sqlite_bench, number, way))
        said = json.loads(history(sqlite_bench, number)[-2].document)
        order = from_stored(canonical(said["order"]), BatchOrder)
        assert canonical(plan_order(order)[0]) == canonical(said["plan"])


def test_the_making_tells_the_old_plan_beside_the_new(sqlite_bench: Bench) -> None:
    number = recovered(sqlite_bench, way=RecoveryWay.MORE_FILLER)
    (told,) = at_bench(sqlite_bench, number).making.revised
    assert isinstance(told, Recovered)
    assert (told.plan_number, told.way, told.line, told.reason, told.by) == (
        2,
        RecoveryWay.MORE_FILLER,
        0,
        WHY,
        CLARA.name,
    )
    assert (told.was.capsules_to_make, told.now.capsules_to_make) == (103, 103)
    figures = [(name, format_reading(was), format_reading(now)) for (name, was), (_, now) in zip(
        told.was.to_weigh, told.now.to_weigh, strict=True
    )]  # fmt: skip
    assert figures == [
        ("naltrexone hydrochloride", "158.3 mg", "171.2 mg"),
        ("microcrystalline cellulose", "12,254.5 mg", to_weigh(sqlite_bench, number)[1]),
    ]
    plan = at_bench(sqlite_bench, number).record.plan
    assert abs(told.left_over - left_over_of(plan)).magnitude < Decimal("1e-9")


def test_two_clicks_recover_once(bench: Bench) -> None:
    number = a_batch(bench)
    recovery = a_recovery(bench, number)
    keep(bench, recovery)
    before = entries(bench)
    keep(bench, recovery)
    assert (entries(bench), at_bench(bench, number).record.plan_number) == (before, 2)


def test_what_is_discarded_after_a_recovery_is_weighed_anew_by_the_new_plan(bench: Bench) -> None:
    number = recovered(bench)
    discard_line(bench, number)
    now = at_bench(bench, number)
    assert (now.record.plan_number, now.making.next_line, to_weigh(bench, number)[0]) == (2, 0, "170.6 mg")
    assert reserved(bench, bench.active) == Decimal("170.6")
    weigh_next(bench, number)
    assert at_bench(bench, number).making.next_line == 1
    assert amiss(bench) == []


def test_a_plan_that_was_recovered_is_recovered_again(bench: Bench) -> None:
    number = recovered(bench)
    discard_line(bench, number)
    keep(bench, a_recovery(bench, number, reading="180.0 mg"))
    now = at_bench(bench, number)
    assert (now.record.plan_number, now.record.plan.capsules_to_make, now.making.next_line) == (3, 117, 1)
    assert [each.plan_number for each in now.making.revised] == [2, 3]
    assert [format_reading(each.reading) for each in now.making.discarded] == [OVER]
    assert amiss(bench) == []


def of_two_lots(bench: Bench, over: str) -> str:
    with bench.database.writing() as writing:
        other = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-2512", maker="Quarry")
    number = a_batch(bench, next_active_lot=other, first_gives=parse_mass("100 mg"))
    weigh_next(bench, number)
    keep(bench, a_recovery(bench, number, reading=over))
    return number


def test_what_was_weighed_before_stays_weighed(bench: Bench) -> None:
    number = of_two_lots(bench, "70.0 mg")
    now = at_bench(bench, number)
    assert (now.record.plan_number, now.record.plan.capsules_to_make, now.making.next_line) == (2, 111, 2)
    assert [each.lot_number for each in now.making.taken if each] == ["NTX-2411", "NTX-2512"]
    assert json.loads(history(bench, number)[-2].document)["recovered"]["carried"] == [0]
    assert now.making.content is not None
    assert abs(now.making.content.difference) < Decimal("0.01")
    assert amiss(bench) == []


def test_an_aliquot_of_an_orders_own_trituration_is_recovered(bench: Bench) -> None:
    order = bench.order("0.5 mg", trituration=Triturating.SHARED, capsules=20)
    (mixed,), (number,) = numbers_of(bench, order)
    make(bench, mixed, as_planned(bench, mixed))
    planned = at_bench(bench, number).record.plan
    assert planned.weighings[0].role is Role.ALIQUOT
    more = planned.weighings[0].to_weigh * Decimal("1.12")
    reading = f"{more.magnitude.quantize(Decimal('0.1'))} mg"
    keep(bench, a_recovery(bench, number, reading=reading))
    now = at_bench(bench, number)
    assert now.record.plan_number == 3
    assert now.record.plan.capsules_to_make > planned.capsules_to_make
    assert now.making.content is not None
    assert abs(now.making.content.difference) < Decimal("0.011")
    weigh_next(bench, number)
    assert at_bench(bench, number).making.is_whole
    assert amiss(bench) == []


@pytest.fixture
def recovered_in(pharmacy: Settings) -> Settings:
    """A workspace with a recovery in its journal, and all that came before by the program's own hand."""
    with closing(open_database(pharmacy.database_url)) as database:
        there = Bench(database, "1", "2")
        keep(there, a_recovery(there, OPEN, reading="341.2 mg"))
        weigh_next(there, OPEN)
        assert at_bench(there, OPEN).record.plan.capsules_to_make == RECOVERED_TO
    return pharmacy


def test_nothing_is_amiss_after_a_recovery(recovered_in: Settings) -> None:
    assert sentences(recovered_in) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE plans SET document = replace(document, '341.', '342.') WHERE number = 2", f"Plan 2 of batch {OPEN}"),
        (
            f"UPDATE batches SET capsules = 103 WHERE lot_number = '{OPEN}'",
            f"Batch {OPEN} is not what entry 23 says: capsules changed beside it.",
        ),
        (f"UPDATE batches SET plan_number = 1 WHERE lot_number = '{OPEN}'", "plan number"),
        (
            "UPDATE stock_movements SET reserved_ng = -1 WHERE reason = 'Plan revised'",
            "movements of entry",
        ),
        ("UPDATE journal SET document = replace(document, 'tipped', 'poured')", "leaf hash does not fit"),
    ],
)
def test_what_was_changed_beside_a_recovery_is_found(recovered_in: Settings, attack: str, said: str) -> None:
    assert said in attacked(recovered_in, statement(attack))


def test_a_revised_plan_is_signed_anew(sqlite_bench: Bench, tmp_path: Path) -> None:
    """Verified on paper, then amended and so open again, then begun at the bench and recovered."""
    number = a_batch(sqlite_bench)
    verified(sqlite_bench.database, number, tmp_path)
    amend(sqlite_bench.database, number, Amended.BEYOND_USE_DATE, "2027-06-30", person=OLGA)
    keep(sqlite_bench, a_recovery(sqlite_bench, number))
    weigh_next(sqlite_bench, number)
    file = file_of(sqlite_bench.database, number, tmp_path)
    (old,) = file.standing.signatures
    assert (file.status, old.covers, old.plan_number) == (BatchStatus.IN_MAKING, False, 1)
    with sqlite_bench.database.reading() as reading:
        day = batches.load(reading, SITE, number).record.plan.beyond_use_date
    assert file.record.plan.beyond_use_date.isoformat() == "2027-06-30"
    assert day.isoformat() == "2027-11-20"
    assert verified(sqlite_bench.database, number, tmp_path) == ()
    _, new = file_of(sqlite_bench.database, number, tmp_path).standing.signatures
    assert (new.covers, new.plan_number, new.name) == (True, 2, TOM.name)
    assert amiss(sqlite_bench) == []


def test_how_many_capsules_the_old_plan_made_ends_with_it_and_other_amendments_stay(
    sqlite_bench: Bench, tmp_path: Path
) -> None:
    bench, number = sqlite_bench, a_batch(sqlite_bench)
    amend(bench.database, number, Amended.CAPSULES_MADE, "101", person=OLGA)
    amend(bench.database, number, Amended.REMARK, "The marble one", "Mortar", person=OLGA)
    keep(bench, a_recovery(bench, number))
    amend(bench.database, number, Amended.CAPSULES_MADE, "109", person=OLGA)
    amendments = file_of(bench.database, number, tmp_path).standing.amendments
    assert [(each.title, each.shown) for each in amendments] == [
        ("capsules made, plan 1, since revised", ("103", "101")),
        ("Mortar", ("", "The marble one")),
        ("capsules made", ("111", "109")),
    ]
    discard_line(bench, number)
    keep(bench, a_recovery(bench, number, reading="180.0 mg"))
    titles = [each.title for each in file_of(bench.database, number, tmp_path).standing.amendments]
    assert titles == ["capsules made, plan 1, since revised", "Mortar", "capsules made, plan 2, since revised"]
    weigh_next(bench, number)
    assert verified(bench.database, number, tmp_path) == ()
    assert amiss(bench) == []


def test_what_two_people_decided_holds_for_the_revised_plan(sqlite_bench: Bench) -> None:
    storing = sqlite_bench.storing(sqlite_bench.request("1.25 mg"), decisions={"1.25 mg": (a_decision(),)})
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.store(storing))
    share(sqlite_bench, number)
    keep(sqlite_bench, a_recovery(sqlite_bench, number, reading="140.0 mg"))
    weigh_next(sqlite_bench, number)
    assert at_bench(sqlite_bench, number).making.is_whole
