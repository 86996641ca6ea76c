"""The words of a course that its leaflet and its calendar share: steps, days of the week, and when it is reassessed."""

from datetime import date
from typing import Final, TypedDict

from compounder.domain.calendar import format_day
from compounder.domain.care.course import Course, CourseStep
from compounder.domain.units import MASS, format_dose
from compounder.printing.bottles import Dispensing
from compounder.printing.documents import Pharmacy
from compounder.printing.letterhead import printed_pharmacy, stated_basis
from compounder.printing.patient_documents import PrintedStep

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Shared(TypedDict):
    """The fields of every sheet for a patient (`PatientSheet`)."""

    pharmacy: Pharmacy
    patient: str
    prescription_number: str
    prescriber: str
    dispensed_on: str
    preparation: str
    form: str
    strength_basis: str
    steps: tuple[PrintedStep, ...]
    is_example: bool


def shared_words(dispensing: Dispensing, course: Course) -> Shared:
    """What every sheet for a patient says."""
    return Shared(
        pharmacy=printed_pharmacy(dispensing.pharmacy),
        patient=dispensing.patient,
        prescription_number=dispensing.prescription_number,
        prescriber=dispensing.prescriber,
        dispensed_on=format_day(dispensing.dispensed_on),
        preparation=dispensing.label.preparation,
        form=dispensing.label.form,
        strength_basis=stated_basis(dispensing.label, dispensing.strength_basis),
        steps=tuple(_step(number, step) for number, step in enumerate(course.steps, 1)),
        is_example=dispensing.is_example,
    )


def _step(number: int, step: CourseStep) -> PrintedStep:
    return PrintedStep(
        number=str(number),
        starts_on=with_weekday(step.starts_on),
        ends_on=with_weekday(step.ends_on),
        days=counted(step.days, "day"),
        each_day=f"{counted(step.capsules_per_day, 'capsule')} of {format_dose(step.strength)}",
        dose=format_dose(step.dose, MASS),
    )


def counted(count: int, thing: str) -> str:
    """A number with its noun: `1 capsule`, `84 capsules`.

    >>> counted(1200, "capsule")
    '1,200 capsules'
    """
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def with_weekday(day: date) -> str:
    """A day as patients count it.

    >>> with_weekday(date(2026, 12, 1))
    'Tue 1 Dec 2026'
    """
    return f"{WEEKDAYS[day.weekday()]} {format_day(day)}"


def check_sentence(course: Course) -> str:
    """When the course is reassessed: 8 to 12 weeks after the first day of treatment."""
    first, last = with_weekday(course.reassess_from), with_weekday(course.reassess_to)
    if course.reassess_to < course.start_on:
        return f"Your check was due from {first} to {last}. Call your prescriber now if you have not had it."
    return f"See your prescriber between {first} and {last}: that is 8 to 12 weeks after you started."
