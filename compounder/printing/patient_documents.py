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
    directions: str  # "Take 1 capsule at bedtime."
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
    gtin: str = ""  # as on a container's label
    elements: tuple[str, ...] = ()  # what the code of each lot says then, the bottle's number with it

    @property
    def lot_number(self) -> str:
        """Every lot in the bottle: how a refusal names the label, for it names no patient."""
        return ", ".join(self.lot_numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedStep:
    """One step of a course, first and last day included."""

    number: str  # "2"
    starts_on: str  # "Tue 15 Dec 2026"
    ends_on: str
    days: str  # "14 days"; on the leaflet
    each_day: str  # "2 capsules of 1.5 mg"
    dose: str  # "3 mg"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafletSection:
    """What one heading of the leaflet says: sentences of one paragraph, a list, and paragraphs."""

    heading: str
    lead: str = ""  # what the eye should find first
    sentences: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    to_write: tuple[str, ...] = ()  # lines to write on, each with its small print


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSheet:
    """What the leaflet and the calendar have in common."""

    pharmacy: Pharmacy
    patient: str
    prescription_number: str
    prescriber: str
    dispensed_on: str
    preparation: str  # "Naltrexone hydrochloride"
    form: str
    strength_basis: str  # as on the label
    steps: tuple[PrintedStep, ...]
    is_example: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafletDocument(PatientSheet):
    """The leaflet for the patient. The steps stand after the section `how_to_take`."""

    version: str  # "Leaflet version 2"
    read_first: tuple[str, ...]
    before: tuple[LeafletSection, ...]
    how_to_take: LeafletSection
    after: tuple[LeafletSection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDay:
    """One box of a month: empty before its first and after its last day, without a dose outside the course."""

    number: str = ""  # "15"
    capsules: str = ""  # "2 caps"
    dose: str = ""  # "3 mg"
    marks: tuple[str, ...] = ()  # "Start", "Step 2", "Last day", "Check"
    is_even_step: bool = False
    begins_step: bool = False
    is_check: bool = False  # a day of the weeks in which the course is reassessed


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedMonth:
    name: str  # "December 2026"
    weeks: tuple[tuple[PrintedDay, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCalendarDocument(PatientSheet):
    """The calendar of a course, on a page of its own."""

    weekdays: tuple[str, ...]  # "Mon" … "Sun"
    months: tuple[PrintedMonth, ...]
    time_of_day: str  # "at bedtime"
    last_day: str
    check: str  # "See your prescriber between Tue 26 Jan 2027 and Tue 23 Feb 2027."
