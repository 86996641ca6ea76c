"""Sheets: heads in any sequence and spelling, units in the head or in each cell, and nothing guessed."""

import pytest

from compounder.codec.sheets import MOST_ROWS, Column, NotASheet, Problem, Sheet, read_sheet, template_of
from compounder.domain.units import MASS

COLUMNS = (
    Column(name="lot_number", says="the lot", is_needed=True),
    Column(name="quantity", says="how much", is_needed=True, dimension=MASS),
    Column(name="note", says="anything"),
)


def sheet(text: str, encoding: str = "utf-8") -> Sheet:
    return read_sheet(text.encode(encoding), COLUMNS)


def rows(text: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    """The cells of each row, where nothing is wrong."""
    read = sheet(text, encoding)
    assert read.problems == ()
    return [dict(row.cells) for row in read.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [",", ";"])
def test_a_sheet_is_read_as_spreadsheets_write_it(mark: str, end: str, encoding: str) -> None:
    lines = (["note", "Lot number", "quantity"], ["two\nlines", "Ä-7", "25 g"], ["", "", ""], ["", "8", "1 kg"])
    text = end.join(mark.join(f'"{cell}"' if "\n" in cell else cell for cell in line) for line in lines)
    assert rows(text, encoding) == [
        {"note": "two\nlines", "lot_number": "Ä-7", "quantity": "25 g"},
        {"lot_number": "8", "quantity": "1 kg"},
    ]
    assert [row.number for row in sheet(text, encoding).rows] == [2, 4]


@pytest.mark.parametrize(
    "text",
    [
        "lot_number,quantity,note\n7,1 g,dry; cool",
        'lot_number;quantity;note\n7;1 g;"dry; cool"',
        'lot_number; quantity; note\n7; 1 g; "dry; cool"',
        '"lot_number";"quantity";"note"\n"7";"1 g";"dry; cool"',
        "lot_number,quantity,note\r7,1 g,dry; cool\r",
    ],
)
def test_a_semicolon_inside_a_cell_does_not_split_it(text: str) -> None:
    assert rows(text) == [{"lot_number": "7", "quantity": "1 g", "note": "dry; cool"}]


@pytest.mark.parametrize("head", ["quantity (g)", "Quantity [g]", "QUANTITY(g)", "quantity  ( g )"])
def test_a_unit_in_the_head_goes_for_every_cell(head: str) -> None:
    assert rows(f"lot_number,{head}\n7,25\n")[0]["quantity"] == "25 g"


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("lot_number,quantity,colour\n7,1 g,red", "colour", "This column is not known; accepted are lot_number"),
        ("lot_number\n7", "quantity", "This column is missing; it says how much."),
        ("lot_number,quantity,Quantity (g)\n7,1 g,1", "quantity", "This column stands there twice; remove one."),
        ("lot_number,quantity (Mg)\n7,1", "quantity", '"Mg" is not a unit accepted here; write mcg or mg or g or kg.'),
        ("lot_number (g),quantity\n7,1 g", "lot_number", "This column has no unit; write lot_number."),
        ("lot_number,quantity (g)\n7,1 mg", "quantity", "The head says g already; write the number alone."),
        ("lot_number,quantity\n7,1,5 g", "whole row", "This row has 3 cells, the head has 2. A comma inside a cell"),
        (
            "lot_number;quantity\n7;1;5 g",
            "whole row",
            "This row has 3 cells, the head has 2. A semicolon inside",
        ),
        ('lot_number,quantity,"a; b"\n7,1 g,x', "a; b", "This column is not known; accepted are lot_number"),
        ("lot_number;quantity\n7", "whole row", "This row has 1 cell, the head has 2."),
        ("lot_number,quantity,\n7,1 g,x", "whole row", "This cell stands below no name of a column"),
    ],
)
def test_what_does_not_fit_its_head_is_told(text: str, column: str, said: str) -> None:
    (found,) = sheet(text).problems
    assert (found.column, found.said.startswith(said)) == (column, True)


def test_a_column_without_a_name_may_be_empty_as_spreadsheets_leave_it() -> None:
    assert rows("lot_number,quantity,,\n7,1 g,,\n") == [{"lot_number": "7", "quantity": "1 g"}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \n", "it is empty"),
        (b"lot_number,quantity\n", "it has no row below its head"),
        (b"lot_number,quantity\n7,M\xfcller", "row 2 is not UTF-8"),
        ("lot_number,quantity\n7,1 g".encode("utf-16"), "row 1 is not UTF-8"),
        (b'lot_number,quantity\n"7,1 g', "a quotation mark at line 2"),
        (b'lot_number,quantity\n"7"x,1 g', "a quotation mark at line 2"),
        (b"lot_number,quantity\n" + b"7,1 g\n" * (MOST_ROWS + 1), "it has 2,001 rows"),
        (b"lot_number,quantity\n7," + b"1" * 200_000, "a cell at line 2 is too long"),
    ],
)
def test_what_is_no_sheet_is_refused_in_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(NotASheet, match=said):
        read_sheet(content, COLUMNS)


def test_the_template_asks_for_every_column() -> None:
    assert template_of(COLUMNS) == "\ufefflot_number,quantity,note\r\n".encode()


def test_a_problem_says_row_column_and_what_was_read() -> None:
    assert sheet("lot_number,quantity (g)\n7,1\n8,1 mg\n").problems == (
        Problem(3, "quantity", "1 mg", "The head says g already; write the number alone."),
    )
