"""Labels, read back from the file as a person and a scanner would."""

import pytest
from PIL import Image

from compounder.printing.errors import LabelDoesNotFit, NothingToPrint, NotOnThisSheet
from compounder.printing.paper import LARGE, SHEET_A4, SHEET_LETTER, SMALL, STOCKS, LabelStock
from compounder.printing.pdf import render_labels
from tests.printing import reading
from tests.printing.papers import SIXTY_LETTERS, a_label

EVERY_STOCK = pytest.mark.parametrize("stock", STOCKS, ids=lambda stock: stock.name)
ON_A_ROLL = pytest.mark.parametrize("stock", [SMALL, LARGE], ids=lambda stock: stock.name)
ON_A_SHEET = pytest.mark.parametrize("stock", [SHEET_A4, SHEET_LETTER], ids=lambda stock: stock.name)


def edge(image: Image.Image, dpi: int) -> Image.Image:
    """The picture without everything further than 2.9 mm from its edge."""
    margin = int(2.9 / 25.4 * dpi)
    bare = image.copy()
    bare.paste(255, (margin, margin, image.width - margin, image.height - margin))
    return bare


@EVERY_STOCK
def test_every_string_of_the_label_is_on_it(stock: LabelStock) -> None:
    label = a_label(strength_basis="as naltrexone hydrochloride", texts=("Keep out of the reach of children.",))
    if stock is SMALL:
        expected = [label.preparation, label.strength, label.form, label.lot_number, label.beyond_use_date]
    else:
        expected = reading.strings_of(label)
    (page,) = reading.pages(render_labels([label], stock, copies=1))
    assert [text for text in expected if reading.run_together(text) not in reading.run_together(page)] == []


@pytest.mark.parametrize("stock", [LARGE, SHEET_A4, SHEET_LETTER], ids=lambda stock: stock.name)
def test_the_statement_stays_on_one_line(stock: LabelStock) -> None:
    printed = reading.lines(render_labels([a_label()], stock, copies=1))
    assert [line for line in printed if line.endswith("Compounded preparation")] != []


@EVERY_STOCK
@pytest.mark.parametrize("dpi", [200, 300])
def test_a_scanner_reads_the_lot_number(stock: LabelStock, dpi: int) -> None:
    pdf = render_labels([a_label()], stock, copies=1)
    assert reading.scanned(reading.picture(pdf, dpi)) == ["261121A0077"]


@ON_A_ROLL
def test_the_page_is_the_label(stock: LabelStock) -> None:
    size = (float(stock.label.width), float(stock.label.height))
    assert reading.sizes_in_mm(render_labels([a_label()], stock, copies=1)) == {size}


@ON_A_ROLL
def test_copies_are_pages_that_say_the_same(stock: LabelStock) -> None:
    pages = reading.pages(render_labels([a_label()], stock, copies=7))
    assert len(pages) == 7
    assert set(pages) == set(reading.pages(render_labels([a_label()], stock, copies=1)))


def test_a_thousand_copies_hold_the_contents_of_one() -> None:
    one, thousand = (len(render_labels([a_label()], SMALL, copies=copies)) for copies in (1, 1000))
    assert thousand < one + 1000 * 250


@ON_A_SHEET
def test_sheets_fill_from_the_first_free_place(stock: LabelStock) -> None:
    pages = reading.pages(render_labels([a_label()], stock, copies=30, first_place=3))
    assert [page.count("261121A0077") for page in pages] == [12, 14, 4]


@ON_A_SHEET
def test_a_scanner_reads_every_label_of_a_sheet(stock: LabelStock) -> None:
    labels = [a_label(lot_number=f"261121A00{number:02}") for number in range(14)]
    image = reading.picture(render_labels(labels, stock, copies=1), 300)
    assert sorted(reading.scanned(image)) == [label.lot_number for label in labels]


@ON_A_SHEET
def test_labels_lie_at_their_places(stock: LabelStock) -> None:
    """The code of the label at each place is within that label's own rectangle."""
    assert stock.sheet
    for place in (1, 2, 13, 14):
        image = reading.picture(render_labels([a_label()], stock, copies=1, first_place=place), 200)
        left, top = (float(value) / 25.4 * 200 for value in stock.sheet.corner(place - 1))
        width, height = (float(value) / 25.4 * 200 for value in (stock.label.width, stock.label.height))
        label = image.crop((int(left), int(top), int(left + width), int(top + height)))
        assert reading.scanned(label) == ["261121A0077"]
        image.paste(255, (int(left), int(top), int(left + width), int(top + height)))
        assert image.getextrema() == (255, 255)


def test_different_labels_come_in_their_order() -> None:
    labels = [a_label(lot_number=f"261121A{number:04}") for number in range(60)]
    pages = reading.pages(render_labels(labels, SMALL, copies=1))
    assert [label.lot_number in page for label, page in zip(labels, pages, strict=True)] == [True] * 60


@EVERY_STOCK
def test_a_name_of_sixty_letters_wraps_and_keeps_the_edge_free(stock: LabelStock) -> None:
    pdf = render_labels([a_label(preparation=SIXTY_LETTERS)], stock, copies=1)
    assert SIXTY_LETTERS in reading.pages(pdf)[0]
    if not stock.sheet:
        assert edge(reading.picture(pdf, 200), 200).getextrema() == (255, 255)


@EVERY_STOCK
def test_one_unbroken_word_of_sixty_letters_never_passes_the_edge(stock: LabelStock) -> None:
    pdf = render_labels([a_label(preparation=6 * "naltrexone")], stock, copies=1)
    if not stock.sheet:
        assert edge(reading.picture(pdf, 200), 200).getextrema() == (255, 255)


@EVERY_STOCK
def test_a_label_with_too_many_words_is_refused(stock: LabelStock) -> None:
    crowded = a_label(preparation=" ".join([SIXTY_LETTERS] * 4), lot_number="261121A0085")
    with pytest.raises(LabelDoesNotFit) as refused:
        render_labels([a_label(), crowded], stock, copies=1)
    assert refused.value.lot_number == "261121A0085"
    assert stock.name in str(refused.value)


@EVERY_STOCK
def test_an_example_says_so(stock: LabelStock) -> None:
    (page,) = reading.pages(render_labels([a_label(is_example=True)], stock, copies=1))
    assert "EXAMPLE – not for use" in page


@EVERY_STOCK
def test_the_same_label_gives_the_same_bytes(stock: LabelStock) -> None:
    assert render_labels([a_label()], stock, copies=3) == render_labels([a_label()], stock, copies=3)


def test_no_label_at_all_is_refused() -> None:
    with pytest.raises(NothingToPrint):
        render_labels([], SMALL, copies=1)
    with pytest.raises(NothingToPrint):
        render_labels([a_label()], SMALL, copies=0)


@pytest.mark.parametrize(("stock", "place"), [(SMALL, 2), (SHEET_A4, 0), (SHEET_A4, 15)])
def test_a_place_that_the_sheet_has_not_is_refused(stock: LabelStock, place: int) -> None:
    with pytest.raises(NotOnThisSheet):
        render_labels([a_label()], stock, copies=1, first_place=place)
