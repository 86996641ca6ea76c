"""Corrections: entries that leave the record as it was, and say old and new."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from compounder.database.search import batches_of_order
from compounder.domain.errors import CompoundingError, MissingKey, NotAccepted, NotADate, OutOfBounds
from compounder.domain.people.person import Person
from compounder.domain.record.amendments import Amended
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import Meaning, NotForThisRole
from compounder.domain.record.standing import StatusForbids
from compounder.printing.paper import SMALL, Paper
from compounder.services.batches import void_batch
from compounder.services.corrections import free_batch, quarantine_batch, recall_batch, reject_batch
from compounder.services.errors import HasNoLabel
from compounder.services.papers import LabelRequest, labels, worksheets
from tests.printing import reading
from tests.services.batches import lot_numbers
from tests.services.orders import MORNING, SITE, Bench, reserved
from tests.services.signing import AUGUST, CLARA, NOON, TOM, amend, file_of, release, signing_of, verified


@pytest.fixture
def batch(sqlite_bench: Bench) -> tuple[Bench, str]:
    """A batch of 1.5 mg, planned."""
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    return sqlite_bench, number


def correct(bench: Bench, number: str, what: str, person: Person = CLARA, reason: str = "Spots") -> None:
    """Hold a batch back, free it or reject it."""
    act = {"quarantine": quarantine_batch, "free": free_batch, "reject": reject_batch}[what]
    with bench.database.writing() as writing:
        act(writing, SITE, number, reason=reason, person=person, at=NOON)


def recall(bench: Bench, number: str, keys: Path, person: Person = CLARA) -> None:
    """Recall a batch, signed."""
    with bench.database.writing() as writing:
        recall_batch(writing, number, signing_of(person, keys), reason="Wrong label")


def printed(bench: Bench, number: str) -> str:
    """The words of a batch's worksheet."""
    return reading.run_together(
        " ".join(reading.pages(worksheets(bench.database, SITE, (number,), Paper.A4, at=MORNING)))
    )


def label(bench: Bench, number: str) -> bytes:
    """One label of a batch."""
    wanted = LabelRequest(lot_numbers=(number,), stock=SMALL, copies=1, first_place=1)
    return labels(bench.database, SITE, wanted, at=MORNING)


def test_an_earlier_beyond_use_date_is_everywhere_and_the_old_one_stays(bench: Bench, tmp_path: Path) -> None:
    order = bench.order("1.5 mg")
    (number,) = lot_numbers(bench, order)
    label(bench, number)
    amend(bench.database, number, Amended.BEYOND_USE_DATE, "2027-06-30")
    with bench.database.reading() as reader:
        (row,) = batches_of_order(reader, SITE, order)
    file = file_of(bench.database, number, tmp_path)
    assert row.beyond_use_date == file.record.plan.beyond_use_date == date(2027, 6, 30)
    assert file.record.plan.beyond_use_limit == "beyond-use date amended: Written down wrongly"
    (amendment,) = file.standing.amendments
    assert (amendment.title, amendment.shown) == ("beyond-use date", ("20 Nov 2027", "30 Jun 2027"))
    assert (amendment.name, amendment.at, amendment.reason) == (TOM.name, NOON, "Written down wrongly")
    assert "30 Jun 2027" in " ".join(reading.pages(label(bench, number)))
    assert reading.run_together("30 Jun 2027") in printed(bench, number)


@pytest.mark.parametrize(
    ("what", "label", "value", "refusal"),
    [
        (Amended.BEYOND_USE_DATE, "", "2027-11-21", OutOfBounds),
        (Amended.BEYOND_USE_DATE, "", "2026-11-20", OutOfBounds),
        (Amended.BEYOND_USE_DATE, "", "2027-11-20", NotAccepted),
        (Amended.BEYOND_USE_DATE, "", "30.6.2027", NotADate),
        (Amended.COMPOUNDED_ON, "", "2028-01-01", OutOfBounds),
        (Amended.CAPSULES_MADE, "", "1,000", CompoundingError),
        (Amended.CAPSULES_MADE, "", "103", NotAccepted),
        (Amended.BALANCE, "water", "B2", NotAccepted),
        (Amended.BALANCE, "naltrexone hydrochloride", "B1", NotAccepted),
        (Amended.REMARK, "", "Blue", NotAccepted),
        (Amended.REMARK, "Appearance", " ", NotAccepted),
    ],
)
def test_a_correction_that_is_none_is_refused(
    batch: tuple[Bench, str], tmp_path: Path, what: Amended, label: str, value: str, refusal: type[CompoundingError]
) -> None:
    bench, number = batch
    with pytest.raises(refusal):
        amend(bench.database, number, what, value, label)
    assert file_of(bench.database, number, tmp_path).standing.amendments == ()


def test_an_earlier_date_is_never_put_off_again(batch: tuple[Bench, str]) -> None:
    bench, number = batch
    amend(bench.database, number, Amended.BEYOND_USE_DATE, "2027-06-30")
    with pytest.raises(OutOfBounds, match="21 Nov 2026 to 30 Jun 2027 is accepted"):
        amend(bench.database, number, Amended.BEYOND_USE_DATE, "2027-07-01")


@pytest.mark.parametrize(
    ("what", "label", "value", "shown"),
    [
        (Amended.COMPOUNDED_ON, "", "2026-11-20", ("day of compounding", "21 Nov 2026", "20 Nov 2026")),
        (Amended.CAPSULES_MADE, "", "101", ("capsules made", "103", "101")),
        (Amended.BALANCE, "microcrystalline cellulose", "B2", ("balance for microcrystalline cellulose", "B1", "B2")),
        (Amended.REMARK, "Mortar", "The marble one", ("Mortar", "", "The marble one")),
    ],
)
def test_each_amendment_keeps_old_and_new(
    batch: tuple[Bench, str], tmp_path: Path, what: Amended, label: str, value: str, shown: tuple[str, str, str]
) -> None:
    bench, number = batch
    before = file_of(bench.database, number, tmp_path)
    amend(bench.database, number, what, value, label)
    file = file_of(bench.database, number, tmp_path)
    (amendment,) = file.standing.amendments
    assert (amendment.title, *amendment.shown) == shown
    assert file.record_sha256 == before.record_sha256


def test_a_second_amendment_starts_from_the_first(batch: tuple[Bench, str], tmp_path: Path) -> None:
    bench, number = batch
    for count in ("101", "100"):
        amend(bench.database, number, Amended.CAPSULES_MADE, count)
    amendments = file_of(bench.database, number, tmp_path).standing.amendments
    assert [each.shown for each in amendments] == [("103", "101"), ("101", "100")]


def test_a_quarantined_batch_has_no_label_and_its_worksheet_says_so(batch: tuple[Bench, str]) -> None:
    bench, number = batch
    label(bench, number)
    correct(bench, number, "quarantine", TOM)
    with pytest.raises(HasNoLabel, match="is quarantined; no label"):
        label(bench, number)
    assert reading.run_together("Quarantined 21 Nov 2026 by Tom Weber: Spots") in printed(bench, number)
    correct(bench, number, "free")
    assert label(bench, number)


def test_a_freed_batch_stands_where_it_stood(bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    verified(bench.database, number, tmp_path)
    release(bench.database, number, tmp_path)
    correct(bench, number, "quarantine")
    correct(bench, number, "free")
    file = file_of(bench.database, number, tmp_path)
    assert (file.status, file.status_reason) == (BatchStatus.RELEASED, "")
    assert [each.holds for each in file.signatures] == [True, True]


def test_a_batch_amended_in_quarantine_is_planned_again_when_it_is_freed(
    batch: tuple[Bench, str], tmp_path: Path
) -> None:
    bench, number = batch
    verified(bench.database, number, tmp_path)
    correct(bench, number, "quarantine")
    amend(bench.database, number, Amended.CAPSULES_MADE, "101")
    correct(bench, number, "free")
    assert file_of(bench.database, number, tmp_path).status is BatchStatus.PLANNED


def test_a_rejected_batch_gives_its_powders_back_and_stays_rejected(bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    correct(bench, number, "reject")
    assert reserved(bench, bench.active) == reserved(bench, bench.filler) == Decimal(0)
    for what in ("quarantine", "free", "reject"):
        with pytest.raises(StatusForbids, match="is rejected; only"):
            correct(bench, number, what)
    with pytest.raises(HasNoLabel):
        label(bench, number)


@pytest.mark.parametrize(("what", "person"), [("free", TOM), ("reject", TOM), ("quarantine", AUGUST)])
def test_letting_a_batch_go_on_is_a_pharmacists_and_an_auditor_changes_nothing(
    batch: tuple[Bench, str], what: str, person: Person
) -> None:
    bench, number = batch
    if what == "free":
        correct(bench, number, "quarantine")
    with pytest.raises(NotForThisRole):
        correct(bench, number, what, person)


@pytest.mark.parametrize("what", ["quarantine", "free", "reject"])
def test_every_correction_needs_its_reason(batch: tuple[Bench, str], what: str) -> None:
    bench, number = batch
    with pytest.raises(MissingKey):
        correct(bench, number, what, reason=" \n")


def test_a_released_batch_is_recalled_with_a_signature(bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    with pytest.raises(StatusForbids, match="only a released or quarantined one that was released once is recalled"):
        recall(bench, number, tmp_path)
    verified(bench.database, number, tmp_path)
    release(bench.database, number, tmp_path)
    correct(bench, number, "quarantine")
    recall(bench, number, tmp_path)
    file = file_of(bench.database, number, tmp_path)
    assert (file.status, file.status_reason) == (BatchStatus.RECALLED, "Wrong label")
    last = file.signatures[-1]
    assert (last.signed.meaning, last.signed.reason, last.holds) == (Meaning.RECALLED, "Wrong label", True)


def test_a_batch_is_voided_with_a_signature_until_it_is_released(batch: tuple[Bench, str], tmp_path: Path) -> None:
    bench, number = batch
    (other,) = lot_numbers(bench, bench.order("3 mg", key="second"))
    for lot_number in (number, other):
        verified(bench.database, lot_number, tmp_path)
    release(bench.database, other, tmp_path)
    signing = signing_of(CLARA, tmp_path)
    with bench.database.writing() as writing:
        void_batch(writing, number, signing, reason="Ordered twice")
    file = file_of(bench.database, number, tmp_path)
    assert (file.status, file.signatures[-1].holds) == (BatchStatus.VOIDED, True)
    with bench.database.writing() as writing, pytest.raises(StatusForbids, match="never released"):
        void_batch(writing, other, signing, reason="Ordered twice")
