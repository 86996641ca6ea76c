"""Plain makers of what is dispensed to a patient, with good defaults."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from compounder.domain.formulary.formulation import LabelTexts
from compounder.domain.site import Pharmacy
from compounder.domain.stock.substances import NALTREXONE_HYDROCHLORIDE
from compounder.domain.units import mg_per_capsule, of
from compounder.printing.bottles import Bottle, Dispensing, patient_label_of
from compounder.printing.patient_documents import PatientLabelDocument

PATIENT = "Patricia Example"
SIXTY_LETTERS = "Maria Magdalena Alexandrina Theodora Hohenstein Falkenbergen"
LOTS = ("261121A0077", "261122A0019", "261123A0028")


def a_dispensing(**changes: object) -> Dispensing:
    plain = Dispensing(
        pharmacy=Pharmacy(
            name="Example Compounding Pharmacy", address="1 Example Street, Exampleton", telephone="555 0100"
        ),
        label=LabelTexts(
            preparation="Naltrexone hydrochloride",
            form="capsules",
            storage="Keep tightly closed, away from light.",
            statement="Compounded preparation",
        ),
        strength_basis=NALTREXONE_HYDROCHLORIDE,
        patient=PATIENT,
        prescription_number="2611-0042",
        prescriber="Dr. M. Example",
        dispensed_on=date(2026, 11, 30),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # tests name the fields they change


def a_bottle(**changes: object) -> Bottle:
    plain = Bottle(
        strength=of(Decimal("1.5"), mg_per_capsule),
        capsules=84,
        directions="Take 1 capsule at bedtime.",
        lot_numbers=LOTS[:1],
        beyond_use_date=date(2027, 11, 20),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # tests name the fields they change


def a_patient_label(**changes: object) -> PatientLabelDocument:
    """The label of that bottle, with these fields changed."""
    label = patient_label_of(a_dispensing(), a_bottle())
    return replace(label, **changes)  # type: ignore[arg-type]  # tests name the fields they change
