"""Recalls as they are kept: the document of each, whether it goes on, and who was told of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from compounder.codec.documents import from_stored
from compounder.database.errors import NotFound
from compounder.database.schema import PatientTable, RecallContactTable, RecallTable
from compounder.database.types import AnyRow, AnySelect
from compounder.domain.care.recall import REACHED, Answer, Contact, ContactWay, RecallStarted, RecallStatus
from compounder.domain.care.trace import Origin, OriginKind

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecall:
    """A recall as it is kept. What was dispensed since entry `started_by` is no part of it."""

    recall_id: int
    number: str
    started: RecallStarted
    status: RecallStatus
    started_by: int


_WHOLE: Final[AnySelect] = select(
    RecallTable.id, RecallTable.number, RecallTable.document, RecallTable.status, RecallTable.journal_number
)
_OPEN: Final[AnySelect] = (
    select(
        RecallTable.id,
        RecallTable.number,
        RecallTable.origin_kind,
        RecallTable.origin_name,
        RecallTable.document,
        RecallTable.journal_number,
    )
    .where(RecallTable.site == bindparam("site"), RecallTable.status == RecallStatus.OPEN.value)
    .order_by(RecallTable.id)
)
_CONTACTS: Final[AnySelect] = select(
    PatientTable.identifier,
    RecallContactTable.prescriber,
    RecallContactTable.told_on,
    RecallContactTable.way,
    RecallContactTable.answer,
).join(PatientTable, PatientTable.id == RecallContactTable.patient_id, isouter=True)


def add(connection: Connection, site: str, number: str, started: RecallStarted, document: str, entry: int) -> None:
    """Keep a new recall, whose entry has this document and number."""
    row = {
        "site": site,
        "number": number,
        "origin_kind": started.origin.kind.value,
        "origin_name": started.origin.name,
        "started_on": started.started_on,
        "status": RecallStatus.OPEN.value,
        "document": document,
        "journal_number": entry,
    }
    connection.execute(insert(RecallTable), row)


def load(connection: Connection, site: str, number: str) -> StoredRecall:
    """The recall with this number; refuses with `NotFound`."""
    row = connection.execute(_WHOLE.where(RecallTable.site == site, RecallTable.number == number)).first()
    if row is None:
        raise NotFound(what="recall", name=number)
    return _stored(row)


def newest(connection: Connection, site: str, *, before: int, limit: int = PAGE) -> tuple[StoredRecall, ...]:
    """A page of recalls below this id, the newest first."""
    asked = _WHOLE.where(RecallTable.site == site, RecallTable.id < before).order_by(RecallTable.id.desc())
    return tuple(_stored(row) for row in connection.execute(asked.limit(limit)))


def numbers_of(connection: Connection, site: str, origin: Origin) -> tuple[tuple[str, RecallStatus], ...]:
    """The recalls of just this, with whether each goes on; the newest first."""
    named = (RecallTable.origin_kind == origin.kind.value, RecallTable.origin_name == origin.name)
    asked = select(RecallTable.number, RecallTable.status).where(RecallTable.site == site, *named)
    rows = connection.execute(asked.order_by(RecallTable.id.desc()))
    return tuple((row.number, RecallStatus(row.status)) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRecall:
    """A recall that goes on: of what, and as people name that. What was dispensed since entry `started_by` is no part
    of it."""

    recall_id: int
    number: str
    started_by: int
    origin: Origin
    called: str


def going_on(connection: Connection, site: str) -> tuple[OpenRecall, ...]:
    """The recalls that are open, the oldest first."""
    return tuple(
        OpenRecall(
            recall_id=row.id,
            number=row.number,
            started_by=row.journal_number,
            origin=Origin(kind=OriginKind(row.origin_kind), name=row.origin_name),
            called=str(json.loads(row.document)["called"]),
        )
        for row in connection.execute(_OPEN, {"site": site})
    )


def close(connection: Connection, recall_id: int) -> None:
    """Keep that a recall is over."""
    statement = update(RecallTable).where(RecallTable.id == recall_id)
    connection.execute(statement.values(status=RecallStatus.CLOSED.value))


def add_contact(
    connection: Connection, site: str, recall_id: int, patient_id: int | None, contact: Contact, entry: int
) -> None:
    """Keep that somebody was told, or sought."""
    row = {
        "site": site,
        "recall_id": recall_id,
        "patient_id": patient_id,
        "prescriber": contact.prescriber,
        "told_on": contact.told_on,
        "way": contact.way.value,
        "answer": contact.answer.value,
        "journal_number": entry,
    }
    connection.execute(insert(RecallContactTable), row)


def contacts_with(
    connection: Connection, recall_id: int, patient_ids: Iterable[int]
) -> Mapping[str, Sequence[Contact]]:
    """How these patients were told or sought, by identifier, the oldest first."""
    named = RecallContactTable.patient_id.in_(sorted(patient_ids))
    return _by_name(connection, _CONTACTS.where(RecallContactTable.recall_id == recall_id, named))


def contacts_with_prescribers(connection: Connection, recall_id: int) -> Mapping[str, Sequence[Contact]]:
    """How prescribers were told or sought, by name, the oldest first."""
    nobody = RecallContactTable.patient_id.is_(None)
    return _by_name(connection, _CONTACTS.where(RecallContactTable.recall_id == recall_id, nobody))


def reached(connection: Connection, recall_id: int) -> int:
    """How many patients were told."""
    told = RecallContactTable.answer.in_([answer.value for answer in REACHED])
    people = func.count(RecallContactTable.patient_id.distinct())
    return int(connection.scalar(select(people).where(RecallContactTable.recall_id == recall_id, told)) or 0)


def _by_name(connection: Connection, asked: AnySelect) -> Mapping[str, Sequence[Contact]]:
    found: dict[str, list[Contact]] = {}
    for row in connection.execute(asked.order_by(RecallContactTable.id)):
        found.setdefault(row.identifier or row.prescriber, []).append(_contact(row))
    return found


def _contact(row: AnyRow) -> Contact:
    return Contact(
        patient=row.identifier or "",
        prescriber=row.prescriber,
        told_on=row.told_on,
        way=ContactWay(row.way),
        answer=Answer(row.answer),
    )


def _stored(row: AnyRow) -> StoredRecall:
    return StoredRecall(
        recall_id=row.id,
        number=row.number,
        started=from_stored(row.document, RecallStarted),
        status=RecallStatus(row.status),
        started_by=row.journal_number,
    )
