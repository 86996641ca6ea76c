"""Worksheets, read back from the file as a person, a scanner and a fax would."""

import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import Any

import pypdf
import pytest
from jinja2 import Environment, FileSystemLoader

from compounder.printing.documents import MethodStep, WorksheetDocument
from compounder.printing.errors import NothingToPrint
from compounder.printing.paper import Paper
from compounder.printing.pdf import render_worksheets
from compounder.printing.press import TEMPLATES
from tests.printing import reading
from tests.printing.papers import a_weighing, a_worksheet, the_longest_worksheet

BOTH_PAPERS = pytest.mark.parametrize("paper", Paper)
SHORT_AND_LONG = pytest.mark.parametrize("worksheet", [a_worksheet(), the_longest_worksheet()], ids=["short", "long"])


@lru_cache(maxsize=16)
def drawn(worksheet: WorksheetDocument, paper: Paper) -> bytes:
    """The file of a worksheet, drawn once for all that is read in it."""
    return render_worksheets([worksheet], paper)


@BOTH_PAPERS
@SHORT_AND_LONG
def test_every_string_of_the_document_is_on_the_paper(worksheet: WorksheetDocument, paper: Paper) -> None:
    printed = reading.run_together(" ".join(reading.pages(drawn(worksheet, paper))))
    missing = [text for text in reading.strings_of(worksheet) if reading.run_together(text) not in printed]
    assert missing == []


@BOTH_PAPERS
@SHORT_AND_LONG
def test_every_sheet_names_lot_record_and_page(worksheet: WorksheetDocument, paper: Paper) -> None:
    pages = reading.pages(drawn(worksheet, paper))
    for number, page in enumerate(pages, start=1):
        assert f"Lot {worksheet.lot_number} · Plan {worksheet.plan_number}" in page
        assert worksheet.record_sha256 in page
        assert f"Page {number} of {len(pages)}" in page
        assert worksheet.preparation in page
        assert worksheet.strength in page


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (210.0, 297.0)), (Paper.LETTER, (215.9, 279.4))])
def test_the_page_is_the_size_of_the_paper(paper: Paper, size: tuple[float, float]) -> None:
    assert reading.sizes_in_mm(drawn(a_worksheet(), paper)) == {size}


@BOTH_PAPERS
def test_a_usual_batch_takes_two_sheets_and_is_made_from_the_first(paper: Paper) -> None:
    pages = reading.pages(drawn(a_worksheet(), paper))
    assert len(pages) == 2
    for heading in ("1 WEIGH", "2 MAKE", "3 INSPECT", "4 RELEASE"):
        assert heading in pages[0].upper()


def test_each_worksheet_of_an_order_counts_its_own_pages() -> None:
    second = a_worksheet(lot_number="261121A0085", strength="3 mg")
    pages = reading.pages(render_worksheets([a_worksheet(), second], Paper.A4))
    assert [page.split(" Page ")[-1] for page in pages] == ["1 of 2", "2 of 2", "1 of 2", "2 of 2"]
    assert ["261121A0077" in page for page in pages] == [True, True, False, False]


@BOTH_PAPERS
def test_a_lot_number_stays_on_one_line(paper: Paper) -> None:
    """Whatever stands before it on its line."""
    makers = ("Hill", "Hillcrest", "Hillcrest Labs", "Hillcrest Laboratories", "Hillcrest & Daughters of Exampleton")
    lots = {f"NTX-24 11/{number}": maker for number, maker in enumerate(makers)}
    weighings = tuple(a_weighing(grade="PH-102", maker=maker, lot_number=lot) for lot, maker in lots.items())
    printed = reading.lines(drawn(a_worksheet(weighings=weighings), paper))
    assert all(any(f"lot {lot}" in line for line in printed) for lot in lots)


@pytest.mark.parametrize("dpi", [200, 300])
def test_a_scanner_reads_the_lot_number(dpi: int) -> None:
    pdf = drawn(a_worksheet(), Paper.A4)
    assert reading.scanned(reading.picture(pdf, dpi)) == ["261121A0077"]


def test_a_scanner_reads_the_lot_number_after_a_fax() -> None:
    pdf = drawn(a_worksheet(), Paper.LETTER)
    assert reading.scanned(reading.after_a_fax(reading.picture(pdf, 200))) == ["261121A0077"]


def test_a_fax_keeps_every_line_to_write_on() -> None:
    """Black lines 8 mm apart (63 dots, and some more) for the description and the deviations on the second sheet."""
    faxed = reading.after_a_fax(reading.picture(drawn(a_worksheet(), Paper.A4), 200, page=1))
    lines = reading.full_lines(faxed)
    assert len([below - above for above, below in pairwise(lines) if 60 <= below - above <= 80]) >= 3


def test_an_example_says_so_on_every_sheet() -> None:
    for page in reading.pages(drawn(the_longest_worksheet(), Paper.A4)):
        assert "EXAMPLE – not for use" in page


def test_a_real_batch_is_not_called_an_example() -> None:
    assert "EXAMPLE" not in " ".join(reading.pages(drawn(a_worksheet(), Paper.A4)))


def test_a_void_batch_says_so_on_every_sheet() -> None:
    void = "Void 22 Nov 2026 by A. Example: wrong lot"
    for page in reading.pages(drawn(a_worksheet(void=void), Paper.A4)):
        assert void in page


def test_marks_of_html_in_a_text_are_printed_as_they_are() -> None:
    pdf = drawn(a_worksheet(description="<b>White</b> & <img src='file:///etc/passwd'>"), Paper.A4)
    assert "<b>White</b> & <img src='file:///etc/passwd'>" in " ".join(reading.pages(pdf))


def test_the_file_is_a_tagged_one_with_language_and_title() -> None:
    pdf = pypdf.PdfReader(BytesIO(drawn(a_worksheet(), Paper.A4)))
    catalog: Any = pdf.root_object
    assert catalog["/Lang"] == "en"
    assert catalog["/MarkInfo"] == {"/Marked": True}
    assert b"http://www.aiim.org/pdfua/ns/id/" in catalog["/Metadata"].get_data()
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Compounding record 261121A0077, Naltrexone hydrochloride 1.5 mg capsules"


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_worksheets([a_worksheet()], Paper.A4) == drawn(a_worksheet(), Paper.A4)


def test_the_same_document_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib\n"
        "from compounder.printing.paper import Paper\n"
        "from compounder.printing.pdf import render_worksheets\n"
        "from tests.printing.papers import a_worksheet\n"
        "print(hashlib.sha256(render_worksheets([a_worksheet()], Paper.A4)).hexdigest())"
    )
    once, again = (
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    )
    assert once == again


def test_no_worksheet_at_all_is_refused() -> None:
    with pytest.raises(NothingToPrint):
        render_worksheets([], Paper.A4)


def boxes(part: str, values: object) -> tuple[int, int]:
    """How many boxes a part of the sheet prints for a pen to tick, and how many filled."""
    sheet = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    said = sheet.from_string(f'{{% import "worksheet/parts.html" as parts %}}{{{{ parts.{part}(values) }}}}')
    printed = said.render(values=values)
    return printed.count('"tick"'), printed.count('"tick done"')


def test_a_step_that_was_ticked_at_the_bench_has_one_filled_box_and_its_portions_none() -> None:
    portions = MethodStep(instruction="Keep doubling", additions=("158 mg", "317 mg", "rest, 633 mg"))
    assert boxes("make", [portions]) == (4, 0)
    assert boxes("make", [replace(portions, done="21 Nov 2026 12:31", by="Clara Kühn")]) == (0, 1)


def test_what_was_weighed_at_the_bench_has_its_box_filled() -> None:
    by_hand = a_weighing(to_crush="crush 4 tablets")
    weighed = replace(by_hand, actual="158.4 mg", time="12:31", day="21 Nov 2026", by="Clara Kühn")
    assert (boxes("weigh", [by_hand]), boxes("weigh", [weighed])) == ((3, 0), (0, 1))
