"""Releasing: a pharmacist signs that a batch may be dispensed, once a second person has verified it."""

from datetime import datetime
from pathlib import Path

from compounder.database import stock, triturations
from compounder.database.engine import Connection
from compounder.domain.record.decisions import require_decided
from compounder.domain.record.deviations import require_assessed
from compounder.domain.record.finished import require_capsules_decided
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.signatures import Meaning
from compounder.domain.record.standing import Standing
from compounder.domain.record.trituration_record import TriturationStatus
from compounder.services.batch_lots import require_lots_as_planned
from compounder.services.bench import bench_of, day_of
from compounder.services.errors import BeyondUse, NotHolding, StillToBeMade
from compounder.services.finishing import finished_in
from compounder.services.shelf import shelve
from compounder.services.signatures import Signing, checked_of_batch, sign_batch
from compounder.services.standings import require_possible


def release_batch(connection: Connection, lot_number: str, signing: Signing) -> None:
    """Release a verified batch, signed; what its plan reserved and nobody weighed at the bench is used up, and its good
    capsules are on the shelf.

    Refuses with `StatusForbids` what is not verified, with `NotHolding` a verification that does not fit the record,
    with `StillToBeMade` a batch whose trituration is not made, with `CapsulesUndecided` one whose capsules wait for a
    decision, with `DeviationsUnassessed` one with a deviation that nobody assessed, a lot that is held back or was
    corrected, a beyond-use date that has passed, and whoever may not release.
    """
    site, bench = signing.site, bench_of(connection, signing.site, lot_number)
    record, before = bench.record, bench.standing
    require_possible(before, lot_number, EntryKind.BATCH_RELEASED)
    require_decided(record, before.shared)
    require_lots_as_planned(connection, record)
    _require_in_date(record, signing.at)
    for row in triturations.of_batch(connection, site, lot_number):
        if row.status is not TriturationStatus.MADE:
            raise StillToBeMade(lot_number=lot_number, trituration=row.lot_number)
    require_capsules_decided(finished_in(bench.entries), lot_number)
    require_assessed(bench.deviations, lot_number)
    _require_verified(connection, site, lot_number, before, signing.keys)
    entry = sign_batch(connection, signing, lot_number, EntryKind.BATCH_RELEASED, before)
    stock.use_up(connection, site, stock.Maker(batch_id=bench.batch_id), entry.number)
    shelve(connection, bench.batch_id, entry)


def _require_in_date(record: CompoundingRecord, at: datetime) -> None:
    """Refuses with `BeyondUse` what may not be used any more."""
    last = record.plan.beyond_use_date
    if day_of(record, at) > last:
        raise BeyondUse(lot_number=record.lot_number, on=last)


def _require_verified(connection: Connection, site: str, lot_number: str, before: Standing, keys: Path) -> None:
    checked = checked_of_batch(connection, site, lot_number, before, keys)
    verified = [each for each in checked if each.signed.meaning is Meaning.VERIFIED]
    problem = verified[-1].problem if verified else "Nobody signed it."
    if problem or not verified[-1].holds:
        raise NotHolding(lot_number=lot_number, problem=problem or "It was signed before the record was changed.")
