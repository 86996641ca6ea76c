"""Prescriptions as they are kept: the document, where each stands, and the capsules it asks for by strength."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from compounder.codec.documents import digest, from_stored
from compounder.database.errors import NotFound
from compounder.database.schema import PatientTable, PrescribedTable, PrescriptionTable
from compounder.database.types import BEYOND_ALL, AnyRow, AnySelect, mass_of, nanograms
from compounder.domain.care.prescriptions import Prescription, PrescriptionStatus
from compounder.domain.units import MASS_PER_CAPSULE, MassPerCapsule, capsule, format_dose, of

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescribedLine:
    """Capsules of one strength that a prescription asks for, and how many of them were dispensed."""

    strength: MassPerCapsule
    capsules: int
    dispensed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPrescription:
    """A prescription as it is kept, where it stands, and what is still to be dispensed of it."""

    prescription_id: int
    patient_id: int
    prescription: Prescription
    sha256: str
    status: PrescriptionStatus
    prescribed: tuple[PrescribedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionFilter:
    """Which prescriptions; what is None or empty is not asked."""

    status: PrescriptionStatus | None = None
    number: str = ""
    written_from: date | None = None
    written_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionRow:
    """What a line of the list shows. `patient` is the identifier."""

    prescription_id: int
    number: str
    patient_id: int
    patient: str
    formulation: str
    written_on: date
    status: PrescriptionStatus
    prescribed: tuple[PrescribedLine, ...]


@dataclass(frozen=True, slots=True)
class PrescriptionPage:
    """A page of prescriptions, newest first; `next_cursor` is None on the last."""

    rows: tuple[PrescriptionRow, ...]
    next_cursor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Capsules of one strength of a formulation that open prescriptions still ask for."""

    formulation: str
    strength: MassPerCapsule
    capsules: int
    prescriptions: int


_SELECT: Final[AnySelect] = select(
    PrescriptionTable.id,
    PrescriptionTable.number,
    PrescriptionTable.patient_id,
    PatientTable.identifier,
    PrescriptionTable.formulation_code,
    PrescriptionTable.written_on,
    PrescriptionTable.status,
    PrescriptionTable.document,
    PrescriptionTable.sha256,
).join(PatientTable, PatientTable.id == PrescriptionTable.patient_id)
_ASKED: Final = (
    select(
        PrescriptionTable.formulation_code,
        PrescribedTable.strength_ng,
        func.sum(PrescribedTable.capsules - PrescribedTable.dispensed),
        func.count(),
    )
    .join(PrescribedTable, PrescribedTable.prescription_id == PrescriptionTable.id)
    .where(PrescriptionTable.site == bindparam("site"), PrescriptionTable.status == PrescriptionStatus.OPEN.value)
    .where(PrescribedTable.capsules > PrescribedTable.dispensed)
    .group_by(PrescriptionTable.formulation_code, PrescribedTable.strength_ng)
    .order_by(PrescriptionTable.formulation_code, PrescribedTable.strength_ng)
)


def add(
    connection: Connection, site: str, prescription: Prescription, patient_id: int, document: str, journal_number: int
) -> None:
    """Keep an open prescription, and a row for each strength it asks for."""
    row = {
        "site": site,
        "number": prescription.number,
        "patient_id": patient_id,
        "formulation_code": prescription.formulation,
        "written_on": prescription.written_on,
        "status": PrescriptionStatus.OPEN.value,
        "document": document,
        "sha256": digest(document),
        "journal_number": journal_number,
    }
    number = connection.execute(insert(PrescriptionTable).returning(PrescriptionTable.id), row).scalar_one()
    rows = [
        {
            "prescription_id": number,
            "strength_ng": nanograms(strength, MASS_PER_CAPSULE),
            "site": site,
            "strength": format_dose(strength),
            "capsules": capsules,
            "dispensed": 0,
        }
        for strength, capsules in prescription.course.capsules.items()
    ]
    connection.execute(insert(PrescribedTable), rows)


def is_taken(connection: Connection, site: str, number: str) -> bool:
    """Whether a prescription of the site has this number."""
    taken = select(PrescriptionTable.id).where(PrescriptionTable.site == site, PrescriptionTable.number == number)
    return connection.scalar(taken) is not None


def load(connection: Connection, site: str, number: str) -> StoredPrescription:
    """The prescription with this number; refuses with `NotFound`."""
    asked = _SELECT.where(PrescriptionTable.site == site, PrescriptionTable.number == number)
    row = connection.execute(asked).first()
    if row is None:
        raise NotFound(what="prescription", name=number)
    return StoredPrescription(
        prescription_id=row.id,
        patient_id=row.patient_id,
        prescription=_read(row.document),
        sha256=row.sha256,
        status=PrescriptionStatus(row.status),
        prescribed=_prescribed(connection, [row.id])[row.id],
    )


def prescribers(connection: Connection, site: str, numbers: Iterable[str]) -> Mapping[str, str]:
    """Who wrote each of these prescriptions, by its number."""
    asked = select(PrescriptionTable.number, PrescriptionTable.document).where(PrescriptionTable.site == site)
    rows = connection.execute(asked.where(PrescriptionTable.number.in_(sorted(numbers))))
    return {row.number: json.loads(row.document)["prescriber"] for row in rows}


def set_status(connection: Connection, prescription_id: int, status: PrescriptionStatus) -> None:
    """Where a prescription stands from now on."""
    statement = update(PrescriptionTable).where(PrescriptionTable.id == prescription_id)
    connection.execute(statement.values(status=status.value))


def of_patient(connection: Connection, patient_id: int) -> tuple[PrescriptionRow, ...]:
    """Every prescription of a patient, newest first."""
    asked = _SELECT.where(PrescriptionTable.patient_id == patient_id).order_by(PrescriptionTable.id.desc())
    return _rows(connection, connection.execute(asked).all())


def replaced_by(connection: Connection, stored: StoredPrescription) -> str | None:
    """The number of the prescription that replaces this one; None where none does."""
    later = _SELECT.where(
        PrescriptionTable.patient_id == stored.patient_id, PrescriptionTable.id > stored.prescription_id
    )
    found = (_read(row.document) for row in connection.execute(later.order_by(PrescriptionTable.id)))
    return next((each.number for each in found if each.replaces == stored.prescription.number), None)


def search(
    connection: Connection, site: str, asked: PrescriptionFilter, *, after: int | None = None, limit: int = PAGE
) -> PrescriptionPage:
    """A page of matching prescriptions, newest first; `after` continues behind a cursor."""
    query = _SELECT.where(PrescriptionTable.site == site, PrescriptionTable.id < (after or BEYOND_ALL))
    if asked.status:
        query = query.where(PrescriptionTable.status == asked.status.value)
    if asked.number:
        query = query.where(PrescriptionTable.number == asked.number)
    if asked.written_from:
        query = query.where(PrescriptionTable.written_on >= asked.written_from)
    if asked.written_to:
        query = query.where(PrescriptionTable.written_on <= asked.written_to)
    found = connection.execute(query.order_by(PrescriptionTable.id.desc()).limit(limit + 1)).all()
    shown = _rows(connection, found[:limit])
    return PrescriptionPage(shown, shown[-1].prescription_id if len(found) > limit else None)


def asked_for(connection: Connection, site: str) -> tuple[Asked, ...]:
    """What all open prescriptions still ask for, by formulation and strength."""
    return tuple(
        Asked(formulation=code, strength=strength_of(strength_ng), capsules=int(capsules), prescriptions=prescriptions)
        for code, strength_ng, capsules, prescriptions in connection.execute(_ASKED, {"site": site})
    )


def strength_of(strength_ng: int) -> MassPerCapsule:
    """The strength of so many whole nanograms."""
    strength: MassPerCapsule = mass_of(strength_ng) / of(1, capsule)
    return strength


def _rows(connection: Connection, found: Iterable[AnyRow]) -> tuple[PrescriptionRow, ...]:
    rows = list(found)
    lines = _prescribed(connection, [row.id for row in rows])
    return tuple(
        PrescriptionRow(
            prescription_id=row.id,
            number=row.number,
            patient_id=row.patient_id,
            patient=row.identifier,
            formulation=row.formulation_code,
            written_on=row.written_on,
            status=PrescriptionStatus(row.status),
            prescribed=lines[row.id],
        )
        for row in rows
    )


def _prescribed(connection: Connection, ids: list[int]) -> Mapping[int, tuple[PrescribedLine, ...]]:
    asked = (
        select(
            PrescribedTable.prescription_id,
            PrescribedTable.strength_ng,
            PrescribedTable.capsules,
            PrescribedTable.dispensed,
        )
        .where(PrescribedTable.prescription_id.in_(ids))
        .order_by(PrescribedTable.strength_ng)
    )
    found: defaultdict[int, tuple[PrescribedLine, ...]] = defaultdict(tuple)
    for number, strength_ng, capsules, dispensed in connection.execute(asked):
        line = PrescribedLine(strength=strength_of(strength_ng), capsules=capsules, dispensed=dispensed)
        found[number] = (*found[number], line)
    return found


@lru_cache(maxsize=256)
def _read(document: str) -> Prescription:
    """The prescription of a document, which never changes."""
    return from_stored(document, Prescription)
