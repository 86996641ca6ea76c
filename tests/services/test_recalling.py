"""A recall holds back at once what is still here, says what it leaves and why, and shows how far it got."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from compounder.database import bottles
from compounder.database.errors import NotFound
from compounder.domain.care.patients import NamesThePatient
from compounder.domain.care.recall import AlreadyRecalled, Answer, Contact, RecallClosed, RecallStatus
from compounder.domain.care.trace import Origin, OriginKind
from compounder.domain.errors import CompoundingError, MissingKey, OutOfBounds
from compounder.domain.people.person import Role
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import NotForThisRole
from compounder.domain.stock.lots import LotStatus
from compounder.services.bottle_papers import label_papers
from compounder.services.care_errors import NotToldYet
from compounder.services.corrections import free_batch
from compounder.services.errors import HasNoLabel, ResultChanged
from compounder.services.importing import TakenIn
from compounder.services.patients import erase_patient
from compounder.services.prescriptions import cancel_prescription
from compounder.services.recall_files import every_affected, prescribed_by
from compounder.services.recall_letters import Addressee, letters_of
from compounder.services.recalling import preview_recall, start_recall
from compounder.services.returning import Returning, bottle_file, return_capsules
from compounder.services.shelf import correct_shelf
from compounder.services.triturations import trituration_file
from tests.services.care import LATER, NAME, NEVER_ELSEWHERE, holding
from tests.services.dispensing import a_bottle, dispensed, dispensing
from tests.services.importing import BATCHES, taken_in
from tests.services.orders import SITE, Bench, entries
from tests.services.recalled import NOTICE, closed, contact, looked_at, lot_status, noted, started, starting
from tests.services.shelf import counted, dispensable
from tests.services.signing import CLARA, NOON, TOM, file_of
from tests.services.traced import OTHER, spread

LOT, TRITURATION, BATCH, BOTTLE = OriginKind


def test_a_recall_of_a_lot_holds_back_all_that_is_here_with_an_entry_each(bench: Bench, tmp_path: Path) -> None:
    made = spread(bench, tmp_path)
    number = started(bench, LOT, bench.active, tmp_path)
    assert (number, dispensable(bench)) == ("R-0001", 0)
    assert lot_status(bench, bench.active) is LotStatus.QUARANTINED
    assert lot_status(bench, bench.filler) is LotStatus.IN_USE
    with bench.database.reading() as reading:
        mixed = trituration_file(reading, SITE, made.trituration).lot
    assert mixed is not None
    assert mixed.status is LotStatus.QUARANTINED
    for batch in made.batches:
        file = file_of(bench.database, batch, tmp_path)
        assert (file.status, file.entries[-1].kind) == (BatchStatus.QUARANTINED, EntryKind.BATCH_QUARANTINED)
        assert file.status_reason == f"Recall {number}: {NOTICE.reason}"
    held = looked_at(bench, number).stored.started.held
    assert (held.lots, held.triturations, set(held.batches)) == (
        (bench.active,),
        (made.trituration,),
        set(made.batches),
    )


def test_what_cannot_be_held_back_is_named_with_why(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    first = started(sqlite_bench, BATCH, made.batches[1], tmp_path)
    assert looked_at(sqlite_bench, first).stored.started.held.batches == (made.batches[1],)
    with sqlite_bench.database.reading() as reading:
        shown = preview_recall(reading, SITE, Origin(kind=TRITURATION, name=made.trituration))
        bottle = preview_recall(reading, SITE, Origin(kind=BOTTLE, name=made.bottles[0]))
    assert shown.held.left == {"in quarantine already": (f"batch {made.batches[1]}",)}
    assert (shown.held.batches, shown.held_capsules) == ((made.batches[0],), 0)
    assert (bottle.found, bottle.called, bottle.totals.patients) == ((), f"Bottle {made.bottles[0]}", 1)


def test_a_batch_that_is_dispensed_whole_is_held_back_too_and_its_bottles_get_no_label(
    sqlite_bench: Bench, tmp_path: Path
) -> None:
    made = spread(sqlite_bench, tmp_path)
    with sqlite_bench.database.writing() as writing:
        correct_shelf(writing, counted(made.batches[1], 0))
        label_papers(writing, SITE, made.bottles[0])
    started(sqlite_bench, LOT, sqlite_bench.active, tmp_path)
    with sqlite_bench.database.writing() as writing:
        correct_shelf(writing, counted(made.batches[1], 5, one_time_key="found"))
        (part,) = bottle_file(writing, SITE, made.bottles[0], Role.PHARMACIST).held
        with pytest.raises(HasNoLabel, match=made.batches[1]):
            label_papers(writing, SITE, made.bottles[0])
    assert (part.status, dispensable(sqlite_bench)) == (BatchStatus.QUARANTINED, 0)


def test_past_batches_are_named_in_a_recall_and_with_its_letters(sqlite_bench: Bench, tmp_path: Path) -> None:
    with sqlite_bench.database.writing() as writing:
        taken_in(writing, BATCHES, TakenIn.BATCHES)
    number = started(sqlite_bench, LOT, sqlite_bench.active, tmp_path)
    left = looked_at(sqlite_bench, number).stored.started.held.left
    assert left == {"made before: only its own record tells who has it": ("batch N-2024-117",)}
    with sqlite_bench.database.reading() as reading:
        letters = letters_of(reading, LATER, number, Addressee.PATIENTS, Role.PHARMACIST)
    assert letters.left_out == "Who has batch N-2024-117, made before, stands in their own records only."


def test_letters_come_by_the_hundred_from_the_one_asked_for(sqlite_bench: Bench, tmp_path: Path) -> None:
    spread(sqlite_bench, tmp_path)
    number = started(sqlite_bench, LOT, sqlite_bench.active, tmp_path)
    with sqlite_bench.database.reading() as reading:
        some = letters_of(reading, LATER, number, Addressee.PATIENTS, Role.PHARMACIST, first=2)
    assert ([each.to[0] for each in some.letters], some.counted) == ([OTHER], "Letters 2 to 2 of 2.")


def test_the_recall_of_one_thing_is_started_once(sqlite_bench: Bench, tmp_path: Path) -> None:
    spread(sqlite_bench, tmp_path)
    origin = Origin(kind=LOT, name=sqlite_bench.active)
    act = starting(sqlite_bench, origin, tmp_path)
    numbers, kept = [], []
    for _ in range(2):
        with sqlite_bench.database.writing() as writing:
            numbers.append(start_recall(writing, act))
        kept.append(entries(sqlite_bench))
    assert (numbers, kept[0]) == (["R-0001", "R-0001"], kept[1])
    with pytest.raises(AlreadyRecalled, match=numbers[0]):
        starting(sqlite_bench, origin, tmp_path)


def test_nothing_is_held_back_where_it_is_not_signed_by_who_may_or_not_as_shown(
    sqlite_bench: Bench, tmp_path: Path
) -> None:
    made = spread(sqlite_bench, tmp_path)
    origin = Origin(kind=LOT, name=sqlite_bench.active)
    by_tom, by_clara = (starting(sqlite_bench, origin, tmp_path, person) for person in (TOM, CLARA))
    with pytest.raises(NotForThisRole), sqlite_bench.database.writing() as writing:
        start_recall(writing, by_tom)
    prescription = prescription_of(sqlite_bench, made.bottles[0])
    dispensed(sqlite_bench, dispensing(sqlite_bench, a_bottle(prescription, 5), key="third"))
    with pytest.raises(ResultChanged), sqlite_bench.database.writing() as writing:
        start_recall(writing, by_clara)
    assert lot_status(sqlite_bench, sqlite_bench.active) is LotStatus.IN_USE


def prescription_of(bench: Bench, number: str) -> str:
    """On which prescription a bottle was dispensed."""
    with bench.database.reading() as reading:
        return bottles.load(reading, SITE, number).prescription


def test_who_was_told_and_what_came_back_show_how_far_it_got(bench: Bench, tmp_path: Path) -> None:
    made = spread(bench, tmp_path)
    number = started(bench, LOT, bench.active, tmp_path)
    assert str(looked_at(bench, number).effect) == "0 of 2 patients reached; 0 of 60 capsules came back."
    noted(bench, number, contact(Answer.NO_ANSWER, patient=made.patients[0]), "first")
    noted(bench, number, contact(Answer.TOLD, patient=made.patients[0]), "second")
    noted(bench, number, contact(Answer.TOLD, patient=made.patients[0]), "second")
    noted(bench, number, contact(Answer.TOLD, prescriber="Dr. Ada Example"), "third")
    with bench.database.writing() as writing:
        return_capsules(
            writing,
            Returning(
                site=SITE,
                number=made.bottles[0],
                lot_number=made.batches[1],
                capsules=20,
                reason="Recall",
                one_time_key="back",
                person=CLARA,
                at=NOON,
            ),
        )
    file = looked_at(bench, number)
    assert str(file.effect) == "1 of 2 patients reached; 20 of 60 capsules came back."
    first, second = file.affected
    assert [said.answer for said in first.contacts] == [Answer.NO_ANSWER, Answer.TOLD]
    assert ([bottle.number for bottle in second.bottles], second.contacts) == ([made.bottles[1]], ())
    assert [each.reached.identifier for each in looked_at(bench, number, only_waiting=True).affected] == [
        made.patients[1]
    ]
    assert first.patient is not None
    assert first.patient.name == NAME
    assert looked_at(bench, number, Role.AUDITOR).affected[0].patient is None


def test_a_bottle_that_is_dispensed_later_is_no_part_of_the_recall(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    number = started(sqlite_bench, BATCH, made.batches[1], tmp_path)
    with sqlite_bench.database.writing() as writing:
        free_batch(writing, SITE, made.batches[1], reason="Found to be good", person=CLARA, at=NOON)
    prescription = prescription_of(sqlite_bench, made.bottles[0])
    dispensed(sqlite_bench, dispensing(sqlite_bench, a_bottle(prescription, 5), key="third"))
    assert looked_at(sqlite_bench, number).effect.out == 60


def test_an_erased_patient_is_counted_and_not_named(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    number = started(sqlite_bench, LOT, sqlite_bench.active, tmp_path)
    prescription = prescription_of(sqlite_bench, made.bottles[0])
    with sqlite_bench.database.writing() as writing:
        cancel_prescription(writing, LATER, prescription, "Recalled")
        with pytest.raises(NotToldYet, match=number):
            erase_patient(writing, LATER, made.patients[0], "Asked for in writing")
    closed(sqlite_bench, number, tmp_path)
    with sqlite_bench.database.writing() as writing:
        erase_patient(writing, LATER, made.patients[0], "Asked for in writing")
    file = looked_at(sqlite_bench, number)
    assert str(file.effect) == "0 of 2 patients reached; 1 erased; 0 of 60 capsules came back."
    assert (file.affected[0].patient, file.affected[0].reached.is_erased) == (None, True)


def test_prescribers_have_the_patients_that_they_prescribed_for(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    number = started(sqlite_bench, LOT, sqlite_bench.active, tmp_path)
    with sqlite_bench.database.reading() as reading:
        found = prescribed_by(reading, SITE, number, Role.PHARMACIST)
        everybody = [each.reached.identifier for each in every_affected(reading, SITE, number, Role.AUDITOR)]
    assert [each.patient and each.patient.name for each in found.pop("Dr. Ada Example")] == [NAME, OTHER]
    assert (found, everybody) == ({}, list(made.patients))


def test_the_journal_of_a_recall_names_nobody(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    number = started(sqlite_bench, LOT, sqlite_bench.active, tmp_path)
    noted(sqlite_bench, number, contact(patient=made.patients[0]))
    closed(sqlite_bench, number, tmp_path)
    assert holding(sqlite_bench, (*NEVER_ELSEWHERE, "mustermann")) == {"patients"}


def test_words_that_are_told_to_all_name_no_patient(sqlite_bench: Bench, tmp_path: Path) -> None:
    spread(sqlite_bench, tmp_path)
    act = starting(sqlite_bench, Origin(kind=LOT, name=sqlite_bench.active), tmp_path)
    naming = replace(act, notice=replace(NOTICE, told=f"{OTHER} fell ill after the first capsule."))
    with pytest.raises(NamesThePatient), sqlite_bench.database.writing() as writing:
        start_recall(writing, naming)
    assert lot_status(sqlite_bench, sqlite_bench.active) is LotStatus.IN_USE


def test_a_closed_recall_takes_nothing_more_and_another_may_be_started(sqlite_bench: Bench, tmp_path: Path) -> None:
    made = spread(sqlite_bench, tmp_path)
    number = started(sqlite_bench, LOT, sqlite_bench.active, tmp_path)
    with pytest.raises(NotForThisRole):
        closed(sqlite_bench, number, tmp_path, TOM)
    closed(sqlite_bench, number, tmp_path)
    assert looked_at(sqlite_bench, number).stored.status is RecallStatus.CLOSED
    with pytest.raises(RecallClosed):
        closed(sqlite_bench, number, tmp_path)
    with pytest.raises(RecallClosed):
        noted(sqlite_bench, number, contact(patient=made.patients[0]))
    assert started_again(sqlite_bench, tmp_path) == "R-0002"


def started_again(bench: Bench, keys: Path) -> str:
    """A second recall of the same lot, on another form."""
    act = starting(bench, Origin(kind=LOT, name=bench.active), keys, key="again")
    with bench.database.writing() as writing:
        return start_recall(writing, act)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (contact(patient="23456789ABCD"), NotFound),
        (contact(prescriber="Dr. Somebody Else"), NotFound),
        (contact(prescriber="Dr. Ada Example", on=date(2026, 11, 20)), OutOfBounds),
        (contact(prescriber="Dr. Ada Example", on=date(2026, 11, 22)), OutOfBounds),
    ],
)
def test_who_has_nothing_of_it_and_other_days_are_refused(
    sqlite_bench: Bench, tmp_path: Path, said: Contact, refusal: type[CompoundingError]
) -> None:
    spread(sqlite_bench, tmp_path)
    number = started(sqlite_bench, LOT, sqlite_bench.active, tmp_path)
    with pytest.raises(refusal):
        noted(sqlite_bench, number, said)


def test_a_contact_is_of_one_and_a_notice_of_others_has_a_number() -> None:
    for patient, prescriber in (("", ""), ("23456789ABCD", "Dr. Ada Example")):
        with pytest.raises(MissingKey):
            contact(patient=patient, prescriber=prescriber)
    with pytest.raises(MissingKey, match="number of the notice"):
        replace(NOTICE, reference="")
