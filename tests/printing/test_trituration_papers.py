"""A trituration's own worksheet and label, read back as a person and a scanner would."""

from dataclasses import replace
from datetime import date

import pytest

from compounder.domain.record.trituration_record import Start
from compounder.printing.documents import TriturationWorksheetDocument
from compounder.printing.errors import NothingToPrint
from compounder.printing.label_document import LabelDocument
from compounder.printing.paper import SMALL, STOCKS, LabelStock, Paper
from compounder.printing.pdf import render_labels, render_trituration_worksheets
from compounder.printing.trituration_papers import trituration_label_of, trituration_worksheet_of
from tests.printing import reading
from tests.printing.triturations import (
    SHA256,
    a_set,
    from_tablets,
    made_as_planned,
    made_of,
    through_a_chain,
    trituration_records,
)

BOTH_PAPERS = pytest.mark.parametrize("paper", Paper)
EVERY_STOCK = pytest.mark.parametrize("stock", STOCKS, ids=lambda stock: stock.name)
RECORD = trituration_records(a_set())[0]
MADE = made_of(RECORD, "155.2 mg", "1397.0 mg")
PLANNED = trituration_worksheet_of(RECORD, SHA256, None, "")
AS_MADE = trituration_worksheet_of(RECORD, SHA256, MADE, "")
OF_TABLETS = trituration_worksheet_of(trituration_records(from_tablets())[0], SHA256, None, "")


def printed(worksheet: TriturationWorksheetDocument, paper: Paper = Paper.A4) -> list[str]:
    return reading.pages(render_trituration_worksheets([worksheet], paper))


def a_label() -> LabelDocument:
    return trituration_label_of(RECORD, MADE)


@BOTH_PAPERS
@pytest.mark.parametrize("worksheet", [PLANNED, AS_MADE, OF_TABLETS], ids=["planned", "made", "tablets"])
def test_every_string_is_on_the_paper_within_two_sheets(worksheet: TriturationWorksheetDocument, paper: Paper) -> None:
    pages = printed(worksheet, paper)
    whole = reading.run_together(" ".join(pages)).lower()
    assert [text for text in reading.strings_of(worksheet) if reading.run_together(text).lower() not in whole] == []
    assert len(pages) == 2


@BOTH_PAPERS
def test_it_is_made_and_released_from_the_first_sheet(paper: Paper) -> None:
    first, _ = printed(PLANNED, paper)
    places = [first.upper().index(heading) for heading in ("1 WEIGH", "2 MIX", "3 CHECK", "4 RELEASE")]
    assert places == sorted(places)
    assert "Verified by (another person), printed name" in first


def test_every_sheet_names_lot_record_and_page() -> None:
    pages = printed(PLANNED)
    for number, page in enumerate(pages, start=1):
        assert "Lot 261121A001K · Record sha256" in page
        assert PLANNED.record_sha256 in page
        assert f"Page {number} of {len(pages)}" in page


def test_before_it_is_made_strength_and_total_are_the_plans() -> None:
    assert (PLANNED.strength_is, PLANNED.strength, PLANNED.total) == ("Strength planned", "97.61 mg/g", "1,537 mg")
    assert [weighing.actual for weighing in PLANNED.weighings] == ["", ""]


def test_once_it_is_made_they_are_those_of_the_weights_taken() -> None:
    """155.2 ÷ 1,552.2 × 0.976128 = 0.0976009 of it is drug."""
    assert (AS_MADE.strength_is, AS_MADE.strength, AS_MADE.total) == ("Strength as made", "97.6 mg/g", "1,552.2 mg")
    assert [weighing.actual for weighing in AS_MADE.weighings] == ["155.2 mg", "1,397.0 mg"]
    results = {line.label: line.numbers for line in AS_MADE.derivation}
    assert results["Total made"] == "155.2 mg + 1,397.0 mg"
    assert results["Active fraction as made"] == "155.2 mg ÷ 1,552.2 mg"


def test_made_on_a_later_day_it_is_dated_from_that_day() -> None:
    later = replace(MADE, beyond_use_date=date(2027, 5, 20), made_on=date(2026, 11, 22))
    worksheet = trituration_worksheet_of(RECORD, SHA256, later, "")
    assert (worksheet.compounded_on, worksheet.beyond_use.date) == ("22 Nov 2026", "20 May 2027")
    assert trituration_label_of(RECORD, later).beyond_use_date == "20 May 2027"


def test_a_trituration_of_a_trituration_names_the_lot_it_starts_from() -> None:
    first, second = trituration_records(through_a_chain())
    own = made_as_planned(first)
    start = Start(active_fraction=own.active_fraction, budget=own.budget)
    made = made_as_planned(second, start)
    worksheet = trituration_worksheet_of(second, SHA256, made, "")
    aliquot = worksheet.weighings[0]
    assert (aliquot.ingredient, aliquot.lot_number, aliquot.dated) == ("Trituration T1", first.lot_number, "BUD")
    (line,) = [line for line in worksheet.derivation if line.label == "Active fraction as made"]
    assert line.numbers.endswith(f"× 0.05, that of {first.lot_number}")
    assert len(worksheet.uncertainty.budget) == 4


def test_tablets_are_counted_and_their_potency_is_their_labels() -> None:
    drug, _ = OF_TABLETS.weighings
    assert drug.to_crush == "crush 4 tablets"
    potency, *_ = OF_TABLETS.derivation
    assert potency.source == "tablets' label; mean of the tablets weighed"
    assert "Tablets to crush" in {line.label for line in OF_TABLETS.derivation}


def test_void_and_example_stand_on_every_sheet() -> None:
    void = "Void 22 Nov 2026 by A. Example: spilled"
    for page in printed(trituration_worksheet_of(replace(RECORD, is_example=True), SHA256, None, void)):
        assert void in page
        assert "EXAMPLE – not for use" in page


def test_a_scanner_reads_the_lot_number_of_the_worksheet() -> None:
    picture = reading.picture(render_trituration_worksheets([PLANNED], Paper.LETTER), 200)
    assert reading.scanned(picture) == ["261121A001K"]


def test_the_same_record_gives_the_same_bytes() -> None:
    one, two = (render_trituration_worksheets([PLANNED], Paper.A4) for _ in range(2))
    assert one == two


def test_no_worksheet_at_all_is_refused() -> None:
    with pytest.raises(NothingToPrint):
        render_trituration_worksheets([], Paper.A4)


def test_the_label_says_what_the_trituration_turned_out_to_be() -> None:
    label = a_label()
    assert (label.preparation, label.strength, label.form) == (
        "Naltrexone hydrochloride trituration",
        "97.6 mg/g",
        "1:10",
    )
    assert (label.quantity, label.lot_number, label.beyond_use_date) == ("1,552.2 mg", "261121A001K", "19 May 2027")
    assert label.texts == ("Powder for compounding.",)
    assert label.statement == "For compounding only, not for dispensing"


@EVERY_STOCK
def test_one_label_is_one_page_with_a_code_that_reads(stock: LabelStock) -> None:
    pdf = render_labels([a_label()], stock, copies=1)
    (page,) = reading.pages(pdf)
    for text in ("Naltrexone hydrochloride trituration", "97.6 mg/g 1:10", "261121A001K", "19 May 2027"):
        assert text in page
    assert ("not for dispensing" in page) is (stock is not SMALL)
    assert reading.scanned(reading.picture(pdf, 200)) == ["261121A001K"]


@EVERY_STOCK
def test_the_label_is_the_same_bytes_twice(stock: LabelStock) -> None:
    assert render_labels([a_label()], stock, copies=2) == render_labels([a_label()], stock, copies=2)
