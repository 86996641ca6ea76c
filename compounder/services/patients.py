"""Patients: added, corrected, found and erased. Each act is one entry of the journal, which knows an identifier alone.

An entry says that a patient was added, which kinds of facts were corrected, or why they were erased; never the facts.
"""

import secrets
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Final, TypeAlias

from compounder.database import journal, one_time_keys, patients, prescriptions
from compounder.database.engine import Connection
from compounder.database.patients import StoredPatient
from compounder.database.prescriptions import PrescriptionRow
from compounder.domain.bounds import require_reason
from compounder.domain.care.patients import (
    IDENTIFIER_LENGTH,
    IDENTIFIER_LETTERS,
    Patient,
    require_born,
    require_nameless,
    sees_patients,
    years_before,
)
from compounder.domain.care.prescriptions import PrescriptionStatus
from compounder.domain.people.person import Role
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.services.acting import Acting, append
from compounder.services.care_errors import NotToldYet, PatientChanged, PatientErased, PatientKnown, StillOpen
from compounder.services.errors import NothingChanged
from compounder.services.once import once
from compounder.services.recall_files import recalls_waiting_for
from compounder.services.workspace import day_at, site_settings

MOST_FOUND: Final = patients.PAGE
"""A search shows no more at once."""
Seen: TypeAlias = StoredPatient
"""A patient as somebody is shown them: by identifier alone where the role does not need more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFile:
    """A patient, their prescriptions newest first, and what happened; `as_of` is the last entry's number."""

    seen: Seen
    prescriptions: tuple[PrescriptionRow, ...]
    entries: tuple[JournalEntry, ...]

    @property
    def as_of(self) -> int:
        return self.entries[-1].number


def subject_of(identifier: str) -> str:
    """What the journal calls a patient."""
    return f"patient {identifier}"


def patient_file(connection: Connection, site: str, identifier: str, role: Role) -> PatientFile:
    """One patient's file, as far as the role is shown it; refuses with `NotFound`."""
    stored = patients.load(connection, site, identifier)
    return PatientFile(
        seen=_seen(stored, role),
        prescriptions=prescriptions.of_patient(connection, stored.patient_id),
        entries=journal.entries_of(connection, site, subject_of(identifier)),
    )


def newest_patients(connection: Connection, site: str, role: Role) -> tuple[Seen, ...]:
    """Those added last, the newest first."""
    return tuple(_seen(stored, role) for stored in patients.newest(connection, site))


def find_patients(connection: Connection, site: str, words: str, born_on: date | None) -> tuple[Seen, ...]:
    """Patients by the beginnings of their names and by their birth date."""
    return patients.find(connection, site, words, born_on)


def patients_due(connection: Connection, site: str, today: date) -> tuple[Seen, ...]:
    """Those whose last prescription, and last bottle, is older than the site keeps patients, with nothing open."""
    settings = site_settings(connection, site)
    day = years_before(today, settings.patients_kept_years)
    return patients.unseen_since(connection, site, day, datetime.combine(day, time(), settings.zone))


def require_patient(connection: Connection, site: str, identifier: str) -> tuple[int, Patient]:
    """The row and the patient; refuses with `NotFound`, and with `PatientErased` one who is erased."""
    stored = patients.load(connection, site, identifier)
    if stored.patient is None:
        raise PatientErased(identifier=identifier)
    return stored.patient_id, stored.patient


def add_patient(
    connection: Connection, act: Acting, patient: Patient, *, one_time_key: str, is_another: bool = False
) -> str:
    """The identifier of a new patient; a second click on the same form gets the first one's.

    Refuses with `PatientKnown` the same name and birth date, unless it is said to be another person.
    """
    made = once(one_time_key, patient)
    known = one_time_keys.subject_of(connection, act.site, made)
    if known is not None:
        return known
    _require_born(connection, act, patient)
    if not is_another:
        _require_new(connection, act.site, patient)
    identifier = "".join(secrets.choice(IDENTIFIER_LETTERS) for _ in range(IDENTIFIER_LENGTH))
    entry = append(connection, act, subject_of(identifier), EntryKind.PATIENT_ADDED, {})
    patients.add(connection, act.site, identifier, patient, entry.number)
    one_time_keys.use(connection, act.site, made, identifier, entry.number)
    return identifier


def correct_patient(connection: Connection, act: Acting, identifier: str, patient: Patient, *, as_of: int) -> None:
    """Keep a patient as they are now. What stood there is not kept; the entry names the kinds of facts changed.

    Refuses with `PatientChanged` where an entry later than `as_of` was made, with `NothingChanged` what stands there.
    """
    patient_id, before = require_patient(connection, act.site, identifier)
    _require_born(connection, act, patient)
    if journal.entries_of(connection, act.site, subject_of(identifier))[-1].number != as_of:
        raise PatientChanged
    changed = [each.name for each in fields(Patient) if getattr(before, each.name) != getattr(patient, each.name)]
    if not changed:
        raise NothingChanged(already=f"All of this stands at patient {identifier}")
    append(connection, act, subject_of(identifier), EntryKind.PATIENT_CORRECTED, {"changed": changed})
    patients.change(connection, patient_id, patient)


def erase_patient(connection: Connection, act: Acting, identifier: str, reason: str) -> None:
    """Empty the patient's row; the journal, the prescriptions and the bottles stay whole under the identifier.

    Refuses without a reason, with `NamesThePatient` a reason that would keep the name, with `StillOpen`, and with
    `NotToldYet` whom an open recall has not reached.
    """
    require_reason(reason)
    stored = patients.load(connection, act.site, identifier)
    if stored.patient is None:
        return
    require_nameless(reason, stored.patient, "reason")
    theirs = prescriptions.of_patient(connection, stored.patient_id)
    still_open = tuple(row.number for row in theirs if row.status is PrescriptionStatus.OPEN)
    if still_open:
        raise StillOpen(numbers=still_open)
    for number in recalls_waiting_for(connection, act.site, stored.patient_id):
        raise NotToldYet(number=number)
    append(connection, act, subject_of(identifier), EntryKind.PATIENT_ERASED, {"reason": reason})
    patients.erase(connection, stored.patient_id, at=act.at)


def _require_born(connection: Connection, act: Acting, patient: Patient) -> None:
    require_born(patient, day_at(connection, act.site, act.at))


def _require_new(connection: Connection, site: str, patient: Patient) -> None:
    for found in patients.find(connection, site, patient.name, patient.born_on, limit=1):
        raise PatientKnown(identifier=found.identifier)


def _seen(stored: StoredPatient, role: Role) -> Seen:
    return stored if sees_patients(role) else replace(stored, patient=None)
