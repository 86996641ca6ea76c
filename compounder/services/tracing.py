"""Tracing: from any lot, trituration, batch or bottle to everything it went into and everything it came from.

Whom a bottle is for is named to those whose role needs it; to everybody else it is an identifier.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from compounder.database import origins, past_batches, patients, tracing, tracing_back
from compounder.database.engine import Connection
from compounder.database.origins import Found
from compounder.database.past_batches import MadeBefore
from compounder.database.tracing import Start
from compounder.database.types import BEYOND_ALL
from compounder.domain.care.patients import Patient, sees_patients
from compounder.domain.care.trace import (
    MOST_BATCHES,
    MOST_BOTTLES,
    Branch,
    Folded,
    Origin,
    OriginKind,
    Reached,
    Totals,
    TracedBatch,
    TracedBottle,
    TracedLot,
    TracedTrituration,
    grown,
)
from compounder.domain.people.person import Role
from compounder.domain.record.past_batch import PastStatus
from compounder.services.scanning import scanned_lot

__all__ = ["Exposure", "Found", "MadeBefore", "Place", "Trace", "begun", "every_exposure", "found_by_code", "trace"]
PAGE: Final = tracing.PAGE
Given: TypeAlias = tuple[TracedBottle | None, Patient | None]
_NO_MORE: Final[Given] = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page of the tables begins: behind this batch; and behind this batch and bottle."""

    batches: int = BEYOND_ALL
    bottles: tuple[int, int] = (BEYOND_ALL, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Both ways from where it begins: trees, totals, and a page of the batches and of the bottles that it reaches, each
    with one more where there is a next page.
    `made_before` are the past batches that name it; who has them, only their own records tell. `names` has who the
    patients of the tree and the page are, by identifier, as far as the role is shown them."""

    origin: Origin
    found: Found
    back: tuple[Branch, ...]
    forth: tuple[Branch | Folded, ...]
    totals: Totals
    batches: Sequence[TracedBatch]
    bottles: Sequence[TracedBottle]
    made_before: Sequence[MadeBefore]
    names: Mapping[str, Patient]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A line of the whole table: a batch, and a bottle that was filled from it; None of a batch with no bottle."""

    batch: TracedBatch
    bottle: TracedBottle | None
    patient: Patient | None


def found_by_code(
    connection: Connection, site: str, text: str, today: date
) -> tuple[tuple[Origin | MadeBefore, str], ...]:
    """Everything that a scanned or typed code stands for, with what it is; of a bottle's own code the bottle and its
    batch. Refuses with `ScanRefused`."""
    if exactly := tuple(_coded(connection, site, text)):
        return exactly
    scan = scanned_lot(text, today=today)
    bottle = _coded(connection, site, scan.serial_number) if scan.serial_number else ()
    return (*bottle, *_coded(connection, site, scan.lot_number))


def _coded(connection: Connection, site: str, code: str) -> Iterator[tuple[Origin | MadeBefore, str]]:
    """Everything whose number is exactly this: what is ours first; of a lot that was never in stock here, the past
    batches whose records name it."""
    ours = origins.coded(connection, site, code)
    yield from ours
    for each in past_batches.numbered(connection, site, code):
        yield each, f"Past batch {each.lot_number}"
    if all(origin.kind is not OriginKind.LOT for origin, _ in ours):
        for each in past_batches.naming(connection, site, code):
            yield each, f"Past batch {each.lot_number}, whose record names lot {each.named}"


def bottle_numbered(connection: Connection, site: str, code: str) -> tuple[str, ...]:
    """The number of the bottle that has exactly this one, whatever its capitals."""
    ours = origins.coded(connection, site, code)
    return tuple(origin.name for origin, _ in ours if origin.kind is OriginKind.BOTTLE)


def made_before(connection: Connection, site: str, found: Found) -> tuple[MadeBefore, ...]:
    """The past batches whose records name a supplier's lot; none of anything that was made here."""
    if not isinstance(found, TracedLot):
        return ()
    return past_batches.holding(connection, site, found.lot_id, found.lot_number)


def begun(connection: Connection, site: str, origin: Origin) -> tuple[Origin, Start, Found]:
    """Where a trace begins: a lot that was made here is its trituration; refuses with `NotFound`."""
    start, found = origins.begin(connection, site, origin)
    if isinstance(found, TracedTrituration):
        origin = Origin(kind=OriginKind.TRITURATION, name=found.lot_number)
    return origin, start, found


def trace(connection: Connection, site: str, asked: Origin, role: Role, place: Place = Place()) -> Trace:
    """Both ways from something; refuses with `NotFound`."""
    origin, start, found = begun(connection, site, asked)
    totals = tracing.totals(connection, start)
    reached = _reached(connection, start)
    shown = tracing.bottles(connection, start, after=place.bottles, limit=PAGE + 1)
    drawn = [bottle for some in reached.bottles.values() for bottle in some]
    return Trace(
        origin=origin,
        found=found,
        back=_back(connection, start),
        forth=_forth(start, reached, totals, shown),
        totals=totals,
        batches=() if start.batch_id else tracing.batches(connection, start, after=place.batches, limit=PAGE + 1),
        bottles=shown,
        made_before=made_before(connection, site, found),
        names=named(connection, site, [*shown, *drawn], role),
    )


def named(connection: Connection, site: str, bottles: Sequence[TracedBottle], role: Role) -> Mapping[str, Patient]:
    """Who the patients of these bottles are, by identifier; nobody for a role that is not shown them."""
    if not sees_patients(role):
        return {}
    return patients.named(connection, site, {bottle.patient_id for bottle in bottles})


def _reached(connection: Connection, start: Start) -> Reached:
    """What is drawn of where it went, always found by as few statements."""
    batches = _to_draw(connection, start)
    ids = [batch.batch_id for batch in batches]
    each = {number: Start(kind=OriginKind.BATCH, batch_id=number) for number in ids}
    return Reached(
        triturations=tracing.triturations(connection, start),
        batches=batches,
        through=tracing.through(connection, ids),
        bottles={number: tracing.bottles(connection, one, limit=MOST_BOTTLES) for number, one in each.items()},
        filled=tracing.filled(connection, ids),
    )


def _to_draw(connection: Connection, start: Start) -> tuple[TracedBatch, ...]:
    """The newest batches that patients have something of, then the newest others; all in the order of their days."""
    last = tracing.bottles(connection, start)
    given = dict.fromkeys(bottle.batch_id for bottle in last if start.kind is not OriginKind.BOTTLE)
    found = {batch.batch_id: batch for batch in tracing.batches(connection, start, limit=MOST_BATCHES)}
    found |= {batch.batch_id: batch for batch in tracing.batches_among(connection, start, tuple(given)[:MOST_BATCHES])}
    drawn = tuple(dict.fromkeys((*given, *found)))[:MOST_BATCHES]
    return tuple(found[number] for number in sorted(drawn, reverse=True))


def _forth(
    start: Start, reached: Reached, totals: Totals, bottles: Sequence[TracedBottle]
) -> tuple[Branch | Folded, ...]:
    match start.kind:
        case OriginKind.BATCH:
            return reached.bottles_of(start.batch_id)
        case OriginKind.BOTTLE:
            return tuple(Branch(bottle) for bottle in bottles[:1])
    return grown(reached, totals)


def _back(connection: Connection, start: Start) -> tuple[Branch, ...]:
    match start.kind:
        case OriginKind.LOT:
            return ()
        case OriginKind.BOTTLE:
            batches = tracing_back.batches_in(connection, start.bottle_id)
            sources = tracing_back.sources(connection, start, [batch.batch_id for batch in batches])
            return tuple(map(sources.of_batch, batches))
    batch_ids = [start.batch_id] if start.batch_id else []
    holder = (start.kind, start.batch_id or start.trituration_id)
    return tracing_back.sources(connection, start, batch_ids).of(holder)


def every_exposure(connection: Connection, site: str, asked: Origin, role: Role) -> Iterator[Exposure]:
    """Every batch that something went into with every bottle of it, newest first, some thousand in memory at most;
    then the past batches that name it."""
    _, start, found = begun(connection, site, asked)
    given = _every_given(connection, site, start, role)
    bottle, patient = next(given, _NO_MORE)
    for batch in _every_batch(connection, start):
        if bottle is None or bottle.batch_id != batch.batch_id:
            yield Exposure(batch=batch, bottle=None, patient=None)
        while bottle is not None and bottle.batch_id == batch.batch_id:
            yield Exposure(batch=batch, bottle=bottle, patient=patient)
            bottle, patient = next(given, _NO_MORE)
    for each in made_before(connection, site, found):
        yield Exposure(batch=_as_told(each), bottle=None, patient=None)


def _as_told(each: MadeBefore) -> TracedBatch:
    """A past batch as a line of the table: what its record says, and that it is past."""
    return TracedBatch(
        batch_id=int(each.past_batch_id),
        lot_number=each.lot_number,
        strength=each.strength,
        capsules=each.capsules,
        compounded_on=each.made_on,
        beyond_use_date=each.beyond_use_date,
        status=PastStatus.PAST.value,
        on_shelf=None,
    )


def _every_batch(connection: Connection, start: Start) -> Iterator[TracedBatch]:
    if start.kind is OriginKind.BOTTLE:
        return reversed(tracing_back.batches_in(connection, start.bottle_id))
    return tracing.every_batch(connection, start)


def _every_given(connection: Connection, site: str, start: Start, role: Role) -> Iterator[Given]:
    after = Place().bottles
    while page := tracing.bottles(connection, start, after=after, limit=tracing.AT_ONCE):
        names = named(connection, site, page, role)
        yield from ((bottle, names.get(bottle.patient)) for bottle in page)
        after = (page[-1].batch_id, page[-1].bottle_id)
