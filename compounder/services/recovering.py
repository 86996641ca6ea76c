"""Recovery at the bench: the drug is over, and the plan is revised to what was weighed, in one transaction.

Two entries: the plan as revised, with the order that it follows from, and the weighing under its number. What was
weighed before stays weighed. The rest of the new plan is reserved in place of the old; what is signed is signed anew.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from compounder.database import batches, lots, one_time_keys, stock
from compounder.database.batches import Revision, StoredBatch
from compounder.database.engine import Connection
from compounder.database.lots import StoredLot
from compounder.database.stock import Maker, Reservation
from compounder.database.types import mass_of, nanograms
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.recovery import Impossible, Overweighed, RecoveryWay, Revised, one_strength, recoveries
from compounder.domain.batch.source import TriturationLot
from compounder.domain.batch.weighing import Role
from compounder.domain.batch.weighing import Weighing as PlannedWeighing
from compounder.domain.bounds import require_reason
from compounder.domain.errors import CompoundingError
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.stock.lots import LotFacts
from compounder.domain.units import READING, Reading, format_reading, quantity_text
from compounder.services.bench import Bench, bench_of, jar_of, require_next, require_open, require_theirs
from compounder.services.once import once
from compounder.services.replanning import order_from
from compounder.services.standings import enter, keep_days
from compounder.services.weighing import Shown, Weighing, fit_reading, keep_weighing, require_scanned

_MOST_TIMES: Final = 2
"""Of an order of few capsules, ten times the mass would still be within the most that is made."""


class OnlyDrugRecovers(CompoundingError):
    """Filler that is over is taken away again: the drug is not in it."""

    code = "only-drug-recovers"
    title = "Not a drug"
    ingredient: str

    def __str__(self) -> str:
        return f"No plan is revised to {self.ingredient}, which is next; what is over is taken away or discarded."


class NotOver(CompoundingError):
    """A reading that asks for no other plan."""

    code = "not-over"
    title = "The reading is not over"
    read: str
    most: str
    field_name: str = "reading"

    def __str__(self) -> str:
        return f"{self.read} is not above {self.most}, the most that the plan accepts; weigh it at the bench."


class FarOver(CompoundingError):
    """So much over that a slip is likelier: a decimal point, another unit, the container on the balance."""

    code = "far-over"
    title = "More than twice what is to be weighed"
    read: str
    planned: str
    field_name: str = "reading"

    def __str__(self) -> str:
        return f"{self.read} is more than twice {self.planned}; weigh it again. If it is so, discard it."


class WayImpossible(CompoundingError):
    """A way that is not offered, and why."""

    code = "way-impossible"
    title = "The plan cannot be revised so"
    because: str
    field_name: str = "way"

    def __str__(self) -> str:
        return self.because


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What somebody asks for: to go by the plan that a reading makes in this `way`, and why."""

    weighing: Weighing
    way: RecoveryWay
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoverable:
    """A reading that is over: the bench it was taken at, the jar it is from, and each way with its plan or why not."""

    bench: Bench
    batch: StoredBatch
    jar: StoredLot
    shown: Shown
    over: Overweighed
    ways: tuple[Revised | Impossible, ...]


def look_over(connection: Connection, weighing: Weighing) -> Recoverable:
    """What can be made of a reading that is over its window; nothing is stored.

    Refuses whatever `weigh` does but the window, with `OnlyDrugRecovers` a line of filler, with `NotOver` a reading in
    the window or below it, and with `FarOver` one above twice the mass.
    """
    bench = bench_of(connection, weighing.site, weighing.lot_number)
    require_theirs(bench, EntryKind.BATCH_WEIGHED, weighing.person)
    jars = require_open(connection, bench, weighing.at)
    planned = require_next(bench, weighing.plan_number, weighing.line)
    if planned.role is Role.FILLER:
        raise OnlyDrugRecovers(ingredient=planned.ingredient)
    jar = jars[weighing.line]
    require_scanned(connection, weighing, bench.record, planned, jar)
    shown = fit_reading(connection, weighing, bench, planned)
    _require_recoverable(planned, shown.reading)
    batch = batches.load(connection, weighing.site, weighing.lot_number)
    over = _over(connection, bench, batch, jar, shown.reading)
    return Recoverable(bench=bench, batch=batch, jar=jar, shown=shown, over=over, ways=recoveries(over))


def _require_recoverable(planned: PlannedWeighing, reading: Reading) -> None:
    """A reading that is over, and not by so much that it is a slip."""
    read = format_reading(reading)
    if reading <= planned.accept_to:
        raise NotOver(read=read, most=format_reading(planned.accept_to))
    if reading > planned.to_weigh * _MOST_TIMES:
        raise FarOver(read=read, planned=format_reading(planned.to_weigh))


def recover(connection: Connection, recovery: Recovery) -> None:
    """Revise the plan to the reading, and keep the weighing; a second click on the same form changes nothing.

    Refuses as `look_over` does, with `WayImpossible` a way that cannot be gone, and with `LotInsufficient` more than
    there is.
    """
    weighing = recovery.weighing
    require_reason(recovery.reason)
    read = (weighing.tared, weighing.reading, weighing.again)
    asked = (weighing.lot_number, weighing.line, *read, recovery.way, recovery.reason)
    act = once(weighing.one_time_key, asked)
    if one_time_keys.subject_of(connection, weighing.site, act) is not None:
        return
    found = look_over(connection, weighing)
    revised = next(each for each in found.ways if each.way is recovery.way)
    if isinstance(revised, Impossible):
        raise WayImpossible(because=revised.because)
    entry = _revise(connection, recovery, found, revised)
    bench = replace(found.bench, standing=found.bench.standing.after(entry))
    by_this_plan = replace(weighing, plan_number=weighing.plan_number + 1)
    keep_weighing(connection, by_this_plan, bench, found.jar, found.shown)
    one_time_keys.use(connection, weighing.site, act, weighing.lot_number, entry.number)


def _over(connection: Connection, bench: Bench, batch: StoredBatch, jar: StoredLot, reading: Reading) -> Overweighed:
    line = bench.making.next_line or 0
    readings = [taken.reading if taken else None for taken in bench.making.taken]
    readings[line] = reading
    plan, site = batch.record.plan, batch.record.site
    is_aliquot = plan.weighings[line].role is Role.ALIQUOT
    order = order_from(connection, site, batch, jar) if is_aliquot else batch.record.order
    freed = _freed(connection, bench, batch)
    order = _with_free(connection, site, one_strength(order, plan), freed)
    return Overweighed(order=order, plan=plan, line=line, readings=tuple(readings))


def _freed(connection: Connection, bench: Bench, batch: StoredBatch) -> Mapping[str, int]:
    """What is this batch's already, by the id of the lot: reserved for it, or weighed into it; in nanograms."""
    held = Counter(stock.reserved_by(connection, batch.record.site, Maker(batch_id=batch.batch_id)))
    for planned, taken in zip(bench.making.weighings, bench.making.taken, strict=True):
        if taken:
            held[jar_of(connection, bench.record, planned).lot_id] += nanograms(taken.reading)
    return held


def _with_free(connection: Connection, site: str, order: BatchOrder, freed: Mapping[str, int]) -> BatchOrder:
    """The order with its lots as they are now, and what is this batch's of them free to be planned again."""

    def now(lot: LotFacts | None) -> LotFacts | None:
        if lot is None:
            return None
        facts = lots.load(connection, site, lot.lot_id).facts
        return replace(facts, free=facts.free + mass_of(freed.get(lot.lot_id, 0)))

    source, following = order.source, order.next_active
    if isinstance(source, TriturationLot):
        source = replace(source, lot=now(source.lot))
    if following:
        following = replace(following, powder=replace(following.powder, lot=now(following.powder.lot)))
    return replace(
        order,
        active=replace(order.active, lot=now(order.active.lot)),
        filler=replace(order.filler, lot=now(order.filler.lot)),
        source=source,
        next_active=following,
    )


def _revise(connection: Connection, recovery: Recovery, found: Recoverable, revised: Revised) -> JournalEntry:
    """The entry of the new plan, and the tables that follow from it."""
    weighing, number = recovery.weighing, found.bench.record.plan_number + 1
    carried = [line for line, taken in enumerate(found.bench.making.taken) if taken]
    recovered = {
        "line": weighing.line,
        "way": revised.way,
        "reading": quantity_text(found.shown.reading, READING),
        "carried": carried,
    }
    said: dict[str, Any] = {"plan_number": number, "plan": revised.plan, "order": revised.order}
    said |= {"reason": recovery.reason, "recovered": recovered}
    before = found.bench.standing
    entry = enter(connection, weighing.act, weighing.lot_number, EntryKind.PLAN_REVISED, said, before)
    batch = found.batch
    revision = Revision(batch_id=batch.batch_id, plan=revised.plan, number=number, entry=entry, added={})
    batches.revise(connection, weighing.site, revision)
    keep_days(connection, replace(batch.record, plan=revised.plan), found.bench.standing)
    still = [each for line, each in enumerate(revised.plan.weighings) if line not in (weighing.line, *carried)]
    reserve_anew(connection, batch, still, entry.number)
    return entry


def reserve_anew(connection: Connection, batch: StoredBatch, still: list[PlannedWeighing], journal_number: int) -> None:
    """What is still to be weighed by the new plan, in place of what was by the old one."""
    record, maker = batch.record, Maker(batch_id=batch.batch_id)
    stock.release(connection, record.site, maker, "Plan revised", journal_number)
    reservations = [
        Reservation(
            lot_id=jar_of(connection, record, each).lot_id,
            maker=maker,
            mass=each.to_weigh,
            journal_number=journal_number,
        )
        for each in still
    ]
    stock.reserve(connection, record.site, reservations)
