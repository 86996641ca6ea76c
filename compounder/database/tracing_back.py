"""Where something came from: a few statements, one more for each stage of the longest chain of triturations."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, exists, select
from sqlalchemy.orm import aliased

from compounder.database.schema import (
    BatchIngredientTable,
    BatchTable,
    CapsuleMovementTable,
    CapsuleStockTable,
    LotTable,
    MovementTable,
    TriturationIngredientTable,
    TriturationTable,
)
from compounder.database.tracing import Start, batch_of, through, trituration_of
from compounder.database.tracing_statements import BATCH, IS_DISPENSED, TRITURATION
from compounder.database.types import AnyRow, AnySelect, mass_of
from compounder.domain.care.trace import OriginKind, TracedBatch, TracedLot, TracedTrituration
from compounder.domain.care.trace_back import Held, Holder, Sources

LOT: Final = (
    LotTable.id,
    LotTable.substance,
    LotTable.maker,
    LotTable.lot_number,
    LotTable.expires_on,
    LotTable.status,
)
MADE_HERE: Final = exists().where(TriturationTable.ingredient_lot_id == LotTable.id)


def _contents(contents: Any, owner: Any, moved_for: Any) -> AnySelect:
    """The suppliers' lots in what holds them, how much of each, and whether it was weighed in itself."""
    weighed = exists().where(moved_for == owner, MovementTable.lot_id == LotTable.id)
    return (
        select(owner.label("holder"), *LOT, contents.mass_ng, weighed.label("is_weighed_in"))
        .join(LotTable, LotTable.id == contents.ingredient_lot_id)
        .where(~MADE_HERE)
        .order_by(owner, LotTable.id)
    )


_OF_BATCHES: Final = _contents(BatchIngredientTable, BatchIngredientTable.batch_id, MovementTable.batch_id)
_OF_TRITURATIONS: Final = _contents(
    TriturationIngredientTable, TriturationIngredientTable.trituration_id, MovementTable.trituration_id
)
_drawing = aliased(TriturationTable)
_CHAINED: Final[AnySelect] = select(_drawing.id.label("holder"), _drawing.made_from_id.label("drawn_on")).where(
    _drawing.made_from_id.is_not(None)
)
_STARTED_FROM: Final[AnySelect] = select(
    TriturationIngredientTable.trituration_id.label("holder"), TriturationTable.id.label("drawn_on")
).join(TriturationTable, TriturationTable.ingredient_lot_id == TriturationIngredientTable.ingredient_lot_id)
_SHELVED: Final = select(*BATCH, CapsuleStockTable.capsules.label("on_shelf")).join(
    CapsuleStockTable, CapsuleStockTable.batch_id == BatchTable.id, isouter=True
)
_FILLED_FROM: Final = _SHELVED.join(CapsuleMovementTable, CapsuleMovementTable.batch_id == BatchTable.id).where(
    IS_DISPENSED
)


def batches_in(connection: Connection, bottle_id: int) -> tuple[TracedBatch, ...]:
    """The batches that a bottle was filled from."""
    rows = connection.execute(_FILLED_FROM.where(CapsuleMovementTable.bottle_id == bottle_id).order_by(BatchTable.id))
    return tuple(batch_of(row) for row in rows)


def sources(connection: Connection, start: Start, batch_ids: Sequence[int]) -> Sources:
    """What leads to these batches, or to the trituration that a trace begins with."""
    drawn_on: dict[Holder, Collection[int]] = {
        (OriginKind.BATCH, batch_id): found for batch_id, found in through(connection, batch_ids).items()
    }
    ids = {number for found in drawn_on.values() for number in found}
    if start.kind is OriginKind.TRITURATION:
        ids.add(start.trituration_id)
    behind = _behind(connection, ids)
    ids |= {number for found in behind.values() for number in found}
    return Sources(
        held=_held(connection, batch_ids, ids),
        triturations={each.trituration_id: each for each in _triturations(connection, ids)},
        drawn_on={**drawn_on, **{(OriginKind.TRITURATION, number): found for number, found in behind.items()}},
    )


def _behind(connection: Connection, ids: Collection[int]) -> dict[int, set[int]]:
    """Which triturations each was made from, and those that these were made from, to the first."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    asked, known = set(ids), set(ids)
    while asked:
        for holder, drawn_on in connection.execute(_CHAINED.where(_drawing.id.in_(asked))):
            found[holder].add(drawn_on)
        for holder, drawn_on in connection.execute(
            _STARTED_FROM.where(TriturationIngredientTable.trituration_id.in_(asked))
        ):
            found[holder].add(drawn_on)
        asked = {number for each in asked for number in found.get(each, ())} - known
        known |= asked
    return found


def _held(connection: Connection, batch_ids: Collection[int], ids: Collection[int]) -> dict[Holder, list[Held]]:
    held: defaultdict[Holder, list[Held]] = defaultdict(list)
    for row in connection.execute(_OF_BATCHES.where(BatchIngredientTable.batch_id.in_(batch_ids))):
        held[OriginKind.BATCH, row.holder].append(_holding(row))
    for row in connection.execute(_OF_TRITURATIONS.where(TriturationIngredientTable.trituration_id.in_(ids))):
        held[OriginKind.TRITURATION, row.holder].append(_holding(row))
    return held


def _holding(row: AnyRow) -> Held:
    return Held(lot_of(row, mass_ng=row.mass_ng), is_weighed_in=bool(row.is_weighed_in))


def lot_of(row: AnyRow, mass_ng: int | None = None) -> TracedLot:
    """From a row of its columns."""
    return TracedLot(
        lot_id=str(row.id),
        substance=row.substance,
        maker=row.maker,
        lot_number=row.lot_number,
        expires_on=row.expires_on,
        status=row.status,
        mass=None if mass_ng is None else mass_of(mass_ng),
    )


def _triturations(connection: Connection, ids: Collection[int]) -> tuple[TracedTrituration, ...]:
    return tuple(trituration_of(row) for row in connection.execute(TRITURATION.where(TriturationTable.id.in_(ids))))
