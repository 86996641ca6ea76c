"""Patients: kept in one table, corrected, found and erased; the journal knows an identifier and nothing else."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from compounder.database import journal
from compounder.database.errors import NotFound
from compounder.database.schema import PatientTable
from compounder.domain.care.patients import NamesThePatient, Patient
from compounder.domain.errors import MissingKey, OutOfBounds
from compounder.domain.people.person import Role
from compounder.domain.record.journal import EntryKind
from compounder.services.care_errors import PatientChanged, PatientErased, PatientKnown, StillOpen
from compounder.services.errors import NothingChanged
from compounder.services.patients import (
    PatientFile,
    add_patient,
    correct_patient,
    erase_patient,
    find_patients,
    newest_patients,
    patient_file,
    patients_due,
    subject_of,
)
from compounder.services.prescriptions import cancel_prescription
from tests.services.care import ACT, LATER, NAME, NEVER_ELSEWHERE, a_patient, a_request, added, holding, prescribed
from tests.services.orders import DAY, SITE, Bench, entries


def file_of(bench: Bench, identifier: str, role: Role = Role.PHARMACIST) -> PatientFile:
    """What somebody in this role is shown."""
    with bench.database.reading() as reading:
        return patient_file(reading, SITE, identifier, role)


def correct(bench: Bench, identifier: str, patient: Patient, as_of: int) -> None:
    """Keep the patient as they are now."""
    with bench.database.writing() as writing:
        correct_patient(writing, LATER, identifier, patient, as_of=as_of)


def erase(bench: Bench, identifier: str, reason: str = "Asked for in writing") -> None:
    """Empty the row."""
    with bench.database.writing() as writing:
        erase_patient(writing, LATER, identifier, reason)


def found(bench: Bench, words: str, born_on: date | None = None) -> list[str]:
    """The identifiers found."""
    with bench.database.reading() as reading:
        return [seen.identifier for seen in find_patients(reading, SITE, words, born_on)]


def test_a_patient_is_kept_as_typed(bench: Bench) -> None:
    file = file_of(bench, added(bench))
    assert file.seen.patient is not None
    assert (file.seen.patient.name, file.seen.patient.born_on) == (NAME, date(1984, 2, 29))
    assert file.seen.patient.medicines == ("levothyroxine 50 mcg",)
    assert [entry.kind for entry in file.entries] == [EntryKind.PATIENT_ADDED]


def test_two_clicks_make_one_patient(bench: Bench) -> None:
    first = added(bench)
    before = entries(bench)
    assert added(bench) == first
    assert entries(bench) == before


def test_the_identifier_is_random_and_tells_nothing(bench: Bench) -> None:
    first = added(bench)
    second = added(bench, key="another", name="Zoë Nobody", born_on=date(1984, 3, 1))
    assert first != second
    assert len(first) == 12 == len(second)


def test_the_same_name_and_birth_date_are_asked_about(bench: Bench) -> None:
    first = added(bench)
    with pytest.raises(PatientKnown) as refused:
        added(bench, key="another", name="zoe nobody beispiel")
    assert refused.value.identifier == first
    with bench.database.writing() as writing:
        again = add_patient(writing, ACT, a_patient(), one_time_key="twin", is_another=True)
    assert again != first


def test_somebody_still_to_be_born_is_refused(bench: Bench) -> None:
    with pytest.raises(OutOfBounds) as refused:
        added(bench, born_on=date(2026, 11, 22))
    assert refused.value.field_name == "born_on"


def test_names_are_found_by_their_beginnings_without_accents(bench: Bench) -> None:
    zoe = added(bench)
    max_ = added(bench, key="max", name="Max Musterfall", born_on=date(1970, 1, 1))
    assert found(bench, "zoe beis") == [zoe]
    assert found(bench, "MUSTER") == [max_]
    assert found(bench, "", date(1984, 2, 29)) == [zoe]
    assert found(bench, "beispiel", date(1970, 1, 1)) == []
    assert found(bench, "100%") == []


def test_a_correction_names_the_kinds_of_facts_and_not_the_facts(bench: Bench) -> None:
    identifier = added(bench)
    correct(bench, identifier, a_patient(medicines=("tramadol 50 mg",)), file_of(bench, identifier).as_of)
    file = file_of(bench, identifier)
    assert file.seen.patient == a_patient(medicines=("tramadol 50 mg",))
    assert file.entries[-1].document == '{"changed":["medicines"]}'


def test_a_correction_of_what_somebody_else_changed_meanwhile_is_refused(bench: Bench) -> None:
    identifier = added(bench)
    opened = file_of(bench, identifier).as_of
    correct(bench, identifier, a_patient(allergies=()), opened)
    with pytest.raises(PatientChanged):
        correct(bench, identifier, a_patient(conditions=()), opened)
    with pytest.raises(NothingChanged):
        correct(bench, identifier, a_patient(allergies=()), file_of(bench, identifier).as_of)


def test_an_auditor_sees_the_identifier_alone(bench: Bench) -> None:
    identifier = added(bench)
    assert file_of(bench, identifier, Role.AUDITOR).seen.patient is None
    assert file_of(bench, identifier, Role.TECHNICIAN).seen.patient == a_patient()
    with bench.database.reading() as reading:
        assert [seen.patient for seen in newest_patients(reading, SITE, Role.AUDITOR)] == [None]
        assert [seen.patient for seen in newest_patients(reading, SITE, Role.OWNER)] == [a_patient()]


def test_what_names_a_patient_stands_in_their_own_table_only(bench: Bench) -> None:
    identifier = added(bench)
    prescribed(bench, a_request(identifier))
    correct(bench, identifier, a_patient(contact="8 Nowhere Lane"), file_of(bench, identifier).as_of)
    assert holding(bench, NEVER_ELSEWHERE) == {"patients"}


def test_an_erased_patient_is_gone_and_the_journal_whole(bench: Bench) -> None:
    identifier = added(bench)
    number = prescribed(bench, a_request(identifier))
    with bench.database.writing() as writing:
        cancel_prescription(writing, LATER, number, "Not wanted any more")
    erase(bench, identifier)
    file = file_of(bench, identifier)
    assert (file.seen.patient, file.seen.is_erased) == (None, True)
    assert holding(bench, NEVER_ELSEWHERE) == set()
    assert [row.number for row in file.prescriptions] == [number]
    assert [entry.kind for entry in file.entries] == [EntryKind.PATIENT_ADDED, EntryKind.PATIENT_ERASED]
    assert found(bench, "zoe") == []
    with pytest.raises(PatientErased):
        prescribed(bench, a_request(identifier), key="again")


def test_erasing_twice_is_one_entry(bench: Bench) -> None:
    identifier = added(bench)
    erase(bench, identifier)
    before = entries(bench)
    erase(bench, identifier)
    assert entries(bench) == before


def test_an_open_prescription_is_closed_before_its_patient_is_erased(bench: Bench) -> None:
    identifier = added(bench)
    number = prescribed(bench, a_request(identifier))
    with pytest.raises(StillOpen) as refused:
        erase(bench, identifier)
    assert refused.value.numbers == (number,)


@pytest.mark.parametrize("reason", ["Mrs Nobody asked", "asked for by BEISPIEL, Zoe", "zoë"])
def test_a_reason_that_would_keep_the_name_is_refused(bench: Bench, reason: str) -> None:
    identifier = added(bench)
    with pytest.raises(NamesThePatient) as refused:
        erase(bench, identifier, reason)
    assert not any(word in str(refused.value).casefold() for word in NEVER_ELSEWHERE)


def test_erasing_needs_a_reason_and_a_patient(bench: Bench) -> None:
    with pytest.raises(MissingKey):
        erase(bench, added(bench), " ")
    with pytest.raises(NotFound):
        erase(bench, "23456789ABCD")


def test_the_file_keeps_no_byte_of_whom_it_erased(sqlite_bench: Bench) -> None:
    path = Path(str(sqlite_bench.database.engine.url.database))
    for number in range(60):
        added(sqlite_bench, key=f"{number}", name=f"Somebody Else{number}")
    identifier = added(sqlite_bench)
    assert b"Nobody-Beispiel" in path.read_bytes()
    correct(sqlite_bench, identifier, a_patient(name="Zed Nomore"), file_of(sqlite_bench, identifier).as_of)
    erase(sqlite_bench, identifier)
    sqlite_bench.database.close()
    left = path.read_bytes().lower()
    gone = (b"nobody-beispiel", b"nomore", b"nobody beispiel")
    assert [word for word in gone if word in left] == []


def test_patients_are_due_when_nothing_was_prescribed_for_as_long_as_the_site_keeps_them(bench: Bench) -> None:
    waiting, gone = added(bench), added(bench, key="gone", name="Max Musterfall")
    prescribed(bench, a_request(waiting))

    def due(day: date) -> list[str]:
        with bench.database.reading() as reading:
            return [seen.identifier for seen in patients_due(reading, SITE, day)]

    assert due(DAY) == []
    assert due(DAY.replace(year=2036)) == []
    assert due(date(2036, 11, 22)) == [gone]
    erase(bench, gone, "Kept for ten years")
    assert due(date(2036, 11, 22)) == []


def test_a_patient_is_never_written_into_a_log() -> None:
    assert repr(a_patient()) == str(a_patient()) == "Patient(…)"


def test_the_journal_calls_a_patient_by_the_identifier(bench: Bench) -> None:
    identifier = added(bench)
    with bench.database.reading() as reading:
        (entry,) = journal.entries_of(reading, SITE, subject_of(identifier))
        assert reading.scalar(select(func.count()).select_from(PatientTable)) == 1
    assert (entry.subject, entry.document) == (f"patient {identifier}", "{}")
