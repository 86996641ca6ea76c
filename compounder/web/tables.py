"""Rows of the lists, in finished strings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import url_for

from compounder.database.search import BatchRow
from compounder.domain.calendar import format_day
from compounder.domain.record.past_batch import PastStatus
from compounder.domain.record.record import BatchStatus

BATCH_COLUMNS = (
    ("Lot number", "lot"),
    ("Strength", "strong"),
    ("Preparation", "text"),
    ("Compounded on", "date"),
    ("Beyond-use date", "date"),
    ("Capsules", "number"),
    ("Order", "quiet"),
    ("Status", "status"),
)
_PAST: Final = frozenset(PastStatus)
TONES: Mapping[str, str] = {
    PastStatus.PAST: "over",
    PastStatus.WITHDRAWN: "held",
    BatchStatus.PLANNED: "open",
    BatchStatus.IN_MAKING: "open",
    BatchStatus.VERIFIED: "open",
    BatchStatus.RELEASED: "done",
    BatchStatus.QUARANTINED: "held",
    BatchStatus.REJECTED: "held",
    BatchStatus.RECALLED: "held",
    BatchStatus.VOIDED: "held",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that leads somewhere, or that is a status with its tone."""

    text: str
    href: str = ""
    tone: str = ""


Row = tuple[str | Cell, ...]


def address_of(line: BatchRow) -> str:
    """Where the page of a batch is, of ours or a past one."""
    if line.status in _PAST:
        return url_for("imports.past_batch", past_batch_id=line.batch_id)
    return url_for("batches.show", lot_number=line.lot_number)


def batch_cells(line: BatchRow) -> Row:
    """The cells of one batch, in the order of `BATCH_COLUMNS`; a past one has no order."""
    order = line.order_number
    return (
        Cell(text=line.lot_number, href=address_of(line)),
        line.strength,
        line.preparation,
        format_day(line.compounded_on),
        format_day(line.beyond_use_date),
        f"{line.capsules:,}",
        Cell(text=order, href=url_for("orders.show", order_number=order)) if order else "",
        Cell(text=line.status, tone=TONES[line.status]),
    )
