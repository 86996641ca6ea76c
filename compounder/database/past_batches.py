"""Past batches: kept as other records tell them, found beside our own, and by the ingredient lots that they name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, insert, literal, or_, select, update

from compounder.codec.documents import from_stored
from compounder.database import running_numbers, words
from compounder.database.errors import NotFound
from compounder.database.schema import BatchTable, LotTable, PastBatchTable, PastLotTable
from compounder.database.types import AnyRow, batch_id_of, nanograms, row_id
from compounder.domain.record.journal import JournalEntry
from compounder.domain.record.past_batch import PastBatchEntered, PastStatus
from compounder.domain.units import MASS_PER_CAPSULE, format_dose

SUBJECT: Final = "past batch "
"""What stands before a lot number where the journal tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPastBatch:
    """A past batch as it was entered, with the id of its row, where it stands, and the entry that tells of it."""

    past_batch_id: str
    entered: PastBatchEntered
    status: PastStatus
    subject: str
    journal_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBefore:
    """A past batch, found by a lot in it or by its own number; `named` is how its record names that lot."""

    past_batch_id: str
    lot_number: str
    strength: str
    capsules: int
    made_on: date
    beyond_use_date: date
    named: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLot:
    """A lot in stock, by the words that name it."""

    lot_id: str
    maker: str


_ADD: Final = insert(PastBatchTable)
_ADD_LOTS: Final = insert(PastLotTable)
_ONE: Final = select(
    PastBatchTable.id,
    PastBatchTable.lot_number,
    PastBatchTable.document,
    PastBatchTable.status,
    PastBatchTable.journal_number,
).where(PastBatchTable.site == bindparam("site"), PastBatchTable.id == bindparam("past_batch_id"))
_MADE: Final = (
    PastBatchTable.id,
    PastBatchTable.lot_number,
    PastBatchTable.strength,
    PastBatchTable.capsules,
    PastBatchTable.compounded_on,
    PastBatchTable.beyond_use_date,
)
_NAMING: Final = (
    select(*_MADE, PastLotTable.maker, PastLotTable.lot_number.label("number"))
    .join(PastLotTable, PastLotTable.past_batch_id == PastBatchTable.id)
    .where(PastLotTable.site == bindparam("site"), PastBatchTable.status == PastStatus.PAST.value)
    .order_by(PastBatchTable.id.desc(), PastLotTable.position)
)
_HOLDING: Final = _NAMING.where(
    or_(
        PastLotTable.ingredient_lot_id == bindparam("lot_id"),
        and_(PastLotTable.ingredient_lot_id.is_(None), PastLotTable.lot_number == bindparam("number")),
    )
)
_NAMED: Final = _NAMING.where(PastLotTable.lot_number.in_(bindparam("numbers", expanding=True)))
_NUMBERED: Final = select(*_MADE, literal("").label("maker"), literal("").label("number")).where(
    PastBatchTable.site == bindparam("site"),
    PastBatchTable.lot_number_in_capitals == bindparam("number"),
    PastBatchTable.status == PastStatus.PAST.value,
)
_LOTS: Final = select(LotTable.id, LotTable.maker).where(
    LotTable.site == bindparam("site"), LotTable.lot_number == bindparam("number")
)
_TAKEN: Final = (
    select(BatchTable.id).where(BatchTable.site == bindparam("site"), BatchTable.lot_number == bindparam("number")),
    select(PastBatchTable.id).where(
        PastBatchTable.site == bindparam("site"),
        PastBatchTable.lot_number == bindparam("number"),
        PastBatchTable.status == PastStatus.PAST.value,
    ),
)


def add_each(
    connection: Connection, site: str, entered: Sequence[PastBatchEntered], entries: Sequence[JournalEntry]
) -> tuple[str, ...]:
    """The ids of past batches, now kept with the lots that they name and their words."""
    numbers = [
        batch_id_of(each.batch.made_on, running_numbers.next_batches_of_day(connection, each.batch.made_on, 1)[0])
        for each in entered
    ]
    kept = dict(zip(numbers, entered, strict=True))
    rows = zip(kept.items(), entries, strict=True)
    connection.execute(_ADD, [_row(site, number, each, entry) for (number, each), entry in rows])
    named = [row for number, each in kept.items() for row in _lot_rows(site, number, each)]
    if named:
        connection.execute(_ADD_LOTS, named)
    words.add(connection, site, words.PAST_BATCH, {number: _texts(each) for number, each in kept.items()})
    return tuple(map(str, numbers))


def load(connection: Connection, site: str, past_batch_id: str) -> StoredPastBatch:
    """The past batch with this id; refuses with `NotFound`."""
    row = connection.execute(_ONE, {"site": site, "past_batch_id": row_id(past_batch_id)}).first()
    if row is None:
        raise NotFound(what="past batch", name=past_batch_id)
    entered = from_stored(row.document, PastBatchEntered)
    return StoredPastBatch(
        past_batch_id=str(row.id),
        entered=entered,
        status=PastStatus(row.status),
        subject=f"{SUBJECT}{row.lot_number}",
        journal_number=row.journal_number,
    )


def withdraw(connection: Connection, site: str, past_batch_id: str) -> None:
    """Keep that what was entered does not count."""
    statement = update(PastBatchTable).where(PastBatchTable.site == site, PastBatchTable.id == row_id(past_batch_id))
    connection.execute(statement.values(status=PastStatus.WITHDRAWN.value))


def is_taken(connection: Connection, site: str, lot_number: str) -> bool:
    """Whether a batch with this lot number is stored, one of ours or a past one."""
    asked = {"site": site, "number": lot_number}
    return any(connection.scalar(query, asked) is not None for query in _TAKEN)


def named(connection: Connection, site: str, lot_number: str) -> tuple[NamedLot, ...]:
    """The lots in stock with this number, of whatever maker."""
    rows = connection.execute(_LOTS, {"site": site, "number": lot_number})
    return tuple(NamedLot(lot_id=str(row.id), maker=row.maker) for row in rows)


def holding(connection: Connection, site: str, lot_id: str, lot_number: str) -> tuple[MadeBefore, ...]:
    """The past batches that a lot in stock is in, newest first. One whose record names the number, and was not found to
    mean another lot, is among them: whether it is the same, a person judges by the maker named."""
    return _made_before(connection.execute(_HOLDING, {"site": site, "lot_id": row_id(lot_id), "number": lot_number}))


def naming(connection: Connection, site: str, lot_number: str) -> tuple[MadeBefore, ...]:
    """The past batches whose records name an ingredient lot with this number, whether it is in stock or not."""
    return _made_before(
        connection.execute(_NAMED, {"site": site, "numbers": {lot_number, lot_number.upper(), lot_number.lower()}})
    )


def numbered(connection: Connection, site: str, lot_number: str) -> tuple[MadeBefore, ...]:
    """The past batch with this lot number, whatever its capitals."""
    return _made_before(connection.execute(_NUMBERED, {"site": site, "number": lot_number.upper()}))


def _made_before(rows: Iterable[AnyRow]) -> tuple[MadeBefore, ...]:
    """Each past batch once, though its record may name a lot twice."""
    found: dict[int, MadeBefore] = {}
    for row in rows:
        each = MadeBefore(
            past_batch_id=str(row.id),
            lot_number=row.lot_number,
            strength=row.strength,
            capsules=row.capsules,
            made_on=row.compounded_on,
            beyond_use_date=row.beyond_use_date,
            named=f"{row.maker}: {row.number}" if row.maker else row.number,
        )
        found.setdefault(row.id, each)
    return tuple(found.values())


def _row(site: str, number: int, entered: PastBatchEntered, entry: JournalEntry) -> Mapping[str, Any]:
    batch = entered.batch
    return {
        "id": number,
        "site": site,
        "lot_number": batch.lot_number,
        "lot_number_in_capitals": batch.lot_number.upper(),
        "preparation": batch.formulation,
        "strength_ng": nanograms(batch.strength, MASS_PER_CAPSULE),
        "strength": format_dose(batch.strength),
        "capsules": batch.capsules,
        "compounded_on": batch.made_on,
        "beyond_use_date": batch.beyond_use_date,
        "status": PastStatus.PAST.value,
        "document": entry.document,
        "journal_number": entry.number,
    }


def _lot_rows(site: str, number: int, entered: PastBatchEntered) -> Iterator[Mapping[str, Any]]:
    for position, (lot, lot_id) in enumerate(zip(entered.batch.ingredient_lots, entered.lot_ids, strict=True), 1):
        yield {
            "past_batch_id": number,
            "position": position,
            "site": site,
            "lot_number": lot.lot_number,
            "maker": lot.maker,
            "ingredient_lot_id": row_id(lot_id) or None,
        }


def _texts(entered: PastBatchEntered) -> Iterable[str]:
    """What a past batch is found by, in words."""
    batch = entered.batch
    told = (batch.lot_number, batch.formulation, batch.strength_basis, batch.reference, batch.made_by, batch.note)
    return (*told, *(text for lot in batch.ingredient_lots for text in (lot.maker, lot.lot_number)))
