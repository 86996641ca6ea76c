"""What a row of a file must be beside being readable: new, of a day that has been, in date, and printable.

Each rule looks at its own cells, whatever else is wrong in the row; a cell that cannot be read is another's complaint.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from compounder.codec import lot_sheet
from compounder.database import lots, past_batches
from compounder.database.engine import Connection
from compounder.domain.calendar import format_day, parse_day, parse_expiry
from compounder.domain.errors import CompoundingError, NotADate, as_read, printable
from compounder.domain.record.past_batch import BeforeItWasMade
from compounder.domain.wording import normalised
from compounder.fonts import missing_letters

Cells = Mapping[str, str]


class ExpiredBefore(CompoundingError):
    """A lot that had expired before it is taken into stock."""

    code = "expired"
    title = "The lot has expired"
    on: str
    field_name: str = "expires_on"

    def __str__(self) -> str:
        return f"It expired on {self.on}; an expired lot is not taken into stock."


class StillToCome(CompoundingError):
    """A day after today on which something is said to have happened."""

    code = "still-to-come"
    title = "A day that is still to come"
    day: str
    field_name: str

    def __str__(self) -> str:
        return f"{self.day} is still to come; write the day on which it happened."


class StoredAlready(CompoundingError):
    """A lot or a batch that the workspace has."""

    code = "stored-already"
    title = "Stored already"
    what: str
    field_name: str = "lot_number"

    def __str__(self) -> str:
        return f"{printable(self.what)} is stored already; take the row out."


class TwiceInTheFile(CompoundingError):
    """What stands in two rows of one file."""

    code = "twice-in-the-file"
    title = "Twice in the file"
    what: str
    row: int
    field_name: str = "lot_number"

    def __str__(self) -> str:
        return f"{printable(self.what)} stands in row {self.row:,} already; take one of them out."


class NotOnPaper(CompoundingError):
    """Letters that the papers' typeface would print as empty boxes."""

    code = "not-on-paper"
    title = "Letters that our papers do not have"
    letters: str

    def __str__(self) -> str:
        return f"{as_read(self.letters)} was read; our papers print Latin, Greek and Cyrillic letters."


@dataclass(frozen=True, slots=True)
class Looking:
    """Where a file is looked at, on which day, and in which row each thing was met first."""

    connection: Connection
    site: str
    today: date
    met: dict[str, int] = field(default_factory=dict)


def of_lot(looking: Looking, number: int, cells: Cells) -> Iterator[CompoundingError]:
    """Every complaint about a row of lots."""
    yield from lot_sheet.complaints_about(cells)
    yield from _on_paper(cells)
    yield from _has_been(looking, cells, "received_on")
    expires = _day(cells, "expires_on", parse_expiry)
    if expires and expires < looking.today:
        yield ExpiredBefore(on=format_day(expires))
    maker, lot_number = cells.get("maker", ""), cells.get("lot_number", "")
    if maker and lot_number:
        known = lots.numbered(looking.connection, looking.site, lot_number)
        is_stored = any(normalised(each.maker) == normalised(maker) for each in known)
        yield from _new(looking, number, f"Lot {lot_number} of {maker}", is_stored=is_stored)


def of_past_batch(looking: Looking, number: int, cells: Cells) -> Iterator[CompoundingError]:
    """Every complaint about a row of past batches."""
    yield from _on_paper(cells)
    yield from _has_been(looking, cells, "made_on")
    made, last = (_day(cells, name, parse_day) for name in ("made_on", "beyond_use_date"))
    if made and last and last < made:
        yield BeforeItWasMade(beyond_use=format_day(last), made=format_day(made))
    if lot_number := cells.get("lot_number"):
        is_stored = past_batches.is_taken(looking.connection, looking.site, lot_number)
        yield from _new(looking, number, f"Batch {lot_number}", is_stored=is_stored)


def _new(looking: Looking, number: int, what: str, *, is_stored: bool) -> Iterator[CompoundingError]:
    first = looking.met.setdefault(normalised(what), number)
    if is_stored:
        yield StoredAlready(what=what)
    elif first != number:
        yield TwiceInTheFile(what=what, row=first)


def _on_paper(cells: Cells) -> Iterator[CompoundingError]:
    for name, text in cells.items():
        if missing := missing_letters(text):
            yield NotOnPaper(letters=missing).at(f"/{name}")


def _has_been(looking: Looking, cells: Cells, name: str) -> Iterator[CompoundingError]:
    day = _day(cells, name, parse_day)
    if day and day > looking.today:
        yield StillToCome(day=format_day(day), field_name=name)


def _day(cells: Cells, name: str, read: Callable[[object], date]) -> date | None:
    try:
        return read(cells.get(name))
    except NotADate:
        return None
