"""Patients: the one table that names them. What they were called stands in no other row, index, entry or document.

Erasing overwrites: SQLite is told to write zeros over what a row gave up, so that the file does not keep it either.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from compounder.database.errors import NotFound
from compounder.database.schema import BottleTable, JournalTable, PatientTable, PrescriptionTable
from compounder.database.types import AnyRow, AnySelect
from compounder.domain.care.patients import Patient, parts_of
from compounder.domain.care.prescriptions import PrescriptionStatus

PAGE: Final = 50
EMPTIED: Final[Mapping[str, str | None]] = {
    "name": "",
    "sought": "",
    "born_on": None,
    "contact": "",
    "medicines": "",
    "allergies": "",
    "conditions": "",
}
"""What is left of a patient in the columns that named them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPatient:
    """A patient by their identifier; `patient` is None once they are erased, or for whom must not see it."""

    patient_id: int
    identifier: str
    patient: Patient | None
    erased_at: datetime | None

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None


_SELECT: Final[AnySelect] = select(
    PatientTable.id,
    PatientTable.identifier,
    PatientTable.name,
    PatientTable.born_on,
    PatientTable.contact,
    PatientTable.medicines,
    PatientTable.allergies,
    PatientTable.conditions,
    PatientTable.erased_at,
)


def add(connection: Connection, site: str, identifier: str, patient: Patient, journal_number: int) -> None:
    """Keep a new patient."""
    _overwrite_what_is_given_up(connection)
    row = {"site": site, "identifier": identifier, "journal_number": journal_number, **_columns(patient)}
    connection.execute(insert(PatientTable), row)


def load(connection: Connection, site: str, identifier: str) -> StoredPatient:
    """The patient with this identifier; refuses with `NotFound`."""
    asked = _SELECT.where(PatientTable.site == site, PatientTable.identifier == identifier)
    row = connection.execute(asked).first()
    if row is None:
        raise NotFound(what="patient", name=identifier)
    return _stored(row)


def named(connection: Connection, site: str, patient_ids: Iterable[int]) -> Mapping[str, Patient]:
    """Who these patients are, by their identifiers; those who are erased are left out."""
    asked = _SELECT.where(PatientTable.site == site, PatientTable.id.in_(sorted(set(patient_ids))))
    found = (_stored(row) for row in connection.execute(asked))
    return {stored.identifier: stored.patient for stored in found if stored.patient}


def change(connection: Connection, patient_id: int, patient: Patient) -> None:
    """Keep a patient as they are now; what stood there is not kept."""
    _overwrite_what_is_given_up(connection)
    connection.execute(update(PatientTable).where(PatientTable.id == patient_id).values(**_columns(patient)))


def erase(connection: Connection, patient_id: int, *, at: datetime) -> None:
    """Empty the row; the identifier stays, and all that knows it."""
    _overwrite_what_is_given_up(connection)
    statement = update(PatientTable).where(PatientTable.id == patient_id)
    connection.execute(statement.values(**EMPTIED, erased_at=at))


def newest(connection: Connection, site: str, *, limit: int = PAGE) -> tuple[StoredPatient, ...]:
    """Those added last, the newest first; those erased among them."""
    asked = _SELECT.where(PatientTable.site == site).order_by(PatientTable.id.desc()).limit(limit)
    return tuple(_stored(row) for row in connection.execute(asked))


def find(
    connection: Connection, site: str, words: str, born_on: date | None, *, limit: int = PAGE
) -> tuple[StoredPatient, ...]:
    """Patients in whose name each of the words begins a part, and who were born on that day, if one is given."""
    conditions = [PatientTable.site == site, PatientTable.erased_at.is_(None), *_named_so(words)]
    if born_on:
        conditions.append(PatientTable.born_on == born_on)
    asked = _SELECT.where(*conditions).order_by(PatientTable.sought, PatientTable.id).limit(limit)
    return tuple(_stored(row) for row in connection.execute(asked))


def unseen_since(connection: Connection, site: str, day: date, at: datetime) -> tuple[StoredPatient, ...]:
    """Patients whose last prescription and bottle are older than `day`, with none open, added before `at`."""
    theirs = PrescriptionTable.patient_id == PatientTable.id
    is_open = PrescriptionTable.status == PrescriptionStatus.OPEN.value
    prescribed = exists().where(theirs, is_open | (PrescriptionTable.written_on >= day))
    dispensed = exists().where(
        theirs, BottleTable.prescription_id == PrescriptionTable.id, BottleTable.dispensed_on >= day
    )
    asked = (
        _SELECT.join(JournalTable, JournalTable.number == PatientTable.journal_number)
        .where(PatientTable.site == site, PatientTable.erased_at.is_(None), JournalTable.at < at)
        .where(~prescribed, ~dispensed)
        .order_by(PatientTable.id)
        .limit(PAGE)
    )
    return tuple(_stored(row) for row in connection.execute(asked))


def _named_so(words: str) -> Sequence[ColumnElement[bool]]:
    """Parts have no letter that LIKE would take for another."""
    return [PatientTable.sought.like(f"% {part}%") for part in parts_of(words)]


def _overwrite_what_is_given_up(connection: Connection) -> None:
    """Whatever changes in this table leaves nothing readable behind in a SQLite file."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON").close()


def _columns(patient: Patient) -> Mapping[str, Any]:
    return {
        "name": patient.name,
        "sought": "".join(f" {part}" for part in parts_of(patient.name)),
        "born_on": patient.born_on,
        "contact": patient.contact,
        "medicines": "\n".join(patient.medicines),
        "allergies": "\n".join(patient.allergies),
        "conditions": "\n".join(patient.conditions),
    }


def _stored(row: AnyRow) -> StoredPatient:
    return StoredPatient(
        patient_id=row.id,
        identifier=row.identifier,
        patient=_patient(row) if row.erased_at is None else None,
        erased_at=row.erased_at,
    )


def _patient(row: AnyRow) -> Patient:
    return Patient(
        name=row.name,
        born_on=row.born_on,
        contact=row.contact,
        medicines=tuple(row.medicines.splitlines()),
        allergies=tuple(row.allergies.splitlines()),
        conditions=tuple(row.conditions.splitlines()),
    )
