"""Whole tables as files: comma-separated values (RFC 4180) for spreadsheets, or a JSON document a line for programs.

What is written goes to a file on disk first, not to whoever takes it: so no slow connection keeps the database from
those who write, the memory needed stays the same however long the history is, and what fails, fails before it began.
No file names a patient: there is the random identifier, which the pharmacy alone can look up.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, Any, Final, TextIO

from compounder.database.engine import Connection, open_current
from compounder.database.search import BatchFilter, BatchRow, every_batch
from compounder.database.search.whole import every_bottle, every_line_of_the_journal, every_lot
from compounder.settings import Settings

_MARK_OF_UTF_8: Final = "\ufeff"
_BEGINS_A_FORMULA: Final = (*"=+-@＝＋－＠", "\t", "\r", "\n")
_INSTANT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_LINE: Final = json.JSONEncoder(ensure_ascii=False)


class FileFormat(StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSON_LINES = "jsonl"


MEDIA_TYPES: Final[Mapping[FileFormat, str]] = {
    FileFormat.CSV: "text/csv",
    FileFormat.JSON_LINES: "application/jsonl",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: the heads of its columns, and of a site all of its lines."""

    columns: tuple[str, ...]
    lines: Callable[[Connection, str], Iterable[tuple[Any, ...]]]


BATCH_COLUMNS: Final = (
    "Lot number",
    "Strength",
    "Preparation",
    "Compounded on",
    "Beyond-use date",
    "Capsules",
    "Order",
    "Status",
)
CONTENTS: Final[Mapping[str, Contents]] = {
    "batches": Contents(
        columns=BATCH_COLUMNS,
        lines=lambda connection, site: map(batch_line, every_batch(connection, site, BatchFilter())),
    ),
    "bottles": Contents(
        columns=(
            "Bottle",
            "Prescription",
            "Patient",
            "Strength",
            "Capsules",
            "Lot number",
            "Dispensed on",
            "Beyond-use date",
        ),
        lines=every_bottle,
    ),
    "lots": Contents(
        columns=(
            "Substance",
            "Grade",
            "Maker",
            "Lot number",
            "Received on",
            "Expires on",
            "Status",
            "On hand",
            "Free",
        ),
        lines=every_lot,
    ),
    "journal": Contents(
        columns=("Number", "At", "Actor", "Subject", "Kind", "Document", "Leaf hash"),
        lines=every_line_of_the_journal,
    ),
}
"""What can be exported, by its name."""


def exported(where: Settings, name: str, form: FileFormat) -> IO[bytes]:
    """A file of all that the workspace's site has of one of `CONTENTS`; gone once it is closed.

    Refuses with `DatabaseUnusable` a workspace that is not there.
    """
    contents = CONTENTS[name]
    with closing(open_current(where.database_url)) as database, database.reading() as reading:
        return written(contents.columns, contents.lines(reading, where.site), form)


def exported_history(connection: Connection, site: str, asked: BatchFilter, form: FileFormat) -> IO[bytes]:
    """A file of the batches that match, newest first; gone once it is closed."""
    return written(BATCH_COLUMNS, map(batch_line, every_batch(connection, site, asked)), form)


def batch_line(batch: BatchRow) -> tuple[str | int | date, ...]:
    """What a file says of a batch."""
    return (
        batch.lot_number,
        batch.strength,
        batch.preparation,
        batch.compounded_on,
        batch.beyond_use_date,
        batch.capsules,
        batch.order_number,
        batch.status,
    )


def written(columns: tuple[str, ...], lines: Iterable[tuple[Any, ...]], form: FileFormat) -> IO[bytes]:
    """A file, gone once it is closed, with these lines; it stands at its beginning."""
    file = TemporaryFile()  # noqa: SIM115 - whoever takes it closes it
    put(file, columns, lines, form)
    return file


def put(file: IO[bytes], columns: tuple[str, ...], lines: Iterable[tuple[Any, ...]], form: FileFormat) -> None:
    """Write these lines; the file stands at its beginning afterwards."""
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    plain = (tuple(map(_plain, line)) for line in lines)
    if form is FileFormat.CSV:
        _write_csv(text, columns, plain)
    else:
        text.writelines(_json_lines(columns, plain))
    text.flush()
    text.detach()
    file.seek(0)


def _write_csv(text: TextIO, columns: tuple[str, ...], lines: Iterable[tuple[str | int, ...]]) -> None:
    text.write(_MARK_OF_UTF_8)
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(tuple(harmless(cell) if isinstance(cell, str) else cell for cell in line) for line in lines)


def _json_lines(columns: tuple[str, ...], lines: Iterable[tuple[str | int, ...]]) -> Iterator[str]:
    keys = [column.lower().replace(" ", "_").replace("-", "_") for column in columns]
    return (f"{_LINE.encode(dict(zip(keys, line, strict=True)))}\n" for line in lines)


def _plain(cell: object) -> str | int:
    """A value as both kinds of files write it: days and moments by ISO 8601."""
    match cell:
        case str() | int():
            return cell
        case datetime():
            return cell.astimezone(UTC).strftime(_INSTANT)
        case date():
            return cell.isoformat()
    raise TypeError(cell)


def harmless(text: str) -> str:
    """The text as a spreadsheet will show it: an apostrophe stands before what it would work out as a formula.

    Source: OWASP, CSV injection.

    >>> harmless("=HYPERLINK(A1)"), harmless("1.5 mg")
    ("'=HYPERLINK(A1)", '1.5 mg')
    """
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
