"""Whether the lots that a batch goes by are what they were when it was planned, and may be used."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from compounder.database import lots, triturations
from compounder.database.engine import Connection
from compounder.database.lots import StoredLot
from compounder.domain.batch.order import ActivePowder, BatchOrder
from compounder.domain.batch.source import TriturationLot
from compounder.domain.errors import CompoundingError
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.stock.lots import Certificate, LotFacts
from compounder.services.lot_use import require_usable
from compounder.services.sources import active_powder

_FIGURES: Final = (*(field.name for field in fields(Certificate)), "expires_on")


class LotCorrected(CompoundingError):
    """A batch that goes by figures of a lot that were wrong."""

    code = "lot-corrected"
    title = "A lot was corrected"
    lot_number: str
    batch: str

    def __str__(self) -> str:
        return f"Lot {self.lot_number} was corrected since batch {self.batch} was planned. Void it and order again."


def require_lots_as_planned(connection: Connection, record: CompoundingRecord) -> None:
    """Refuses a batch of a lot, or of a trituration made for it, that is held back (see `lot_use.require_usable`), and
    with `LotCorrected` one of a lot whose figures were corrected since."""
    mixed = (triturations.load(connection, record.site, used.lot_number).lot_id for used in record.triturations)
    drugs = tuple(_drugs(record.order))
    filler = record.order.filler
    weighed = [lot.lot_id for lot in (*(lot for lot, _ in drugs), filler.lot) if lot]
    require_usable(connection, record.site, [*weighed, *(lot_id for lot_id in mixed if lot_id)])
    stored = {each.lot_id: each for each in lots.load_each(connection, record.site, weighed)}
    corrected = [lot for lot, powder in drugs if lot and _differs(powder, stored[lot.lot_id])]
    if filler.lot and stored[filler.lot.lot_id].lot.expires_on != filler.expires_on:
        corrected.append(filler.lot)
    for lot in corrected:
        number = stored[lot.lot_id].lot.lot_number
        raise LotCorrected(lot_number=number, batch=record.lot_number)


def _drugs(order: BatchOrder) -> Iterator[tuple[LotFacts | None, ActivePowder]]:
    """Each jar of the drug, with the figures that the order goes by."""
    in_stock = order.source.lot if isinstance(order.source, TriturationLot) else None
    yield order.active.lot or in_stock, order.active
    if order.next_active:
        yield order.next_active.powder.lot, order.next_active.powder


def _differs(planned: ActivePowder, stored: StoredLot) -> bool:
    now = active_powder(stored)
    return any(getattr(planned, name) != getattr(now, name) for name in _FIGURES)
