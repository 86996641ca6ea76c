"""Stock as a ledger: each movement adds to the mass on hand or reserved, and the lot's columns are the sums.

A reservation is one conditional UPDATE, so that two orders can never reserve the same grams.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from compounder.database.errors import AdjustmentBelowReserved, LotInsufficient, NotFound
from compounder.database.schema import BatchTable, LotTable, MovementTable, TriturationTable
from compounder.database.types import AnyRow, mass_of, nanograms, row_id
from compounder.domain.stock.movements import Movement, MovementKind
from compounder.domain.units import MASS, Mass, format_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """What takes from stock: a batch, or a trituration."""

    batch_id: int | None = None
    trituration_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """The mass of a lot that a batch or a trituration will be made from."""

    lot_id: str
    maker: Maker
    mass: Mass
    journal_number: int


_STOCK: Final = select(LotTable.lot_number, LotTable.on_hand_ng, LotTable.reserved_ng).where(
    LotTable.site == bindparam("site"), LotTable.id == bindparam("lot_id")
)
_MOVE: Final = (
    update(LotTable)
    .where(
        LotTable.site == bindparam("at_site"),
        LotTable.id == bindparam("lot_id"),
        LotTable.on_hand_ng + bindparam("on_hand") >= LotTable.reserved_ng + bindparam("reserved"),
        LotTable.reserved_ng + bindparam("reserved") >= 0,
    )
    .values(
        on_hand_ng=LotTable.on_hand_ng + bindparam("on_hand"), reserved_ng=LotTable.reserved_ng + bindparam("reserved")
    )
)
_KEEP: Final = insert(MovementTable)
_RESERVED_BY: Final = (
    select(MovementTable.lot_id, func.sum(MovementTable.reserved_ng).label("reserved_ng"))
    .where(
        MovementTable.site == bindparam("site"),
        or_(
            MovementTable.batch_id == bindparam("batch_id"),
            MovementTable.trituration_id == bindparam("trituration_id"),
        ),
    )
    .group_by(MovementTable.lot_id)
    .having(func.sum(MovementTable.reserved_ng) > 0)
)
_MOVEMENTS: Final = (
    select(
        MovementTable.kind,
        MovementTable.on_hand_ng,
        MovementTable.reserved_ng,
        func.coalesce(BatchTable.lot_number, TriturationTable.lot_number, "").label("lot_number"),
        MovementTable.trituration_id.is_not(None).label("is_for_trituration"),
        MovementTable.reason,
        MovementTable.journal_number,
    )
    .join(BatchTable, BatchTable.id == MovementTable.batch_id, isouter=True)
    .join(TriturationTable, TriturationTable.id == MovementTable.trituration_id, isouter=True)
    .where(MovementTable.site == bindparam("site"), MovementTable.lot_id == bindparam("lot_id"))
    .order_by(MovementTable.id)
)


def receive(connection: Connection, site: str, lot_id: str, quantity: Mass, journal_number: int) -> None:
    """Add a delivery to the stock of its lot."""
    movement = _movement_row(site, lot_id, MovementKind.RECEIVED, journal_number, on_hand_ng=nanograms(quantity))
    _move(connection, movement)


def reserve(connection: Connection, site: str, reservations: Sequence[Reservation]) -> None:
    """Reserve what an order takes, all of a lot at once; refuses with `LotInsufficient` or `NotFound`."""
    for lot_id in dict.fromkeys(each.lot_id for each in reservations):
        needed = sum(nanograms(each.mass) for each in reservations if each.lot_id == lot_id)
        if not _change(connection, site, row_id(lot_id), on_hand=0, reserved=needed):
            lot = _stock(connection, site, lot_id)
            free = format_shown(mass_of(lot.on_hand_ng - lot.reserved_ng), MASS)
            raise LotInsufficient(lot_number=lot.lot_number, needed=format_shown(mass_of(needed), MASS), free=free)
    if reservations:
        connection.execute(_KEEP, [_reservation_row(site, each) for each in reservations])


def release(connection: Connection, site: str, maker: Maker, reason: str, journal_number: int) -> None:
    """Free everything that is still reserved for a batch or a trituration."""
    for lot_id, reserved in reserved_by(connection, site, maker).items():
        movement = _movement_row(site, lot_id, MovementKind.RELEASED, journal_number, maker, reason=reason)
        _move(connection, {**movement, "reserved_ng": -reserved})


def use_up(connection: Connection, site: str, maker: Maker, journal_number: int) -> None:
    """Take off everything that is still reserved for a batch: it was weighed on paper, by its plan."""
    for lot_id, reserved in reserved_by(connection, site, maker).items():
        movement = _movement_row(site, lot_id, MovementKind.USED, journal_number, maker)
        _move(connection, {**movement, "on_hand_ng": -reserved, "reserved_ng": -reserved})


def reserved_by(connection: Connection, site: str, maker: Maker) -> Mapping[str, int]:
    """What is still reserved for a batch or a trituration: nanograms, by the id of the lot."""
    return {
        str(lot_id): int(reserved)
        for lot_id, reserved in connection.execute(_RESERVED_BY, {"site": site, **_named(maker)}).all()
    }


def use(connection: Connection, site: str, lot_id: str, maker: Maker, taken: Mass, journal_number: int) -> None:
    """Take what was weighed off a lot, and with it what was reserved there; refuses with `LotInsufficient`."""
    reserved = reserved_by(connection, site, maker).get(lot_id, 0)
    movement = _movement_row(site, lot_id, MovementKind.USED, journal_number, maker)
    if not _move(connection, {**movement, "on_hand_ng": -nanograms(taken), "reserved_ng": -reserved}):
        lot = _stock(connection, site, lot_id)
        there = format_shown(mass_of(lot.on_hand_ng - lot.reserved_ng + reserved), MASS)
        raise LotInsufficient(lot_number=lot.lot_number, needed=format_shown(taken, MASS), free=there)


def reserve_again(connection: Connection, site: str, reservation: Reservation) -> None:
    """Reserve a mass once more, or as much of it as is free: what was lost in between may be lacking."""
    lot = _stock(connection, site, reservation.lot_id)
    mass = min(nanograms(reservation.mass), lot.on_hand_ng - lot.reserved_ng)
    if mass:
        reserve(connection, site, [replace(reservation, mass=mass_of(mass))])


def adjust(connection: Connection, site: str, lot_id: str, change: Mass, reason: str, journal_number: int) -> None:
    """Add a signed mass to what is on hand; refuses with `AdjustmentBelowReserved` to go below what is reserved."""
    kind, added = MovementKind.ADJUSTED, nanograms(change)
    if not _move(connection, _movement_row(site, lot_id, kind, journal_number, on_hand_ng=added, reason=reason)):
        lot = _stock(connection, site, lot_id)
        reserved = format_shown(mass_of(lot.reserved_ng), MASS)
        raise AdjustmentBelowReserved(lot_number=lot.lot_number, reserved=reserved)


def movements(connection: Connection, site: str, lot_id: str) -> tuple[Movement, ...]:
    """The ledger of one lot, oldest first."""
    return tuple(_movement(row) for row in connection.execute(_MOVEMENTS, {"site": site, "lot_id": row_id(lot_id)}))


def _reservation_row(site: str, reservation: Reservation) -> Mapping[str, Any]:
    return _movement_row(
        site,
        reservation.lot_id,
        MovementKind.RESERVED,
        reservation.journal_number,
        reservation.maker,
        reserved_ng=nanograms(reservation.mass),
    )


_NO_MAKER: Final = Maker()


def _named(maker: Maker) -> Mapping[str, int | None]:
    return {"batch_id": maker.batch_id, "trituration_id": maker.trituration_id}


def _movement_row(
    site: str, lot_id: str, kind: MovementKind, journal_number: int, maker: Maker = _NO_MAKER, **facts: str | int
) -> Mapping[str, Any]:
    nothing = {**_named(maker), "on_hand_ng": 0, "reserved_ng": 0, "reason": ""}
    row = {"site": site, "lot_id": row_id(lot_id), "kind": kind.value, "journal_number": journal_number}
    return {**nothing, **row, **facts}


def _move(connection: Connection, movement: Mapping[str, Any]) -> bool:
    """Whether the lot's stock allowed the movement, which then stands in the ledger too."""
    on_hand, reserved = movement["on_hand_ng"], movement["reserved_ng"]
    if not _change(connection, movement["site"], movement["lot_id"], on_hand=on_hand, reserved=reserved):
        return False
    connection.execute(_KEEP, movement)
    return True


def _change(connection: Connection, site: str, lot_id: int, *, on_hand: int, reserved: int) -> bool:
    """Whether the lot's stock allowed the change."""
    change = {"at_site": site, "lot_id": lot_id, "on_hand": on_hand, "reserved": reserved}
    return connection.execute(_MOVE, change).rowcount == 1


def _stock(connection: Connection, site: str, lot_id: str) -> AnyRow:
    row = connection.execute(_STOCK, {"site": site, "lot_id": row_id(lot_id)}).first()
    if row is None:
        raise NotFound(what="ingredient lot", name=lot_id)
    return row


def _movement(row: AnyRow) -> Movement:
    return Movement(
        kind=MovementKind(row.kind),
        on_hand_change=mass_of(row.on_hand_ng),
        reserved_change=mass_of(row.reserved_ng),
        lot_number=row.lot_number,
        is_for_trituration=row.is_for_trituration,
        reason=row.reason,
        journal_number=row.journal_number,
    )
