"""What was signed, from the journal alone: each signature with what it should be bound to, and each step of a batch.

A batch that was moved is read with its whole history: its record and its plans are the entries' own documents.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from compounder.codec.documents import NO_DOCUMENT, digest, written
from compounder.database.audit.entries import AT_ONCE, ENTRY_COLUMNS, INSTANT, Told, told_by
from compounder.database.audit.finding import Finding
from compounder.database.schema import JournalTable
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.signatures import Bound, Signed, signed_by
from compounder.domain.record.standing import SIGNED_FOR, STEPS, standing

_OF_A_BATCH: Final = (EntryKind.BATCH_PLANNED, EntryKind.DECISION_SHARED, *STEPS, *SIGNED_FOR)
_APPROVED: Final = (EntryKind.FORMULATION_APPROVED, EntryKind.LEAFLET_APPROVED)
_OF_VERSIONS: Final = (
    EntryKind.FORMULATION_ADDED,
    EntryKind.FORMULATION_REVISED,
    EntryKind.LEAFLET_REVISED,
    *_APPROVED,
)
_OF_A_RECALL: Final = (EntryKind.RECALL_STARTED, EntryKind.RECALL_CLOSED)
_moved = aliased(JournalTable)
_BATCHES: Final = (
    select(*ENTRY_COLUMNS)
    .where(
        JournalTable.kind.in_([kind.value for kind in _OF_A_BATCH]),
        JournalTable.subject.in_(select(_moved.subject).where(_moved.kind.in_([kind.value for kind in STEPS]))),
    )
    .order_by(JournalTable.site, JournalTable.subject, JournalTable.number)
)
_VERSIONS: Final = (
    select(*ENTRY_COLUMNS)
    .where(JournalTable.kind.in_([kind.value for kind in _OF_VERSIONS]))
    .order_by(JournalTable.site, JournalTable.subject, JournalTable.number)
)
_RECALLS: Final = (
    select(*ENTRY_COLUMNS)
    .where(JournalTable.kind.in_([kind.value for kind in _OF_A_RECALL]))
    .order_by(JournalTable.site, JournalTable.subject, JournalTable.number)
)


@dataclass(frozen=True, slots=True)
class ToBeHeld:
    """An act that needs a signature, and what that should be bound to."""

    signed: Signed
    bound: Bound


def signed_acts(connection: Connection) -> Iterator[ToBeHeld | Finding]:
    """Every act of every site that needs a signature; and what was not possible, or cannot be read."""
    for query, read in ((_BATCHES, _batch), (_VERSIONS, _version), (_RECALLS, _recall)):
        rows = connection.execute(query, execution_options={"yield_per": AT_ONCE})
        for _, group in groupby(map(told_by, rows), attrgetter("site", "subject")):
            history = list(group)
            try:
                yield from read(history)
            except NO_DOCUMENT:
                last = history[-1]
                yield Finding(f"What was signed of {last.subject} cannot be read from its entries.", last.number)


def _batch(history: Sequence[Told]) -> Iterator[ToBeHeld | Finding]:
    now = standing(_entry(told) for told in history)
    for number in now.impossible:
        (told,) = (each for each in history if each.number == number)
        yield Finding(f"{told.name} was not possible where the batch stood.", number)
    if not now.signatures:
        return
    record, plans = history[0].document, dict(_plans(history))
    for signed in now.signatures:
        plan = plans[signed.plan_number]
        bound = Bound(
            record_sha256=digest(record),
            plan_sha256=plan,
            amendments=signed.amendments_sha256,
            made=signed.made_sha256,
        )
        yield ToBeHeld(signed, bound)


def _plans(history: Sequence[Told]) -> Iterator[tuple[int, str]]:
    """The hash of each plan, by its number."""
    for told in history:
        if told.kind in (EntryKind.BATCH_PLANNED, EntryKind.PLAN_REVISED):
            document = json.loads(told.document)
            yield document["plan_number"], digest(written(document["plan"]))


def _version(history: Sequence[Told]) -> Iterator[ToBeHeld | Finding]:
    """Of a formulation or the leaflet, each approval is bound to the version that it names."""
    versions: dict[int, str] = {}
    for told in history:
        document: Mapping[str, int] = json.loads(told.document)
        if told.kind not in _APPROVED:
            versions[document["version"]] = digest(told.document)
        else:
            signed = signed_by(_entry(told), document)
            yield ToBeHeld(signed, Bound(record_sha256=versions[document["version"]]))


def _recall(history: Sequence[Told]) -> Iterator[ToBeHeld | Finding]:
    """Each is bound to all that its own entry says beside the signature."""
    for told in history:
        document = json.loads(told.document)
        said = {name: value for name, value in document.items() if name != "signature"}
        yield ToBeHeld(signed_by(_entry(told), document), Bound(record_sha256=digest(written(said))))


def _entry(told: Told) -> JournalEntry:
    return JournalEntry(
        number=told.number,
        at=datetime.strptime(told.at, INSTANT).replace(tzinfo=UTC),
        actor=Actor(name=told.actor, is_authenticated=told.is_authenticated is True),
        site=told.site,
        subject=told.subject,
        kind=EntryKind(told.kind),
        document=told.document,
    )
