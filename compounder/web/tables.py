"""Rows of the lists, in finished strings."""

from dataclasses import dataclass

from flask import url_for

from compounder.database.search import BatchRow
from compounder.domain.calendar import format_day
from compounder.domain.record.record import BatchStatus

BATCH_COLUMNS = (
    ("Lot number", "lot"),
    ("Strength", "strong"),
    ("Preparation", "text"),
    ("Made on", "date"),
    ("Beyond-use date", "date"),
    ("Capsules", "number"),
    ("Order", "quiet"),
    ("Status", "status"),
)
TONES = {
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


def batch_cells(line: BatchRow) -> Row:
    """The cells of one batch, in the order of `BATCH_COLUMNS`."""
    return (
        Cell(text=line.lot_number, href=url_for("batches.show", lot_number=line.lot_number)),
        line.strength,
        line.preparation,
        format_day(line.compounded_on),
        format_day(line.beyond_use_date),
        f"{line.capsules:,}",
        Cell(text=line.order_number, href=url_for("orders.show", order_number=line.order_number)),
        Cell(text=line.status, tone=TONES[BatchStatus(line.status)]),
    )
