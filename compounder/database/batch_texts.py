"""A batch's documents letter by letter, as they lie in the tables: what signatures are held against.

No hash that lies beside them is read; whoever wants one works it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, select

from compounder.database.schema import BatchTable, PlanTable, RecordTable


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTexts:
    """The record of a batch, and its plans by their number."""

    record: str
    plans: Mapping[int, str]


_TEXTS: Final = (
    select(RecordTable.document.label("record"), PlanTable.number, PlanTable.document)
    .join(BatchTable, BatchTable.id == RecordTable.batch_id)
    .join(PlanTable, PlanTable.batch_id == RecordTable.batch_id)
    .where(BatchTable.site == bindparam("site"), BatchTable.lot_number == bindparam("lot_number"))
)


def texts(connection: Connection, site: str, lot_number: str) -> StoredTexts:
    """What lies there of a batch; empty where nothing does."""
    found = connection.execute(_TEXTS, {"site": site, "lot_number": lot_number}).all()
    return StoredTexts(record=found[0].record if found else "", plans={row.number: row.document for row in found})
