"""Labels of a product with a number: a GS1 Data Matrix on every stock, read back at 300 dots an inch and looked up."""

from dataclasses import replace
from datetime import date

import pytest

from compounder.domain.gs1 import element_string, gtin
from compounder.printing.errors import LabelDoesNotFit
from compounder.printing.label_document import LabelDocument
from compounder.printing.paper import PATIENT_STOCKS, SMALL, STOCKS, LabelStock
from compounder.printing.pdf import render_labels, render_patient_labels
from compounder.services.scanning import sought_lot
from tests.printing import reading
from tests.printing.papers import SIXTY_LETTERS, a_label
from tests.printing.patients import LOTS, a_bottle, a_patient_label

GTIN, LAST_DAY = gtin("9521234", 1), date(2027, 11, 20)
NUMBER = "BA00000174"


def numbered(**changes: object) -> LabelDocument:
    return a_label(gtin=GTIN, elements=element_string(GTIN, LAST_DAY, "261121A0077"), **changes)


@pytest.mark.parametrize("stock", STOCKS, ids=lambda stock: stock.name)
def test_a_container_label_says_its_product_and_is_found_by_its_code(stock: LabelStock) -> None:
    pdf = render_labels([numbered()], stock, copies=1)
    (code,) = reading.scanned(reading.picture(pdf, 300))
    assert code == "(01)09521234000013(17)271120(10)261121A0077"
    assert sought_lot(code, today=LAST_DAY) == "261121A0077"
    assert f"GTIN {GTIN}" in reading.pages(pdf)[0]


@pytest.mark.parametrize("stock", PATIENT_STOCKS, ids=lambda stock: stock.name)
def test_a_patients_label_says_the_bottle_too(stock: LabelStock) -> None:
    elements = (element_string(GTIN, LAST_DAY, LOTS[0], NUMBER),)
    pdf = render_patient_labels([a_patient_label(gtin=GTIN, elements=elements)], stock, copies=1, first_place=1)
    assert reading.scanned(reading.picture(pdf, 300)) == [f"(01){GTIN}(17)271120(10){LOTS[0]}(21){NUMBER}"]


def test_words_never_give_way_to_a_code() -> None:
    crowded = numbered(preparation=SIXTY_LETTERS, strength="4,500 mg", is_example=True)
    pdf = render_labels([numbered(), crowded], SMALL, copies=1)
    assert ["GTIN" in page for page in reading.pages(pdf)] == [True, False]
    assert [reading.scanned(reading.picture(pdf, 300, page)) for page in (0, 1)] == [[crowded.elements]] * 2
    with pytest.raises(LabelDoesNotFit):
        render_labels([replace(crowded, preparation=SIXTY_LETTERS * 3)], SMALL, copies=1)


def test_a_label_that_has_room_for_a_lot_numbers_code_alone_has_that() -> None:
    lots = LOTS * 2
    label = a_patient_label(
        lot_numbers=lots,
        gtin=GTIN,
        elements=tuple(element_string(GTIN, LAST_DAY, lot, NUMBER) for lot in lots),
    )
    pdf = render_patient_labels([label], PATIENT_STOCKS[1], copies=1, first_place=1)
    assert set(reading.scanned(reading.picture(pdf, 300))) in ({*label.elements}, {*lots})


def test_a_bottle_without_a_product_number_has_codes_of_lot_numbers() -> None:
    assert (a_bottle().gtin, a_patient_label().elements) == ("", ())
