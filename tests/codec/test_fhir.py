"""What other programs are told of a batch and its bottles, where it is not the usual."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

from fhir.resources.R4B.medication import Medication
from fhir.resources.R4B.medicationdispense import MedicationDispense

from compounder.codec.fhir import dispense_of, fhir_text, medication_of
from compounder.domain.batch.source import Tablets
from compounder.domain.care.dispensing import HandedOut
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.domain.stock.substances import NALTREXONE_HYDROCHLORIDE_DIHYDRATE
from compounder.domain.units import parse_mass
from tests.services.batches import file_of, lot_numbers
from tests.services.orders import Bench


def a_record(bench: Bench) -> CompoundingRecord:
    """The record of a batch of 1.5 mg."""
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    return file_of(bench, number).record


def handed_out(**changes: Any) -> HandedOut:
    """Sixty capsules in a bottle of their own."""
    usual: dict[str, Any] = {"number": "BA00000174", "prescription": "RX2611-002", "patient": "BVQJFTDJAGXJ"}
    usual |= {"on": date(2026, 11, 30), "capsules": 60, "in_all": 60, "returned": 0}
    return HandedOut(**{**usual, **changes})


def notes(record: CompoundingRecord, bottle: HandedOut) -> list[str]:
    """What is noted of a bottle."""
    text = fhir_text(dispense_of(record, bottle))
    MedicationDispense.model_validate_json(text)
    return [each["text"] for each in json.loads(text).get("note", [])]


def test_a_bottle_of_several_batches_says_how_much_is_of_others(sqlite_bench: Bench) -> None:
    record = a_record(sqlite_bench)
    assert notes(record, handed_out()) == []
    others = "The bottle held 84 capsules; the others are of other batches."
    assert notes(record, handed_out(in_all=84)) == [others]
    assert notes(record, handed_out(in_all=84, returned=3))[1] == "3 of these capsules came back and were destroyed."


def test_what_has_no_code_is_told_in_words_alone(sqlite_bench: Bench) -> None:
    record = a_record(sqlite_bench)
    formulation = replace(record.formulation, strength_basis=NALTREXONE_HYDROCHLORIDE_DIHYDRATE)
    tablets = Tablets(tablet_strength=parse_mass("50 mg"), mean_tablet_mass=parse_mass("140 mg"), pack_statistics={})
    changed = replace(record, formulation=formulation, order=replace(record.order, source=tablets), is_example=True)
    text = fhir_text(medication_of(changed, BatchStatus.RECALLED, "Recalled.", 103))
    Medication.model_validate_json(text)
    medication = json.loads(text)
    drug, filler, excipients = (each["itemCodeableConcept"] for each in medication["ingredient"])
    assert drug == {"text": "naltrexone hydrochloride dihydrate"}
    assert filler["coding"][0]["code"] == "OP1R32D61U"
    assert excipients == {"text": "excipients of the crushed tablets"}
    assert (medication["status"], "EXAMPLE – not for use. " in medication["text"]["div"]) == ("inactive", True)
