"""What a patient's papers say: finished strings, made when they are printed, never kept.

A label's contents: FD&C Act 503(b)(2) (pharmacy, prescription number, date, prescriber, patient, directions, cautions);
USP <17> (the patient's name, the drug spelled out, plain directions with numerals, and what matters no smaller than 11
points without serifs). An empty string is printed as nothing.
"""

from dataclasses import dataclass

from compounder.printing.documents import Pharmacy


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLabelDocument:
    """The label of one bottle for one patient."""

    pharmacy: Pharmacy
    patient: str
    preparation: str  # "Naltrexone hydrochloride"
    strength: str  # "1.5 mg"
    form: str  # "capsules"
    strength_basis: str  # "as naltrexone hydrochloride"; empty where the preparation's own name says it
    directions: str  # "Take 1 capsule by mouth at bedtime."
    prescription_number: str
    dispensed_on: str  # "21 Nov 2026"
    prescriber: str
    quantity: str  # "30 capsules"
    lot_numbers: tuple[str, ...]
    beyond_use_date: str  # "20 Nov 2027"
    storage: str
    warnings: tuple[str, ...]
    statement: str  # "Compounded preparation"
    is_example: bool = False

    @property
    def lot_number(self) -> str:
        """Every lot in the bottle: how a refusal names the label, for it names no patient."""
        return ", ".join(self.lot_numbers)
