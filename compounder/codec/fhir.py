"""A batch and its bottles as other programs read them: HL7 FHIR R4B, resources Medication and MedicationDispense.

Source: FHIR R4B (4.3.0). The one code system is UNII, for substances (FDA Global Substance Registration System); form,
units and the preparation are words, because no code of theirs is ours to give. A patient is the random identifier. A
dosage is not said: it stands on the bottle's label. Decimals are written as they are, never as floats.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any, Final, TypeAlias

from compounder.domain.batch.source import Tablets, TriturationLot
from compounder.domain.calendar import format_day
from compounder.domain.care.dispensing import HandedOut
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.domain.stock.substances import Substance
from compounder.domain.units import MASS_PER_CAPSULE, MassPerCapsule, digits, format_dose, kept, magnitude

Resource: TypeAlias = Mapping[str, Any]
_UNII: Final = "http://fdasis.nlm.nih.gov"
"""The system's name in FHIR R4B, "Using UNII"."""
_EXAMPLE: Final = "EXAMPLE – not for use. "


def fhir_text(resource: Resource) -> str:
    """The resource as JSON; the same resource is always the same text."""
    return f"{_written(resource)}\n"


def medication_of(record: CompoundingRecord, status: BatchStatus, said: str, capsules: int) -> Resource:
    """A batch of so many capsules: what it is, what is in a capsule, lot number and beyond-use date. `said` tells where
    it stands; only what is released is in use."""
    name = _name(record)
    until = f"beyond-use date {format_day(record.plan.beyond_use_date)}"
    told = f"{name}, lot {record.lot_number}, {until}. {said}"
    return {
        "resourceType": "Medication",
        "id": record.lot_number,
        "text": _narrative(record, told),
        "code": {"text": name},
        "status": "active" if status is BatchStatus.RELEASED else "inactive",
        "manufacturer": {"display": record.pharmacy.name},
        "form": {"text": record.formulation.label.form},
        "amount": _ratio(capsules, "capsules", "batch"),
        "ingredient": list(_ingredients(record)),
        "batch": {"lotNumber": record.lot_number, "expirationDate": record.plan.beyond_use_date.isoformat()},
    }


def dispense_of(record: CompoundingRecord, bottle: HandedOut) -> Resource:
    """What of a batch went to a patient in a bottle: how much, on whose prescription's number, when."""
    told = f"{bottle.capsules:,} capsules of lot {record.lot_number} in bottle {bottle.number}"
    return {
        "resourceType": "MedicationDispense",
        "id": bottle.number,
        "text": _narrative(record, f"{told}, handed over {format_day(bottle.on)}."),
        "identifier": [{"value": bottle.number}],
        "status": "completed",
        "medicationReference": {
            "reference": f"Medication/{record.lot_number}",
            "display": f"{_name(record)}, lot {record.lot_number}",
        },
        "subject": {"type": "Patient", "identifier": {"value": bottle.patient}},
        "authorizingPrescription": [{"type": "MedicationRequest", "identifier": {"value": bottle.prescription}}],
        "quantity": {"value": bottle.capsules, "unit": "capsules"},
        "whenHandedOver": bottle.on.isoformat(),
        **_notes(bottle),
    }


def _name(record: CompoundingRecord) -> str:
    label = record.formulation.label
    return f"{label.preparation} {format_dose(record.plan.strength)} {label.form}"


def _narrative(record: CompoundingRecord, told: str) -> Resource:
    words = escape(f"{_EXAMPLE if record.is_example else ''}{told}".strip(), quote=False)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'}


def _ingredients(record: CompoundingRecord) -> Iterator[Resource]:
    """The drug on the basis that the strength is stated on, the filler, and what else came with tablets."""
    plan, formulation, source = record.plan, record.formulation, record.order.source
    yield _ingredient(formulation.strength_basis, plan.strength, is_active=True)
    yield _ingredient(record.order.filler.substance, plan.filler_per_capsule, is_active=False)
    if isinstance(source, Tablets) or (isinstance(source, TriturationLot) and source.tablets):
        yield {"itemCodeableConcept": {"text": "excipients of the crushed tablets"}, "isActive": False}


def _ingredient(substance: Substance, mass: MassPerCapsule, *, is_active: bool) -> Resource:
    coding = [{"system": _UNII, "code": substance.unii}] if substance.unii else []
    return {
        "itemCodeableConcept": {**({"coding": coding} if coding else {}), "text": substance.name},
        "isActive": is_active,
        "strength": _ratio(Decimal(kept(magnitude(mass, MASS_PER_CAPSULE))), "mg", "capsule"),
    }


def _ratio(value: int | Decimal, unit: str, each: str) -> Resource:
    return {"numerator": {"value": value, "unit": unit}, "denominator": {"value": 1, "unit": each}}


def _notes(bottle: HandedOut) -> Mapping[str, Any]:
    said = []
    if bottle.capsules < bottle.in_all:
        said.append(f"The bottle held {bottle.in_all:,} capsules; the others are of other batches.")
    if bottle.returned:
        said.append(f"{bottle.returned:,} of these capsules came back and were destroyed.")
    return {"note": [{"text": text} for text in said]} if said else {}


def _written(value: object) -> str:
    match value:
        case Decimal():
            return digits(value)
        case Mapping():
            members = (f"{json.dumps(key)}:{_written(each)}" for key, each in value.items())
            return f"{{{','.join(members)}}}"
        case Sequence() if not isinstance(value, str):
            return f"[{','.join(map(_written, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False)
