"""A trituration after it was stored: looked at both ways, or given up with a reason."""

from dataclasses import dataclass
from datetime import datetime

from compounder.database import journal, lots, stock, triturations
from compounder.database.engine import Connection
from compounder.database.lots import StoredLot
from compounder.database.stock import Maker
from compounder.database.triturations import StoredTrituration, TriturationRow
from compounder.domain.bounds import require_reason
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.trituration_record import TriturationStatus
from compounder.services.acting import Acting, append
from compounder.services.errors import DrawnOn, NotPlanned

__all__ = [
    "TriturationFile",
    "TriturationRow",
    "found_by_number",
    "lots_within",
    "of_batch",
    "of_order",
    "trituration_file",
    "void_trituration",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriturationFile:
    """Everything kept of one trituration: its record, what it turned out to be, the lot it is now, what it was made
    from, the batches and triturations that draw on it, and what happened to it."""

    stored: StoredTrituration
    lot: StoredLot | None
    batches: tuple[str, ...]
    triturations: tuple[TriturationRow, ...]
    entries: tuple[JournalEntry, ...]


def trituration_file(connection: Connection, site: str, lot_number: str) -> TriturationFile:
    """The file of the trituration with our lot number; refuses with `NotFound`."""
    stored = triturations.load(connection, site, lot_number)
    return TriturationFile(
        stored=stored,
        lot=lots.load(connection, site, stored.lot_id) if stored.lot_id else None,
        batches=triturations.batches_of(connection, site, stored.trituration_id),
        triturations=_drawing(connection, site, stored),
        entries=journal.entries_of(connection, site, lot_number),
    )


def _drawing(connection: Connection, site: str, stored: StoredTrituration) -> tuple[TriturationRow, ...]:
    """Planned to start from it, or started from what is left of it."""
    planned = triturations.made_from(connection, site, stored.trituration_id)
    holding = triturations.holding(connection, site, stored.lot_id) if stored.lot_id else ()
    return tuple(dict.fromkeys((*planned, *holding)))


def lots_within(connection: Connection, site: str, stored: StoredLot) -> tuple[StoredLot, ...]:
    """The lots in a trituration, down to those that came in; none of any other lot."""
    return lots.load_each(connection, site, triturations.lots_in(connection, site, stored.lot_id))


def found_by_number(connection: Connection, site: str, lot_number: str) -> tuple[TriturationRow, ...]:
    """The triturations whose lot number is this one, or begins so."""
    return triturations.beginning(connection, site, lot_number)


def of_order(connection: Connection, site: str, order_number: str) -> tuple[TriturationRow, ...]:
    """The triturations of an order, in the sequence they are made."""
    return triturations.of_order(connection, site, order_number)


def of_batch(connection: Connection, site: str, lot_number: str) -> tuple[TriturationRow, ...]:
    """The triturations that a batch draws on, in the sequence they are made."""
    return triturations.of_batch(connection, site, lot_number)


def void_trituration(
    connection: Connection, site: str, lot_number: str, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Give a trituration up before it is made: its powders are free again; the record stays, and says so.

    Refuses with `DrawnOn` while a batch or a trituration is to be made from it.
    """
    require_reason(reason)
    stored = triturations.load(connection, site, lot_number)
    if stored.status is not TriturationStatus.PLANNED:
        raise NotPlanned(lot_number=lot_number, status=stored.status.value)
    drawing = [
        *triturations.batches_of(connection, site, stored.trituration_id),
        *(
            row.lot_number
            for row in triturations.made_from(connection, site, stored.trituration_id)
            if row.status is not TriturationStatus.VOIDED
        ),
    ]
    if drawing:
        raise DrawnOn(lot_number=lot_number, first=drawing[0])
    act = Acting(site=site, actor=actor, at=at)
    entry = append(connection, act, lot_number, EntryKind.TRITURATION_VOIDED, {"reason": reason})
    triturations.void(connection, site, stored.trituration_id, reason)
    stock.release(connection, site, Maker(trituration_id=stored.trituration_id), reason, entry.number)
