"""Bottles as they were dispensed, what each was filled from, and what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Connection, case, func, insert, select, update
from sqlalchemy.orm import aliased

from compounder.database.errors import NotFound
from compounder.database.prescriptions import strength_of
from compounder.database.schema import (
    BatchTable,
    BottleTable,
    CapsuleMovementTable,
    PatientTable,
    PrescribedTable,
    PrescriptionTable,
)
from compounder.database.types import AnyRow, AnySelect, nanograms
from compounder.domain.care.dispensing import HandedOut
from compounder.domain.care.shelf import CapsuleMovementKind
from compounder.domain.record.record import BatchStatus
from compounder.domain.units import MASS_PER_CAPSULE, MassPerCapsule, format_dose


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledFrom:
    """Capsules of one batch in a bottle, how many of them came back, and where the batch stands now."""

    batch_id: int
    lot_number: str
    capsules: int
    returned: int
    status: BatchStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBottle:
    """A bottle as it is kept; `before` is how many capsules of its strength were given out on its prescription before
    it."""

    bottle_id: int
    number: str
    prescription: str
    strength: MassPerCapsule
    capsules: int
    before: int
    dispensed_on: date
    beyond_use_date: date
    filled_from: tuple[FilledFrom, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBottle:
    """A bottle to keep."""

    number: str
    prescription_id: int
    strength: MassPerCapsule
    capsules: int
    dispensed_on: date
    beyond_use_date: date


_earlier = aliased(BottleTable)
_BEFORE: Final = (
    select(func.coalesce(func.sum(_earlier.capsules), 0))
    .where(
        _earlier.prescription_id == BottleTable.prescription_id,
        _earlier.strength_ng == BottleTable.strength_ng,
        _earlier.id < BottleTable.id,
    )
    .scalar_subquery()
)
_SELECT: Final[AnySelect] = select(
    BottleTable.id,
    BottleTable.number,
    PrescriptionTable.number.label("prescription"),
    BottleTable.strength_ng,
    BottleTable.capsules,
    BottleTable.dispensed_on,
    BottleTable.beyond_use_date,
    _BEFORE.label("before"),
).join(PrescriptionTable, PrescriptionTable.id == BottleTable.prescription_id)


def _moved(kind: CapsuleMovementKind) -> ColumnElement[int]:
    """The sum of the movements of this kind."""
    table = CapsuleMovementTable
    return func.sum(case((table.kind == kind.value, table.capsules), else_=0))


def add(connection: Connection, site: str, bottle: NewBottle, journal_number: int) -> int:
    """The id of a bottle, now kept."""
    row = {
        "site": site,
        "number": bottle.number,
        "prescription_id": bottle.prescription_id,
        "strength_ng": nanograms(bottle.strength, MASS_PER_CAPSULE),
        "strength": format_dose(bottle.strength),
        "capsules": bottle.capsules,
        "dispensed_on": bottle.dispensed_on,
        "beyond_use_date": bottle.beyond_use_date,
        "journal_number": journal_number,
    }
    return int(connection.execute(insert(BottleTable).returning(BottleTable.id), row).scalar_one())


def give_out(connection: Connection, bottle: NewBottle) -> bool:
    """Whether the prescription still asked for the bottle's capsules, which now count as dispensed."""
    table = PrescribedTable
    statement = update(table).where(
        table.prescription_id == bottle.prescription_id,
        table.strength_ng == nanograms(bottle.strength, MASS_PER_CAPSULE),
        table.capsules >= table.dispensed + bottle.capsules,
    )
    return connection.execute(statement.values(dispensed=table.dispensed + bottle.capsules)).rowcount == 1


def load(connection: Connection, site: str, number: str) -> StoredBottle:
    """The bottle with this number; refuses with `NotFound`."""
    row = connection.execute(_SELECT.where(BottleTable.site == site, BottleTable.number == number)).first()
    if row is None:
        raise NotFound(what="bottle", name=number)
    return _stored(connection, row)


def of_prescription(connection: Connection, prescription_id: int) -> Sequence[StoredBottle]:
    """Every bottle of a prescription, the oldest first."""
    asked = _SELECT.where(BottleTable.prescription_id == prescription_id).order_by(BottleTable.id)
    return [_stored(connection, row) for row in connection.execute(asked).all()]


def handed_out(connection: Connection, site: str, lot_number: str) -> tuple[HandedOut, ...]:
    """What of a batch went into which bottle, the oldest first."""
    kinds = CapsuleMovementKind
    bottle = (BottleTable.number, PrescriptionTable.number, PatientTable.identifier, BottleTable.dispensed_on)
    asked = (
        select(*bottle, BottleTable.capsules, _moved(kinds.DISPENSED), _moved(kinds.RETURNED))
        .join_from(CapsuleMovementTable, BatchTable, BatchTable.id == CapsuleMovementTable.batch_id)
        .join(BottleTable, BottleTable.id == CapsuleMovementTable.bottle_id)
        .join(PrescriptionTable, PrescriptionTable.id == BottleTable.prescription_id)
        .join(PatientTable, PatientTable.id == PrescriptionTable.patient_id)
        .where(BatchTable.site == site, BatchTable.lot_number == lot_number)
        .group_by(BottleTable.id, *bottle, BottleTable.capsules)
        .order_by(BottleTable.id)
    )
    return tuple(
        HandedOut(
            number=number,
            prescription=prescription,
            patient=patient,
            on=on,
            capsules=-int(filled),
            in_all=in_all,
            returned=int(back),
        )
        for number, prescription, patient, on, in_all, filled, back in connection.execute(asked)
    )


def last_moved(connection: Connection, site: str, lot_number: str) -> int:
    """The newest journal entry that took capsules of a batch into a bottle, or out of one; 0 where there is none."""
    asked = (
        select(func.max(CapsuleMovementTable.journal_number))
        .join(BatchTable, BatchTable.id == CapsuleMovementTable.batch_id)
        .where(BatchTable.site == site, BatchTable.lot_number == lot_number)
        .where(CapsuleMovementTable.bottle_id.is_not(None))
    )
    return int(connection.scalar(asked) or 0)


def _stored(connection: Connection, row: AnyRow) -> StoredBottle:
    return StoredBottle(
        bottle_id=row.id,
        number=row.number,
        prescription=row.prescription,
        strength=strength_of(row.strength_ng),
        capsules=row.capsules,
        before=int(row.before),
        dispensed_on=row.dispensed_on,
        beyond_use_date=row.beyond_use_date,
        filled_from=_filled_from(connection, row.id),
    )


def _filled_from(connection: Connection, bottle_id: int) -> tuple[FilledFrom, ...]:
    kinds, batch = CapsuleMovementKind, (BatchTable.id, BatchTable.lot_number, BatchTable.status)
    asked = (
        select(*batch, _moved(kinds.DISPENSED), _moved(kinds.RETURNED))
        .join(CapsuleMovementTable, CapsuleMovementTable.batch_id == BatchTable.id)
        .where(CapsuleMovementTable.bottle_id == bottle_id)
        .group_by(*batch)
        .order_by(BatchTable.id)
    )
    return tuple(
        FilledFrom(
            batch_id=batch_id,
            lot_number=lot_number,
            capsules=-int(filled),
            returned=int(back),
            status=BatchStatus(status),
        )
        for batch_id, lot_number, status, filled, back in connection.execute(asked)
    )
