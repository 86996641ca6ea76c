"""Capsules on the shelf: a release puts them there, the batch's status says whether they may be dispensed."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from compounder.database import journal
from compounder.domain.care.shelf import CapsuleMovementKind, DestroyedFor
from compounder.domain.errors import MissingKey, NotAccepted
from compounder.domain.record.amendments import Amended
from compounder.domain.record.signatures import NotForThisRole
from compounder.services.care_errors import NeverReleased, NotSoManyThere
from compounder.services.corrections import free_batch, quarantine_batch, recall_batch
from compounder.services.errors import NothingChanged, ResultChanged
from compounder.services.shelf import (
    correct_shelf,
    destroy_on_shelf,
    held_on_shelf,
    shelf_file,
)
from tests.services.batches import lot_numbers
from tests.services.finishing import count, weigh
from tests.services.orders import DAY, SITE, Bench
from tests.services.shelf import counted, destroyed, dispensable, moved, released, there
from tests.services.signing import CLARA, NOON, OLGA, TOM, amend, release, signing_of, verified


def test_a_release_puts_the_planned_capsules_on_the_shelf(bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    with pytest.raises(NeverReleased):
        there(bench, number)
    verified(bench.database, number, tmp_path)
    release(bench.database, number, tmp_path)
    assert (there(bench, number), dispensable(bench)) == (103, 103)
    assert moved(bench, number) == [(CapsuleMovementKind.RELEASED, 103)]


def test_of_counted_capsules_the_good_ones_come_to_the_shelf(bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    weigh(bench, number)
    count(bench, number)
    verified(bench.database, number, tmp_path)
    release(bench.database, number, tmp_path)
    assert there(bench, number) == 101


def test_of_an_amended_record_as_many_come_as_it_says(bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    amend(bench.database, number, Amended.CAPSULES_MADE, "97", person=OLGA)
    verified(bench.database, number, tmp_path)
    release(bench.database, number, tmp_path)
    assert there(bench, number) == 97


def test_quarantine_takes_them_off_and_freeing_puts_them_back(bench: Bench, tmp_path: Path) -> None:
    number = released(bench, tmp_path)
    with bench.database.writing() as writing:
        quarantine_batch(writing, SITE, number, reason="Found broken", person=TOM, at=NOON)
    assert dispensable(bench) == 0
    with bench.database.writing() as writing:
        free_batch(writing, SITE, number, reason="All whole", person=CLARA, at=NOON)
    assert dispensable(bench) == 103
    with bench.database.writing() as writing:
        recall_batch(writing, number, signing_of(CLARA, tmp_path), reason="A complaint")
    assert dispensable(bench) == 0


def test_a_second_release_adds_only_what_differs(bench: Bench, tmp_path: Path) -> None:
    number = released(bench, tmp_path)
    with bench.database.writing() as writing:
        destroy_on_shelf(writing, destroyed(number, 3, reason="Dropped"))
    amend(bench.database, number, Amended.CAPSULES_MADE, "101", person=OLGA)
    amend(bench.database, number, Amended.BEYOND_USE_DATE, "2027-05-01", person=OLGA)
    with bench.database.writing() as writing:
        free_batch(writing, SITE, number, reason="Amended", person=CLARA, at=NOON)
    verified(bench.database, number, tmp_path)
    release(bench.database, number, tmp_path)
    assert moved(bench, number) == [("released", 103), ("destroyed", -3), ("released", -2)]
    assert (dispensable(bench, date(2027, 5, 1)), dispensable(bench, date(2027, 5, 2))) == (98, 0)


def test_a_count_is_corrected_with_a_reason(bench: Bench, tmp_path: Path) -> None:
    number = released(bench, tmp_path)
    with bench.database.writing() as writing:
        for _ in range(2):
            correct_shelf(writing, counted(number, 100))
    assert moved(bench, number) == [("released", 103), ("counted", -3)]
    with bench.database.writing() as writing, pytest.raises(NothingChanged):
        correct_shelf(writing, counted(number, 100, one_time_key="again"))
    with bench.database.writing() as writing, pytest.raises(MissingKey):
        correct_shelf(writing, counted(number, 99, reason=" "))
    with bench.database.writing() as writing, pytest.raises(NotForThisRole):
        correct_shelf(writing, counted(number, 99, person=TOM))
    assert there(bench, number) == 100


def test_no_more_is_destroyed_than_is_there(bench: Bench, tmp_path: Path) -> None:
    number = released(bench, tmp_path)
    with bench.database.writing() as writing, pytest.raises(NotSoManyThere) as refused:
        destroy_on_shelf(writing, destroyed(number, 104))
    assert "There are 103 capsules of batch" in str(refused.value)
    assert there(bench, number) == 103


def test_what_was_counted_before_somebody_took_capsules_is_counted_again(bench: Bench, tmp_path: Path) -> None:
    number = released(bench, tmp_path)
    with bench.database.writing() as writing:
        destroy_on_shelf(writing, destroyed(number, 3))
        with pytest.raises(ResultChanged):
            correct_shelf(writing, counted(number, 102, ledger=103))
        correct_shelf(writing, counted(number, 99, ledger=100))
    assert there(bench, number) == 99


def test_who_destroys_is_not_their_own_witness(bench: Bench, tmp_path: Path) -> None:
    number = released(bench, tmp_path)
    with bench.database.writing() as writing:
        with pytest.raises(NotAccepted, match="the name of a second person"):
            destroy_on_shelf(writing, destroyed(number, 3, witness=f" {CLARA.name.upper()}"))
        destroy_on_shelf(writing, destroyed(number, 3, witness="Tom Berg"))
        (kept,) = journal.newest(writing, SITE, limit=1)
    said = json.loads(kept.document)
    assert (said["cause"], said["witness"], said["capsules"]) == ("damaged", "Tom Berg", 3)


def test_capsules_past_their_date_or_held_back_are_listed_until_they_are_destroyed(
    bench: Bench, tmp_path: Path
) -> None:
    number = released(bench, tmp_path)
    with bench.database.reading() as reading:
        until = shelf_file(reading, SITE, number).beyond_use_date
        assert held_on_shelf(reading, SITE, until) == ()
        (held,) = held_on_shelf(reading, SITE, until + timedelta(days=1))
    assert (held.lot_number, held.strength, held.capsules, held.status) == (number, "1.5 mg", 103, "released")
    with bench.database.writing() as writing:
        quarantine_batch(writing, SITE, number, reason="Found broken", person=TOM, at=NOON)
        assert [each.lot_number for each in held_on_shelf(writing, SITE, DAY)] == [number]
        destroy_on_shelf(writing, destroyed(number, 103, cause=DestroyedFor.HELD_BACK))
        assert held_on_shelf(writing, SITE, until + timedelta(days=1)) == ()
