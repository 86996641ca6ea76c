"""What a trace begins with: found by its address, or by any code that stands on a jar, a bottle or a paper of ours."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from sqlalchemy import Connection, select

from compounder.database.errors import NotFound
from compounder.database.schema import (
    BatchTable,
    BottleTable,
    CapsuleStockTable,
    LotTable,
    TriturationTable,
)
from compounder.database.tracing import Start, batch_of, trituration_of
from compounder.database.tracing_back import LOT, MADE_HERE, lot_of
from compounder.database.tracing_statements import BATCH, TRITURATION
from compounder.database.types import AnyRow, row_id
from compounder.domain.care.trace import Origin, OriginKind, TracedBatch, TracedLot, TracedTrituration

Found: TypeAlias = TracedLot | TracedTrituration | TracedBatch | None
"""What stands at the beginning; a bottle has a page of its own that says so."""
_MOST_FOUND: Final = 20
_JARS: Final = select(*LOT)
_SHELVED: Final = select(*BATCH, CapsuleStockTable.capsules.label("on_shelf")).join(
    CapsuleStockTable, CapsuleStockTable.batch_id == BatchTable.id, isouter=True
)
_BOTTLE: Final = select(BottleTable.id, BottleTable.number)


def begin(connection: Connection, site: str, origin: Origin) -> tuple[Start, Found]:
    """Where a trace begins, and what is there; refuses with `NotFound`. A lot that was made here is its trituration."""
    match origin.kind:
        case OriginKind.LOT:
            return _lot(connection, site, origin.name)
        case OriginKind.TRITURATION:
            made = TRITURATION.where(TriturationTable.site == site, TriturationTable.lot_number == origin.name)
            return _trituration(_one(connection.execute(made).first(), "trituration", origin.name))
        case OriginKind.BATCH:
            batch = _SHELVED.where(BatchTable.site == site, BatchTable.lot_number == origin.name)
            row = _one(connection.execute(batch).first(), "batch", origin.name)
            return Start(kind=OriginKind.BATCH, batch_id=row.id), batch_of(row)
        case OriginKind.BOTTLE:
            bottle = _BOTTLE.where(BottleTable.site == site, BottleTable.number == origin.name)
            row = _one(connection.execute(bottle).first(), "bottle", origin.name)
            return Start(kind=OriginKind.BOTTLE, bottle_id=row.id), None


def _lot(connection: Connection, site: str, lot_id: str) -> tuple[Start, Found]:
    made = TRITURATION.where(TriturationTable.site == site, TriturationTable.ingredient_lot_id == row_id(lot_id))
    row = connection.execute(made).first()
    if row is not None:
        return _trituration(row)
    jar = _JARS.where(LotTable.site == site, LotTable.id == row_id(lot_id))
    row = _one(connection.execute(jar).first(), "ingredient lot", lot_id)
    return Start(kind=OriginKind.LOT, lot_id=row.id), lot_of(row)


def _trituration(row: AnyRow) -> tuple[Start, Found]:
    start = Start(kind=OriginKind.TRITURATION, trituration_id=row.id, lot_id=row.ingredient_lot_id or 0)
    return start, trituration_of(row)


def _one(row: AnyRow | None, what: str, name: str) -> AnyRow:
    if row is None:
        raise NotFound(what=what, name=name)
    return row


def coded(connection: Connection, site: str, code: str) -> tuple[tuple[Origin, str], ...]:
    """Everything that has this code, with what it is in words: a bottle, a batch, a trituration, or suppliers' lots."""
    return tuple(_coded(connection, site, code))


def _coded(connection: Connection, site: str, code: str) -> Iterator[tuple[Origin, str]]:
    for kind, number, table in (
        (OriginKind.BOTTLE, BottleTable.number, BottleTable),
        (OriginKind.BATCH, BatchTable.lot_number, BatchTable),
        (OriginKind.TRITURATION, TriturationTable.lot_number, TriturationTable),
    ):
        for found in connection.scalars(select(number).where(table.site == site, number == code.upper())):
            yield Origin(kind=kind, name=found), f"{kind.value.capitalize()} {found}"
    named = _JARS.where(LotTable.site == site, LotTable.lot_number.in_({code, code.upper()}), ~MADE_HERE)
    for row in connection.execute(named.order_by(LotTable.id.desc()).limit(_MOST_FOUND)):
        said = f"Lot {row.lot_number} of {row.maker}, {row.substance}"
        yield Origin(kind=OriginKind.LOT, name=str(row.id)), said
