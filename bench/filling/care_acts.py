"""A patient added, a prescription stored, a bottle dispensed on it, and a prescription filled to the last capsule."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from bench.filling.capturing import DAY, TECHNICIAN, Pharmacy, rows_of
from bench.filling.opening import PHARMACIST, SITE, at
from bench.filling.order_acts import A_BOTTLE
from bench.filling.templates import Captured, Cell
from compounder.database.engine import Connection
from compounder.domain.care.course import CourseOrder
from compounder.domain.care.filling import StepStrengths
from compounder.domain.care.patients import Patient
from compounder.domain.care.protocol import TitrationStep
from compounder.domain.units import MASS_PER_CAPSULE, parse_mass, parse_quantity
from compounder.services.acting import Acting
from compounder.services.dispensing import BottleRequest, Dispensing, dispense, preview_bottle
from compounder.services.patients import add_patient
from compounder.services.prescribing import PrescriptionRequest, preview_prescription
from compounder.services.prescriptions import fill_prescription, store_prescription

STRENGTH: Final = "1.5 mg"
SUPPLIES: Final = (30, 60, 90)
LONGEST: Final = SUPPLIES[-1]
PRESCRIBER: Final = "Dr. P. Prescriber"
A_STRENGTH: Final[Mapping[tuple[str, Cell], str]] = {("strength_ng", 1_500_000): "strength_ng"}


def care_acts(pharmacy: Pharmacy) -> Iterator[tuple[str, Captured]]:
    """Each of them by its name."""
    care = Care(pharmacy)
    yield "patient", care.patient_added()
    yield f"prescription of {LONGEST}", care.prescribed(LONGEST)
    yield "bottle", care.dispensed()
    for days in SUPPLIES[:-1]:
        yield f"prescription of {days}", care.prescribed(days)
    yield "filled", care.filled()


class Care:
    """One patient, and what is done for them."""

    def __init__(self, pharmacy: Pharmacy) -> None:
        self._pharmacy = pharmacy
        self._identifier = ""
        self._numbers: dict[int, str] = {}

    def patient_added(self) -> Captured:
        """Somebody who was never here before."""

        def add(writing: Connection) -> None:
            patient, act = Patient(name="Tom Template", born_on=date(1980, 1, 1)), self._act()
            self._identifier = add_patient(writing, act, patient, one_time_key="a template: patient")

        rows = self._pharmacy.captured(add)
        (number,) = (row["id"] for table, row in rows if table == "patients")
        facts = ("name", "sought", "born_on", "contact", "medicines", "allergies", "conditions")
        return Captured(
            rows=rows,
            day=DAY,
            texts={self._identifier: "identifier", TECHNICIAN.name: "technician"},
            cells={("patients", fact): fact for fact in facts},
            numbers={("id", number): "patient"},
        )

    def prescribed(self, days: int) -> Captured:
        """A capsule a day for so many days."""
        request = self._requested(days)

        def store(writing: Connection) -> None:
            shown, key = preview_prescription(writing, SITE, request).sha256, f"a template: {days} days"
            self._numbers[days] = store_prescription(
                writing, self._act(), request, shown_sha256=shown, one_time_key=key
            )

        rows = self._pharmacy.captured(store)
        return Captured(
            rows=rows,
            day=DAY,
            texts={**self._known(days), STRENGTH: "strength", PRESCRIBER: "prescriber"},
            cells={
                ("prescriptions", "status"): "status",
                ("prescriptions", "patient_id"): "patient",
                ("prescriptions", "id"): "prescription",
                ("prescribed_capsules", "prescription_id"): "prescription",
                ("prescribed_capsules", "dispensed"): "dispensed",
            },
            numbers=A_STRENGTH,
        )

    def _requested(self, days: int) -> PrescriptionRequest:
        order = CourseOrder(
            start_on=DAY + timedelta(days=2),
            supply_days=days,
            fill_with=StepStrengths(),
            steps=(TitrationStep(dose=parse_mass(STRENGTH), days=days),),
        )
        return PrescriptionRequest(
            patient=self._identifier, prescriber=PRESCRIBER, written_on=DAY, formulation="NTX-CAPS", order=order
        )

    def dispensed(self) -> Captured:
        """A bottle from the one batch of its strength that is on the shelf."""
        bottles: list[str] = []

        def give_out(writing: Connection) -> None:
            bottles.append(dispense(writing, self._dispensing(writing)))

        rows = self._pharmacy.captured(give_out)
        (taken,) = (row for table, row in rows if table == "capsule_movements")
        (row,) = (row for table, row in rows if table == "bottles")
        return Captured(
            rows=rows,
            day=DAY,
            texts={
                **self._known(LONGEST),
                bottles[0]: "bottle number",
                self._lot_number_of(taken["batch_id"]): "lot",
                str(row["beyond_use_date"]): "beyond use",
                STRENGTH: "strength",
            },
            cells={
                ("bottles", "id"): "bottle",
                ("bottles", "prescription_id"): "prescription",
                ("capsule_movements", "bottle_id"): "bottle",
                ("capsule_movements", "batch_id"): "batch",
            },
            numbers=A_STRENGTH,
        )

    def filled(self) -> Captured:
        """The last capsule of a prescription was given out."""
        rows = self._pharmacy.captured(
            lambda writing: fill_prescription(writing, self._act(), self._numbers[SUPPLIES[0]])
        )
        return Captured(rows=rows, day=DAY, texts=self._known(SUPPLIES[0]))

    def _known(self, days: int) -> Mapping[str, str]:
        return {
            self._identifier: "identifier",
            self._numbers[days]: "prescription number",
            TECHNICIAN.name: "technician",
        }

    def _act(self) -> Acting:
        return Acting(site=SITE, actor=TECHNICIAN.actor, at=at(DAY, 14))

    def _dispensing(self, writing: Connection) -> Dispensing:
        request = BottleRequest(
            prescription=self._numbers[LONGEST],
            strength=parse_quantity(STRENGTH, MASS_PER_CAPSULE),
            capsules=A_BOTTLE,
            of_several=False,
            has_liver_disease=False,
            is_hypersensitive=False,
        )
        return Dispensing(
            site=SITE,
            request=request,
            decisions=(),
            shown_sha256=preview_bottle(writing, SITE, request, DAY).sha256,
            one_time_key="a template: bottle",
            person=PHARMACIST,
            at=at(DAY, 15),
        )

    def _lot_number_of(self, batch_id: Cell) -> str:
        with self._pharmacy.database.reading() as reading:
            rows = rows_of(reading, ["batches"])
            return next(str(row["lot_number"]) for _, row in rows if row["id"] == batch_id)
