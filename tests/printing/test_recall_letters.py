"""The letters of a recall: words that a child of twelve reads, one page a patient, the list before them."""

from dataclasses import replace

import pytest

from compounder.domain.care.readability import grade, sentences_of
from compounder.domain.care.recall import RecallClass
from compounder.printing import recall_texts as texts
from compounder.printing.documents import Pharmacy
from compounder.printing.errors import NothingToPrint
from compounder.printing.paper import Paper
from compounder.printing.pdf import render_recall_letters
from compounder.printing.recall_documents import CalledBack, ListedLetter, RecallLetter, RecallLetters
from tests.printing import reading

TWELVE_YEARS = 7
BOTTLE = CalledBack(
    patient="",
    number="BA00000017",
    product="Naltrexone hydrochloride capsules 1.5 mg",
    lot_number="261121A0078",
    dispensed_on="21 Nov 2026",
    capsules="30",
)


def letters_to(*names: str, bottles: int = 1) -> RecallLetters:
    """A letter to each of these patients, who have so many bottles each."""
    return RecallLetters(
        pharmacy=Pharmacy(name="Example Pharmacy", address="1 Example Street", telephone="555 0100"),
        recall_number="R-0001",
        dated="21 Nov 2026",
        called="Lot NTX-2411 of Hillcrest, naltrexone hydrochloride",
        addressed_to="patients",
        letters=tuple(a_letter(name, bottles) for name in names),
        counted=texts.counted(1, len(names), len(names)),
        listed=tuple(ListedLetter(name=name, contact="555 0177", bottles="BA00000017") for name in names),
        left_out="1 erased: no letter.",
        is_example=True,
    )


def a_letter(name: str, bottles: int) -> RecallLetter:
    """What a patient is told of a recall of the second class."""
    recall_class = RecallClass.II
    return RecallLetter(
        to=(name, "7 Nowhere Lane"),
        heading=texts.PATIENT_HEADING,
        lead=texts.LEAD[recall_class],
        sentences=texts.HARM[recall_class],
        points=(*texts.WHAT_TO_DO, texts.FEELING_ILL[recall_class]),
        closing=texts.questions("555 0100"),
        bottles=(BOTTLE,) * bottles,
        is_for_patient=True,
    )


@pytest.mark.parametrize("recall_class", RecallClass)
def test_a_child_of_twelve_can_read_what_patients_are_told(recall_class: RecallClass) -> None:
    told = (
        f"{texts.PATIENT_HEADING}.",
        texts.LEAD[recall_class],
        *texts.HARM[recall_class],
        *texts.WHAT_TO_DO,
        texts.FEELING_ILL[recall_class],
        *texts.questions("555 0100"),
    )
    assert grade([sentence for text in told for sentence in sentences_of(text)]) <= TWELVE_YEARS


@pytest.mark.parametrize("paper", Paper)
def test_each_letter_is_a_page_behind_the_list_of_all(paper: Paper) -> None:
    names = ("Zoë Nobody-Beispiel", "Max Mustermann")
    listed, *sheets = reading.pages(render_recall_letters(letters_to(*names), paper))
    assert [said in listed for said in (*names, "555 0177", "2 letters. 1 erased: no letter.")] == [True] * 4
    assert len(sheets) == len(names)
    for name, sheet in zip(names, sheets, strict=True):
        wanted = (name, "7 Nowhere Lane", "Stop taking these capsules.", "261121A0078", "BA00000017", "555 0100")
        assert [said in sheet for said in wanted] == [True] * len(wanted)
        assert "EXAMPLE" in sheet


def test_a_letter_about_many_bottles_goes_on_overleaf() -> None:
    sheets = reading.pages(render_recall_letters(letters_to("Max Mustermann", bottles=40), Paper.A4))
    assert len(sheets) > 2
    assert "Capsules brought back" in sheets[-1]


def test_nothing_is_printed_where_nobody_is_written_to() -> None:
    with pytest.raises(NothingToPrint):
        render_recall_letters(replace(letters_to(), letters=()), Paper.A4)
