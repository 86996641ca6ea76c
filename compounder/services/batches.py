"""A batch after it was stored: given up with a reason."""

from datetime import datetime

from compounder.database import batches, journal, stock
from compounder.database.engine import Connection
from compounder.domain.errors import MissingKey
from compounder.domain.record.journal import Actor, EntryKind
from compounder.domain.record.record import BatchStatus
from compounder.services.errors import AlreadyVoided


def void_batch(connection: Connection, site: str, lot_number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Give a batch up: its powders are free again; the record stays as it was, and says so."""
    if not reason.strip():
        raise MissingKey(missing="reason")
    stored = batches.load(connection, site, lot_number)
    if not batches.set_status(connection, site, lot_number, BatchStatus.VOIDED, was=BatchStatus.PLANNED, reason=reason):
        raise AlreadyVoided(lot_number=lot_number)
    entry = journal.append(
        connection,
        at=at,
        actor=actor,
        site=site,
        subject=lot_number,
        kind=EntryKind.BATCH_VOIDED,
        document={"reason": reason},
    )
    stock.release(connection, site, stored.batch_id, reason, entry.number)
