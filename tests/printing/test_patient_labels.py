"""A patient's label, read back from the file as a patient, a pharmacist and a scanner would."""

import pypdfium2
import pytest

from compounder.domain.stock.substances import NALTREXONE
from compounder.printing.bottles import patient_label_of
from compounder.printing.errors import LabelDoesNotFit, NothingToPrint, NotOnThisSheet
from compounder.printing.paper import LARGE, PATIENT_STOCKS, ROLL, SHEET_A4, SMALL, LabelStock
from compounder.printing.pdf import render_patient_labels
from tests.printing import reading
from tests.printing.patients import LOTS, PATIENT, SIXTY_LETTERS, a_bottle, a_dispensing, a_patient_label

EVERY_STOCK = pytest.mark.parametrize("stock", PATIENT_STOCKS, ids=lambda stock: stock.name)
ON_A_ROLL = pytest.mark.parametrize("stock", [ROLL, LARGE], ids=lambda stock: stock.name)
TITRATION = "Take 1 capsule at bedtime for 14 days, then 2 capsules for 14 days, then 3 capsules."
LEAST_POINTS = 11


def sizes_of(pdf: bytes, text: str) -> set[float]:
    """The sizes of type, in points, in which the words of `text` are set."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    whole = page.get_text_range()
    found: set[float] = set()
    for word in text.split():
        at = whole.index(word)
        found |= {round(pypdfium2.raw.FPDFText_GetFontSize(page, at + each), 2) for each in range(len(word))}
    return found


@EVERY_STOCK
def test_every_string_of_the_label_is_on_it(stock: LabelStock) -> None:
    label = a_patient_label()
    (page,) = reading.pages(render_patient_labels([label], stock, copies=1))
    missing = [
        text for text in reading.strings_of(label) if reading.run_together(text) not in reading.run_together(page)
    ]
    assert missing == []


@EVERY_STOCK
def test_what_matters_has_eleven_points_or_more(stock: LabelStock) -> None:
    pdf = render_patient_labels([a_patient_label()], stock, copies=1)
    for words in (PATIENT, "Naltrexone hydrochloride 1.5 mg", "Take 1 capsule at bedtime."):
        assert min(sizes_of(pdf, words)) >= LEAST_POINTS


def test_a_long_label_on_a_large_stock_keeps_those_sizes() -> None:
    label = a_patient_label(patient=SIXTY_LETTERS, directions=TITRATION, lot_numbers=LOTS)
    pdf = render_patient_labels([label], LARGE, copies=1)
    for words in (SIXTY_LETTERS, "Naltrexone hydrochloride 1.5 mg", TITRATION):
        assert min(sizes_of(pdf, words)) >= LEAST_POINTS


def test_the_smallest_print_has_seven_points() -> None:
    pdf = render_patient_labels([a_patient_label()], ROLL, copies=1)
    (page,) = reading.pages(pdf)
    assert min(sizes_of(pdf, page)) >= 7


@EVERY_STOCK
@pytest.mark.parametrize("dpi", [200, 300])
def test_a_scanner_reads_the_lot_number(stock: LabelStock, dpi: int) -> None:
    pdf = render_patient_labels([a_patient_label()], stock, copies=1)
    assert reading.scanned(reading.picture(pdf, dpi)) == [LOTS[0]]


def test_several_lots_are_all_named_and_each_has_its_code() -> None:
    pdf = render_patient_labels([a_patient_label(lot_numbers=LOTS)], LARGE, copies=1)
    assert sorted(reading.scanned(reading.picture(pdf, 300))) == sorted(LOTS)
    assert [lot for lot in LOTS if lot not in reading.pages(pdf)[0]] == []


def test_two_lots_fit_the_smallest_stock() -> None:
    pdf = render_patient_labels([a_patient_label(lot_numbers=LOTS[:2])], ROLL, copies=1)
    assert sorted(reading.scanned(reading.picture(pdf, 300))) == sorted(LOTS[:2])


@pytest.mark.parametrize("stock", [ROLL, LARGE, SHEET_A4], ids=lambda stock: stock.name)
def test_a_name_of_sixty_letters_fits(stock: LabelStock) -> None:
    (page,) = reading.pages(render_patient_labels([a_patient_label(patient=SIXTY_LETTERS)], stock, copies=1))
    assert reading.run_together(SIXTY_LETTERS) in reading.run_together(page)


@ON_A_ROLL
def test_three_millimetres_from_the_edge_stay_free(stock: LabelStock) -> None:
    pdf = render_patient_labels([a_patient_label(patient=6 * "Falkenberg")], stock, copies=1)
    image, margin = reading.picture(pdf, 200), int(2.9 / 25.4 * 200)
    image.paste(255, (margin, margin, image.width - margin, image.height - margin))
    assert image.getextrema() == (255, 255)
    assert reading.sizes_in_mm(pdf) == {(float(stock.label.width), float(stock.label.height))}


@EVERY_STOCK
def test_a_label_with_too_many_words_is_refused_and_names_no_patient(stock: LabelStock) -> None:
    crowded = a_patient_label(directions=" ".join([TITRATION] * 4))
    with pytest.raises(LabelDoesNotFit) as refused:
        render_patient_labels([a_patient_label(), crowded], stock, copies=1)
    assert LOTS[0] in str(refused.value)
    assert PATIENT not in str(refused.value)


def test_a_stock_smaller_than_99_by_38_is_refused() -> None:
    with pytest.raises(LabelDoesNotFit, match=r"62 × 29 mm"):
        render_patient_labels([a_patient_label()], SMALL, copies=1)


def test_labels_of_a_course_fill_a_sheet_from_the_first_free_place() -> None:
    labels = [a_patient_label(strength=strength) for strength in ("1.5 mg", "3 mg", "4.5 mg")]
    pages = reading.pages(render_patient_labels(labels, SHEET_A4, copies=2, first_place=10))
    assert [page.count(PATIENT) for page in pages] == [5, 1]
    assert "4.5 mg" in pages[1]


def test_nothing_to_print_and_a_place_that_the_sheet_has_not_are_refused() -> None:
    with pytest.raises(NothingToPrint):
        render_patient_labels([], ROLL, copies=1)
    with pytest.raises(NotOnThisSheet):
        render_patient_labels([a_patient_label()], SHEET_A4, copies=1, first_place=15)


def test_the_drug_is_spelled_out_whatever_the_preparation_is_called() -> None:
    ours = a_dispensing()
    named = [
        patient_label_of(a_dispensing(strength_basis=NALTREXONE), a_bottle()).strength_basis,
        patient_label_of(ours, a_bottle()).strength_basis,
    ]
    assert named == ["as naltrexone", ""]
    (page,) = reading.pages(render_patient_labels([a_patient_label(strength_basis="as naltrexone")], ROLL, copies=1))
    assert "1.5 mg capsules as naltrexone" in page


def test_one_capsule_is_not_capsules() -> None:
    quantities = [patient_label_of(a_dispensing(), a_bottle(capsules=count)).quantity for count in (1, 84, 1200)]
    assert quantities == ["1 capsule", "84 capsules", "1,200 capsules"]


def test_an_example_says_so_and_the_same_label_gives_the_same_bytes() -> None:
    label = a_patient_label(is_example=True)
    pdf = render_patient_labels([label], ROLL, copies=2)
    assert "EXAMPLE – not for use" in reading.pages(pdf)[0]
    assert pdf == render_patient_labels([label], ROLL, copies=2)


def test_what_the_file_says_of_itself_names_no_patient() -> None:
    """A file's title may stand in a printer's log."""
    pdf = render_patient_labels([a_patient_label()], ROLL, copies=1)
    described = pypdfium2.PdfDocument(pdf).get_metadata_dict()
    assert described["Title"] == f"Patient label, lot {LOTS[0]}"
    assert [text for text in described.values() if PATIENT in text or "2611-0042" in text] == []
