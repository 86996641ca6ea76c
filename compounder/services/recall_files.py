"""A recall as it stands: what it reached, who was told, and how far it got."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from compounder.database import journal, patients, prescriptions, recalls, tracing
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.database.recalls import OpenRecall, StoredRecall
from compounder.database.tracing import ReachedPatient, Start
from compounder.domain.care.patients import Patient, sees_patients
from compounder.domain.care.recall import Contact, Effect, RecallStatus
from compounder.domain.care.trace import Origin, OriginKind, TracedBottle
from compounder.domain.people.person import Role
from compounder.domain.record.journal import JournalEntry
from compounder.services.recalling import subject_of
from compounder.services.tracing import begun

__all__ = [
    "PAGE",
    "Affected",
    "OpenRecall",
    "RecallFile",
    "StoredRecall",
    "affected_patient",
    "every_affected",
    "newest_recalls",
    "open_recalls",
    "open_recalls_of_batch",
    "open_recalls_of_lot",
    "prescribed_by",
    "recall_file",
    "recalls_of",
    "recalls_waiting_for",
]
PAGE: Final = 50
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A patient who has something of what is recalled: who it is as far as the role is shown them, the bottles, and how
    they were told or sought, the oldest first."""

    reached: ReachedPatient
    patient: Patient | None
    bottles: tuple[TracedBottle, ...]
    contacts: Sequence[Contact]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallFile:
    """A recall, how far it got, a page of the patients, and what happened."""

    stored: StoredRecall
    effect: Effect
    affected: tuple[Affected, ...]
    entries: tuple[JournalEntry, ...]


def recall_file(
    connection: Connection, site: str, number: str, role: Role, *, after: int = 0, only_waiting: bool = False
) -> RecallFile:
    """One recall with the patients from behind the id `after`, or only those not told yet; refuses with `NotFound`."""
    stored = recalls.load(connection, site, number)
    start = start_of(connection, site, stored.started.origin)
    page = tracing.patients(
        connection,
        start,
        after=after,
        before=stored.started_by,
        limit=PAGE,
        waiting=stored.recall_id if only_waiting else 0,
    )
    return RecallFile(
        stored=stored,
        effect=effect_of(connection, start, stored),
        affected=affected(connection, site, stored, start, page, role),
        entries=journal.entries_of(connection, site, subject_of(number)),
    )


def start_of(connection: Connection, site: str, origin: Origin) -> Start:
    """Where the trace of a recall begins."""
    return begun(connection, site, origin)[1]


def effect_of(connection: Connection, start: Start, stored: StoredRecall) -> Effect:
    """How far a recall got until now."""
    totals = tracing.totals(connection, start, before=stored.started_by)
    waiting = tracing.patients(connection, start, before=stored.started_by, waiting=stored.recall_id)
    return Effect(
        patients=totals.patients,
        reached=totals.patients - len(waiting),
        erased=sum(each.is_erased for each in waiting),
        out=totals.out,
        back=totals.back,
    )


def every_affected(connection: Connection, site: str, number: str, role: Role) -> Iterator[Affected]:
    """Every patient of a recall, some hundreds in memory at most."""
    stored = recalls.load(connection, site, number)
    start, after = start_of(connection, site, stored.started.origin), 0
    while page := tracing.patients(connection, start, after=after, before=stored.started_by, limit=AT_ONCE):
        yield from affected(connection, site, stored, start, page, role)
        after = page[-1].patient_id


def affected(
    connection: Connection,
    site: str,
    stored: StoredRecall,
    start: Start,
    page: Sequence[ReachedPatient],
    role: Role,
) -> tuple[Affected, ...]:
    """These patients, with what they have and how they were told."""
    ids = [each.patient_id for each in page]
    bottles: defaultdict[int, list[TracedBottle]] = defaultdict(list)
    for bottle in tracing.bottles_of_patients(connection, start, ids, before=stored.started_by):
        bottles[bottle.patient_id].append(bottle)
    contacts = recalls.contacts_with(connection, stored.recall_id, ids)
    names = patients.named(connection, site, ids) if sees_patients(role) else {}
    return tuple(
        Affected(
            reached=each,
            patient=names.get(each.identifier),
            bottles=tuple(bottles[each.patient_id]),
            contacts=contacts.get(each.identifier, ()),
        )
        for each in page
    )


def affected_patient(connection: Connection, site: str, number: str, identifier: str, role: Role) -> Affected:
    """One patient of a recall; refuses with `NotFound` whoever has nothing of it."""
    stored = recalls.load(connection, site, number)
    start = start_of(connection, site, stored.started.origin)
    patient_id = patients.load(connection, site, identifier).patient_id
    page = tracing.patients(connection, start, after=patient_id - 1, before=stored.started_by, limit=1)
    if not page or page[0].patient_id != patient_id:
        raise NotFound(what=f"patient of recall {number}", name=identifier)
    return affected(connection, site, stored, start, page, role)[0]


def prescribed_by(connection: Connection, site: str, number: str, role: Role) -> dict[str, list[Affected]]:
    """The patients of a recall by the name of who prescribed, each with only what was prescribed by them."""
    found: defaultdict[str, list[Affected]] = defaultdict(list)
    everybody = every_affected(connection, site, number, role)
    while some := list(islice(everybody, AT_ONCE)):
        prescriptions_of = {bottle.prescription for each in some for bottle in each.bottles}
        names = prescriptions.prescribers(connection, site, prescriptions_of)
        for each in some:
            for name in sorted({names[bottle.prescription] for bottle in each.bottles}):
                theirs = tuple(bottle for bottle in each.bottles if names[bottle.prescription] == name)
                found[name].append(replace(each, bottles=theirs))
    return dict(sorted(found.items()))


def newest_recalls(connection: Connection, site: str, *, before: int) -> tuple[StoredRecall, ...]:
    """A page of the recalls below this id, the newest first."""
    return recalls.newest(connection, site, before=before)


def open_recalls(connection: Connection, site: str) -> tuple[OpenRecall, ...]:
    """The recalls that are open, the oldest first."""
    return recalls.going_on(connection, site)


def open_recalls_of_batch(connection: Connection, site: str, lot_number: str) -> tuple[OpenRecall, ...]:
    """The open recalls of this batch, or of something in it; refuses with `NotFound`."""
    found = recalls.going_on(connection, site)
    batch = start_of(connection, site, Origin(kind=OriginKind.BATCH, name=lot_number)).batch_id if found else 0
    return tuple(
        each for each in found if tracing.batches_among(connection, start_of(connection, site, each.origin), [batch])
    )


def open_recalls_of_lot(connection: Connection, site: str, lot_id: str) -> tuple[OpenRecall, ...]:
    """The open recalls of this lot, or of something that it was made from; refuses with `NotFound`."""
    if not (found := recalls.going_on(connection, site)):
        return ()
    lot = begun(connection, site, Origin(kind=OriginKind.LOT, name=lot_id))[0]
    return tuple(each for each in found if lot == each.origin or lot in _mixed(connection, site, each.origin))


def _mixed(connection: Connection, site: str, origin: Origin) -> Iterator[Origin]:
    for each in tracing.triturations(connection, start_of(connection, site, origin)):
        yield Origin(kind=OriginKind.TRITURATION, name=each.lot_number)


def recalls_waiting_for(connection: Connection, site: str, patient_id: int) -> tuple[str, ...]:
    """The numbers of the open recalls of which this patient has something, and was not told yet."""
    return tuple(
        each.number
        for each in recalls.going_on(connection, site)
        for reached in tracing.patients(
            connection,
            start_of(connection, site, each.origin),
            after=patient_id - 1,
            before=each.started_by,
            limit=1,
            waiting=each.recall_id,
        )
        if reached.patient_id == patient_id
    )


def recalls_of(connection: Connection, site: str, origin: Origin) -> tuple[tuple[str, RecallStatus], ...]:
    """The recalls of just this, with whether each goes on, the newest first."""
    return recalls.numbers_of(connection, site, origin)
