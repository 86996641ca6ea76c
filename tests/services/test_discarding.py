"""Powder discarded at the bench: off the stock, its line weighed anew, and all of it replayed."""

import json
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from compounder.database.engine import open_database
from compounder.database.errors import LotInsufficient
from compounder.domain.errors import MissingKey
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import NotForThisRole
from compounder.domain.stock.lots import LotStatus
from compounder.domain.units import parse_mass
from compounder.services.batches import void_batch
from compounder.services.lots import adjust_stock
from compounder.services.weighing_errors import (
    NotTheNext,
)
from compounder.settings import Settings
from tests.services.benches import (
    a_batch,
    a_weighing,
    at_bench,
    discard_line,
    on_hand,
    refused,
    set_status,
    weigh_next,
)
from tests.services.orders import ANNA, MORNING, SITE, Bench, entries, reserved
from tests.services.proved import attacked, sentences, statement
from tests.services.signing import (
    AUGUST,
    CLARA,
    file_of,
    signing_of,
)
from tests.services.stepping import a_weighed_batch, tick_before

DRUG_MG = Decimal("158.3")
DRUG_LEFT = "6.2 mg"


def last_entry(bench: Bench, number: str, keys: Path) -> dict[str, object]:
    said: dict[str, object] = json.loads(file_of(bench.database, number, keys).entries[-1].document)
    return said


def test_a_discarded_weighing_is_weighed_anew_from_what_is_reserved_again(bench: Bench, tmp_path: Path) -> None:
    number = a_batch(bench)
    weigh_next(bench, number)
    discard_line(bench, number, reason="Spilled on the way to the mortar")
    said = last_entry(bench, number, tmp_path)
    assert (said["was_weighed"], said["reading"], said["reason"]) == (
        True,
        "158.3 mg",
        "Spilled on the way to the mortar",
    )
    assert (on_hand(bench, bench.active), reserved(bench, bench.active)) == (Decimal(25_000) - DRUG_MG, DRUG_MG)
    weigh_next(bench, number)
    assert (on_hand(bench, bench.active), reserved(bench, bench.active)) == (Decimal(25_000) - 2 * DRUG_MG, Decimal(0))
    assert at_bench(bench, number).making.next_line == 1


def test_powder_lost_before_it_was_weighed_goes_off_the_stock(bench: Bench) -> None:
    number = a_batch(bench)
    discard_line(bench, number, mass="171.2 mg", reason="Over, and mixed with the weighing paper")
    now = at_bench(bench, number)
    assert (now.standing.status, now.making.next_line) == (BatchStatus.IN_MAKING, 0)
    assert (on_hand(bench, bench.active), reserved(bench, bench.active)) == (
        Decimal(25_000) - Decimal("171.2"),
        DRUG_MG,
    )


def test_what_is_lacking_after_a_loss_is_reserved_only_as_far_as_it_is_there(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    with sqlite_bench.database.writing() as writing:
        counted = parse_mass("200 mg")
        adjust_stock(writing, SITE, sqlite_bench.active, counted, reason="Counted", actor=ANNA, at=MORNING)
    discard_line(sqlite_bench, number, mass="150 mg")
    assert reserved(sqlite_bench, sqlite_bench.active) == 50
    refused(sqlite_bench, LotInsufficient, "50 mg", a_weighing(sqlite_bench, number))
    with pytest.raises(LotInsufficient):
        discard_line(sqlite_bench, number, mass="60 mg")


def test_a_discard_has_a_reason_a_line_and_happens_once(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    with pytest.raises(MissingKey):
        discard_line(sqlite_bench, number, mass="1 mg", reason=" ")
    with pytest.raises(NotTheNext):
        discard_line(sqlite_bench, number, line=1, mass="1 mg")
    with pytest.raises(NotTheNext):
        discard_line(sqlite_bench, number, line=7, mass="1 mg")
    with pytest.raises(NotForThisRole):
        discard_line(sqlite_bench, number, mass="1 mg", person=AUGUST)
    discard_line(sqlite_bench, number, mass="1 mg", key="once")
    before = entries(sqlite_bench)
    discard_line(sqlite_bench, number, mass="1 mg", key="once")
    assert entries(sqlite_bench) == before


def test_what_is_mixed_is_discarded_whole_and_every_line_of_it_weighed_anew(bench: Bench, tmp_path: Path) -> None:
    number = a_weighed_batch(bench)
    tick_before(bench, number, 4)
    filler = at_bench(bench, number).making.weighings[1].to_weigh.to("mg").magnitude
    before = on_hand(bench, bench.filler)
    discard_line(bench, number, 0, reason="The pestle broke", key="once")
    discard_line(bench, number, 0, reason="The pestle broke", key="once")
    lost = file_of(bench.database, number, tmp_path).entries[-2:]
    said = [json.loads(each.document) for each in lost]
    assert [(each["line"], each["reason"]) for each in said] == [(0, "The pestle broke"), (1, "The pestle broke")]
    now = at_bench(bench, number)
    assert (now.making.taken, [step.number for step in now.steps.done]) == ((None, None), [1])
    assert (on_hand(bench, bench.filler), reserved(bench, bench.filler)) == (before, filler)
    assert reserved(bench, bench.active) == DRUG_MG


def test_powders_that_are_apart_are_discarded_one_by_one(sqlite_bench: Bench) -> None:
    number = a_weighed_batch(sqlite_bench)
    tick_before(sqlite_bench, number, 3)
    discard_line(sqlite_bench, number)
    now = at_bench(sqlite_bench, number)
    assert [each is None for each in now.making.taken] == [True, False]


def test_the_journal_replayed_makes_the_same_of_mixed_powder_discarded(pharmacy: Settings) -> None:
    number = "261121A002I"
    with closing(open_database(pharmacy.database_url)) as database:
        bench = Bench(database, "1", "2")
        for _ in at_bench(bench, number).making.weighings:
            weigh_next(bench, number)
        tick_before(bench, number, 4)
        discard_line(bench, number, 1)
        assert at_bench(bench, number).making.taken == (None, None)
        weigh_next(bench, number)
    assert sentences(pharmacy) == ""


def test_a_loss_is_written_down_even_of_a_lot_that_is_held_back(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh_next(sqlite_bench, number)
    set_status(sqlite_bench, sqlite_bench.active, LotStatus.QUARANTINED)
    discard_line(sqlite_bench, number)
    assert at_bench(sqlite_bench, number).making.next_line == 0


def test_a_voided_batch_gives_back_only_what_was_not_weighed(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    weigh_next(sqlite_bench, number)
    with sqlite_bench.database.writing() as writing:
        void_batch(writing, number, signing_of(CLARA, tmp_path), reason="Given up")
    assert on_hand(sqlite_bench, sqlite_bench.active) == Decimal(25_000) - DRUG_MG
    assert reserved(sqlite_bench, sqlite_bench.filler) == 0


def test_the_journal_replayed_makes_the_same_of_what_was_weighed_and_discarded(pharmacy: Settings) -> None:
    number = "261121A002I"
    with closing(open_database(pharmacy.database_url)) as database:
        bench = Bench(database, "1", "2")
        discard_line(bench, number, mass="3.3 mg")
        weigh_next(bench, number)
        discard_line(bench, number)
        weigh_next(bench, number)
        weigh_next(bench, number)
        assert at_bench(bench, number).making.is_whole
    assert sentences(pharmacy) == ""


def test_the_journal_replayed_makes_the_same_of_an_aliquot_by_plan_2(pharmacy: Settings) -> None:
    """What is left of the trituration is less than a second aliquot: as much as there is stays reserved."""
    number = "261121A004E"
    with closing(open_database(pharmacy.database_url)) as database:
        bench = Bench(database, "1", "2")
        discard_line(bench, number, mass="0.3 mg")
        weigh_next(bench, number)
        discard_line(bench, number)
        with pytest.raises(LotInsufficient, match=f"{DRUG_LEFT} is free"):
            weigh_next(bench, number)
    assert sentences(pharmacy) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE batches SET status = 'planned' WHERE status = 'in-making'", "Batch 261121A002I is not what entry 24"),
        ("UPDATE stock_movements SET on_hand_ng = on_hand_ng + 1 WHERE kind = 'used'", "movements of entry 23"),
        ("DELETE FROM stock_movements WHERE kind = 'reserved' AND journal_number = 24", "movements of entry 24"),
    ],
)
def test_a_change_beside_what_was_weighed_is_found(pharmacy: Settings, attack: str, said: str) -> None:
    with closing(open_database(pharmacy.database_url)) as database:
        bench = Bench(database, "1", "2")
        weigh_next(bench, "261121A002I")
        discard_line(bench, "261121A002I")
    assert said in attacked(pharmacy, statement(attack))
