"""Patients and prescriptions of an example workspace: people who were never born, with courses of every kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from compounder.database.engine import Connection
from compounder.domain.care.course import CourseOrder
from compounder.domain.care.filling import FillWith, StepStrengths, parse_fill_with
from compounder.domain.care.patients import Patient
from compounder.domain.care.protocol import GRADUAL, STANDARD, Protocol, TimeOfDay
from compounder.domain.units import MASS_PER_CAPSULE, parse_quantity
from compounder.services.acting import Acting
from compounder.services.dispensing import BottleRequest, Dispensing, dispense, preview_bottle
from compounder.services.example_people import PHARMACIST, SITE, TECHNICIAN, morning
from compounder.services.patients import add_patient
from compounder.services.prescribing import (
    ChangeRequest,
    CourseChange,
    PrescriptionRequest,
    changed_request,
    preview_prescription,
)
from compounder.services.prescriptions import cancel_prescription, store_prescription

PATIENTS: Final = (
    Patient(
        name="Ina Invented",
        born_on=date(1971, 3, 14),
        contact="3 Nowhere Lane, 12345 Exampleton\n555 0131",
        medicines=("levothyroxine 75 mcg", "vitamin D"),
        conditions=("Hashimoto's thyroiditis",),
    ),
    Patient(
        name="Max Mustermann",
        born_on=date(1958, 11, 2),
        contact="12 Sample Street, 12345 Exampleton",
        medicines=("pantoprazole 20 mg",),
        allergies=("penicillin",),
        conditions=("Crohn's disease",),
    ),
    Patient(name="Paula Beispiel", born_on=date(1989, 7, 30), medicines=("loperamide when needed",)),
    Patient(name="Fiona Fiction", born_on=date(1996, 1, 8), allergies=("lactose, badly borne",)),
)
INA, MAX, PAULA, FIONA = range(len(PATIENTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescribed:
    """Who was prescribed which course how many days before today, starting two days later."""

    who: int
    ago: int
    protocol: Protocol = STANDARD
    supply_days: int = 42
    fill_with: FillWith = StepStrengths()  # noqa: RUF009 - a frozen value without fields
    time_of_day: TimeOfDay | None = None


PRESCRIBED: Final[Sequence[Prescribed]] = (
    Prescribed(who=FIONA, ago=80, supply_days=30),
    Prescribed(who=INA, ago=11, supply_days=60, fill_with=parse_fill_with("1.5 mg")),
    Prescribed(who=MAX, ago=6),
    Prescribed(who=PAULA, ago=3, protocol=GRADUAL, supply_days=90, time_of_day=TimeOfDay.MORNING),
    Prescribed(who=FIONA, ago=1, protocol=GRADUAL, supply_days=63),
)
NOT_WANTED, HELD = 0, 2
DISPENSED: Final = ((1, "1.5 mg", 30), (4, "0.5 mg", 7))
"""Which of them, the strength, and how many capsules."""


def prescribe_example(connection: Connection, today: date) -> tuple[str, ...]:
    """The numbers of the prescriptions: one of them cancelled, one replaced by a course that is held for a week."""
    came = Acting(site=SITE, actor=TECHNICIAN.actor, at=morning(today - timedelta(days=90)))
    identifiers = [
        add_patient(connection, came, patient, one_time_key=f"example {patient.born_on}") for patient in PATIENTS
    ]
    numbers = [_prescribe(connection, identifiers[each.who], each, today) for each in PRESCRIBED]
    cancelling = Acting(site=SITE, actor=PHARMACIST.actor, at=morning(today - timedelta(days=79)))
    cancel_prescription(connection, cancelling, numbers[NOT_WANTED], "Example: the prescriber decided otherwise")
    return (*numbers, _hold(connection, numbers[HELD], today))


def dispense_example(connection: Connection, numbers: Sequence[str], today: date) -> tuple[str, ...]:
    """The numbers of two bottles, given out today: a month of one course, and the first step of another."""
    return tuple(give_out(connection, numbers[which], dose, count, today) for which, dose, count in DISPENSED)


def give_out(connection: Connection, number: str, dose: str, capsules: int, today: date) -> str:
    """The number of a bottle given out by the pharmacist, who decided on nothing; refuses as `dispense` does."""
    request = BottleRequest(
        prescription=number,
        strength=parse_quantity(dose, MASS_PER_CAPSULE),
        capsules=capsules,
        of_several=False,
        has_liver_disease=False,
        is_hypersensitive=False,
    )
    act = Dispensing(
        site=SITE,
        request=request,
        decisions=(),
        shown_sha256=preview_bottle(connection, SITE, request, today).sha256,
        one_time_key=f"example bottle {number}",
        person=PHARMACIST,
        at=morning(today),
        keeps_dates=True,
    )
    return dispense(connection, act)


def _prescribe(connection: Connection, patient: str, asked: Prescribed, today: date) -> str:
    written_on = today - timedelta(days=asked.ago)
    order = CourseOrder(
        start_on=written_on + timedelta(days=2),
        supply_days=asked.supply_days,
        fill_with=asked.fill_with,
        protocol=asked.protocol,
        time_of_day=asked.time_of_day,
    )
    request = PrescriptionRequest(
        patient=patient, prescriber="Dr. E. Example", written_on=written_on, formulation="NTX-CAPS", order=order
    )
    return _store(connection, request, written_on)


def _hold(connection: Connection, number: str, today: date) -> str:
    change = ChangeRequest(
        number=number,
        what=CourseChange.HOLD,
        on=today,
        days=7,
        written_on=today,
        reason="Example: vivid dreams; a week longer at the first dose",
    )
    return _store(connection, changed_request(connection, SITE, change), today)


def _store(connection: Connection, request: PrescriptionRequest, day: date) -> str:
    shown = preview_prescription(connection, SITE, request)
    act = Acting(site=SITE, actor=TECHNICIAN.actor, at=morning(day))
    key = f"example {request.patient} {day}"
    return store_prescription(connection, act, request, shown_sha256=shown.sha256, one_time_key=key)
