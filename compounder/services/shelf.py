"""Finished capsules on the shelf: put there by a release, counted anew, destroyed; each is an entry of the batch.

Whether they may be dispensed is not kept a second time: the batch's own status says so.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from compounder.database import batches, capsule_ledger, capsule_stock, journal, one_time_keys
from compounder.database.capsule_ledger import CapsuleMovement, Shelved
from compounder.database.capsule_stock import HeldOnShelf
from compounder.database.engine import Connection
from compounder.domain.bounds import MOST_CAPSULES, require_count, require_reason, require_text
from compounder.domain.care.shelf import CapsuleMovementKind, DestroyedFor, GoodCapsules, change_by_release
from compounder.domain.errors import NotAccepted
from compounder.domain.record.decisions import is_named
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import PHARMACISTS, NotForThisRole
from compounder.domain.units import format_dose
from compounder.services.acting import Deed, append
from compounder.services.care_errors import NeverReleased, NotSoManyThere
from compounder.services.errors import NothingChanged, ResultChanged
from compounder.services.once import once

__all__ = [
    "CapsuleMovement",
    "HeldOnShelf",
    "ShelfCount",
    "ShelfDestruction",
    "ShelfFile",
    "correct_shelf",
    "destroy_on_shelf",
    "good_capsules",
    "held_on_shelf",
    "on_shelf",
    "shelf_file",
    "shelve",
]

LONGEST_REASON = 500
MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfCount(Deed):
    """How many capsules of a batch somebody counted on the shelf, or destroyed; why, by whom, when.

    `ledger` is how many the ledger had where it was shown to them.
    """

    lot_number: str
    capsules: int
    reason: str
    one_time_key: str
    ledger: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfDestruction(ShelfCount):
    """Capsules that were destroyed: for what, and who saw it beside the one who did it, where somebody did."""

    cause: DestroyedFor
    witness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfFile:
    """A batch's place on the shelf, and how it came to what is there."""

    lot_number: str
    title: str
    status: BatchStatus
    beyond_use_date: date
    on_shelf: int
    put: int
    movements: tuple[CapsuleMovement, ...]


def good_capsules(entries: Iterable[JournalEntry]) -> int:
    """How many good capsules a batch gave, as its entries tell."""

    def told(before: GoodCapsules, entry: JournalEntry) -> GoodCapsules:
        return before.after(entry.kind, json.loads(entry.document))

    return reduce(told, entries, GoodCapsules()).good


def shelve(connection: Connection, batch_id: int, released: JournalEntry) -> None:
    """Put a batch's good capsules on the shelf; of one released before, what its count or its record changed."""
    there = capsule_ledger.shelved(connection, batch_id) or capsule_ledger.make_room(connection, batch_id)
    good = good_capsules(journal.entries_of(connection, released.site, released.subject))
    change = change_by_release(good, there.put, there.on_shelf)
    capsule_ledger.move(connection, released.site, batch_id, CapsuleMovementKind.RELEASED, change, released.number)


def on_shelf(connection: Connection, site: str, lot_number: str) -> tuple[Shelved, tuple[CapsuleMovement, ...]]:
    """What is on the shelf of a batch, and how it came to that; refuses with `NotFound` and `NeverReleased`."""
    there = _shelved(connection, site, lot_number)
    return there, capsule_ledger.movements(connection, there.batch_id)


def shelf_file(connection: Connection, site: str, lot_number: str) -> ShelfFile:
    """What is on the shelf of a batch, and what the batch is; refuses with `NotFound` and `NeverReleased`."""
    there, moved = on_shelf(connection, site, lot_number)
    stored = batches.load(connection, site, lot_number)
    record = stored.record
    return ShelfFile(
        lot_number=lot_number,
        title=f"{record.formulation.label.preparation} {format_dose(record.plan.strength)}",
        status=stored.status,
        beyond_use_date=capsule_ledger.kept_until(connection, there.batch_id),
        on_shelf=there.on_shelf,
        put=there.put,
        movements=moved,
    )


def held_on_shelf(connection: Connection, site: str, day: date) -> tuple[HeldOnShelf, ...]:
    """Capsules still here that are past their date or held back, the first hundred."""
    return capsule_stock.not_to_be_dispensed(connection, site, day, limit=MOST_LISTED)


def correct_shelf(connection: Connection, count: ShelfCount) -> None:
    """Let the shelf be what was counted there; refuses with `NothingChanged` what it says already.

    Refuses with `ResultChanged` where the ledger says something else by now than to those who counted.
    """
    require_count(count.capsules, 0, MOST_CAPSULES, "capsules")
    there = _shelved(connection, count.site, count.lot_number)
    if _is_known(connection, count, EntryKind.SHELF_COUNTED):
        return
    if count.ledger not in (None, there.on_shelf):
        raise ResultChanged
    if there.on_shelf == count.capsules:
        raise NothingChanged(already=f"{count.capsules:,} capsules stand there")
    said = {"counted": count.capsules, "was": there.on_shelf, "reason": count.reason}
    entry = _enter(connection, count, EntryKind.SHELF_COUNTED, said)
    change = count.capsules - there.on_shelf
    _move(connection, count, there, CapsuleMovementKind.COUNTED, change, entry)


def destroy_on_shelf(connection: Connection, count: ShelfDestruction) -> None:
    """Take capsules off the shelf that were destroyed; refuses with `NotSoManyThere`, and who witnesses themselves."""
    require_count(count.capsules, 1, MOST_CAPSULES, "capsules")
    there = _shelved(connection, count.site, count.lot_number)
    if _is_known(connection, count, EntryKind.SHELF_DESTROYED):
        return
    if there.on_shelf < count.capsules:
        raise NotSoManyThere(wanted=count.capsules, there=there.on_shelf, where=f"of batch {count.lot_number}")
    if is_named(count.person.actor.name, (count.witness,)):
        raise NotAccepted(read=count.witness, accepted="the name of a second person", field_name="witness")
    said = {"capsules": count.capsules, "reason": count.reason, "cause": count.cause, "witness": count.witness}
    entry = _enter(connection, count, EntryKind.SHELF_DESTROYED, said)
    _move(connection, count, there, CapsuleMovementKind.DESTROYED, -count.capsules, entry)


def _shelved(connection: Connection, site: str, lot_number: str) -> Shelved:
    there = capsule_ledger.shelved(connection, batches.load(connection, site, lot_number).batch_id)
    if there is None:
        raise NeverReleased(lot_number=lot_number)
    return there


def _act(count: ShelfCount, kind: EntryKind) -> str:
    return once(count.one_time_key, (count.lot_number, kind, count.capsules, count.reason))


def _is_known(connection: Connection, count: ShelfCount, kind: EntryKind) -> bool:
    return one_time_keys.subject_of(connection, count.site, _act(count, kind)) is not None


def _enter(connection: Connection, count: ShelfCount, kind: EntryKind, said: dict[str, Any]) -> JournalEntry:
    if count.person.role not in PHARMACISTS:
        raise NotForThisRole(role=count.person.role, act="corrected on the shelf", may=PHARMACISTS)
    require_reason(count.reason)
    require_text(count.reason, LONGEST_REASON, "reason")
    entry = append(connection, count.act, count.lot_number, kind, said)
    one_time_keys.use(connection, count.site, _act(count, kind), count.lot_number, entry.number)
    return entry


def _move(
    connection: Connection,
    count: ShelfCount,
    there: Shelved,
    kind: CapsuleMovementKind,
    change: int,
    entry: JournalEntry,
) -> None:
    """Refuses with `NotSoManyThere` what somebody else took meanwhile."""
    if not capsule_ledger.move(connection, count.site, there.batch_id, kind, change, entry.number, reason=count.reason):
        raise NotSoManyThere(wanted=-change, there=there.on_shelf, where=f"of batch {count.lot_number}")
