"""What the papers of a bottle say: for whom, on which prescription, of which batches. Made when asked, never kept."""

from dataclasses import dataclass

from compounder.database import batches, bottles, prescriptions
from compounder.database.engine import Connection
from compounder.domain.care.course import Course
from compounder.domain.care.leaflet_words import LeafletWords
from compounder.domain.record.standing import HELD
from compounder.printing.bottles import Bottle, Dispensing
from compounder.printing.directions import bottle_directions
from compounder.services.errors import HasNoLabel
from compounder.services.leaflets import words_in_use
from compounder.services.patients import require_patient
from compounder.services.workspace import site_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class BottlePapers:
    """What label, leaflet and calendar of a bottle are drawn from; never stored, never written into a log."""

    dispensing: Dispensing
    bottle: Bottle
    course: Course
    words: LeafletWords


def label_papers(connection: Connection, site: str, number: str) -> BottlePapers:
    """The same for the bottle's label; refuses with `HasNoLabel` a bottle of a batch that is held back by now."""
    for part in bottles.load(connection, site, number).filled_from:
        if part.status in HELD:
            raise HasNoLabel(lot_number=part.lot_number, status=part.status)
    return bottle_papers(connection, site, number)


def bottle_papers(connection: Connection, site: str, number: str) -> BottlePapers:
    """What is printed of a bottle; refuses with `NotFound`, and a patient who is erased.

    The preparation is named as the batch's own record names it.
    """
    stored = bottles.load(connection, site, number)
    prescription = prescriptions.load(connection, site, stored.prescription).prescription
    _, patient = require_patient(connection, site, prescription.patient)
    records = [batches.load(connection, site, part.lot_number).record for part in stored.filled_from]
    record = records[0]
    dispensing = Dispensing(
        pharmacy=site_settings(connection, site).pharmacy,
        label=record.formulation.label,
        strength_basis=record.formulation.strength_basis,
        patient=patient.name,
        prescription_number=prescription.number,
        prescriber=prescription.prescriber,
        dispensed_on=stored.dispensed_on,
        is_example=record.is_example,
    )
    bottle = Bottle(
        strength=stored.strength,
        capsules=stored.capsules,
        directions=bottle_directions(
            prescription.course, stored.strength, before=stored.before, capsules=stored.capsules
        ),
        lot_numbers=tuple(part.lot_number for part in stored.filled_from),
        beyond_use_date=stored.beyond_use_date,
        number=number,
        gtin=record.gtin if {each.gtin for each in records} == {record.gtin} else "",
    )
    words = words_in_use(connection, site)
    return BottlePapers(dispensing=dispensing, bottle=bottle, course=prescription.course, words=words)
