"""Sheets: comma- or semicolon-separated values (RFC 4180) in UTF-8, as spreadsheets and other programs export them.

The first row names the columns, in any sequence. A cell is read as it is written; what cannot be read is a `Problem` of
its row and column, and nothing is guessed: no unit, no date's sequence, no meaning of a decimal comma.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import Final

from compounder.domain.bounds import require_possible, require_text
from compounder.domain.errors import CompoundingError, NotAccepted, as_read
from compounder.domain.units import Dimension, parse_quantity

MOST_ROWS: Final = 2_000
LONGEST_CELL: Final = 2_000
HEAD: Final = 1
WHOLE_ROW: Final = "whole row"
BETWEEN: Final = "|"
"""What stands between the parts of a cell that holds several."""
_SEPARATORS: Final = {",": "comma", ";": "semicolon"}
_MARK_OF_UTF_8: Final = "\ufeff"
_WITH_UNIT: Final = re.compile(r"(.+?)\s*[(\[]\s*([^()\[\]]+?)\s*[)\]]")
_BETWEEN_WORDS: Final = re.compile(r"[\s_-]+")
_NO_TEXT_HAS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters but tab and line ends: pictures, workbooks and programs begin with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that a sheet may have: what it says, and an example of a cell. With a `dimension`, the unit stands in
    every cell, `50 g`, or once in the head, `quantity (g)`. `check` refuses a cell by itself, whatever else is wrong in
    its row."""

    name: str
    says: str
    example: str = ""
    is_needed: bool = False
    dimension: Dimension | None = None
    check: Callable[[str], object] | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be taken of a file: the row as a spreadsheet numbers it, the column, what was read, and what is
    accepted, in a sentence."""

    row: int
    column: str
    read: str
    said: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The cells of a row that have something in them, by the names of their columns; with the unit of the head."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that have something in them, and what is wrong with how the file is written."""

    rows: tuple[SheetRow, ...]
    problems: tuple[Problem, ...]


class NotASheet(CompoundingError):
    """A file that has no rows to look at."""

    code = "not-a-sheet"
    title = "Not a sheet that can be read"
    reason: str
    field_name: str = "file"

    def __str__(self) -> str:
        return f"The file cannot be read: {self.reason}"


@dataclass(frozen=True, slots=True)
class _Head:
    """A column of the file: the name that it goes by, the unit beside it, and what it stands for if it is known."""

    written: str
    unit: str
    column: Column | None


class _Written(csv.excel):
    """A blank before a cell is none of it, so that a quoted cell is known by its quotation mark."""

    skipinitialspace = True
    strict = True


def _line(longest: int, text: str) -> None:
    require_text(text, longest, "")


def line_of(longest: int) -> Callable[[str], object]:
    """The check of a cell that holds words on one line, at most so many letters."""
    return partial(_line, longest)


def template_of(columns: Sequence[Column]) -> bytes:
    """An empty sheet with every column."""
    return f"{_MARK_OF_UTF_8}{','.join(column.name for column in columns)}\r\n".encode()


def read_sheet(content: bytes, columns: Sequence[Column]) -> Sheet:
    """The rows of a file; refuses with `NotASheet` what has none, or more than 2,000."""
    text = _text(content)
    separator = _separator(text)
    lines = _lines(text, separator)
    heads = [_head(text, columns) for text in lines[0]]
    filled = [(number, line) for number, line in enumerate(lines[1:], HEAD + 1) if any(line)]
    if not filled:
        raise NotASheet(reason="it has no row below its head.")
    if len(filled) > MOST_ROWS:
        raise NotASheet(reason=f"it has {len(filled):,} rows; at most {MOST_ROWS:,} are taken at once.")
    problems = list(_head_problems(heads, columns))
    if problems:
        return Sheet(rows=(), problems=tuple(problems))
    rows, found = [], []
    for number, line in filled:
        if len(line) != len(heads):
            found.append(_wrong_length(number, line, heads, _SEPARATORS[separator]))
            continue
        cells = {head.column.name: (text, head) for head, text in zip(heads, line, strict=True) if head.column and text}
        rows.append(SheetRow(number, {name: _with_unit(text, head) for name, (text, head) in cells.items()}))
        found.extend(_cell_problems(number, heads, line))
    return Sheet(rows=tuple(rows), problems=tuple(found))


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise NotASheet(reason=f"row {row:,} is not UTF-8; save it as “CSV UTF-8”.") from None
    if not text.strip():
        raise NotASheet(reason="it is empty.")
    if _NO_TEXT_HAS.search(text.split("\n", 1)[0]):
        raise NotASheet(reason="row 1 is not text; save it as “CSV UTF-8”.")
    return text


def _separator(text: str) -> str:
    """What parts the head into the most cells, quoted ones left whole; a comma where nothing does."""
    return max(_SEPARATORS, key=lambda mark: _cells_of_head(text, mark))


def _cells_of_head(text: str, separator: str) -> int:
    try:
        return len(next(csv.reader(StringIO(text, newline=""), _Written, delimiter=separator)))
    except csv.Error:
        return 0


def _lines(text: str, separator: str) -> list[list[str]]:
    """Every line's cells."""
    lines = csv.reader(StringIO(text, newline=""), _Written, delimiter=separator)
    try:
        return [[cell.strip() for cell in line] for line in lines]
    except csv.Error as error:
        is_long = "field limit" in str(error)
        what = ("a cell", "is too long") if is_long else ("a quotation mark", "is not closed or not doubled")
        raise NotASheet(reason=f"{what[0]} at line {lines.line_num:,} {what[1]}.") from None


def _head(text: str, columns: Sequence[Column]) -> _Head:
    """A column by its name, whatever its capitals and whatever stands between its words."""
    found = _WITH_UNIT.fullmatch(text)
    name, unit = (found[1], found[2]) if found else (text, "")
    folded = _BETWEEN_WORDS.sub("_", name.strip().lower())
    return _Head(text, unit, next((column for column in columns if column.name == folded), None))


def _head_problems(heads: Sequence[_Head], columns: Sequence[Column]) -> Iterator[Problem]:
    known = [head.column.name for head in heads if head.column]
    for head in heads:
        if head.column is None and head.written:
            accepted = ", ".join(column.name for column in columns)
            yield _problem(HEAD, head.written, head.written, f"This column is not known; accepted are {accepted}.")
        elif head.column and head.unit:
            yield from _unit_problems(head, head.column)
    for name in sorted({name for name in known if known.count(name) > 1}):
        yield _problem(HEAD, name, name, "This column stands there twice; remove one.")
    for column in columns:
        if column.is_needed and column.name not in known:
            yield _problem(HEAD, column.name, "", f"This column is missing; it says {column.says}.")


def _unit_problems(head: _Head, column: Column) -> Iterator[Problem]:
    if column.dimension is None:
        yield _problem(HEAD, column.name, head.written, f"This column has no unit; write {column.name}.")
    elif head.unit not in column.dimension.accepted:
        units = " or ".join(column.dimension.accepted)
        yield _problem(
            HEAD, column.name, head.written, f"{as_read(head.unit)} is not a unit accepted here; write {units}."
        )


def _cell_problems(number: int, heads: Sequence[_Head], line: Sequence[str]) -> Iterator[Problem]:
    for head, text in zip(heads, line, strict=True):
        if head.column is None and text:
            yield _problem(number, WHOLE_ROW, text, "This cell stands below no name of a column; name it or empty it.")
        elif head.column and head.unit and " " in text:
            said = f"The head says {head.unit} already; write the number alone."
            yield _problem(number, head.column.name, text, said)


def _wrong_length(number: int, line: Sequence[str], heads: Sequence[_Head], separator: str) -> Problem:
    why = f" A {separator} inside a cell needs quotation marks around it." if len(line) > len(heads) else ""
    cells = "1 cell" if len(line) == 1 else f"{len(line)} cells"
    return _problem(number, WHOLE_ROW, " ".join(line), f"This row has {cells}, the head has {len(heads)}.{why}")


def _with_unit(text: str, head: _Head) -> str:
    return f"{text} {head.unit}" if head.unit and " " not in text else text


def _problem(row: int, column: str, read: str, said: str) -> Problem:
    return Problem(row, column, read, said)


def complaints_about_cells(cells: Mapping[str, str], columns: Sequence[Column]) -> Iterator[CompoundingError]:
    """What is wrong with each cell by itself."""
    for column in columns:
        text = cells.get(column.name)
        try:
            if text is not None:
                _check(column, text)
        except CompoundingError as refusal:
            yield refusal.at(f"/{column.name}")


def _check(column: Column, text: str) -> None:
    if len(text) > LONGEST_CELL or not all(letter.isprintable() or letter in "\r\n" for letter in text):
        raise NotAccepted(read=text, accepted=f"a text of at most {LONGEST_CELL:,} printable letters")
    if column.dimension:
        quantity = parse_quantity(text, column.dimension)
        require_possible(quantity, column.dimension, column.name, may_be_zero=False)
    if column.check:
        column.check(text)


def problems_of(row: SheetRow, complaints: Iterable[CompoundingError], columns: Sequence[Column]) -> Iterator[Problem]:
    """Each complaint about what a row says, at the column that it is about; of each column the first."""
    names, told = {column.name for column in columns}, set[str]()
    for complaint in complaints:
        name = next((name for name in _named(complaint) if name in names), WHOLE_ROW)
        if name not in told:
            told.add(name)
            yield _problem(row.number, name, row.cells.get(name, ""), str(complaint))


def _named(complaint: CompoundingError) -> Iterator[str]:
    """The names by which a complaint may call its column, the nearest first."""
    yield str(getattr(complaint, "missing", ""))
    for step in (str(getattr(complaint, "field_name", "")), *reversed(complaint.pointer.split("/"))):
        yield step
        yield f"{step}_percent"


def in_order(problems: Iterable[Problem], columns: Sequence[Column]) -> tuple[Problem, ...]:
    """Row by row, and in a row as the columns stand in the template."""
    places = {column.name: place for place, column in enumerate(columns)}
    return tuple(sorted(problems, key=lambda problem: (problem.row, places.get(problem.column, -1))))
