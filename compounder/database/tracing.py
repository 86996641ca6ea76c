"""Where something went: the batches, the bottles and the patients that it reached, each found by a walk along indexes.

However many there are, a trace takes the same few statements. What a batch holds is taken apart down to the suppliers'
lots when it is stored, so a lot in it through a trituration is found as directly as one that was weighed in.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from compounder.database.schema import BatchTable
from compounder.database.tracing_statements import (
    FILLED,
    HOLDING_LOT,
    MADE_OF_TRITURATION,
    THROUGH,
    batches_of,
    bottles_for,
    bottles_of,
    given_totals,
    made_totals,
    patients_of,
)
from compounder.database.types import BEYOND_ALL, AnyRow, mass_of
from compounder.domain.care.trace import OriginKind, Totals, TracedBatch, TracedBottle, TracedTrituration

PAGE: Final = 50
AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a trace begins, by the ids of its rows; those that do not apply are 0."""

    kind: OriginKind
    lot_id: int = 0
    trituration_id: int = 0
    batch_id: int = 0
    bottle_id: int = 0

    @property
    def names(self) -> dict[str, int]:
        """The values that its statements are sent with."""
        return {
            "lot_id": self.lot_id,
            "trituration_id": self.trituration_id,
            "batch_id": self.batch_id,
            "bottle_id": self.bottle_id,
        }


@dataclass(frozen=True, slots=True)
class ReachedPatient:
    """A patient, and how much of what is traced they were given and brought back."""

    patient_id: int
    identifier: str
    is_erased: bool
    bottles: int
    capsules: int
    returned: int


def triturations(connection: Connection, start: Start) -> tuple[TracedTrituration, ...]:
    """The triturations that something went into, the newest first; none where it is a batch or a bottle."""
    asked = {OriginKind.LOT: HOLDING_LOT, OriginKind.TRITURATION: MADE_OF_TRITURATION}.get(start.kind)
    rows = connection.execute(asked, start.names) if asked is not None else ()
    return tuple(trituration_of(row) for row in rows)


def batches(
    connection: Connection, start: Start, *, after: int = BEYOND_ALL, limit: int = PAGE
) -> tuple[TracedBatch, ...]:
    """The batches that something went into, the newest first, below the id `after`."""
    rows = connection.execute(batches_of(start.kind), {**start.names, "after": after, "limit": limit})
    return tuple(batch_of(row, row.mass_ng) for row in rows)


def batches_among(connection: Connection, start: Start, ids: Sequence[int]) -> tuple[TracedBatch, ...]:
    """Those of the batches with these ids that something went into."""
    asked = batches_of(start.kind).where(BatchTable.id.in_(ids))
    rows = connection.execute(asked, {**start.names, "after": BEYOND_ALL, "limit": len(ids)})
    return tuple(batch_of(row, row.mass_ng) for row in rows)


def every_batch(connection: Connection, start: Start) -> Iterator[TracedBatch]:
    """All of them, no more than a few in memory."""
    after = BEYOND_ALL
    while page := batches(connection, start, after=after, limit=AT_ONCE):
        yield from page
        after = page[-1].batch_id


def bottles(
    connection: Connection,
    start: Start,
    *,
    after: tuple[int, int] = (BEYOND_ALL, 0),
    before: int = BEYOND_ALL,
    limit: int = PAGE,
) -> tuple[TracedBottle, ...]:
    """The bottles that were filled from it, by batch and number, the newest first: those behind batch and bottle
    `after`, dispensed earlier than entry `before`."""
    behind = {"after": after[0], "after_bottle": after[1], "before": before, "limit": limit}
    return tuple(_bottle(row) for row in connection.execute(bottles_of(start.kind), {**start.names, **behind}))


def bottles_of_patients(
    connection: Connection, start: Start, patient_ids: Collection[int], *, before: int = BEYOND_ALL
) -> tuple[TracedBottle, ...]:
    """The bottles of these patients, dispensed earlier than entry `before`, in the sequence they were."""
    names = {**start.names, "patients": sorted(patient_ids), "before": before}
    return tuple(_bottle(row) for row in connection.execute(bottles_for(start.kind), names))


def patients(
    connection: Connection,
    start: Start,
    *,
    after: int = 0,
    before: int = BEYOND_ALL,
    limit: int = BEYOND_ALL,
    waiting: int = 0,
) -> tuple[ReachedPatient, ...]:
    """The patients who were given of it earlier than entry `before`, by their ids from behind `after`; with the id of a
    recall as `waiting`, only those who were not told of it."""
    names = {**start.names, "after": after, "before": before, "limit": limit, "waiting": waiting}
    return tuple(ReachedPatient(*row) for row in connection.execute(patients_of(start.kind), names))


def totals(connection: Connection, start: Start, *, before: int = BEYOND_ALL) -> Totals:
    """How much something reaches; of bottles, those that were dispensed earlier than entry `before`."""
    made, on_shelf = connection.execute(made_totals(start.kind), start.names).one()
    given = connection.execute(given_totals(start.kind), {**start.names, "before": before}).one()
    found, people, out, back = given
    return Totals(
        triturations=len(triturations(connection, start)),
        batches=made,
        bottles=found,
        patients=people,
        on_shelf=int(on_shelf),
        out=int(out),
        back=int(back),
    )


def through(connection: Connection, batch_ids: Sequence[int]) -> Mapping[int, Collection[int]]:
    """The ids of the triturations that each of these batches draws on."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for batch_id, trituration_id in connection.execute(THROUGH, {"ids": list(batch_ids)}):
        found[batch_id].add(trituration_id)
    return found


def filled(connection: Connection, batch_ids: Sequence[int]) -> Mapping[int, int]:
    """How many bottles were filled from each of these batches."""
    return {row.batch_id: row.bottles for row in connection.execute(FILLED, {"ids": list(batch_ids)})}


def trituration_of(row: AnyRow) -> TracedTrituration:
    """From a row of its columns."""
    return TracedTrituration(
        trituration_id=row.id,
        lot_number=row.lot_number,
        ratio=row.ratio,
        status=row.status,
        compounded_on=row.compounded_on,
        made_from=row.made_from_id,
        lot_id=str(row.ingredient_lot_id) if row.ingredient_lot_id else None,
    )


def batch_of(row: AnyRow, mass_ng: int | None = None) -> TracedBatch:
    """From a row of its columns."""
    return TracedBatch(
        batch_id=row.id,
        lot_number=row.lot_number,
        strength=row.strength,
        capsules=row.capsules,
        compounded_on=row.compounded_on,
        beyond_use_date=row.beyond_use_date,
        status=row.status,
        on_shelf=row.on_shelf,
        mass=None if mass_ng is None else mass_of(mass_ng),
    )


def _bottle(row: AnyRow) -> TracedBottle:
    named = row._asdict()
    return TracedBottle(bottle_id=named.pop("id"), **{**named, "returned": int(row.returned)})
