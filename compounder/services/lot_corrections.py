"""Correcting what was received wrongly typed of an ingredient lot: one entry, the old values beside the new.

Plans that were stored earlier keep their copies; what was planned with the old figures is named, to be voided.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from compounder.codec.documents import canonical, digest, from_stored
from compounder.database import lot_uses, lots, one_time_keys
from compounder.database.engine import Connection
from compounder.database.lot_uses import PlannedFrom
from compounder.domain.bounds import require_reason
from compounder.domain.errors import CompoundingError
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.stock.amendments import FieldChange, LotAmended, LotAmendment, amended, changes_between
from compounder.domain.stock.lots import IngredientLot, LotStatus
from compounder.services.acting import Acting, append
from compounder.services.errors import NothingChanged
from compounder.services.lot_journal import entries_about, subject_of
from compounder.services.once import once

__all__ = [
    "Amending",
    "LotCorrection",
    "PlannedFrom",
    "amend_lot",
    "corrections_in",
    "outdated",
    "planned_now",
    "shown_as",
]


class CorrectedMeanwhile(CompoundingError):
    """Two people correct one lot, and the second has not seen what the first wrote."""

    code = "corrected-meanwhile"
    title = "Somebody else corrected it"
    lot_number: str

    def __str__(self) -> str:
        return f"Nothing was stored: lot {self.lot_number} was corrected meanwhile. Open it again, then correct it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Amending:
    """One act of correcting: which lot, what its papers really say, why, who says so and when. `shown_sha256` names the
    lot as the person saw it."""

    site: str
    lot_id: str
    amendment: LotAmendment
    reason: str
    shown_sha256: str
    one_time_key: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LotCorrection:
    """A correction as it is kept: which entry, who, when, why, and what."""

    number: int
    actor: Actor
    at: datetime
    reason: str
    changes: tuple[FieldChange, ...]

    @property
    def changes_plans(self) -> bool:
        return any(change.changes_plans for change in self.changes)


def shown_as(lot: IngredientLot) -> str:
    """The hash that names a lot as it is now."""
    return digest(canonical(lot))


def amend_lot(connection: Connection, amending: Amending) -> tuple[FieldChange, ...]:
    """What was corrected; a second click on the same form gets the first one's.

    Refuses a lot made here, values that receiving would refuse, no reason, no change, and a lot that somebody else
    corrected since it was shown.
    """
    site, lot_id = amending.site, amending.lot_id
    require_reason(amending.reason)
    stored = lots.load(connection, site, lot_id)
    act = once(amending.one_time_key, (lot_id, amending.amendment, amending.reason))
    known = one_time_keys.subject_of(connection, site, act)
    if known is not None:
        return _kept(connection, site, stored, int(known))
    lot = amended(stored.lot, amending.amendment)
    if shown_as(stored.lot) != amending.shown_sha256:
        raise CorrectedMeanwhile(lot_number=stored.lot.lot_number)
    told = LotAmended(lot_id=lot_id, reason=amending.reason, changes=changes_between(stored.lot, lot), lot=lot)
    if not told.changes:
        raise NothingChanged(already=f"Lot {lot.lot_number} says all of this")
    by = Acting(site=site, actor=amending.actor, at=amending.at)
    entry = append(connection, by, subject_of(lot), EntryKind.LOT_AMENDED, told)
    lots.amend(connection, site, lot_id, lot)
    one_time_keys.use(connection, site, act, str(entry.number), entry.number)
    return told.changes


def _kept(connection: Connection, site: str, stored: lots.StoredLot, number: int) -> tuple[FieldChange, ...]:
    made = corrections_in(entries_about(connection, site, stored))
    return next(each.changes for each in made if each.number == number)


def corrections_in(entries: Iterable[JournalEntry]) -> tuple[LotCorrection, ...]:
    """The corrections among a lot's entries, oldest first."""
    return tuple(_corrections(entries))


def _corrections(entries: Iterable[JournalEntry]) -> Iterator[LotCorrection]:
    for entry in entries:
        if entry.kind is EntryKind.LOT_AMENDED:
            told = from_stored(entry.document, LotAmended)
            yield LotCorrection(
                number=entry.number, actor=entry.actor, at=entry.at, reason=told.reason, changes=told.changes
            )


def planned_now(connection: Connection, site: str, lot_id: str) -> PlannedFrom:
    """Everything that was planned with the figures of a lot, as far as it may still be used."""
    return lot_uses.planned_from(connection, site, lot_id)


def outdated(
    connection: Connection, site: str, stored: lots.StoredLot, corrections: Iterable[LotCorrection]
) -> PlannedFrom:
    """What was planned before the last correction of a figure that a dose or a date comes from; everything where the
    lot is rejected."""
    if stored.status is LotStatus.REJECTED:
        return planned_now(connection, site, stored.lot_id)
    changing = [each.number for each in corrections if each.changes_plans]
    if not changing:
        return PlannedFrom()
    return lot_uses.planned_from(connection, site, stored.lot_id, before=changing[-1])
