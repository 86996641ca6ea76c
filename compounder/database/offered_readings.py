"""What balances offer: of each the newest reading, and whether it was used, or something was weighed there since."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from compounder.database.schema import OfferedReadingTable
from compounder.domain.record.offered import OfferedReading, Sent
from compounder.domain.units import READING, kept_quantity, quantity_text

_OF_SITE: Final = (
    select(
        OfferedReadingTable.balance,
        OfferedReadingTable.offer_id,
        OfferedReadingTable.reading,
        OfferedReadingTable.line,
        OfferedReadingTable.protocol,
        OfferedReadingTable.sent_at,
        OfferedReadingTable.sent_by,
        OfferedReadingTable.is_used,
    )
    .where(OfferedReadingTable.site == bindparam("site"))
    .order_by(OfferedReadingTable.balance)
)


def of_site(connection: Connection, site: str) -> tuple[OfferedReading, ...]:
    """The newest reading of each balance."""
    return tuple(_offered(row) for row in connection.execute(_OF_SITE, {"site": site}))


def keep(connection: Connection, site: str, offered: OfferedReading) -> None:
    """This is the balance's newest reading now; the one before is forgotten."""
    table = OfferedReadingTable
    connection.execute(delete(table).where(table.site == site, table.balance == offered.balance))
    row = {
        "site": site,
        "balance": offered.balance,
        "offer_id": offered.offer_id,
        "reading": quantity_text(offered.reading, READING),
        "line": offered.sent.line,
        "protocol": offered.sent.protocol,
        "sent_at": offered.sent.at,
        "sent_by": offered.sent.by,
        "is_used": offered.is_used,
    }
    connection.execute(insert(table), row)


def void(connection: Connection, site: str, balance: str, *, at: datetime) -> None:
    """Something was weighed on the balance; nothing that it sent before this moment is offered again, to any batch."""
    table = OfferedReadingTable
    of_balance = update(table).where(table.site == site, table.balance == balance)
    connection.execute(of_balance.values(is_used=True, sent_at=at))


def _offered(row: Any) -> OfferedReading:
    return OfferedReading(
        offer_id=row.offer_id,
        balance=row.balance,
        reading=kept_quantity(row.reading, READING),
        sent=Sent(line=row.line, protocol=row.protocol, at=row.sent_at, by=row.sent_by),
        is_used=row.is_used,
    )
