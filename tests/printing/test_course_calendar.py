"""The calendar of a course: every day once, and what a patient sees on it."""

import logging
from datetime import date, timedelta

import pypdfium2
import pytest
from PIL import ImageFilter

from compounder.domain.care.course import Course
from compounder.printing.course_calendar import course_calendar_of
from compounder.printing.leaflet import leaflet_of
from compounder.printing.paper import Paper
from compounder.printing.patient_documents import CourseCalendarDocument, PrintedDay
from compounder.printing.pdf import render_course_calendar, render_leaflet
from tests.printing import reading
from tests.printing.courses import a_course, a_gradual_course
from tests.printing.patients import PATIENT, SIXTY_LETTERS, a_dispensing

ON_BOTH = pytest.mark.parametrize("paper", list(Paper), ids=lambda paper: paper.name)
DAYS_A_WEEK = 7


def calendar_of(course: Course, paper: Paper = Paper.A4) -> CourseCalendarDocument:
    return course_calendar_of(a_dispensing(), course, paper)


def boxes(document: CourseCalendarDocument) -> dict[str, PrintedDay]:
    """Every box with a day in it, by "15 December 2026"."""
    return {
        f"{day.number} {month.name}": day
        for month in document.months
        for week in month.weeks
        for day in week
        if day.number
    }


@ON_BOTH
@pytest.mark.parametrize("supply_days", [1, 42, 90, 365])
def test_every_day_has_one_box_under_its_weekday(supply_days: int, paper: Paper) -> None:
    document = calendar_of(a_course(supply_days=supply_days), paper)
    found = boxes(document)
    days = [date(2026, 12, 1) + timedelta(days=later) for later in range(len(found))]
    assert [f"{day.day} {day:%B %Y}" for day in days] == list(found)
    assert {len(week) for month in document.months for week in month.weeks} == {DAYS_A_WEEK}
    first_week = zip(document.weekdays, document.months[0].weeks[0], strict=True)
    assert next(weekday for weekday, day in first_week if day.number) == "Tue"


def test_each_day_has_its_dose_and_its_capsules() -> None:
    found = boxes(calendar_of(a_course()))
    assert (found["14 December 2026"].capsules, found["14 December 2026"].dose) == ("1 cap", "1.5 mg")
    assert (found["15 December 2026"].capsules, found["15 December 2026"].dose) == ("2 caps", "3 mg")
    assert (found["11 January 2027"].capsules, found["11 January 2027"].dose) == ("3 caps", "4.5 mg")
    assert found["12 January 2027"].dose == ""
    assert sum(bool(day.dose) for day in found.values()) == 42


def test_start_steps_last_day_and_check_are_marked_in_words() -> None:
    marked = {day: box.marks for day, box in boxes(calendar_of(a_course())).items() if box.marks}
    assert marked == {
        "1 December 2026": ("Start",),
        "15 December 2026": ("Step 2",),
        "29 December 2026": ("Step 3",),
        "11 January 2027": ("Last day",),
        "26 January 2027": ("Check",),
        "23 February 2027": ("Check",),
    }


def test_steps_differ_by_shade_and_where_they_begin() -> None:
    found = boxes(calendar_of(a_course()))
    assert [day for day, box in found.items() if box.begins_step] == [
        "1 December 2026",
        "15 December 2026",
        "29 December 2026",
    ]
    assert {day for day, box in found.items() if box.is_even_step} == {f"{day} December 2026" for day in range(15, 29)}
    assert sum(box.is_check for box in found.values()) == 29


def test_a_check_that_is_past_makes_no_months_of_its_own() -> None:
    document = calendar_of(a_course(supply_days=30, treatment_started_on=date(2026, 1, 5)))
    assert [month.name for month in document.months] == ["December 2026"]
    assert document.check.startswith("Your check was due from")


def test_weeks_begin_on_monday_or_where_paper_is_letter_on_sunday() -> None:
    assert [calendar_of(a_course(), paper).weekdays[0] for paper in (Paper.A4, Paper.LETTER)] == ["Mon", "Sun"]


def test_weeks_before_the_course_and_after_it_are_left_out() -> None:
    """It starts on the last day of January, a Sunday, and its check ends on the last Sunday but one of April."""
    document = calendar_of(a_course(start_on=date(2027, 1, 31)))
    assert [(month.name, len(month.weeks)) for month in document.months] == [
        ("January 2027", 1),
        ("February 2027", 4),
        ("March 2027", 5),
        ("April 2027", 4),
    ]


@ON_BOTH
def test_ninety_days_in_months_of_six_weeks_stand_on_one_page(paper: Paper) -> None:
    """January 2027 has weeks of a day or two at both ends; names are at their longest."""
    course = a_gradual_course(start_on=date(2027, 1, 2), supply_days=90)
    document = course_calendar_of(a_dispensing(patient=SIXTY_LETTERS, prescriber=SIXTY_LETTERS), course, paper)
    assert len(reading.pages(render_course_calendar(document, paper))) == 1


@ON_BOTH
def test_a_year_flows_over_pages_that_each_name_the_patient(paper: Paper) -> None:
    pdf = render_course_calendar(calendar_of(a_gradual_course(supply_days=365), paper), paper)
    pages = reading.pages(pdf)
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert PATIENT in page
        assert f"Page {number} of 3" in page
    assert "November 2027" in pages[2]
    assert reading.sizes_in_mm(pdf) == {(float(paper.value.width), float(paper.value.height))}


@ON_BOTH
def test_every_string_of_the_calendar_is_on_it(paper: Paper) -> None:
    document = course_calendar_of(a_dispensing(patient=SIXTY_LETTERS), a_gradual_course(), paper)
    whole = reading.run_together(" ".join(reading.pages(render_course_calendar(document, paper))))
    only_on_the_leaflet = {step.days for step in document.steps}
    said = set(reading.strings_of(document)) - only_on_the_leaflet
    assert {text for text in said if reading.run_together(text) not in whole} == set()


def test_after_a_fax_each_step_still_begins_with_a_bar() -> None:
    """All three steps begin on a Tuesday: three bars, 2.4 points wide and as high as their day, stand in one line."""
    faxed = reading.after_a_fax(reading.picture(render_course_calendar(calendar_of(a_course()), Paper.A4), 200))
    thick = faxed.filter(ImageFilter.MaxFilter(5))
    dark = [thick.crop((x, 0, x + 1, thick.height)).tobytes().count(0) for x in range(thick.width)]
    assert max(dark) > 3 * 14 / 25.4 * 200


def test_the_file_names_no_patient_and_the_log_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        pdf = render_course_calendar(calendar_of(a_course()), Paper.A4)
        render_leaflet(leaflet_of(a_dispensing(), a_course()), Paper.A4)
    assert [record.getMessage() for record in caplog.records] == []
    described = pypdfium2.PdfDocument(pdf).get_metadata_dict()
    assert described["Title"] == "Calendar: Naltrexone hydrochloride capsules"
    assert [text for text in described.values() if PATIENT in text] == []
