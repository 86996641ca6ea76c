"""The first page in finished strings: what waits, what runs out, what comes to its date; each line leads to a deed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from flask import url_for

from compounder.database.search import BatchRow, LotRow
from compounder.domain.calendar import format_day
from compounder.domain.care.demand import DemandLine
from compounder.domain.care.recall import HELD_BY
from compounder.domain.people.person import Person
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus
from compounder.domain.stock.equipment import Balance
from compounder.domain.units import format_dose, format_stock
from compounder.domain.wording import with_capital
from compounder.services.bench import Bench
from compounder.services.waiting import Queue
from compounder.web.batch_page import next_step
from compounder.web.lot_forms import STATUSES
from compounder.web.lot_page import TONES as LOT_TONES
from compounder.web.permissions import may
from compounder.web.tables import TONES, Cell, Row

Columns: TypeAlias = tuple[tuple[str, str], ...]

WAITING_COLUMNS: Final = (
    ("Lot number", "lot"),
    ("Strength", "strong"),
    ("Compounded on", "date"),
    ("Waits for", "text"),
    ("Next", "deed"),
    ("Or", "deed"),
    ("Status", "status"),
)
MISSING_COLUMNS: Final = (
    ("Strength", "strong"),
    ("To make", "figure"),
    ("Still to dispense", "number"),
    ("On the shelf", "number"),
    ("Formulation", "quiet"),
    ("Next", "deed"),
)
ENDING_COLUMNS: Final = (
    ("Lot number", "lot"),
    ("Strength", "strong"),
    ("Beyond-use date", "date"),
    ("Comes", "date"),
    ("Next", "deed"),
    ("Status", "status"),
)
EXPIRING_COLUMNS: Final = (
    ("Lot number", "lot"),
    ("Substance", "text"),
    ("Expires", "date"),
    ("Comes", "date"),
    ("On hand", "number"),
    ("Status", "status"),
)
BALANCE_COLUMNS: Final = (
    ("Balance", "strong"),
    ("Calibrated until", "date"),
    ("Standing", "text"),
    ("Next", "deed"),
)
WITHIN_COLUMNS: Final = (("Within", "strong"), ("Batches", "number"), ("Ingredient lots", "number"))
SOON: Final = 30
"""A balance whose calibration ends in so many days is named before it is overdue."""
MISSING_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class _Deed:
    """What a batch waits for, where that is done, and who does it where whoever looks may not."""

    waits_for: str
    endpoint: str
    button: str
    whose: str
    is_theirs: bool = True

    def cell(self, lot_number: str) -> str | Cell:
        """The way there, or by whom it is done."""
        if self.is_theirs and may(self.endpoint):
            return Cell(text=self.button, href=url_for(self.endpoint, lot_number=lot_number))
        return f"by {self.whose}"


_WEIGH: Final = _Deed("a weighing; or a check, if weighed on paper", "bench.weigh", "Weigh", "whoever weighs")
_FREE: Final = _Deed("a decision", "corrections.free", "Free it", "a pharmacist")
_REJECT: Final = _Deed("a decision", "corrections.reject", "Reject", "a pharmacist")
_RECALL: Final = _Deed("a word on the recall", "corrections.recall", "Recall", "a pharmacist")
_VOID: Final = _Deed("to be voided: it cannot be made", "corrections.void", "Void this batch", "a pharmacist")
_SAID: Final = {
    "checks.decide": ("a second decision", "a second pharmacist"),
    "bench.weigh": ("a weighing", "whoever weighs"),
    "steps.tick": ("a step of its method", "whoever makes it"),
    "checks.verify": ("a check", "somebody else than who made it"),
    "deviations.assess": ("an assessment", "another pharmacist"),
    "checks.release": ("a signature", "a pharmacist"),
}


def waiting_part(queues: Sequence[Queue], person: Person) -> Mapping[str, Any]:
    """The batches that wait, and the whole list of each status."""
    queue_links = [
        {"said": f"{queue.count} {queue.status}", "href": url_for("batches.index", status=queue.status.value)}
        for queue in queues
    ]
    rows = [_waiting_row(batch, person) for queue in queues for batch in queue.batches]
    columns, shown = _filled(WAITING_COLUMNS, rows)
    return {"waiting_columns": columns, "waiting": shown, "queues": queue_links}


def _waiting_row(batch: Bench, person: Person) -> Row:
    first, *others = _deeds(batch, person)
    lot_number, status = batch.record.lot_number, batch.status
    return (
        Cell(text=lot_number, href=url_for("batches.show", lot_number=lot_number)),
        format_dose(batch.record.plan.strength),
        format_day(batch.record.order.compounded_on),
        with_capital(first.waits_for),
        first.cell(lot_number),
        others[0].cell(lot_number) if others and may(others[0].endpoint) else "",
        Cell(text=status.value, tone=TONES[status]),
    )


def _deeds(batch: Bench, person: Person) -> Iterator[_Deed]:
    """What may be done next, the likeliest first."""
    step = next_step(batch, person)
    if batch.status is BatchStatus.QUARANTINED:
        yield from _deeds_of_held(batch)
    elif not step:
        yield _VOID
    else:
        is_untouched = step["endpoint"] == "checks.verify" and batch.status is BatchStatus.PLANNED
        if is_untouched:
            yield _WEIGH
        yield _Deed(*_said(step), is_theirs=bool(step["href"]))


def _deeds_of_held(batch: Bench) -> tuple[_Deed, _Deed]:
    """What a recall holds back is rather given up for good than freed."""
    if not batch.status_reason.startswith(HELD_BY):
        return (_FREE, _REJECT)
    return (_RECALL if batch.standing.place.allows(EntryKind.BATCH_RECALLED) else _REJECT, _FREE)


def _said(step: Mapping[str, str]) -> tuple[str, str, str, str]:
    waits_for, whose = _SAID[step["endpoint"]]
    return waits_for, step["endpoint"], step["button"], whose


def _filled(columns: Columns, rows: Sequence[Row]) -> tuple[Columns, list[Row]]:
    """The columns in which something stands, in the rows too: what nobody may do has no column."""
    kept = [number for number in range(len(columns)) if any(row[number] for row in rows)]
    return tuple(columns[number] for number in kept), [tuple(row[number] for number in kept) for row in rows]


def missing_part(lines: Sequence[DemandLine]) -> Mapping[str, Any]:
    """The strengths of which the shelf has less than is asked for, the greatest lack first; how many it covers."""
    missing = sorted((line for line in lines if line.to_make), key=lambda line: -line.to_make)
    covered, more = len(lines) - len(missing), len(missing) - MISSING_SHOWN
    columns, rows = _filled(MISSING_COLUMNS, [_missing_row(line) for line in missing[:MISSING_SHOWN]])
    return {
        "missing_columns": columns,
        "missing": rows,
        "missing_more": f"{more:,} more" if more > 0 else "",
        "covered": f"The shelf covers {_strengths(covered)} that open prescriptions ask for." if covered else "",
    }


def _strengths(count: int) -> str:
    return "1 strength" if count == 1 else f"{count:,} strengths"


def _missing_row(line: DemandLine) -> Row:
    order = Cell(text="Order", href=url_for("orders.new", demand=line.formulation)) if may("orders.new") else ""
    counts = (f"{count:,}" for count in (line.to_make, line.prescribed, line.on_shelf))
    return (format_dose(line.strength), *counts, line.formulation, order)


def ending_rows(rows: Sequence[BatchRow], today: date) -> list[Row]:
    """Batches that come to their beyond-use date; of released ones, the way to what is on the shelf."""
    return [
        (
            Cell(text=row.lot_number, href=url_for("batches.show", lot_number=row.lot_number)),
            row.strength,
            format_day(row.beyond_use_date),
            _comes(row.beyond_use_date, today),
            _shelf(row),
            Cell(text=row.status, tone=TONES[BatchStatus(row.status)]),
        )
        for row in rows
    ]


def _shelf(row: BatchRow) -> str | Cell:
    if row.status != BatchStatus.RELEASED:
        return ""
    return Cell(text="Shelf", href=url_for("shelf.show", lot_number=row.lot_number))


def expiring_rows(rows: Sequence[LotRow], today: date) -> list[Row]:
    """Ingredient lots that come to their expiry."""
    return [
        (
            Cell(text=row.lot_number, href=url_for("lots.show", lot_id=row.lot_id)),
            with_capital(f"{row.substance} {row.grade}".strip()),
            format_day(row.expires_on),
            _comes(row.expires_on, today),
            format_stock(row.on_hand),
            Cell(text=STATUSES[row.status], tone=LOT_TONES[row.status]),
        )
        for row in rows
    ]


def _comes(day: date, today: date) -> str:
    days = (day - today).days
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def balances_part(balances: Sequence[Balance], today: date) -> Mapping[str, Any]:
    """Balances whose calibration has ended or ends soon, the most overdue first."""
    columns, rows = _filled(BALANCE_COLUMNS, list(_balance_rows(balances, today)))
    return {"balance_columns": columns, "balances": rows}


def _balance_rows(balances: Sequence[Balance], today: date) -> Iterator[Row]:
    dated = sorted((until, each.name) for each in balances if (until := each.calibrated_until) is not None)
    change = Cell(text="Enter its new date", href=url_for("settings.revise")) if may("settings.revise") else ""
    for until, name in dated:
        left = (until - today).days
        if left <= SOON:
            standing = "Overdue: nothing is weighed on it" if left < 0 else f"Ends {_comes(until, today)}"
            yield (name, format_day(until), standing, change)
