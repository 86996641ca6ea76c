"""What a recall follows: every lot that something was weighed from is among its contents, through triturations too."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Select, exists, select
from sqlalchemy.orm import aliased

from compounder.database.audit.finding import Finding
from compounder.database.schema import (
    BatchIngredientTable,
    BatchTable,
    LotTable,
    MovementTable,
    TriturationIngredientTable,
    TriturationTable,
)

_within = aliased(BatchIngredientTable)
_made_here: Final = exists().where(TriturationTable.ingredient_lot_id == LotTable.id)


def _weighed(maker: Any, moved_for: Any, contents: Any, of: Any) -> Select[Any]:
    """Lots that were reserved for a batch or a trituration and are not among its contents."""
    is_there = exists().where(of == maker.id, contents.ingredient_lot_id == MovementTable.lot_id)
    return (
        select(maker.lot_number, LotTable.lot_number)
        .select_from(MovementTable)
        .join(maker, maker.id == moved_for)
        .join(LotTable, LotTable.id == MovementTable.lot_id)
        .where(MovementTable.kind == "reserved", ~is_there)
        .distinct()
    )


_BATCHES: Final = _weighed(BatchTable, MovementTable.batch_id, BatchIngredientTable, BatchIngredientTable.batch_id)
_TRITURATIONS: Final = _weighed(
    TriturationTable,
    MovementTable.trituration_id,
    TriturationIngredientTable,
    TriturationIngredientTable.trituration_id,
)
_drawn_on = aliased(TriturationTable)
_THROUGH: Final = (
    select(BatchTable.lot_number, LotTable.lot_number)
    .select_from(BatchIngredientTable)
    .join(BatchTable, BatchTable.id == BatchIngredientTable.batch_id)
    .join(_drawn_on, _drawn_on.ingredient_lot_id == BatchIngredientTable.ingredient_lot_id)
    .join(TriturationIngredientTable, TriturationIngredientTable.trituration_id == _drawn_on.id)
    .join(LotTable, LotTable.id == TriturationIngredientTable.ingredient_lot_id)
    .where(
        ~_made_here,
        ~exists().where(_within.batch_id == BatchTable.id, _within.ingredient_lot_id == LotTable.id),
    )
    .distinct()
)
"""A supplier's lots in a trituration that was made are in each batch that holds the trituration."""


def unfollowed(connection: Connection) -> Iterator[Finding]:
    """Every lot that a recall would not find in what was made from it."""
    for what, query in (("batch", _BATCHES), ("trituration", _TRITURATIONS), ("batch", _THROUGH)):
        for number, lot in connection.execute(query):
            yield Finding(f"A recall of ingredient lot {lot} would not find {what} {number}, which was made from it.")
