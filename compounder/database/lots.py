"""Ingredient lots: the document as received or corrected, what was measured since, how much of it is left and free."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from compounder.codec.documents import canonical, from_stored
from compounder.database import stock, words
from compounder.database.errors import NotFound
from compounder.database.schema import BatchIngredientTable, LotTable, MeasurementTable
from compounder.database.types import AnyRow, mass_of, row_id
from compounder.domain.stock.lots import IngredientLot, LotFacts, LotStatus, PackMeasurement
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import (
    MASS_PER_CAPSULE,
    Mass,
    MassPerCapsule,
    kept_quantity,
    quantity_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMeasurement:
    """Raw weights, and the pack statistic that was worked out from them on the day."""

    measurement: PackMeasurement
    pack_statistic: MassPerCapsule


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLot:
    """A lot as it is kept: as received or corrected, its status, and its stock now."""

    lot_id: str
    lot: IngredientLot
    status: LotStatus
    on_hand: Mass
    reserved: Mass
    measurements: tuple[StoredMeasurement, ...]

    @property
    def free(self) -> Mass:
        """What no planned batch has reserved."""
        free: Mass = self.on_hand - self.reserved
        return free

    @property
    def pack_statistics(self) -> Mapping[CapsuleSize, MassPerCapsule]:
        """By capsule size: the newest measured here, else the one the lot came with."""
        measured = {made.measurement.capsule_size: made.pack_statistic for made in self.measurements}
        return {**self.lot.pack_statistics, **measured}

    @property
    def facts(self) -> LotFacts:
        """What an order keeps of the lot its powder comes from."""
        return LotFacts(
            lot_id=self.lot_id,
            lot_number=self.lot.lot_number,
            maker=self.lot.maker,
            grade=self.lot.grade,
            status=self.status,
            free=self.free,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLot:
    """What a lot number stands for: a substance, of a maker, in a delivery of this expiry."""

    substance: str
    maker: str
    expires_on: date


_ADD: Final = insert(LotTable).returning(LotTable.id)
_ADD_MEASUREMENT: Final = insert(MeasurementTable)
_EACH: Final = (
    select(
        LotTable.id,
        LotTable.document,
        LotTable.status,
        LotTable.on_hand_ng,
        LotTable.reserved_ng,
        MeasurementTable.document.label("measurement"),
        MeasurementTable.pack_statistic,
    )
    .join(MeasurementTable, MeasurementTable.lot_id == LotTable.id, isouter=True)
    .where(LotTable.site == bindparam("site"), LotTable.id.in_(bindparam("ids", expanding=True)))
    .order_by(LotTable.id, MeasurementTable.id)
)
_NUMBERED: Final = (
    select(LotTable.substance, LotTable.maker, LotTable.expires_on)
    .where(LotTable.site == bindparam("site"), LotTable.lot_number == bindparam("lot_number"))
    .distinct()
    .order_by(LotTable.substance, LotTable.maker, LotTable.expires_on)
)
_ENTRY: Final = select(LotTable.journal_number).where(
    LotTable.site == bindparam("site"), LotTable.id == bindparam("lot_id")
)
_MADE_FROM: Final = select(BatchIngredientTable.batch_id).where(
    BatchIngredientTable.site == bindparam("site"), BatchIngredientTable.ingredient_lot_id == bindparam("lot_id")
)


def load(connection: Connection, site: str, lot_id: str) -> StoredLot:
    """The lot with this id; refuses with `NotFound` an id that the site does not have."""
    return load_each(connection, site, [lot_id])[0]


def load_each(connection: Connection, site: str, lot_ids: Sequence[str]) -> tuple[StoredLot, ...]:
    """The lots with these ids, in their sequence; refuses with `NotFound` an id that the site does not have."""
    if not lot_ids:
        return ()
    rows = connection.execute(_EACH, {"site": site, "ids": [row_id(lot_id) for lot_id in lot_ids]})
    found = {number: _stored(list(of_one)) for number, of_one in groupby(rows, attrgetter("id"))}
    missing = [lot_id for lot_id in lot_ids if row_id(lot_id) not in found]
    if missing:
        raise NotFound(what="ingredient lot", name=missing[0])
    return tuple(found[row_id(lot_id)] for lot_id in lot_ids)


def statuses(connection: Connection, site: str, lot_ids: Iterable[str]) -> Mapping[str, LotStatus]:
    """Whether each of these lots may be used, by id."""
    asked = select(LotTable.id, LotTable.status).where(LotTable.site == site)
    rows = connection.execute(asked.where(LotTable.id.in_([row_id(lot_id) for lot_id in lot_ids])))
    return {str(row.id): LotStatus(row.status) for row in rows}


def numbered(connection: Connection, site: str, lot_number: str) -> tuple[KnownLot, ...]:
    """What the site's lots of this number are, each once; two makers may give the same number, and one may deliver it
    again."""
    rows = connection.execute(_NUMBERED, {"site": site, "lot_number": lot_number})
    return tuple(KnownLot(substance=row.substance, maker=row.maker, expires_on=row.expires_on) for row in rows)


def add(connection: Connection, site: str, lot: IngredientLot, status: LotStatus, journal_number: int) -> str:
    """The id of the lot now kept; its whole quantity is received into stock."""
    lot_id = connection.execute(_ADD, _row(site, lot, status, journal_number)).scalar_one()
    stock.receive(connection, site, str(lot_id), lot.quantity, journal_number)
    words.add(connection, site, words.LOT, {lot_id: _texts(lot)})
    return str(lot_id)


def amend(connection: Connection, site: str, lot_id: str, lot: IngredientLot) -> None:
    """Keep a lot as it was corrected. It, and what was made from it, is found by the new words and still by the old."""
    number = row_id(lot_id)
    columns = {name: getattr(lot, name) for name in ("lot_number", "maker", "grade", "expires_on")}
    statement = update(LotTable).where(LotTable.site == site, LotTable.id == number)
    connection.execute(statement.values(**columns, document=canonical(lot)))
    words.add_more(connection, site, words.LOT, {number: _texts(lot)})
    batches = connection.scalars(_MADE_FROM, {"site": site, "lot_id": number})
    words.add_more(connection, site, words.BATCH, dict.fromkeys(batches, (lot.lot_number, lot.maker)))


def entry_of(connection: Connection, site: str, lot_id: str) -> int:
    """The number of the entry by which a lot came in; refuses with `NotFound`."""
    number: int | None = connection.scalar(_ENTRY, {"site": site, "lot_id": row_id(lot_id)})
    if number is None:
        raise NotFound(what="ingredient lot", name=lot_id)
    return number


def set_status(connection: Connection, site: str, lot_id: str, status: LotStatus) -> None:
    """Change whether the lot may be used; refuses with `NotFound`."""
    statement = update(LotTable).where(LotTable.site == site, LotTable.id == row_id(lot_id))
    if connection.execute(statement.values(status=status.value)).rowcount != 1:
        raise NotFound(what="ingredient lot", name=lot_id)


def add_measurement(
    connection: Connection, site: str, lot_id: str, measurement: PackMeasurement, journal_number: int
) -> MassPerCapsule:
    """The pack statistic worked out and kept with its raw weights; refuses with `NotFound`."""
    stored = load(connection, site, lot_id)
    row = {
        "lot_id": row_id(stored.lot_id),
        "site": site,
        "capsule_size": measurement.capsule_size.value,
        "pack_statistic": quantity_text(measurement.pack_statistic, MASS_PER_CAPSULE),
        "document": canonical(measurement),
        "journal_number": journal_number,
    }
    connection.execute(_ADD_MEASUREMENT, row)
    return measurement.pack_statistic


def _stored(rows: Sequence[AnyRow]) -> StoredLot:
    """A lot from its rows, one a measurement, or the one row of a lot that nobody measured."""
    row = rows[0]
    return StoredLot(
        lot_id=str(row.id),
        lot=_read(row.document),
        status=LotStatus(row.status),
        on_hand=mass_of(row.on_hand_ng),
        reserved=mass_of(row.reserved_ng),
        measurements=tuple(_measurement(each) for each in rows if each.measurement is not None),
    )


def _measurement(row: AnyRow) -> StoredMeasurement:
    return StoredMeasurement(
        measurement=from_stored(row.measurement, PackMeasurement),
        pack_statistic=kept_quantity(row.pack_statistic, MASS_PER_CAPSULE),
    )


def _texts(lot: IngredientLot) -> tuple[str, ...]:
    """What a lot is found by, in words."""
    return (lot.substance.name, lot.grade, lot.maker, lot.lot_number, lot.certificate_number, lot.note)


def _row(site: str, lot: IngredientLot, status: LotStatus, journal_number: int) -> Mapping[str, object]:
    return {
        "site": site,
        "substance": lot.substance.name,
        "lot_number": lot.lot_number,
        "maker": lot.maker,
        "grade": lot.grade,
        "received_on": lot.received_on,
        "expires_on": lot.expires_on,
        "status": status.value,
        "on_hand_ng": 0,
        "reserved_ng": 0,
        "document": canonical(lot),
        "journal_number": journal_number,
    }


@lru_cache(maxsize=256)
def _read(document: str) -> IngredientLot:
    """The lot of a document; every order asks for the same few, and none ever changes."""
    return from_stored(document, IngredientLot)
