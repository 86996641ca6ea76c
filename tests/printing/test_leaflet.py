"""The leaflet, read back as a patient would, and measured for how easily it is read."""

from datetime import date
from functools import cache
from itertools import pairwise

import pypdfium2
import pytest

from compounder.domain.care.leaflet_words import LeafletPart, LeafletWords, grade_of
from compounder.domain.care.protocol import TimeOfDay
from compounder.domain.care.readability import grade, sentences_of
from compounder.domain.errors import NotAccepted
from compounder.domain.stock.substances import NALTREXONE, Substance
from compounder.printing.errors import LeafletNotWritten
from compounder.printing.leaflet import leaflet_of
from compounder.printing.leaflet_texts import BROUGHT, SECTIONS, section_of
from compounder.printing.paper import Paper
from compounder.printing.patient_documents import LeafletDocument
from compounder.printing.pdf import render_leaflet
from tests.printing import reading
from tests.printing.courses import a_course, a_gradual_course
from tests.printing.patients import PATIENT, SIXTY_LETTERS, a_dispensing

ON_BOTH = pytest.mark.parametrize("paper", list(Paper), ids=lambda paper: paper.name)
TWELVE_YEARS_OLD = 7


def a_leaflet(**changes: object) -> LeafletDocument:
    return leaflet_of(a_dispensing(**changes), a_course())


@cache
def printed() -> bytes:
    """The usual leaflet on A4."""
    return render_leaflet(a_leaflet(), Paper.A4)


def missing(document: LeafletDocument, paper: Paper) -> list[str]:
    """The strings of the document that stand nowhere on its pages; a hyphen may be lost where a line ends with it."""
    whole = unhyphenated(" ".join(reading.pages(render_leaflet(document, paper))))
    return [text for text in reading.strings_of(document) if unhyphenated(text) not in whole]


def unhyphenated(text: str) -> str:
    return reading.run_together(text).replace("-", "")


def everything_said(document: LeafletDocument) -> str:
    sections = (*document.before, document.how_to_take, *document.after)
    said = [
        text
        for section in sections
        for text in (section.lead, *section.sentences, *(f"{point}." for point in section.points), *section.closing)
    ]
    return " ".join((*document.read_first, *said))


@ON_BOTH
def test_every_string_of_the_leaflet_is_on_it(paper: Paper) -> None:
    document = leaflet_of(a_dispensing(patient=SIXTY_LETTERS, strength_basis=NALTREXONE), a_gradual_course())
    assert missing(document, paper) == []


@ON_BOTH
def test_it_is_a_sheet_of_two_pages(paper: Paper) -> None:
    pdf = render_leaflet(leaflet_of(a_dispensing(), a_gradual_course(supply_days=365)), paper)
    assert len(reading.pages(pdf)) == len(reading.pages(printed())) == 2
    assert reading.sizes_in_mm(pdf) == {(float(paper.value.width), float(paper.value.height))}


def test_each_page_names_patient_preparation_and_the_telephone() -> None:
    for number, page in enumerate(reading.pages(printed()), 1):
        for text in (PATIENT, "2611-0042", "Naltrexone hydrochloride capsules", "555 0100", f"Page {number} of 2"):
            assert text in page


@pytest.mark.parametrize("time_of_day", list(TimeOfDay))
def test_a_child_of_twelve_can_read_it(time_of_day: TimeOfDay) -> None:
    """With every name of a drug counted."""
    document = leaflet_of(a_dispensing(), a_course(time_of_day=time_of_day))
    assert grade(sentences_of(everything_said(document))) < TWELVE_YEARS_OLD


def test_every_section_can_be_read_alone() -> None:
    document = a_leaflet()
    grades = {
        section.heading: grade(
            sentences_of(
                " ".join(
                    (section.lead, *section.sentences, *(f"{point}." for point in section.points), *section.closing)
                )
            )
        )
        for section in (*document.before, document.how_to_take, *document.after)
    }
    assert {heading: found for heading, found in grades.items() if found > TWELVE_YEARS_OLD + 1} == {}


@pytest.mark.parametrize(
    "fact",
    [
        "off-label use",
        "Do not take opioid medicines with these capsules.",
        "7 to 10 days",
        "up to 14 days for methadone or buprenorphine",
        "tramadol",
        "overdose",
        "Tell each doctor, dentist, nurse and pharmacist",
        "surgery",
        "not a controlled substance",
        "vivid dreams",
        "headache",
        "heart beat fast",
        "do not open or split them",
        "hepatitis",
        "Never take two doses on one day.",
        "beyond-use date",
        "Keep tightly closed, away from light.",
        "Tue 15 Dec 2026 Mon 28 Dec 2026 14 days 2 capsules of 1.5 mg 3 mg",
        "Your supply lasts until Mon 11 Jan 2027.",
        "See your prescriber between Tue 26 Jan 2027 and Tue 23 Feb 2027",
    ],
)
def test_it_says_what_a_patient_must_know(fact: str) -> None:
    assert fact in " ".join(reading.pages(printed()))


def test_a_course_in_the_morning_does_not_offer_the_morning() -> None:
    document = leaflet_of(a_dispensing(), a_course(time_of_day=TimeOfDay.MORNING))
    said = everything_said(document)
    assert "once a day, in the morning." in said
    assert "bedtime" not in said
    assert "may move the dose" not in said


def test_a_check_that_is_past_is_asked_for() -> None:
    course = a_course(treatment_started_on=date(2026, 5, 1))
    said = everything_said(leaflet_of(a_dispensing(), course))
    assert "Your check was due from Fri 26 Jun 2026 to Fri 24 Jul 2026. Call your prescriber now" in said


def test_there_is_room_to_write() -> None:
    """Six lines, 8 mm from one to the next: 63 dots of 200 an inch."""
    image = reading.picture(printed(), 200, page=1)
    written_on = reading.full_lines(image)[-6:]
    assert {lower - upper for upper, lower in pairwise(written_on)} <= {63, 64, 65}


def test_a_leaflet_about_another_drug_is_refused() -> None:
    another = Substance(name="baclofen", formula="C10H12ClNO2", source="made up for this test")
    with pytest.raises(LeafletNotWritten, match="none is written about baclofen"):
        leaflet_of(a_dispensing(strength_basis=another), a_course())


def test_an_example_says_so_and_the_file_names_no_patient() -> None:
    pdf = render_leaflet(a_leaflet(is_example=True), Paper.LETTER)
    assert all("EXAMPLE – not for use" in page for page in reading.pages(pdf))
    described = pypdfium2.PdfDocument(pdf).get_metadata_dict()
    assert described["Title"] == "Leaflet: Naltrexone hydrochloride capsules"
    assert [text for text in described.values() if PATIENT in text] == []


def test_the_same_leaflet_gives_the_same_bytes() -> None:
    assert render_leaflet(a_leaflet(), Paper.A4) == printed()


@pytest.mark.parametrize("part", list(LeafletPart))
def test_each_part_is_the_same_after_it_was_plain_text(part: LeafletPart) -> None:
    assert section_of(SECTIONS[part].heading, BROUGHT[part]) == SECTIONS[part]


def test_a_sites_own_words_are_printed_with_their_version() -> None:
    said = "! Wait.\nLeave the dose out.\n- Do not take two.\n- Call us.\nWe are here all day."
    words = LeafletWords(version=3, texts={LeafletPart.MISSED: said}, reason="Shorter")
    document = leaflet_of(a_dispensing(), a_course(), words)
    missed = next(section for section in document.after if section.heading == "If you miss a dose")
    assert (missed.lead, missed.sentences, missed.points, missed.closing) == (
        "Wait.",
        ("Leave the dose out.",),
        ("Do not take two.", "Call us."),
        ("We are here all day.",),
    )
    assert missing(document, Paper.A4) == []
    assert "Leaflet version 3" in " ".join(reading.pages(render_leaflet(document, Paper.A4)))
    assert "Leaflet version 1" in " ".join(reading.pages(printed()))


@pytest.mark.parametrize("text", ["", "One.\n\nTwo.", "Tab\there", "One.\n! Two.", "x" * 1_501])
def test_what_is_no_plain_text_is_no_part(text: str) -> None:
    with pytest.raises(NotAccepted):
        LeafletWords(texts={LeafletPart.MISSED: text})


def test_a_part_is_graded_line_by_line() -> None:
    assert grade_of("! Take it.\n- Sleep well\nCall us. Do it now.") < 1
    assert grade_of("Concomitant administration of opioid analgesics is contraindicated.") > 15
