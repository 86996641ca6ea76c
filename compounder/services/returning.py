"""Capsules that come back from a patient: recorded with a reason, destroyed, and never put on the shelf again.

Source: FDA CPG 460.300, return of unused prescription drugs to pharmacy stock.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from compounder.database import bottles, capsule_ledger, journal, one_time_keys, prescriptions
from compounder.database.bottles import FilledFrom, StoredBottle
from compounder.database.engine import Connection
from compounder.domain.bounds import MOST_CAPSULES, require_count, require_reason, require_text
from compounder.domain.care.patients import Patient
from compounder.domain.care.prescriptions import Prescription
from compounder.domain.care.safety import LONGEST_DECISION, require_untelling
from compounder.domain.care.screening import Opioid
from compounder.domain.care.shelf import CapsuleMovementKind
from compounder.domain.errors import NotAccepted
from compounder.domain.people.person import Role
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.signatures import PHARMACISTS, NotForThisRole
from compounder.domain.record.standing import HELD
from compounder.services.acting import Deed, append
from compounder.services.care_errors import NotSoManyThere
from compounder.services.dispensing import subject_of
from compounder.services.once import once
from compounder.services.opioids import opioid_list
from compounder.services.patients import Seen, patient_file

__all__ = ["BottleFile", "Returning", "StoredBottle", "bottle_file", "bottles_of", "return_capsules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BottleFile:
    """A bottle, its prescription, whom it is for as far as the role is shown it, and what happened to it."""

    stored: StoredBottle
    prescription: Prescription
    seen: Seen
    entries: tuple[JournalEntry, ...]

    @property
    def held(self) -> tuple[FilledFrom, ...]:
        """What in it is of a batch that is held back, rejected or recalled now."""
        return tuple(part for part in self.stored.filled_from if part.status in HELD)

    @property
    def opioid_list_version(self) -> int | None:
        """Which list of opioids the medicines were matched against; None of bottles from before there were versions."""
        screened: Mapping[str, int] = json.loads(self.entries[0].document).get("screened_with", {})
        return screened.get("list_version")

    @property
    def kept_dates_of(self) -> str:
        """The day on which it was due, where it was given out late and the dates were kept; otherwise empty."""
        return str(json.loads(self.entries[0].document).get("due_on", ""))

    @property
    def decisions(self) -> tuple[Mapping[str, str], ...]:
        """What was decided before it was dispensed: the code of each question, the reason, and with whom."""
        return tuple(json.loads(self.entries[0].document)["decisions"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning(Deed):
    """Capsules of one batch that came back in a bottle; why, by whom taken, when."""

    number: str
    lot_number: str
    capsules: int
    reason: str
    one_time_key: str


def bottle_file(connection: Connection, site: str, number: str, role: Role) -> BottleFile:
    """One bottle's file; refuses with `NotFound`."""
    stored = bottles.load(connection, site, number)
    prescription = prescriptions.load(connection, site, stored.prescription).prescription
    return BottleFile(
        stored=stored,
        prescription=prescription,
        seen=patient_file(connection, site, prescription.patient, role).seen,
        entries=journal.entries_of(connection, site, subject_of(number)),
    )


def bottles_of(connection: Connection, site: str, prescription: str) -> Sequence[StoredBottle]:
    """Every bottle of a prescription, the oldest first."""
    return bottles.of_prescription(connection, prescriptions.load(connection, site, prescription).prescription_id)


def return_capsules(connection: Connection, returning: Returning) -> None:
    """Keep that capsules came back and were destroyed; a second click changes nothing.

    Refuses with `NotSoManyThere` more than are out, and a reason that would tell of the patient for good.
    """
    site, number = returning.site, returning.number
    made = once(returning.one_time_key, (number, returning.lot_number, returning.capsules))
    if one_time_keys.subject_of(connection, site, made) is not None:
        return
    file = bottle_file(connection, site, number, returning.person.role)
    part = _part(file.stored, returning)
    _require_returnable(returning, part, file.seen.patient, opioid_list(connection, site).opioids)
    said = {"lot_number": part.lot_number, "capsules": returning.capsules, "reason": returning.reason}
    entry = append(connection, returning.act, subject_of(number), EntryKind.BOTTLE_RETURNED, said)
    kinds = CapsuleMovementKind
    for kind, change in ((kinds.RETURNED, returning.capsules), (kinds.DESTROYED, -returning.capsules)):
        capsule_ledger.move(
            connection,
            site,
            part.batch_id,
            kind,
            change,
            entry.number,
            reason=returning.reason,
            bottle_id=file.stored.bottle_id,
        )
    one_time_keys.use(connection, site, made, number, entry.number)


def _part(stored: StoredBottle, returning: Returning) -> FilledFrom:
    """What came of the batch that is named, into this bottle."""
    for part in stored.filled_from:
        if part.lot_number == returning.lot_number:
            return part
    lots = " or ".join(part.lot_number for part in stored.filled_from)
    raise NotAccepted(read=returning.lot_number, accepted=lots, field_name="lot_number")


def _require_returnable(
    returning: Returning, part: FilledFrom, patient: Patient | None, known: Iterable[Opioid]
) -> None:
    if returning.person.role not in PHARMACISTS:
        raise NotForThisRole(role=returning.person.role, act="taken back", may=PHARMACISTS)
    require_reason(returning.reason)
    require_text(returning.reason, LONGEST_DECISION, "reason")
    if patient:
        require_untelling(returning.reason, patient, known, "reason")
    require_count(returning.capsules, 1, MOST_CAPSULES, "capsules")
    out = part.capsules - part.returned
    if returning.capsules > out:
        raise NotSoManyThere(wanted=returning.capsules, there=out, where=f"of batch {part.lot_number} still out")
