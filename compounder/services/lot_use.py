"""Whether what is about to be made may be made of these lots: none of them held back, nor any lot within them."""

from collections.abc import Iterable

from compounder.database import lots
from compounder.database.engine import Connection
from compounder.database.lots import StoredLot
from compounder.domain.stock.lot_status import require_open
from compounder.domain.stock.lots import LotStatus
from compounder.services.errors import LotHeldBack
from compounder.services.triturations import lots_within


def require_usable(connection: Connection, site: str, lot_ids: Iterable[str]) -> None:
    """Refuses with `LotHeldBack` a lot in quarantine, and with `LotIsRejected` one that is rejected: one of these, or
    one that a trituration among them was made with."""
    require_each_usable(connection, site, lots.load_each(connection, site, list(lot_ids)))


def require_each_usable(connection: Connection, site: str, jars: Iterable[StoredLot]) -> None:
    """Refuses as `require_usable` does; each lot is looked at once."""
    for stored in {jar.lot_id: jar for jar in jars}.values():
        for each in (stored, *lots_within(connection, site, stored)):
            require_open(each.lot.lot_number, each.status)
            if each.status is LotStatus.QUARANTINED:
                raise LotHeldBack(lot_number=each.lot.lot_number)
