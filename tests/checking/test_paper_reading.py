"""Papers as they are read back at a pharmacy, held against a library that paints and reads any PDF."""

import pypdfium2
import pytest

from compounder.checking.paper_reading import read_paper
from compounder.checking.pdf_objects import NotAsPrinted
from compounder.printing.paper import LARGE, SHEET_A4, STOCKS, LabelStock, Paper
from compounder.printing.pdf import render_labels, render_worksheets
from tests.printing.papers import a_label, a_worksheet
from tests.printing.reading import picture, run_together, scanned, sizes_in_mm


@pytest.fixture(scope="module")
def worksheet() -> bytes:
    return render_worksheets([a_worksheet()], Paper.A4)


def letters(pdf: bytes) -> list[list[str]]:
    """The letters of each page in some order, as the other library reads them."""
    return [sorted(run_together(page.get_textpage().get_text_range())) for page in pypdfium2.PdfDocument(pdf)]


def ours(pdf: bytes) -> list[list[str]]:
    return [sorted(run_together(page.words)) for page in read_paper(pdf)]


def test_a_worksheet_reads_as_the_other_library_reads_it(worksheet: bytes) -> None:
    assert ours(worksheet) == letters(worksheet)
    pages = read_paper(worksheet)
    assert {(page.width_mm, page.height_mm) for page in pages} == sizes_in_mm(worksheet) == {(210.0, 297.0)}
    assert all(font.partition("+")[2].startswith("IBM-Plex") for page in pages for font in page.fonts)


@pytest.mark.parametrize("stock", STOCKS, ids=lambda stock: stock.name)
def test_a_label_and_its_code_read_as_the_other_library_and_a_scanner_read_them(stock: LabelStock) -> None:
    pdf = render_labels([a_label()], stock, copies=1, first_place=1)
    (page,) = read_paper(pdf)
    assert ours(pdf) == letters(pdf)
    assert [code.text for code in page.codes] == scanned(picture(pdf, 300)) == [a_label().lot_number]


def test_a_code_has_the_width_that_its_label_gives_it() -> None:
    """Fourteen modules: 0.7 mm each on the large label, 0.5 mm on sheets."""
    for stock, width in ((LARGE, 9.8), (SHEET_A4, 7.0)):
        (page,) = read_paper(render_labels([a_label()], stock, copies=1, first_place=1))
        assert [code.width_mm for code in page.codes] == [pytest.approx(width, abs=0.02)]


def test_every_label_of_a_sheet_is_read() -> None:
    (page,) = read_paper(render_labels([a_label()], SHEET_A4, copies=5, first_place=3))
    assert [code.text for code in page.codes] == [a_label().lot_number] * 5


@pytest.mark.parametrize("spoilt", [b"", b"%PDF-1.7\n", b"no PDF at all"])
def test_what_is_no_paper_is_refused(spoilt: bytes) -> None:
    with pytest.raises(NotAsPrinted):
        read_paper(spoilt)


def test_a_paper_whose_bytes_are_spoilt_is_refused(worksheet: bytes) -> None:
    begins = worksheet.index(b"stream\n", worksheet.index(b"/FlateDecode")) + 40
    with pytest.raises(NotAsPrinted):
        read_paper(worksheet[:begins] + bytes(40) + worksheet[begins + 40 :])


def test_a_paper_without_its_fonts_is_refused(worksheet: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    from compounder.checking import paper_reading

    monkeypatch.setattr(paper_reading, "_EMBEDDED", frozenset({"NoFile"}))
    with pytest.raises(NotAsPrinted, match="is not in the file"):
        read_paper(worksheet)
