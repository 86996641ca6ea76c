"""What expires soon: batches of which something is on the shelf, and those that were never released and may still be.

Of a year's batches most are all dispensed: indexes without them lead straight to the others, however long the history.
"""

from datetime import date, timedelta
from operator import attrgetter
from typing import Final

from sqlalchemy import Connection, bindparam, exists

from compounder.database.schema import BatchTable, CapsuleStockTable
from compounder.database.search import prepared
from compounder.database.search.history import AT_SITE, PAGE, BatchRow
from compounder.database.search.prepared import WRITTEN_LIMIT
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.standing import FINAL

_TO_COME: Final = (BatchStatus.PLANNED, BatchStatus.IN_MAKING, BatchStatus.VERIFIED, BatchStatus.QUARANTINED)
_ON_SHELF: Final = (
    AT_SITE.join(CapsuleStockTable, CapsuleStockTable.batch_id == BatchTable.id)
    .where(
        CapsuleStockTable.site == bindparam("site"),
        CapsuleStockTable.beyond_use_date.between(bindparam("today"), bindparam("last_day")),
        CapsuleStockTable.capsules > 0,
        *(BatchTable.status != final.value for final in FINAL),
    )
    .order_by(CapsuleStockTable.beyond_use_date, CapsuleStockTable.batch_id)
    .limit(WRITTEN_LIMIT)
)
_NEVER_THERE: Final = (
    AT_SITE.where(
        BatchTable.beyond_use_date.between(bindparam("today"), bindparam("last_day")),
        BatchTable.status.in_([status.value for status in _TO_COME]),
        ~exists().where(CapsuleStockTable.batch_id == BatchTable.id),
    )
    .order_by(BatchTable.beyond_use_date, BatchTable.id)
    .limit(WRITTEN_LIMIT)
)


def expiring_batches(
    connection: Connection, site: str, today: date, days: int = 30, *, limit: int = PAGE
) -> tuple[BatchRow, ...]:
    """Batches neither given up nor all dispensed whose beyond-use date is today or in the next `days`, the most urgent
    first."""
    names = {"site": site, "limit": limit, "today": today, "last_day": today + timedelta(days=days)}
    found = map(BatchRow._make, prepared.both(connection, _ON_SHELF, _NEVER_THERE, names))
    return tuple(sorted(found, key=attrgetter("beyond_use_date", "batch_id"))[:limit])
