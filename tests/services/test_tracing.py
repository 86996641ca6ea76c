"""A trace finds all that something went into and came from, and names patients only to those who need it."""

from pathlib import Path

import pytest

from compounder.database.errors import NotFound
from compounder.domain.care.trace import Branch, Origin, OriginKind, TracedLot
from compounder.domain.people.person import Role
from compounder.services.importing import TakenIn
from compounder.services.tracing import Place, every_exposure, found_by_code
from tests.services.care import NAME
from tests.services.dispensing import a_bottle, dispensed, dispensing
from tests.services.importing import BATCHES, taken_in
from tests.services.orders import DAY, SITE, Bench
from tests.services.traced import OTHER, Spread, outline, spread, traced

LOT, TRITURATION, BATCH, BOTTLE = OriginKind


def test_a_suppliers_lot_is_followed_through_a_trituration_to_each_patient(bench: Bench, tmp_path: Path) -> None:
    made = spread(bench, tmp_path)
    found = traced(bench, LOT, bench.active)
    assert outline(found.forth) == [
        made.trituration,
        f"  {made.batches[1]}",
        f"    {made.bottles[1]}",
        f"    {made.bottles[0]}",
        f"  {made.batches[0]}",
    ]
    totals = found.totals
    assert (totals.triturations, totals.batches, totals.bottles, totals.patients) == (1, 2, 2, 2)
    assert (totals.on_shelf, totals.out, totals.back) == (43, 60, 0)
    assert [bottle.number for bottle in found.bottles] == list(reversed(made.bottles))
    assert {each: patient.name for each, patient in found.names.items()} == dict(
        zip(made.patients, (NAME, OTHER), strict=True)
    )
    assert found.back == ()


def test_a_bottle_is_followed_back_to_the_suppliers_lots(bench: Bench, tmp_path: Path) -> None:
    made = spread(bench, tmp_path)
    found = traced(bench, BOTTLE, made.bottles[0])
    assert outline(found.back) == [
        made.batches[1],
        f"  {made.trituration}",
        "    NTX-2411",
        "    MCC-118",
        "  MCC-118",
    ]
    assert outline(found.forth) == [made.bottles[0]]
    assert (found.totals.batches, found.totals.bottles, found.totals.patients) == (0, 1, 1)
    mixed = found.back[0].branches[0]
    assert isinstance(mixed, Branch)
    drug = mixed.branches[0]
    assert isinstance(drug, Branch)
    assert isinstance(drug.fact, TracedLot)
    assert drug.fact.mass is not None


@pytest.mark.parametrize("kind", [TRITURATION, LOT])
def test_a_trituration_is_the_lot_that_it_became(sqlite_bench: Bench, tmp_path: Path, kind: OriginKind) -> None:
    made = spread(sqlite_bench, tmp_path)
    with sqlite_bench.database.reading() as reading:
        ((origin, said),) = found_by_code(reading, SITE, made.trituration.lower(), DAY)
    assert (origin, said) == (
        Origin(kind=TRITURATION, name=made.trituration),
        f"Trituration {made.trituration}",
    )
    lot_id = "3" if kind is LOT else made.trituration
    found = traced(sqlite_bench, kind, lot_id)
    assert found.origin == Origin(kind=TRITURATION, name=made.trituration)
    assert outline(found.back) == ["NTX-2411", "MCC-118"]
    assert (found.totals.batches, found.totals.bottles) == (2, 2)


def test_a_batch_is_followed_both_ways(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    found = traced(sqlite_bench, BATCH, made.batches[1])
    assert outline(found.forth) == list(reversed(made.bottles))
    assert outline(found.back)[0] == made.trituration
    assert found.batches == ()


def test_an_auditor_sees_identifiers_and_no_name(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    found = traced(sqlite_bench, LOT, sqlite_bench.active, Role.AUDITOR)
    assert (found.names, {bottle.patient for bottle in found.bottles}) == ({}, set(made.patients))


def test_the_whole_table_has_every_bottle_and_each_batch_without_one(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    with sqlite_bench.database.reading() as reading:
        origin = Origin(kind=LOT, name=sqlite_bench.filler)
        lines = list(every_exposure(reading, SITE, origin, Role.PHARMACIST))
    assert [(line.batch.lot_number, line.bottle and line.bottle.number) for line in lines] == [
        (made.batches[1], made.bottles[1]),
        (made.batches[1], made.bottles[0]),
        (made.batches[0], None),
    ]
    assert [line.patient and line.patient.name for line in lines] == [OTHER, NAME, None]


def test_a_page_begins_behind_the_last_line_of_the_one_before(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    first = traced(sqlite_bench, LOT, sqlite_bench.active)
    last = first.bottles[0]
    place = Place(batches=first.batches[0].batch_id, bottles=(last.batch_id, last.bottle_id))
    page = traced(sqlite_bench, LOT, sqlite_bench.active, place=place)
    assert [batch.lot_number for batch in page.batches] == [made.batches[0]]
    assert [bottle.number for bottle in page.bottles] == [made.bottles[0]]


@pytest.mark.parametrize("kind", OriginKind)
def test_what_is_not_here_is_refused(sqlite_bench: Bench, kind: OriginKind) -> None:
    with pytest.raises(NotFound):
        traced(sqlite_bench, kind, "999")


def test_a_code_leads_to_what_it_stands_on(sqlite_bench: Bench, tmp_path: Path) -> None:
    made: Spread = spread(sqlite_bench, tmp_path)
    with sqlite_bench.database.reading() as reading:
        found = [
            [origin for origin, _ in found_by_code(reading, SITE, code, DAY)]
            for code in (made.bottles[0].lower(), made.batches[0], "NTX-2411", "]d2010950600013435210NTX-2411", "none")
        ]
    lot = [Origin(kind=LOT, name=sqlite_bench.active)]
    ours = [[Origin(kind=BOTTLE, name=made.bottles[0])], [Origin(kind=BATCH, name=made.batches[0])]]
    assert found == [*ours, lot, lot, []]


def test_a_bottles_own_code_leads_to_the_bottle_and_its_batch(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    code = "]d20109521234000013" + f"10{made.batches[1]}\x1d21{made.bottles[0]}"
    with sqlite_bench.database.reading() as reading:
        found = [origin for origin, _ in found_by_code(reading, SITE, code, DAY)]
    assert found == [Origin(kind=BOTTLE, name=made.bottles[0]), Origin(kind=BATCH, name=made.batches[1])]


def test_past_batches_stand_in_the_trace_of_a_lot_and_in_its_file(bench: Bench) -> None:
    with bench.database.writing() as writing:
        taken_in(writing, BATCHES, TakenIn.BATCHES)
        origin = Origin(kind=LOT, name=bench.active)
        (line,) = every_exposure(writing, SITE, origin, Role.PHARMACIST)
        found = [found_by_code(writing, SITE, code, DAY) for code in ("OLD-9", "n-2024-118")]
    (past,) = traced(bench, LOT, bench.active).made_before
    assert (past.lot_number, past.named, past.capsules) == ("N-2024-117", "Hillcrest: NTX-2411", 100)
    assert (line.batch.lot_number, line.batch.status, line.bottle) == ("N-2024-117", "past", None)
    assert [[said for _, said in each] for each in found] == [
        ["Past batch N-2024-117, whose record names lot OLD-9"],
        ["Past batch N-2024-118"],
    ]
    assert traced(bench, LOT, bench.filler).made_before == ()


def test_many_bottles_of_a_batch_are_folded_and_counted(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    prescription = traced(sqlite_bench, BOTTLE, made.bottles[1]).bottles[0].prescription
    for number in range(4):
        dispensed(sqlite_bench, dispensing(sqlite_bench, a_bottle(prescription, 5), key=str(number)))
    assert outline(traced(sqlite_bench, BATCH, made.batches[1]).forth)[-1] == "3 more bottles"
