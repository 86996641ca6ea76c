"""Triturations: their records as documents, what they hold, which batches draw on them, and the lots they became."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from compounder.codec.documents import digest, from_stored
from compounder.database.errors import NotFound
from compounder.database.schema import (
    BatchTable,
    BatchTriturationTable,
    TriturationIngredientTable,
    TriturationTable,
)
from compounder.database.types import AnyRow, row_id
from compounder.database.words import begins, range_named
from compounder.domain.record.journal import JournalEntry
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.trituration_record import (
    TriturationMade,
    TriturationRecord,
    TriturationStatus,
    TriturationUsed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTrituration:
    """A trituration to keep: its record, whose document is its journal `entry`'s, and the id of the one it starts
    from."""

    record: TriturationRecord
    entry: JournalEntry
    made_from_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTrituration:
    """A trituration as it is kept: its record as stored, where it stands, and once it is made, what and which lot."""

    trituration_id: int
    record: TriturationRecord
    record_sha256: str
    status: TriturationStatus
    void_reason: str
    lot_id: str | None
    made: TriturationMade | None


@dataclass(frozen=True, slots=True)
class TriturationRow:
    """What a line of a list shows."""

    lot_number: str
    name: str
    ratio: str
    compounded_on: date
    beyond_use_date: date
    status: TriturationStatus


_ADD: Final = insert(TriturationTable).returning(TriturationTable.id)
_LINK: Final = insert(BatchTriturationTable)
_HOLD: Final = insert(TriturationIngredientTable)
_WHOLE: Final = select(TriturationTable.__table__).where(TriturationTable.site == bindparam("site"))
_ONE: Final = _WHOLE.where(TriturationTable.lot_number == bindparam("lot_number"))
_STANDING: Final = select(
    TriturationTable.sha256, TriturationTable.status, TriturationTable.status_reason, TriturationTable.made_document
).where(TriturationTable.site == bindparam("site"), TriturationTable.lot_number == bindparam("lot_number"))
_DATED: Final = select(TriturationTable.beyond_use_date).where(
    TriturationTable.site == bindparam("site"), TriturationTable.lot_number == bindparam("lot_number")
)
_LISTED: Final = (
    select(
        TriturationTable.lot_number,
        TriturationTable.name,
        TriturationTable.ratio,
        TriturationTable.compounded_on,
        TriturationTable.beyond_use_date,
        TriturationTable.status,
    )
    .where(TriturationTable.site == bindparam("site"))
    .order_by(TriturationTable.id)
)
_OF_ORDER: Final = _LISTED.where(TriturationTable.order_number == bindparam("order_number"))
_OF_BATCH: Final = (
    _LISTED.join(BatchTriturationTable, BatchTriturationTable.trituration_id == TriturationTable.id)
    .join(BatchTable, BatchTable.id == BatchTriturationTable.batch_id)
    .where(BatchTable.lot_number == bindparam("lot_number"))
)
_BEGINNING: Final = _LISTED.where(begins(TriturationTable.lot_number, "beginning")).limit(bindparam("limit"))
_MADE_FROM: Final = _LISTED.where(TriturationTable.made_from_id == bindparam("trituration_id"))
_HOLDING: Final = _LISTED.join(
    TriturationIngredientTable, TriturationIngredientTable.trituration_id == TriturationTable.id
).where(TriturationIngredientTable.ingredient_lot_id == bindparam("lot_id"))
_BATCHES: Final = (
    select(BatchTable.lot_number)
    .join(BatchTriturationTable, BatchTriturationTable.batch_id == BatchTable.id)
    .where(
        BatchTriturationTable.site == bindparam("site"),
        BatchTriturationTable.trituration_id == bindparam("trituration_id"),
        BatchTable.status.not_in([BatchStatus.VOIDED.value, BatchStatus.REJECTED.value]),
    )
    .order_by(BatchTable.id)
)
_CONTENTS: Final = select(TriturationIngredientTable.ingredient_lot_id, TriturationIngredientTable.mass_ng).where(
    TriturationIngredientTable.site == bindparam("site"),
    TriturationIngredientTable.trituration_id == bindparam("trituration_id"),
)
_LOTS_IN: Final = (
    select(TriturationIngredientTable.ingredient_lot_id)
    .join(TriturationTable, TriturationTable.id == TriturationIngredientTable.trituration_id)
    .where(TriturationTable.site == bindparam("site"), TriturationTable.ingredient_lot_id == bindparam("lot_id"))
)
_NUMBER_OF_LOT: Final = select(TriturationTable.lot_number).where(
    TriturationTable.site == bindparam("site"), TriturationTable.ingredient_lot_id == bindparam("lot_id")
)
_OF_LOT: Final = _WHOLE.where(TriturationTable.ingredient_lot_id == bindparam("lot_id"))


def add(connection: Connection, site: str, order_id: int, new: NewTrituration) -> int:
    """The id of the trituration now kept."""
    return connection.execute(_ADD, _row(site, order_id, new)).scalar_one()


def draw(connection: Connection, site: str, drawn: Iterable[tuple[int, int]]) -> None:
    """Keep which batch draws on which trituration, by their ids."""
    rows = [{"site": site, "batch_id": batch_id, "trituration_id": number} for batch_id, number in drawn]
    if rows:
        connection.execute(_LINK, rows)


def hold(connection: Connection, site: str, trituration_id: int, masses: Mapping[str, int]) -> None:
    """Keep how many nanograms of each ingredient lot are in a trituration."""
    owner = {"site": site, "trituration_id": trituration_id}
    rows = [{**owner, "ingredient_lot_id": row_id(lot_id), "mass_ng": mass} for lot_id, mass in masses.items()]
    connection.execute(_HOLD, rows)


def contents(connection: Connection, site: str, trituration_id: int) -> Mapping[str, int]:
    """Nanograms of each ingredient lot in a trituration."""
    rows = connection.execute(_CONTENTS, {"site": site, "trituration_id": trituration_id})
    return {str(row.ingredient_lot_id): row.mass_ng for row in rows}


def lots_in(connection: Connection, site: str, lot_id: str) -> tuple[str, ...]:
    """The ids of the ingredient lots in the trituration that this lot is; none where it is no trituration."""
    rows = connection.scalars(_LOTS_IN, {"site": site, "lot_id": row_id(lot_id)})
    return tuple(str(number) for number in rows)


def load(connection: Connection, site: str, lot_number: str) -> StoredTrituration:
    """The trituration with our lot number; refuses with `NotFound`."""
    row = connection.execute(_ONE, {"site": site, "lot_number": lot_number}).first()
    if row is None:
        raise NotFound(what="trituration", name=lot_number)
    return _stored(row)


def of_lot(connection: Connection, site: str, lot_id: str) -> StoredTrituration:
    """The trituration that this ingredient lot is; refuses with `NotFound`."""
    row = connection.execute(_OF_LOT, {"site": site, "lot_id": row_id(lot_id)}).first()
    if row is None:
        raise NotFound(what="trituration", name=lot_id)
    return _stored(row)


def number_of_lot(connection: Connection, site: str, lot_id: str) -> str:
    """Our lot number of the trituration that this ingredient lot is; empty for a lot that was not made here."""
    return connection.scalar(_NUMBER_OF_LOT, {"site": site, "lot_id": row_id(lot_id)}) or ""


def standing(connection: Connection, site: str, lot_number: str) -> tuple[str, str, str, str]:
    """The hash of its record, its status and that status's reason, and what it turned out to be, empty before."""
    row = connection.execute(_STANDING, {"site": site, "lot_number": lot_number}).first()
    if row is None:
        raise NotFound(what="trituration", name=lot_number)
    return row.sha256, row.status, row.status_reason, row.made_document or ""


def of_order(connection: Connection, site: str, order_number: str) -> tuple[TriturationRow, ...]:
    """The triturations of an order, in the sequence they are made."""
    return _listed(connection.execute(_OF_ORDER, {"site": site, "order_number": order_number}))


def of_batch(connection: Connection, site: str, lot_number: str) -> tuple[TriturationRow, ...]:
    """The triturations that a batch draws on, in the sequence they are made."""
    return _listed(connection.execute(_OF_BATCH, {"site": site, "lot_number": lot_number}))


def beginning(connection: Connection, site: str, lot_number: str, *, limit: int = 10) -> tuple[TriturationRow, ...]:
    """The triturations whose lot number is this one, or begins so."""
    names = range_named("beginning", lot_number.strip().upper())
    return _listed(connection.execute(_BEGINNING, {"site": site, "limit": limit, **names}))


def made_from(connection: Connection, site: str, trituration_id: int) -> tuple[TriturationRow, ...]:
    """The triturations planned to start from this one."""
    return _listed(connection.execute(_MADE_FROM, {"site": site, "trituration_id": trituration_id}))


def holding(connection: Connection, site: str, lot_id: str) -> tuple[TriturationRow, ...]:
    """The triturations that an ingredient lot is in, itself or through another trituration."""
    return _listed(connection.execute(_HOLDING, {"site": site, "lot_id": row_id(lot_id)}))


def batches_of(connection: Connection, site: str, trituration_id: int) -> tuple[str, ...]:
    """Our lot numbers of the batches that draw on a trituration and are neither given up nor rejected."""
    return tuple(connection.scalars(_BATCHES, {"site": site, "trituration_id": trituration_id}))


def as_made(connection: Connection, site: str, used: Sequence[TriturationUsed]) -> tuple[TriturationUsed, ...]:
    """The same triturations with the beyond-use dates that those have which are made by now."""
    return tuple(replace(each, beyond_use_date=_dated(connection, site, each.lot_number)) for each in used)


def _dated(connection: Connection, site: str, lot_number: str) -> date:
    names = {"site": site, "lot_number": lot_number}
    found: date = connection.execute(_DATED, names).scalar_one()
    return found


def set_made(
    connection: Connection, site: str, trituration_id: int, lot_id: str, beyond_use_date: date, document: str
) -> None:
    """Keep what a trituration turned out to be, and the ingredient lot that it is now."""
    statement = update(TriturationTable).where(TriturationTable.site == site, TriturationTable.id == trituration_id)
    connection.execute(
        statement.values(
            status=TriturationStatus.MADE.value,
            ingredient_lot_id=row_id(lot_id),
            beyond_use_date=beyond_use_date,
            made_document=document,
        )
    )


def void(connection: Connection, site: str, trituration_id: int, reason: str) -> None:
    """Keep that a trituration was given up, and why."""
    statement = update(TriturationTable).where(TriturationTable.site == site, TriturationTable.id == trituration_id)
    connection.execute(statement.values(status=TriturationStatus.VOIDED.value, status_reason=reason))


def _listed(rows: Iterable[AnyRow]) -> tuple[TriturationRow, ...]:
    return tuple(
        TriturationRow(
            row.lot_number,
            row.name,
            row.ratio,
            row.compounded_on,
            row.beyond_use_date,
            TriturationStatus(row.status),
        )
        for row in rows
    )


def _stored(row: AnyRow) -> StoredTrituration:
    return StoredTrituration(
        trituration_id=row.id,
        record=from_stored(row.document, TriturationRecord),
        record_sha256=row.sha256,
        status=TriturationStatus(row.status),
        void_reason=row.status_reason,
        lot_id=None if row.ingredient_lot_id is None else str(row.ingredient_lot_id),
        made=from_stored(row.made_document, TriturationMade) if row.made_document else None,
    )


def _row(site: str, order_id: int, new: NewTrituration) -> Mapping[str, object]:
    record = new.record
    return {
        "site": site,
        "order_id": order_id,
        "order_number": record.order_number,
        "lot_number": record.lot_number,
        "name": record.plan.name,
        "ratio": str(record.plan.ratio),
        "made_from_id": new.made_from_id,
        "compounded_on": record.order.compounded_on,
        "beyond_use_date": record.beyond_use_date,
        "status": TriturationStatus.PLANNED.value,
        "status_reason": "",
        "document": new.entry.document,
        "sha256": digest(new.entry.document),
        "journal_number": new.entry.number,
    }
