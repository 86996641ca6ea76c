"""Who was told of a recall: a patient or a prescriber, on which day, how, and what came of it."""

from compounder.database import one_time_keys, recalls
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.database.recalls import StoredRecall
from compounder.domain.care.recall import Contact, RecallClosed, RecallStatus, require_told_then
from compounder.domain.people.person import Role
from compounder.domain.record.journal import EntryKind
from compounder.services.acting import Acting, append
from compounder.services.once import once
from compounder.services.recall_files import affected_patient, prescribed_by
from compounder.services.recalling import subject_of
from compounder.services.workspace import day_at


def note_contact(connection: Connection, act: Acting, number: str, contact: Contact, *, one_time_key: str) -> None:
    """Keep that a patient or a prescriber was told or sought; a second click changes nothing.

    Refuses with `RecallClosed`, with `NotFound` whoever has nothing of it, and a day outside the recall's.
    """
    made = once(one_time_key, (number, contact))
    if one_time_keys.subject_of(connection, act.site, made) is not None:
        return
    stored = recalls.load(connection, act.site, number)
    if stored.status is RecallStatus.CLOSED:
        raise RecallClosed(number=number)
    today = day_at(connection, act.site, act.at)
    require_told_then(contact, stored.started.started_on, today)
    patient_id = _patient_id(connection, act.site, stored, contact)
    entry = append(connection, act, subject_of(number), EntryKind.RECALL_CONTACTED, contact)
    recalls.add_contact(connection, act.site, stored.recall_id, patient_id, contact, entry.number)
    one_time_keys.use(connection, act.site, made, number, entry.number)


def _patient_id(connection: Connection, site: str, stored: StoredRecall, contact: Contact) -> int | None:
    """The patient's row; None of a prescriber. Refuses with `NotFound` whoever has nothing to do with it."""
    if contact.patient:
        return affected_patient(connection, site, stored.number, contact.patient, Role.AUDITOR).reached.patient_id
    if contact.prescriber not in prescribed_by(connection, site, stored.number, Role.AUDITOR):
        raise NotFound(what=f"prescriber of recall {stored.number}", name=contact.prescriber)
    return None


def contacts_with_prescribers(connection: Connection, site: str, number: str) -> dict[str, list[Contact]]:
    """How each prescriber of a recall was told or sought, by name; nothing of those who were not."""
    stored = recalls.load(connection, site, number)
    return {name: list(said) for name, said in recalls.contacts_with_prescribers(connection, stored.recall_id).items()}
