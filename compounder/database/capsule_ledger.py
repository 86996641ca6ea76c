"""The ledger of finished capsules: each movement, and the shelf as the sum of them, never below nothing.

To take capsules is one conditional UPDATE, so that two people can never dispense the same ones.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from compounder.database.errors import NotFound
from compounder.database.schema import BatchTable, BottleTable, CapsuleMovementTable, CapsuleStockTable, JournalTable
from compounder.database.types import AnyRow
from compounder.domain.care.shelf import CapsuleMovementKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CapsuleMovement:
    """One line of the ledger: `capsules` is signed; `bottle` is the number of the bottle that it is of, if any.

    Of destroyed capsules `cause` and `witness` say for what, and who saw it; empty where nobody wrote them.
    """

    kind: CapsuleMovementKind
    capsules: int
    bottle: str
    reason: str
    journal_number: int
    by: str
    at: datetime
    cause: str
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A batch that was released: capsules there now, and how many releases have put there."""

    batch_id: int
    on_shelf: int
    put: int


_LINES: Final = (
    select(
        CapsuleMovementTable.kind,
        CapsuleMovementTable.capsules,
        func.coalesce(BottleTable.number, "").label("bottle"),
        CapsuleMovementTable.reason,
        CapsuleMovementTable.journal_number,
        JournalTable.actor,
        JournalTable.at,
        JournalTable.document,
    )
    .join(JournalTable, JournalTable.number == CapsuleMovementTable.journal_number)
    .join(BottleTable, BottleTable.id == CapsuleMovementTable.bottle_id, isouter=True)
    .order_by(CapsuleMovementTable.id)
)


def shelved(connection: Connection, batch_id: int) -> Shelved | None:
    """What is on the shelf of a batch; None of one that was never released."""
    on_shelf = connection.scalar(select(CapsuleStockTable.capsules).where(CapsuleStockTable.batch_id == batch_id))
    if on_shelf is None:
        return None
    put = select(func.sum(CapsuleMovementTable.capsules)).where(
        CapsuleMovementTable.batch_id == batch_id,
        CapsuleMovementTable.kind == CapsuleMovementKind.RELEASED.value,
    )
    return Shelved(batch_id=batch_id, on_shelf=on_shelf, put=int(connection.scalar(put) or 0))


def make_room(connection: Connection, batch_id: int) -> Shelved:
    """An empty place on the shelf for a batch, under the strength and the date that its own row has."""
    table = BatchTable
    row = connection.execute(
        select(table.site, table.formulation_code, table.strength_ng, table.beyond_use_date).where(table.id == batch_id)
    ).first()
    if row is None:
        raise NotFound(what="batch", name=str(batch_id))
    connection.execute(insert(CapsuleStockTable), {**row._asdict(), "batch_id": batch_id, "capsules": 0})
    return Shelved(batch_id=batch_id, on_shelf=0, put=0)


def kept_until(connection: Connection, batch_id: int) -> date:
    """The beyond-use date that holds now of what is on the shelf; refuses with `NotFound` where nothing ever was."""
    found = connection.scalar(select(CapsuleStockTable.beyond_use_date).where(CapsuleStockTable.batch_id == batch_id))
    if found is None:
        raise NotFound(what="place on the shelf", name=str(batch_id))
    return found


def hold_until(connection: Connection, batch_id: int, beyond_use: date) -> None:
    """Keep the beyond-use date that holds now of what is on the shelf."""
    statement = update(CapsuleStockTable).where(CapsuleStockTable.batch_id == batch_id)
    connection.execute(statement.values(beyond_use_date=beyond_use))


def move(
    connection: Connection,
    site: str,
    batch_id: int,
    kind: CapsuleMovementKind,
    change: int,
    journal_number: int,
    *,
    reason: str = "",
    bottle_id: int | None = None,
) -> bool:
    """Whether the shelf allowed the change, which then stands in the ledger too."""
    stock = CapsuleStockTable
    statement = update(stock).where(stock.site == site, stock.batch_id == batch_id, stock.capsules + change >= 0)
    if connection.execute(statement.values(capsules=stock.capsules + change)).rowcount != 1:
        return False
    row = {
        "site": site,
        "batch_id": batch_id,
        "bottle_id": bottle_id,
        "kind": kind.value,
        "capsules": change,
        "reason": reason,
        "journal_number": journal_number,
    }
    connection.execute(insert(CapsuleMovementTable), row)
    return True


def movements(connection: Connection, batch_id: int) -> tuple[CapsuleMovement, ...]:
    """The ledger of a batch's capsules, oldest first."""
    found = connection.execute(_LINES.where(CapsuleMovementTable.batch_id == batch_id))
    return tuple(map(_movement, found))


def _movement(row: AnyRow) -> CapsuleMovement:
    said = json.loads(row.document)
    return CapsuleMovement(
        kind=CapsuleMovementKind(row.kind),
        capsules=row.capsules,
        bottle=row.bottle,
        reason=row.reason,
        journal_number=row.journal_number,
        by=row.actor,
        at=row.at,
        cause=said.get("cause", ""),
        witness=said.get("witness", ""),
    )
