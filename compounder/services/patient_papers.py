"""Papers that name a patient: made when they are printed, never kept. Nothing here is given a database.

Who asks has dispensed already, or shows what would be dispensed: stock, dates and questions are looked at there.
"""

from collections.abc import Sequence

from compounder.domain.care.course import Course
from compounder.domain.care.leaflet_words import AS_BROUGHT, LeafletWords
from compounder.printing.bottles import Bottle, Dispensing, patient_label_of
from compounder.printing.course_calendar import course_calendar_of
from compounder.printing.leaflet import leaflet_of
from compounder.printing.paper import LabelStock, Paper
from compounder.printing.pdf import render_course_calendar, render_leaflet, render_patient_labels


def patient_labels(
    dispensing: Dispensing, bottles: Sequence[Bottle], stock: LabelStock, *, copies: int = 1, first_place: int = 1
) -> bytes:
    """One file with the label of each bottle; refuses (`LabelDoesNotFit`) one with too many words for the stock."""
    labels = [patient_label_of(dispensing, bottle) for bottle in bottles]
    return render_patient_labels(labels, stock, copies=copies, first_place=first_place)


def patient_leaflet(dispensing: Dispensing, course: Course, paper: Paper, words: LeafletWords = AS_BROUGHT) -> bytes:
    """The leaflet with the steps of the course, in these words; refuses (`LeafletNotWritten`) another drug."""
    return render_leaflet(leaflet_of(dispensing, course, words), paper)


def patient_calendar(dispensing: Dispensing, course: Course, paper: Paper) -> bytes:
    """The calendar of the course."""
    return render_course_calendar(course_calendar_of(dispensing, course, paper), paper)
