"""What the rows of patients, prescriptions and bottles must say, by the entries that made and changed them.

Of a patient the journal knows the identifier, and whether they are erased: then nothing may stand in the row again.
"""

import json
from collections.abc import Iterator
from typing import Final

from compounder.codec.documents import digest
from compounder.database.audit.columns import Changes, Columns, Document
from compounder.database.audit.entries import Told
from compounder.database.patients import EMPTIED
from compounder.database.types import AnyRow, nanograms
from compounder.domain.care.prescriptions import PrescriptionStatus
from compounder.domain.record.journal import EntryKind
from compounder.domain.units import MASS_PER_CAPSULE, format_dose, kept_quantity

CHANGING: Final = (
    EntryKind.LEAFLET_APPROVED,
    EntryKind.PATIENT_ERASED,
    EntryKind.PRESCRIPTION_FILLED,
    EntryKind.PRESCRIPTION_CANCELLED,
)
_PATIENT: Final = "patient "
_PRESCRIPTION: Final = "prescription "


def of_protocol(_: AnyRow, told: Told, document: Document, __: Changes) -> Columns:
    said = {name: document[name] for name in ("code", "version", "name")}
    return {"site": told.site, **said, "document": told.document}


def of_opioid(_: AnyRow, told: Told, document: Document, __: Changes) -> Columns:
    code = told.subject.removeprefix("opioid ")
    return {"site": told.site, "code": code, "version": document["version"], "document": told.document}


def of_leaflet(row: AnyRow, told: Told, document: Document, changes: Changes) -> Columns:
    version = document["version"]
    says = {"site": told.site, "version": version, "document": told.document, "approved_by": None, "approved_at": None}
    return {**says, **changes.of("leaflet_versions", row.site, version)}


def of_patient(row: AnyRow, told: Told, _: Document, changes: Changes) -> Columns:
    identifier = told.subject.removeprefix(_PATIENT)
    says = {"site": told.site, "identifier": identifier, "erased_at": None}
    return {**says, **changes.of("patients", row.site, identifier)}


def of_prescription(row: AnyRow, told: Told, document: Document, changes: Changes) -> Columns:
    number = told.subject.removeprefix(_PRESCRIPTION)
    return {
        "site": told.site,
        "number": number,
        "of_patient": document["patient"],
        "formulation_code": document["formulation"],
        "written_on": document["written_on"],
        "status": PrescriptionStatus.OPEN.value,
        "document": told.document,
        "sha256": digest(told.document),
        **changes.of("prescriptions", row.site, number),
    }


def of_bottle(_: AnyRow, told: Told, document: Document, __: Changes) -> Columns:
    strength = kept_quantity(document["strength"], MASS_PER_CAPSULE)
    return {
        "site": told.site,
        "number": told.subject.removeprefix("bottle "),
        "of_prescription": document["prescription"],
        "strength_ng": nanograms(strength, MASS_PER_CAPSULE),
        "strength": format_dose(strength),
        "capsules": document["capsules"],
        "dispensed_on": document["dispensed_on"],
        "beyond_use_date": document["beyond_use_date"],
    }


def changed(told: Told) -> Iterator[tuple[str, str, Columns]]:
    """What an entry changed of a leaflet, a patient or a prescription: table, name of the row, columns."""
    match told.kind:
        case EntryKind.LEAFLET_APPROVED:
            approval = {"approved_by": told.actor, "approved_at": told.at}
            yield "leaflet_versions", str(json.loads(told.document)["version"]), approval
        case EntryKind.PATIENT_ERASED:
            yield "patients", told.subject.removeprefix(_PATIENT), {**EMPTIED, "erased_at": told.at}
        case EntryKind.PRESCRIPTION_FILLED:
            filled = {"status": PrescriptionStatus.FILLED.value}
            yield "prescriptions", told.subject.removeprefix(_PRESCRIPTION), filled
        case EntryKind.PRESCRIPTION_CANCELLED:
            cancelled = {"status": PrescriptionStatus.CANCELLED.value}
            yield "prescriptions", told.subject.removeprefix(_PRESCRIPTION), cancelled
