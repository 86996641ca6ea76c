"""The history as a file for spreadsheets: comma-separated values (RFC 4180), in UTF-8 with the mark that says so.

What is written goes to a file on disk first, not to whoever downloads it: so no slow connection keeps the database from
those who write, the memory needed stays the same however long the history is, and what fails, fails before it began.
"""

import csv
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, Final

from compounder.database.search import BatchRow

COLUMNS: Final = (
    "Lot number",
    "Strength",
    "Preparation",
    "Made on",
    "Beyond-use date",
    "Capsules",
    "Order",
    "Status",
)
_MARK_OF_UTF_8: Final = "\ufeff"
_BEGINS_A_FORMULA: Final = (*"=+-@＝＋－＠", "\t", "\r", "\n")


def written(batches: Iterable[BatchRow]) -> IO[bytes]:
    """A file, gone once it is closed, with a line for each batch; it stands at its beginning."""
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    put(file, COLUMNS, map(_line, batches))
    return file


def put(file: IO[bytes], columns: Sequence[str], lines: Iterable[Sequence[str | int]]) -> None:
    """Write the lines below their heads; the file stands at its beginning afterwards."""
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    text.write(_MARK_OF_UTF_8)
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(lines)
    text.flush()
    text.detach()
    file.seek(0)


def _line(batch: BatchRow) -> tuple[str | int, ...]:
    """The cells of a batch; all but the preparation's name are made by the program, and begin no formula."""
    return (
        batch.lot_number,
        batch.strength,
        harmless(batch.preparation),
        batch.compounded_on.isoformat(),
        batch.beyond_use_date.isoformat(),
        batch.capsules,
        batch.order_number,
        batch.status,
    )


def harmless(text: str) -> str:
    """The text as a spreadsheet will show it: an apostrophe stands before what it would work out as a formula.

    Source: OWASP, CSV injection.

    >>> harmless("=HYPERLINK(A1)"), harmless("1.5 mg")
    ("'=HYPERLINK(A1)", '1.5 mg')
    """
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
