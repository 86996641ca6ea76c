"""Orders: the canonical resolved order that its batches, one a strength, were planned from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, insert, select

from compounder.codec.documents import digest, from_stored
from compounder.database import one_time_keys
from compounder.database.errors import NotFound
from compounder.database.schema import BatchTable, OrderTable
from compounder.database.types import AnyRow
from compounder.domain.batch.order import BatchOrder
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.record.journal import JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order as it was stored."""

    order_id: int
    order_number: str
    order: BatchOrder
    sha256: str
    formulation_code: str
    formulation_version: int
    stored_at: datetime
    stored_by: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """What the list of orders shows."""

    order_number: str
    compounded_on: date
    formulation_code: str
    formulation_version: int
    stored_by: str
    batches: int


_ADD: Final = insert(OrderTable).returning(OrderTable.id)
_ONE: Final = select(OrderTable.__table__).where(
    OrderTable.site == bindparam("site"), OrderTable.order_number == bindparam("order_number")
)
_batches = select(func.count()).where(BatchTable.order_id == OrderTable.id).correlate(OrderTable).scalar_subquery()
_LISTED: Final = (
    select(
        OrderTable.order_number,
        OrderTable.compounded_on,
        OrderTable.formulation_code,
        OrderTable.formulation_version,
        OrderTable.stored_by,
        _batches,
    )
    .where(OrderTable.site == bindparam("site"))
    .order_by(OrderTable.id.desc())
    .limit(bindparam("limit"))
)


def find_by_key(connection: Connection, site: str, one_time_key: str) -> str | None:
    """The number of the order that the form with this key made; None while it made none."""
    return one_time_keys.subject_of(connection, site, one_time_key)


def add(
    connection: Connection, entry: JournalEntry, *, one_time_key: str, compounded_on: date, formulation: Formulation
) -> int:
    """The id of the order now kept as its journal entry has it; refuses with `KeyAlreadyUsed` a form sent before."""
    one_time_keys.use(connection, entry.site, one_time_key, entry.subject, entry.number)
    row = {
        "site": entry.site,
        "order_number": entry.subject,
        "compounded_on": compounded_on,
        "formulation_code": formulation.code,
        "formulation_version": formulation.version,
        "stored_at": entry.at,
        "stored_by": entry.actor.name,
        "document": entry.document,
        "sha256": digest(entry.document),
        "journal_number": entry.number,
    }
    return connection.execute(_ADD, row).scalar_one()


def load(connection: Connection, site: str, order_number: str) -> StoredOrder:
    """The order with this number; refuses with `NotFound`."""
    row = connection.execute(_ONE, {"site": site, "order_number": order_number}).first()
    if row is None:
        raise NotFound(what="order", name=order_number)
    return _stored(row)


def listed(connection: Connection, site: str, *, limit: int = 50) -> tuple[OrderRow, ...]:
    """The newest orders of the site."""
    return tuple(OrderRow(*row) for row in connection.execute(_LISTED, {"site": site, "limit": limit}))


def _stored(row: AnyRow) -> StoredOrder:
    return StoredOrder(
        order_id=row.id,
        order_number=row.order_number,
        order=from_stored(row.document, BatchOrder),
        sha256=row.sha256,
        formulation_code=row.formulation_code,
        formulation_version=row.formulation_version,
        stored_at=row.stored_at,
        stored_by=row.stored_by,
    )
