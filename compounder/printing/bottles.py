"""A bottle for one patient: what it was dispensed on and what is in it become the words of its label."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from compounder.domain.calendar import format_day
from compounder.domain.formulary.formulation import LabelTexts
from compounder.domain.gs1 import element_string
from compounder.domain.site import Pharmacy
from compounder.domain.stock.substances import Substance
from compounder.domain.units import MassPerCapsule, format_dose
from compounder.printing.letterhead import printed_pharmacy, stated_basis
from compounder.printing.patient_documents import PatientLabelDocument
from compounder.printing.patient_texts import LABEL_WARNINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispensing:
    """What all papers of one dispensing share: for whom, on whose prescription, of which preparation, by which
    pharmacy. `label` and `strength_basis` are the formulation's."""

    pharmacy: Pharmacy
    label: LabelTexts
    strength_basis: Substance
    patient: str
    prescription_number: str
    prescriber: str
    dispensed_on: date
    is_example: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottle:
    """One bottle: capsules of one strength, from one batch or, when asked, several. `beyond_use_date` is the earliest
    of theirs. `number` is the bottle's own, `gtin` the product's where the records of all its batches name one."""

    strength: MassPerCapsule
    capsules: int
    directions: str
    lot_numbers: tuple[str, ...]
    beyond_use_date: date
    warnings: tuple[str, ...] = LABEL_WARNINGS
    number: str = ""
    gtin: str = ""


def patient_label_of(dispensing: Dispensing, bottle: Bottle) -> PatientLabelDocument:
    """The label of a bottle."""
    label = dispensing.label
    return PatientLabelDocument(
        pharmacy=printed_pharmacy(dispensing.pharmacy),
        patient=dispensing.patient,
        preparation=label.preparation,
        strength=format_dose(bottle.strength),
        form=label.form,
        strength_basis=stated_basis(label, dispensing.strength_basis),
        directions=bottle.directions,
        prescription_number=dispensing.prescription_number,
        dispensed_on=format_day(dispensing.dispensed_on),
        prescriber=dispensing.prescriber,
        quantity=f"{bottle.capsules:,} {label.form if bottle.capsules != 1 else label.form.removesuffix('s')}",
        lot_numbers=bottle.lot_numbers,
        beyond_use_date=format_day(bottle.beyond_use_date),
        storage=label.storage,
        warnings=bottle.warnings,
        statement=label.statement,
        is_example=dispensing.is_example,
        gtin=bottle.gtin,
        elements=tuple(_elements(bottle)),
    )


def _elements(bottle: Bottle) -> Iterator[str]:
    """What the code of each lot says where the product has a number."""
    if bottle.gtin:
        for lot_number in bottle.lot_numbers:
            yield element_string(bottle.gtin, bottle.beyond_use_date, lot_number, bottle.number)
