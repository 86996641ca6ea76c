"""One trituration's page in finished strings, from its stored record and what it turned out to be."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import url_for

from compounder.domain.batch.weighing import Role
from compounder.domain.calendar import format_day
from compounder.domain.record.readings import tared_to
from compounder.domain.record.trituration_record import TriturationRecord, TriturationStatus, taken
from compounder.domain.units import MASS, format_dose, format_reading, format_rounded, format_stock, shown
from compounder.domain.wording import with_capital
from compounder.services.triturations import TriturationFile, TriturationRow
from compounder.web.tables import Cell, Row

WEIGHING_COLUMNS = (
    ("Powder", "strong"),
    ("Weigh", "figure"),
    ("Accept", "range"),
    ("Balance", "told"),
    ("Weighed", "figure"),
    ("Lot", "told"),
)
TRITURATION_COLUMNS = (
    ("Lot number", "lot"),
    ("Ratio", "strong"),
    ("Made or planned on", "date"),
    ("Beyond-use date", "date"),
    ("Status", "status"),
)
TONES = {
    TriturationStatus.PLANNED: "open",
    TriturationStatus.MADE: "done",
    TriturationStatus.VOIDED: "held",
}


def title_of(file: TriturationFile) -> str:
    """What it is: the drug and the ratio."""
    record = file.stored.record
    return f"Trituration {record.plan.ratio} of {record.order.active.substance.name}"


def trituration_page(file: TriturationFile) -> Mapping[str, Any]:
    """Everything the page of a trituration shows beside its journal and its papers."""
    stored, record = file.stored, file.stored.record
    is_planned = stored.status is TriturationStatus.PLANNED
    return {
        "trituration": {
            "lot_number": record.lot_number,
            "title": title_of(file),
            "status": stored.status.value,
            "tone": TONES[stored.status],
            "void": f"Voided: {stored.void_reason}" if stored.void_reason else "",
        },
        "facts": list(_facts(file)),
        "weighing_columns": WEIGHING_COLUMNS,
        "weighings": list(_weighings(file)),
        "additions": [format_rounded(portion, MASS) for portion in record.plan.geometric_dilution],
        "batches": [{"text": number, "href": url_for("batches.show", lot_number=number)} for number in file.batches],
        "trituration_columns": TRITURATION_COLUMNS,
        "triturations": [trituration_cells(row) for row in file.triturations],
        "records": [
            {"label": "Record, SHA-256", "value": stored.record_sha256, "kind": "hash"},
            {"label": "Plan, SHA-256", "value": record.plan_sha256, "kind": "hash"},
            {"label": "Planned by", "value": f"{record.stored_by} with Compounder {record.program_version}"},
        ],
        "is_planned": is_planned,
        "is_made": stored.made is not None,
    }


def trituration_cells(row: TriturationRow) -> Row:
    """A trituration as a line of a list."""
    return (
        Cell(text=row.lot_number, href=url_for("triturations.show", lot_number=row.lot_number)),
        row.ratio,
        format_day(row.compounded_on),
        format_day(row.beyond_use_date),
        Cell(text=row.status.value, tone=TONES[row.status]),
    )


def _facts(file: TriturationFile) -> Iterator[dict[str, str]]:
    record, made = file.stored.record, file.stored.made
    beyond_use, limit = record.beyond_use_date, record.beyond_use_limit
    if made:
        beyond_use, limit = made.beyond_use_date, made.beyond_use_limit
    yield {"label": "Beyond-use date", "value": format_day(beyond_use), "kind": "strong"}
    yield {"label": "Ratio", "value": f"{record.plan.ratio}, one part in {record.plan.ratio.parts:,} parts total"}
    yield {"label": "For strengths", "value": ", ".join(format_dose(each) for each in record.plan.used_by)}
    if made:
        yield {"label": "Compounded on", "value": format_day(made.made_on)}
        yield {"label": "Drug powder in it", "value": f"{shown(made.active_fraction)} of its mass, as weighed"}
    if file.lot:
        left = f"{format_stock(file.lot.on_hand)}, {format_stock(file.lot.free)} free"
        yield {"label": "In stock", "value": left, "href": url_for("lots.show", lot_id=file.lot.lot_id)}
    yield from _origin(record)
    yield {"label": "Beyond-use date set by", "value": limit, "kind": "wide"}


def _origin(record: TriturationRecord) -> Iterator[dict[str, str]]:
    if record.made_from:
        href = url_for("triturations.show", lot_number=record.made_from)
        yield {"label": "Made from trituration", "value": record.made_from, "href": href}
    elif record.plan.made_from:
        href = url_for("triturations.show", lot_number=record.plan.made_from)
        yield {"label": "Made from trituration", "value": record.plan.made_from, "href": href}
    href = url_for("orders.show", order_number=record.order_number)
    yield {"label": "Order", "value": record.order_number, "href": href}


def _weighings(file: TriturationFile) -> Iterator[Row]:
    record, made = file.stored.record, file.stored.made
    for weighing, (reading, balance, tared) in zip(record.plan.weighings, taken(made), strict=True):
        used = weighing.balance if balance in ("", weighing.balance) else f"{balance}, planned {weighing.balance}"
        yield (
            with_capital(weighing.ingredient),
            format_reading(weighing.to_weigh),
            f"{format_reading(weighing.accept_from)} to {format_reading(weighing.accept_to)}",
            ", ".join(filter(None, (used, tared_to(tared)))),
            format_reading(reading) if reading is not None else "",
            _lot(record, weighing.role),
        )


def _lot(record: TriturationRecord, role: Role) -> str | Cell:
    """The jar: of the drug or the diluent, or the trituration that it starts from."""
    if role is Role.ALIQUOT:
        number = record.made_from or record.plan.made_from or ""
        return Cell(text=number, href=url_for("triturations.show", lot_number=number))
    lot = record.order.active.lot if role is Role.ACTIVE else record.order.filler.lot
    return Cell(text=f"{lot.lot_number}, {lot.maker}", href=url_for("lots.show", lot_id=lot.lot_id)) if lot else ""
