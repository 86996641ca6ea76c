"""Corrections of a batch: each is an entry, the record stays, and the old value stands beside the new."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from compounder.database import batches
from compounder.database.engine import Connection
from compounder.domain.bounds import require_reason
from compounder.domain.people.person import Person, Role
from compounder.domain.record.amendments import Correction, Here, amend
from compounder.domain.record.finished import require_capsules_decided
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import EVERYBODY_AT_WORK, PHARMACISTS, NotForThisRole
from compounder.services.acting import Acting
from compounder.services.batches import give_back
from compounder.services.finishing import finished_of
from compounder.services.signatures import Signing, sign_batch
from compounder.services.standings import enter, keep_days, require_possible, standing_of
from compounder.services.workspace import site_settings

MAY_CORRECT: Final[Mapping[EntryKind, frozenset[Role]]] = {
    EntryKind.BATCH_AMENDED: EVERYBODY_AT_WORK,
    EntryKind.BATCH_QUARANTINED: EVERYBODY_AT_WORK,
    EntryKind.BATCH_FREED: PHARMACISTS,
    EntryKind.BATCH_REJECTED: PHARMACISTS,
}
"""Anybody may hold a batch back; to let it go on is a pharmacist's."""


def amend_batch(
    connection: Connection, site: str, lot_number: str, correction: Correction, *, person: Person, at: datetime
) -> None:
    """Correct what a record says, with a reason. What was verified is to be verified again; what was released is in
    quarantine until then. A beyond-use date only becomes earlier.
    """
    before = standing_of(connection, site, lot_number)
    require_possible(before, lot_number, EntryKind.BATCH_AMENDED)
    record = batches.load(connection, site, lot_number).record
    settings = site_settings(connection, site)
    here = Here(on=at.astimezone(settings.zone).date(), balances=settings.balances)
    document = dict(amend(record, before.amendments, correction, here))
    _require_may(EntryKind.BATCH_AMENDED, person.role)
    act = Acting(site=site, actor=person.actor, at=at)
    entry = enter(connection, act, lot_number, EntryKind.BATCH_AMENDED, document, before)
    keep_days(connection, record, before.after(entry))


def quarantine_batch(
    connection: Connection, site: str, lot_number: str, *, reason: str, person: Person, at: datetime
) -> None:
    """Hold a batch back until it is freed, rejected or recalled."""
    _correct(connection, site, lot_number, EntryKind.BATCH_QUARANTINED, reason, person=person, at=at)


def free_batch(
    connection: Connection, site: str, lot_number: str, *, reason: str, person: Person, at: datetime
) -> None:
    """Lift the quarantine: the batch stands where it stood before; one amended meanwhile is to be verified again.

    Refuses with `CapsulesUndecided` one that would be released again while its capsules wait for a decision.
    """
    if standing_of(connection, site, lot_number).place.back_to is BatchStatus.RELEASED:
        require_capsules_decided(finished_of(connection, site, lot_number), lot_number)
    _correct(connection, site, lot_number, EntryKind.BATCH_FREED, reason, person=person, at=at)


def reject_batch(
    connection: Connection, site: str, lot_number: str, *, reason: str, person: Person, at: datetime
) -> None:
    """Reject a batch for good; what is still reserved for it is free again."""
    entry = _correct(connection, site, lot_number, EntryKind.BATCH_REJECTED, reason, person=person, at=at)
    give_back(connection, entry, reason)


def recall_batch(connection: Connection, lot_number: str, signing: Signing, *, reason: str) -> None:
    """Recall a batch that was released, signed, for good."""
    require_reason(reason)
    before = standing_of(connection, signing.site, lot_number)
    sign_batch(connection, signing, lot_number, EntryKind.BATCH_RECALLED, before, reason=reason)


def _correct(
    connection: Connection, site: str, lot_number: str, kind: EntryKind, reason: str, *, person: Person, at: datetime
) -> JournalEntry:
    require_reason(reason)
    before = standing_of(connection, site, lot_number)
    _require_may(kind, person.role)
    act = Acting(site=site, actor=person.actor, at=at)
    return enter(connection, act, lot_number, kind, {"reason": reason}, before)


def _require_may(kind: EntryKind, role: Role) -> None:
    if role not in MAY_CORRECT[kind]:
        raise NotForThisRole(role=role, act=kind.removeprefix("batch-"), may=MAY_CORRECT[kind])
