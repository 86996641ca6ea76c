"""Whole tables, line by line, for files: a cursor of the database's own holds the place, and never more than a few
thousand lines are in memory. Of patients there is the random identifier alone.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, select

from compounder.database.schema import (
    BatchTable,
    BottleTable,
    CapsuleMovementTable,
    JournalTable,
    LotTable,
    PatientTable,
    PrescriptionTable,
)
from compounder.database.search.ingredient_lots import LISTED_COLUMNS
from compounder.database.types import AnySelect, mass_of
from compounder.domain.care.shelf import CapsuleMovementKind
from compounder.domain.units import MASS, quantity_text

_READ_AT_ONCE: Final = 2_000


class BottleLine(NamedTuple):
    """Capsules of one batch in a bottle: one that was filled from several has a line for each."""

    number: str
    prescription: str
    patient: str
    strength: str
    capsules: int
    lot_number: str
    dispensed_on: date
    beyond_use_date: date


class LotLine(NamedTuple):
    """An ingredient lot, and how much of it is left."""

    substance: str
    grade: str
    maker: str
    lot_number: str
    received_on: date
    expires_on: date
    status: str
    on_hand: str
    free: str


class EntryLine(NamedTuple):
    """An entry of the journal as it was written, and its leaf hash."""

    number: int
    at: datetime
    actor: str
    subject: str
    kind: str
    document: str
    leaf_hash: str


_BOTTLES: Final = (
    select(
        BottleTable.number,
        PrescriptionTable.number,
        PatientTable.identifier,
        BottleTable.strength,
        -CapsuleMovementTable.capsules,
        BatchTable.lot_number,
        BottleTable.dispensed_on,
        BottleTable.beyond_use_date,
    )
    .join(PrescriptionTable, PrescriptionTable.id == BottleTable.prescription_id)
    .join(PatientTable, PatientTable.id == PrescriptionTable.patient_id)
    .join(CapsuleMovementTable, CapsuleMovementTable.bottle_id == BottleTable.id)
    .join(BatchTable, BatchTable.id == CapsuleMovementTable.batch_id)
    .where(BottleTable.site == bindparam("site"), CapsuleMovementTable.kind == CapsuleMovementKind.DISPENSED.value)
    .order_by(BottleTable.id, BatchTable.id)
)
_LOTS: Final = select(*LISTED_COLUMNS).where(LotTable.site == bindparam("site")).order_by(LotTable.id)
_ENTRIES: Final = (
    select(
        JournalTable.number,
        JournalTable.at,
        JournalTable.actor,
        JournalTable.subject,
        JournalTable.kind,
        JournalTable.document,
        JournalTable.leaf_hash,
    )
    .where(JournalTable.site == bindparam("site"))
    .order_by(JournalTable.number)
)


def every_bottle(connection: Connection, site: str) -> Iterator[BottleLine]:
    """What was dispensed, in the sequence in which it was."""
    return (BottleLine(*row) for row in _each(connection, _BOTTLES, site))


def every_lot(connection: Connection, site: str) -> Iterator[LotLine]:
    """Every ingredient lot, in the sequence in which they came."""
    for *said, on_hand_ng, reserved_ng in _each(connection, _LOTS, site):
        yield LotLine._make((*said, _mass(on_hand_ng), _mass(on_hand_ng - reserved_ng)))


def _mass(nanograms: int) -> str:
    return quantity_text(mass_of(nanograms), MASS)


def every_line_of_the_journal(connection: Connection, site: str) -> Iterator[EntryLine]:
    """The journal, in its sequence."""
    return (EntryLine(*row) for row in _each(connection, _ENTRIES, site))


def _each(connection: Connection, statement: AnySelect, site: str) -> Iterator[tuple[Any, ...]]:
    with connection.execute(statement, {"site": site}, execution_options={"yield_per": _READ_AT_ONCE}) as rows:
        for row in rows:
            yield tuple(row)
