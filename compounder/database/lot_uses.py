"""What was planned from an ingredient lot and may still be used, itself or through a trituration that it is in."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from compounder.database.schema import (
    BatchIngredientTable,
    BatchTable,
    LotTable,
    TriturationIngredientTable,
    TriturationTable,
)
from compounder.database.types import BEYOND_ALL, row_id
from compounder.domain.record.standing import FINAL
from compounder.domain.record.trituration_record import TriturationStatus
from compounder.domain.stock.lots import LotStatus

_GIVEN_UP: Final = [status.value for status in sorted(FINAL)]
_NO_LONGER_USED: Final = (LotStatus.USED_UP.value, LotStatus.REJECTED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFrom:
    """Our lot numbers of the batches that were not given up, the triturations still to be made, and those that were
    made and may still be weighed from."""

    batches: tuple[str, ...] = ()
    triturations: tuple[str, ...] = ()
    made: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.batches or self.triturations or self.made)


def _holding(maker: Any, contents: Any, owner: str) -> Select[Any]:
    """Our lot numbers of what holds the lot and was planned before an entry, or is made from a trituration that was;
    newest first."""
    of = getattr(contents, owner)
    return (
        select(maker.lot_number)
        .join(contents, of == maker.id)
        .where(
            maker.site == bindparam("site"),
            contents.ingredient_lot_id == bindparam("lot_id"),
            or_(maker.journal_number < bindparam("before"), _through_an_earlier_one(maker, contents, owner)),
        )
        .order_by(maker.id.desc())
    )


def _through_an_earlier_one(maker: Any, contents: Any, owner: str) -> ColumnElement[bool]:
    drawn, earlier, within = aliased(contents), aliased(TriturationTable), aliased(TriturationIngredientTable)
    return exists().where(
        getattr(drawn, owner) == maker.id,
        earlier.ingredient_lot_id == drawn.ingredient_lot_id,
        earlier.journal_number < bindparam("before"),
        within.trituration_id == earlier.id,
        within.ingredient_lot_id == bindparam("lot_id"),
    )


_BATCHES: Final = _holding(BatchTable, BatchIngredientTable, "batch_id").where(BatchTable.status.not_in(_GIVEN_UP))
_TRITURATIONS: Final = _holding(TriturationTable, TriturationIngredientTable, "trituration_id")
_PLANNED: Final = _TRITURATIONS.where(TriturationTable.status == TriturationStatus.PLANNED.value)
_MADE: Final = _TRITURATIONS.join(LotTable, LotTable.id == TriturationTable.ingredient_lot_id).where(
    LotTable.status.not_in(_NO_LONGER_USED)
)


def planned_from(connection: Connection, site: str, lot_id: str, *, before: int | None = None) -> PlannedFrom:
    """What stands planned or made from the lot; with `before`, only what goes back to before that entry."""
    asked = {"site": site, "lot_id": row_id(lot_id), "before": before or BEYOND_ALL}
    batches, triturations, made = (tuple(connection.scalars(query, asked)) for query in (_BATCHES, _PLANNED, _MADE))
    return PlannedFrom(batches=batches, triturations=triturations, made=made)
