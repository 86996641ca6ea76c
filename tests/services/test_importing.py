"""Files taken in: every problem of every row at once; exactly what was looked at, whole, once, and proved."""

from collections.abc import Sequence
from typing import Any

import pytest

from compounder.codec.sheets import Problem
from compounder.database import past_batches
from compounder.database.errors import NotFound
from compounder.database.search import BatchFilter, batches_beginning, count_text, every_batch, search_batches
from compounder.database.search.counts import by_month, by_status, by_strength
from compounder.domain.record.past_batch import PastStatus
from compounder.domain.stock.lots import LotStatus
from compounder.domain.units import MASS_PER_CAPSULE, parse_quantity
from compounder.services.batches import batch_file
from compounder.services.errors import NothingChanged
from compounder.services.importing import FileChanged, NothingTakenIn, TakenIn, take_in
from compounder.services.lots import lot_file
from compounder.services.past_batches import past_batch_file
from compounder.settings import Settings
from tests.services.importing import BATCHES, LOTS, looked, problems, taken_in, taken_in_there, taking, withdraw
from tests.services.orders import DAY, SITE, Bench, entries
from tests.services.proved import attacked, sentences, statement


def told(found: Sequence[Problem]) -> list[tuple[int, str]]:
    """Row and column of each problem."""
    return [(each.row, each.column) for each in found]


def with_rows(*rows: str) -> str:
    return LOTS.splitlines()[0] + "\n" + "\n".join(rows)


DRUG = "naltrexone hydrochloride,Hillcrest,NTX-2602,2026-11-20,2029-06,25 g,16676-29-2,99.4,anhydrous,1.2"


@pytest.mark.parametrize(
    ("was", "written", "column", "said"),
    [
        ("25 g", "25", "quantity", "write a number, one space and mcg or mg or g or kg"),
        ("25 g", "2.5e1 g", "quantity", '"2.5e1 g" was read; write a number'),
        ("25 g", "25 Mg", "quantity", '"Mg" is not a unit accepted here'),
        ("25 g", "0 g", "quantity", "above 0 to"),
        ("25 g", '"25,5 g"', "quantity", "has a comma, which could mean ten times more"),
        ("16676-29-2", "16676-29-3", "cas_number", '"16676-29-3" is no CAS number'),
        ("16676-29-2", "16590-41-3", "cas_number", "16590-41-3 is naltrexone, and naltrexone hydrochloride is chosen"),
        ("16676-29-2", "", "cas_number", "is missing"),
        ("99.4", '"99,4"', "assay_percent", "has a comma, which could mean ten times more"),
        ("99.4", "994", "assay_percent", "994 % was read; 50 % to 110 % is accepted"),
        ("anhydrous", "wet", "assay_basis", "as-is or anhydrous or dried is accepted"),
        ("1.2", "", "water_percent", "is missing"),
        ("2029-06", "06/2029", "expires_on", "write a date as year-month-day"),
        ("2029-06", "2026-11-20", "expires_on", "It expired on 20 Nov 2026"),
        ("2026-11-20", "2026-11-22", "received_on", "22 Nov 2026 is still to come"),
        ("naltrexone h", "naltroxone h", "substance", "is not a substance accepted here"),
        ("NTX-2602", "NTX-2411", "lot_number", "Lot NTX-2411 of Hillcrest is stored already"),
        ("NTX-2602", "山", "lot_number", "our papers print Latin, Greek and Cyrillic letters"),
        ("NTX-2602", "", "lot_number", "is missing"),
        ("NTX-2602", "NTX\x00", "lot_number", "a text of at most 2,000 printable letters"),
        ("NTX-2602", "7" * 61, "lot_number", "a text of 1 to 60 printable letters"),
    ],
)
def test_a_row_with_a_slip_is_told_by_its_column(
    sqlite_bench: Bench, was: str, written: str, column: str, said: str
) -> None:
    with sqlite_bench.database.reading() as reading:
        (found,) = problems(reading, with_rows(DRUG.replace(was, written, 1)))
    assert (found.row, found.column, said in found.said) == (2, column, True)


def test_every_problem_of_every_row_is_told_at_once(sqlite_bench: Bench) -> None:
    text = with_rows(
        "naltroxone,,NTX-2411,1.10.2026,2020-01,25,none,994,wet,40",
        "microcrystalline cellulose,Crème & Søn,MCC-1,2026-12-24,2020-01,0 g,,99.2,,",
        "microcrystalline cellulose,CREME & SØN,MCC-1,2026-11-20,2029-01,1 kg,,,,",
    )
    with sqlite_bench.database.reading() as reading:
        found = problems(reading, text)
    assert told(found) == [
        (2, "substance"),
        (2, "maker"),
        (2, "received_on"),
        (2, "expires_on"),
        (2, "quantity"),
        (2, "assay_percent"),
        (2, "water_percent"),
        (3, "received_on"),
        (3, "expires_on"),
        (3, "quantity"),
        (3, "assay_percent"),
        (4, "lot_number"),
    ]


def test_lots_come_in_as_by_hand_and_a_second_click_stores_nothing_twice(bench: Bench) -> None:
    with bench.database.writing() as writing:
        shown = looked(writing, LOTS).sha256
        assert [take_in(writing, taking(LOTS, shown)) for _ in range(2)] == [2, 2]
        (named,) = past_batches.named(writing, SITE, "NTX-2602")
        file = lot_file(writing, SITE, named.lot_id)
    assert (file.stored.status, len(file.movements), len(file.entries)) == (LotStatus.QUARANTINED, 1, 1)


def test_nothing_is_stored_while_one_row_has_a_problem_or_the_file_is_another(sqlite_bench: Bench) -> None:
    before = entries(sqlite_bench)
    wrong, other = LOTS.replace("5 kg", "5"), LOTS.replace("5 kg", "4 kg")
    with sqlite_bench.database.reading() as reading:
        shown = looked(reading, LOTS).sha256
    with pytest.raises(NothingTakenIn, match="the file has 1 problem"), sqlite_bench.database.writing() as writing:
        take_in(writing, taking(wrong, shown))
    with pytest.raises(FileChanged), sqlite_bench.database.writing() as writing:
        take_in(writing, taking(other, shown))
    assert entries(sqlite_bench) == before


def test_what_was_stored_meanwhile_is_not_stored_again(sqlite_bench: Bench) -> None:
    with sqlite_bench.database.writing() as writing:
        shown = looked(writing, LOTS).sha256
        taken_in(writing, LOTS, key="somebody else's")
        with pytest.raises(NothingTakenIn, match="2 problems"):
            take_in(writing, taking(LOTS, shown))


def test_past_batches_stand_in_the_history_by_everything_it_is_asked(bench: Bench) -> None:
    bench.order("1.5 mg", "3 mg")
    with bench.database.writing() as writing:
        taken_in(writing, BATCHES, TakenIn.BATCHES)

    def found(**asked: Any) -> list[str]:
        question = BatchFilter(**asked)
        with bench.database.reading() as reading:
            rows = search_batches(reading, SITE, question).rows
            assert count_text(reading, SITE, question).startswith(f"{len(rows)} batch")
        return [row.lot_number for row in rows]

    ours, past = ["261121A002I", "261121A001K"], ["N-2024-118", "N-2024-117"]
    assert found() == ours + past
    assert found(past=PastStatus.PAST) == past
    assert found(words="folder 17") == ["N-2024-117"]
    assert found(lot_number="N-2024") == past
    assert found(ingredient_lot="OLD-9") == ["N-2024-117"]
    assert found(ingredient_lot="NTX-2411") == [*ours, "N-2024-117"]
    assert found(strength=parse_quantity("1.5 mg", MASS_PER_CAPSULE)) == ["261121A001K", "N-2024-117"]
    assert found(made_to=DAY.replace(year=2025)) == past
    assert found(beyond_use_from=DAY) == ours
    assert found(formulation="NTX-CAPS") == ours


def test_the_history_is_walked_page_by_page_through_both(bench: Bench) -> None:
    bench.order("1.5 mg", "3 mg")
    with bench.database.writing() as writing:
        taken_in(writing, BATCHES, TakenIn.BATCHES)
        every = [row.lot_number for row in every_batch(writing, SITE, BatchFilter())]
        walked, page = [], search_batches(writing, SITE, BatchFilter(), limit=1)
        while page.older_cursor:
            walked += [row.lot_number for row in page.rows]
            page = search_batches(writing, SITE, BatchFilter(), after=page.older_cursor, limit=1)
        back = search_batches(writing, SITE, BatchFilter(), before=page.newer_cursor, limit=2)
    assert [*walked, page.rows[0].lot_number] == every
    assert [row.lot_number for row in back.rows] == every[-3:-1]


def test_counts_lead_to_as_many_batches_as_they_say(bench: Bench) -> None:
    bench.order("1.5 mg", "3 mg")
    with bench.database.writing() as writing:
        taken_in(writing, BATCHES, TakenIn.BATCHES)
        span = DAY.replace(year=2024, month=1), DAY
        assert by_status(writing, SITE, *span) == {"planned": 2, "past": 2}
        assert by_strength(writing, SITE, *span) == {"1.5 mg": 2, "3 mg": 1, "4.5 mg": 1}
        assert by_month(writing, SITE, *span) == {"2026-11": 2, "2024-05": 2}


def test_a_past_batch_is_found_from_its_lots_whichever_came_first(bench: Bench) -> None:
    with bench.database.writing() as writing:
        taken_in(writing, BATCHES, TakenIn.BATCHES)
        taken_in(writing, LOTS.replace("MCC-140", "OLD-9"))
        (old,) = past_batches.named(writing, SITE, "OLD-9")
        known = lot_file(writing, SITE, bench.active).made_before
        later = lot_file(writing, SITE, old.lot_id).made_before
    assert [each.lot_number for each in (*known, *later)] == ["N-2024-117", "N-2024-117"]
    assert [each.named for each in (*known, *later)] == ["Hillcrest: NTX-2411", "OLD-9"]


def test_a_past_batch_says_what_its_record_says_and_is_no_batch_of_ours(sqlite_bench: Bench) -> None:
    with sqlite_bench.database.writing() as writing:
        taken_in(writing, BATCHES, TakenIn.BATCHES)
        (row,) = batches_beginning(writing, SITE, "n-2024-117")
        file = past_batch_file(writing, SITE, str(row.batch_id))
        with pytest.raises(NotFound):
            batch_file(writing, SITE, "N-2024-117")
    assert (file.batch.reference, file.lot_ids) == ("Folder 3 sheet 17", (sqlite_bench.active, ""))
    assert [(entry.kind.value, entry.actor.name) for entry in file.entries] == [("past-batch-entered", "Anna Müller")]


def test_a_past_batch_is_entered_once_and_not_under_a_number_of_ours(sqlite_bench: Bench) -> None:
    sqlite_bench.order("1.5 mg")
    with sqlite_bench.database.writing() as writing:
        taken_in(writing, BATCHES, TakenIn.BATCHES)
        again = problems(writing, BATCHES.replace("N-2024-118", "261121A001K"), TakenIn.BATCHES)
        impossible = problems(
            writing,
            BATCHES.replace("N-2024-11", "X-").replace("100,2024-05-17,2025", "1e2,2024-05-17,2023"),
            TakenIn.BATCHES,
        )
    assert [each.said for each in again] == [
        "Batch N-2024-117 is stored already; take the row out.",
        "Batch 261121A001K is stored already; take the row out.",
    ]
    assert told(impossible) == [(2, "capsules"), (2, "beyond_use_date")]


def test_what_was_entered_wrongly_is_withdrawn_for_a_reason_and_may_be_entered_again(bench: Bench) -> None:
    with bench.database.writing() as writing:
        taken_in(writing, BATCHES, TakenIn.BATCHES)
        (row,) = batches_beginning(writing, SITE, "N-2024-117")
        withdraw(writing, str(row.batch_id))
        assert lot_file(writing, SITE, bench.active).made_before == ()
        with pytest.raises(NothingChanged):
            withdraw(writing, str(row.batch_id))
        taken_in(writing, "\n".join(BATCHES.replace("1.5 mg", "3 mg").splitlines()[:2]), TakenIn.BATCHES, key="again")
        found = batches_beginning(writing, SITE, "N-2024-117")
        files = [past_batch_file(writing, SITE, str(each.batch_id)) for each in found]
    assert [(each.strength, each.status) for each in found] == [("3 mg", "past"), ("1.5 mg", "withdrawn")]
    assert [len(file.entries) for file in files] == [3, 3]
    assert files[0].entered.number > files[1].entered.number


def test_what_was_taken_in_is_as_it_was_written(pharmacy: Settings) -> None:
    taken_in_there(pharmacy)
    assert sentences(pharmacy) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE past_batches SET status = 'withdrawn'", "status changed beside it"),
        ("UPDATE past_batches SET capsules = 10", "Past batch N-2024-117 is not what entry"),
        ("UPDATE past_batches SET document = replace(document, '1.5 mg', '4.5 mg')", "document changed beside it"),
        ("UPDATE past_batches SET id = id + 100000 WHERE strength = '1.5 mg'", "of day changed beside it"),
        ("DELETE FROM past_batches", "made is missing from the past batches"),
        ("DELETE FROM past_batches", "which is not there"),
        ("UPDATE past_batch_lots SET lot_number = 'X'", "The ingredient lots of past batch N-2024-117 are not those"),
        ("UPDATE past_batch_lots SET ingredient_lot_id = NULL", "The ingredient lots of past batch N-2024-117"),
        ("DELETE FROM past_batch_lots WHERE position = 2", "The ingredient lots of past batch N-2024-117"),
    ],
)
def test_what_was_changed_beside_the_journal_is_named(sqlite_copy: Settings, attack: str, said: str) -> None:
    taken_in_there(sqlite_copy)
    assert said in attacked(sqlite_copy, statement(attack))
