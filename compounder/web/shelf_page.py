"""A batch's place on the shelf, and what is there that nobody may dispense, in finished strings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.care.shelf import DestroyedFor
from compounder.domain.record.record import BatchStatus
from compounder.domain.wording import with_capital
from compounder.services.shelf import CapsuleMovement, HeldOnShelf, ShelfFile
from compounder.web.journal_page import format_moment
from compounder.web.tables import TONES, Cell, Row

LEDGER_COLUMNS: Final = (
    ("What", "strong"),
    ("When", "date"),
    ("Capsules", "number"),
    ("There then", "number"),
    ("Who", "text"),
    ("Bottle", "lot"),
    ("Why", "text"),
)
HELD_COLUMNS: Final = (
    ("Lot number", "lot"),
    ("Strength", "strong"),
    ("Capsules", "number"),
    ("Beyond-use date", "date"),
    ("Why", "text"),
    ("Next", "deed"),
    ("Status", "status"),
)


def shelf_page(file: ShelfFile, today: date, zone: ZoneInfo) -> Mapping[str, Any]:
    """Everything the pages of a batch's shelf show."""
    return {
        "lot_number": file.lot_number,
        "title": file.title,
        "status": {"text": file.status.value, "tone": TONES[file.status]},
        "standing": _standing(file, today),
        "on_shelf": file.on_shelf,
        "facts": list(_facts(file)),
        "ledger_columns": LEDGER_COLUMNS,
        "ledger": list(_ledger(file.movements, zone)),
    }


def cause_of(file: ShelfFile, today: date) -> DestroyedFor:
    """What the batch itself says of why its capsules would be destroyed."""
    if file.beyond_use_date < today:
        return DestroyedFor.PAST_ITS_DATE
    return DestroyedFor.DAMAGED if file.status is BatchStatus.RELEASED else DestroyedFor.HELD_BACK


def held_rows(held: Sequence[HeldOnShelf], today: date) -> list[Row]:
    """Capsules still here that are not dispensed, in the order of `HELD_COLUMNS`."""
    return [
        (
            Cell(text=each.lot_number, href=url_for("batches.show", lot_number=each.lot_number)),
            each.strength,
            f"{each.capsules:,}",
            format_day(each.beyond_use_date),
            "past its date" if each.beyond_use_date < today else "held back",
            Cell(text="Shelf", href=url_for("shelf.show", lot_number=each.lot_number)),
            Cell(text=each.status, tone=TONES[BatchStatus(each.status)]),
        )
        for each in held
    ]


def _standing(file: ShelfFile, today: date) -> str:
    """Why nothing of it is dispensed, where that is so."""
    if not file.on_shelf:
        return ""
    if file.beyond_use_date < today:
        return "Past its beyond-use date: nothing of it is dispensed. Destroy what is there."
    return "" if file.status is BatchStatus.RELEASED else f"The batch is {file.status.value}: nothing is dispensed."


def _facts(file: ShelfFile) -> Iterator[dict[str, str]]:
    yield {"label": "On the shelf by the ledger", "value": f"{file.on_shelf:,} capsules", "kind": "strong"}
    yield {"label": "Beyond-use date", "value": format_day(file.beyond_use_date), "kind": "strong"}
    yield {"label": "Put there by its release", "value": f"{file.put:,}"}
    href = url_for("batches.show", lot_number=file.lot_number)
    yield {"label": "Batch", "value": file.lot_number, "href": href}


def _ledger(movements: Sequence[CapsuleMovement], zone: ZoneInfo) -> Iterator[Row]:
    """The newest movement first, each with what was there after it."""
    there = accumulate(each.capsules for each in movements)
    for each, after in reversed(list(zip(movements, there, strict=True))):
        href = url_for("dispensing.bottle", number=each.bottle) if each.bottle else ""
        yield (
            each.kind.value,
            format_moment(each.at, zone),
            f"{each.capsules:+,}".replace("-", "−"),
            f"{after:,}",
            f"{each.by}, witnessed by {each.witness}" if each.witness else each.by,
            Cell(text=each.bottle, href=href),
            f"{with_capital(each.cause)}: {each.reason}" if each.cause else each.reason,
        )
