"""The ingredient lots of past batches: a row for each that the entry names, in its sequence, and none beside them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, select

from compounder.codec.documents import NO_DOCUMENT
from compounder.database.audit.entries import AT_ONCE, raw
from compounder.database.audit.finding import Finding
from compounder.database.schema import JournalTable, PastBatchTable, PastLotTable
from compounder.database.types import row_id

_LOT: Final = ("position", "site", "maker", "lot_number", "ingredient_lot_id")
_ROWS: Final = (
    select(
        PastBatchTable.id,
        PastBatchTable.lot_number.label("batch"),
        PastBatchTable.site.label("of_site"),
        JournalTable.document,
        *(raw(getattr(PastLotTable, name), name) for name in _LOT),
    )
    .join(JournalTable, JournalTable.number == PastBatchTable.journal_number)
    .join(PastLotTable, PastLotTable.past_batch_id == PastBatchTable.id, isouter=True)
    .order_by(PastBatchTable.id, PastLotTable.position)
)
_ORPHANS: Final = (
    select(PastLotTable.past_batch_id).where(PastLotTable.past_batch_id.not_in(select(PastBatchTable.id))).distinct()
)


def named_before(connection: Connection) -> Iterator[Finding]:
    """Every past batch whose lots are not those that its entry names."""
    rows = connection.execute(_ROWS, execution_options={"yield_per": AT_ONCE})
    for _, group in groupby(rows, attrgetter("id")):
        lots = list(group)
        with suppress(*NO_DOCUMENT):
            found = [tuple(getattr(row, name) for name in _LOT) for row in lots if row.position is not None]
            if found != list(_told(json.loads(lots[0].document), lots[0].of_site)):
                yield Finding(f"The ingredient lots of past batch {lots[0].batch} are not those that its entry names.")
    for number in connection.scalars(_ORPHANS):
        yield Finding(f"Ingredient lots stand there for past batch {number} of the table, which is not there.")


def _told(document: Mapping[str, Any], site: str) -> Iterator[tuple[object, ...]]:
    told = zip(document["batch"]["ingredient_lots"], document["lot_ids"], strict=True)
    for position, (lot, lot_id) in enumerate(told, 1):
        yield position, site, lot["maker"], lot["lot_number"], row_id(lot_id) or None
