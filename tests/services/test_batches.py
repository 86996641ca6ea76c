"""A batch after it was stored: its file, and giving it up."""

from datetime import timedelta
from decimal import Decimal

import pytest

from compounder.database.errors import NotFound
from compounder.domain.errors import MissingKey
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus
from compounder.services.errors import AlreadyVoided
from tests.services.batches import file_of, lot_numbers, void
from tests.services.orders import ANNA, MORNING, Bench, entries, reserved


def test_a_batchs_file_has_its_record_and_every_entry(bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    file = file_of(bench, number)
    assert (file.record.lot_number, file.status, file.status_reason) == (number, BatchStatus.PLANNED, "")
    assert [entry.kind for entry in file.entries] == [EntryKind.BATCH_PLANNED]


def test_a_lot_number_that_is_not_ours_is_refused(bench: Bench) -> None:
    with pytest.raises(NotFound):
        file_of(bench, "261121A0010")


def test_voiding_frees_the_powder_of_that_batch_only(bench: Bench) -> None:
    first, second = lot_numbers(bench, bench.order("1.5 mg", "3 mg"))
    void(bench, second)
    assert reserved(bench, bench.active) == Decimal("158.3")
    assert [file_of(bench, number).status for number in (first, second)] == [BatchStatus.PLANNED, BatchStatus.VOIDED]


def test_voiding_leaves_the_record_as_it_was_and_says_who_when_and_why(bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    before = file_of(bench, number)
    void(bench, number, "Wrong lot taken from the shelf")
    after = file_of(bench, number)
    assert (after.record, after.record_sha256) == (before.record, before.record_sha256)
    assert after.status_reason == "Wrong lot taken from the shelf"
    entry = after.entries[-1]
    assert (entry.kind, entry.actor.name, entry.at) == (EntryKind.BATCH_VOIDED, ANNA.name, MORNING + timedelta(hours=1))
    assert entry.actor.is_authenticated
    assert "Wrong lot taken from the shelf" in entry.document


def test_what_was_freed_may_be_reserved_again(bench: Bench) -> None:
    order = bench.order("4.5 mg", capsules=5_000)
    (number,) = lot_numbers(bench, order)
    void(bench, number)
    assert bench.order("4.5 mg", capsules=5_000, key="second") == "2611-002"


def test_a_batch_is_voided_once(bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    void(bench, number)
    before = entries(bench), reserved(bench, bench.active)
    with pytest.raises(AlreadyVoided):
        void(bench, number, "Again")
    assert (entries(bench), reserved(bench, bench.active)) == before
    assert file_of(bench, number).status_reason == "Spilled"


def test_a_void_needs_its_reason(bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    with pytest.raises(MissingKey):
        void(bench, number, " \n")
    assert file_of(bench, number).status is BatchStatus.PLANNED
