"""The page of a past batch in finished strings: what its record says, and that the program calculated none of it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.record.past_batch import PastStatus
from compounder.domain.units import format_dose
from compounder.services.past_batches import PastBatchFile
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells, format_moment
from compounder.web.tables import Cell, Row

LOT_COLUMNS: Final = (("Lot number", "lot"), ("Maker", "told"), ("In stock", "told"))


def past_batch_page(file: PastBatchFile, zone: ZoneInfo) -> Mapping[str, Any]:
    """Everything that the page shows."""
    batch = file.batch
    return {
        "lot_number": batch.lot_number,
        "is_withdrawn": file.status is PastStatus.WITHDRAWN,
        "title": f"{batch.formulation}, {format_dose(batch.strength)}",
        "facts": list(_facts(file)),
        "record": list(_record(file, zone)),
        "lot_columns": LOT_COLUMNS,
        "lots": list(_lots(file)),
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, zone),
    }


def _facts(file: PastBatchFile) -> Iterator[dict[str, str]]:
    batch = file.batch
    yield {"label": "Strength", "value": format_dose(batch.strength), "kind": "strong"}
    yield {"label": "Beyond-use date", "value": format_day(batch.beyond_use_date), "kind": "strong"}
    yield {"label": "Compounded on", "value": format_day(batch.made_on)}
    yield {"label": "Capsules", "value": f"{batch.capsules:,}"}
    yield {"label": "Strength stated as", "value": batch.strength_basis or "not named"}


def _record(file: PastBatchFile, zone: ZoneInfo) -> Iterator[dict[str, str]]:
    """Where the record is, who made the batch, and who entered it here."""
    batch, entered = file.batch, file.entered
    who = entered.actor.name if entered.actor.is_authenticated else f"{entered.actor.name} (typed name)"
    yield {"label": "The record", "value": batch.reference, "kind": "strong"}
    yield {"label": "Made by", "value": batch.made_by or "not named"}
    yield {"label": "Entered by", "value": f"{who}, {format_moment(entered.at, zone)}"}
    if batch.note:
        yield {"label": "Note", "value": batch.note, "kind": "wide"}


def _lots(file: PastBatchFile) -> Iterator[Row]:
    for lot, lot_id in zip(file.batch.ingredient_lots, file.lot_ids, strict=True):
        found = Cell(text="this lot", href=url_for("lots.show", lot_id=lot_id)) if lot_id else "not found when entered"
        yield lot.lot_number, lot.maker or "not named", found
