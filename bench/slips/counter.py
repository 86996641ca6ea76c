"""The counter, for what was made ahead: a prescription of what was meant is to be filled from what was made.

The batch is verified and released by the services, as its label says; whoever dispenses takes no more than these do.
"""

from bench.pharmacy import DAY, NOW, SITE
from bench.slips.orders import Order
from bench.slips.papers import PASSED, Answer, Met, WorkedOut
from bench.slips.shop import Shop, prepared, undone
from bench.slips.slip import Slip
from compounder.database.engine import Connection
from compounder.domain.care.course import CourseOrder
from compounder.domain.care.dispensing import NotOnShelf
from compounder.domain.care.filling import StepStrengths
from compounder.domain.care.patients import Patient
from compounder.domain.care.protocol import TitrationStep
from compounder.domain.people.person import Person, Signatory
from compounder.domain.record.second_entry import right_figures
from compounder.domain.units import Mass, parse_mass
from compounder.services.acting import Acting
from compounder.services.batches import batch_file
from compounder.services.dispensing import BottleRequest, preview_bottle
from compounder.services.example_people import PHARMACIST, TECHNICIAN
from compounder.services.patients import add_patient
from compounder.services.prescribing import PrescriptionRequest, preview_prescription
from compounder.services.prescriptions import store_prescription
from compounder.services.releasing import release_batch
from compounder.services.signatures import Signing
from compounder.services.verifying import verify_batch
from compounder.web.readers import read_per_capsule

STEP = "dispensing"
ACT = Acting(site=SITE, actor=PHARMACIST.actor, at=NOW)


def at_the_counter(shop: Shop, slip: Slip, row: int, found: WorkedOut) -> Answer:
    """What another strength than was meant meets; the right one is not made and filled once more for each slip."""
    if found.shown.plans[row].strength == read_per_capsule(slip.order.strengths[row]):
        return PASSED
    return filled_from(shop, slip.order, row, found)


def filled_from(shop: Shop, order: Order, row: int, found: WorkedOut) -> Answer:
    """What a prescription of what was meant meets, where the capsules are made and released as they were ordered."""
    with undone(shop.database) as writing:
        _released(writing, shop, prepared(writing, found)[row])
        request = _bottle(writing, order.strengths[row], order.counts[row])
        try:
            preview_bottle(writing, SITE, request, DAY)
        except NotOnShelf as refusal:
            return Answer(Met.REFUSED, str(refusal), STEP)
    return PASSED


def _released(writing: Connection, shop: Shop, number: str) -> None:
    """The batch is on the shelf: somebody copied its figures from the worksheet, a pharmacist released it."""
    record = batch_file(writing, SITE, number).record
    verify_batch(writing, number, right_figures(record), _signing(shop, TECHNICIAN))
    release_batch(writing, number, _signing(shop, PHARMACIST))


def _signing(shop: Shop, person: Person) -> Signing:
    return Signing(site=SITE, signatory=Signatory(person=person), keys=shop.keys, at=NOW)


def _bottle(writing: Connection, meant: str, capsules: int) -> BottleRequest:
    """As many capsules as were meant, of the strength that was meant, one a day."""
    return BottleRequest(
        prescription=_prescribed(writing, parse_mass(meant), capsules),
        strength=read_per_capsule(meant),
        capsules=capsules,
        of_several=True,
        has_liver_disease=False,
        is_hypersensitive=False,
    )


def _prescribed(writing: Connection, dose: Mass, days: int) -> str:
    """The number of a prescription of this dose."""
    patient = add_patient(writing, ACT, Patient(name="N. Body", born_on=DAY.replace(year=1970)), one_time_key="patient")
    order = CourseOrder(
        start_on=DAY, supply_days=days, fill_with=StepStrengths(), steps=(TitrationStep(dose=dose, days=days),)
    )
    request = PrescriptionRequest(
        patient=patient, prescriber="Dr. E. Example", written_on=DAY, formulation="NTX-CAPS", order=order
    )
    shown = preview_prescription(writing, SITE, request)
    return store_prescription(writing, ACT, request, shown_sha256=shown.sha256, one_time_key="prescription")
