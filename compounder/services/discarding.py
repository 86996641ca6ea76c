"""Powder discarded at the bench: spilled, over-weighed, or wrong. The stock goes down by it, its line is weighed anew.

What was weighed into the batch and then lost is off the stock already. In its place the line's mass is reserved again,
as far as the lot has it free. What is mixed is one powder: it is discarded whole, each line of it with its own entry.
"""

from dataclasses import dataclass, replace
from typing import Any

from compounder.database import one_time_keys, stock
from compounder.database.engine import Connection
from compounder.database.stock import Maker, Reservation
from compounder.domain.bounds import require_reason
from compounder.domain.errors import CompoundingError, NotAccepted
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.making import Taken
from compounder.domain.units import READING, Reading, parse_quantity, quantity_text
from compounder.services.acting import Deed
from compounder.services.bench import Bench, bench_of, jar_of, require_next, require_theirs
from compounder.services.once import once
from compounder.services.standings import enter
from compounder.services.weighing_errors import NotTheNext


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarding(Deed):
    """What somebody discards: of which batch, plan and line (from 0), and why. `mass` is what was lost of a line that
    is not weighed yet; what was weighed is discarded whole, and once it is mixed with all that it is mixed with."""

    lot_number: str
    plan_number: int
    line: int
    mass: str
    reason: str
    one_time_key: str


def discard(connection: Connection, discarding: Discarding) -> None:
    """Keep what was discarded, and let its line be weighed anew; a second click on the same form changes nothing.

    Refuses what `bench.require_theirs` does, a line that is neither weighed nor next, and more than there is.
    """
    require_reason(discarding.reason)
    asked = (discarding.lot_number, discarding.line, discarding.mass, discarding.reason)
    act = once(discarding.one_time_key, asked)
    if one_time_keys.subject_of(connection, discarding.site, act) is not None:
        return
    bench = bench_of(connection, discarding.site, discarding.lot_number)
    require_theirs(bench, EntryKind.WEIGHING_DISCARDED, discarding.person)
    weighed = _weighed(bench, discarding)
    entry = _keep(connection, discarding, bench, weighed)
    for line in bench.mixed_lines:
        if line != discarding.line:
            _keep(connection, replace(discarding, line=line), bench, bench.making.taken[line])
    one_time_keys.use(connection, discarding.site, act, discarding.lot_number, entry.number)


def _weighed(bench: Bench, discarding: Discarding) -> Taken | None:
    """The weighing that is discarded; None of what never went into the batch. Refuses with `NotTheNext` what is
    discarded already."""
    taken = bench.making.taken
    if discarding.plan_number != bench.record.plan_number or not 0 <= discarding.line < len(taken):
        raise NotTheNext(lot_number=bench.record.lot_number)
    if taken[discarding.line] is None:
        if not discarding.mass:
            raise NotTheNext(lot_number=bench.record.lot_number)
        require_next(bench, discarding.plan_number, discarding.line)
    return taken[discarding.line]


def _keep(connection: Connection, discarding: Discarding, bench: Bench, weighed: Taken | None) -> JournalEntry:
    """The entry of one line, with the movements of stock that follow from it."""
    lost = weighed.reading if weighed else _read(discarding.mass)
    planned = bench.making.weighings[discarding.line]
    jar, maker = jar_of(connection, bench.record, planned), Maker(batch_id=bench.batch_id)
    document: dict[str, Any] = {
        "plan_number": discarding.plan_number,
        "line": discarding.line,
        "lot_id": jar.lot_id,
        "lot_number": jar.lot.lot_number,
        "reading": quantity_text(lost, READING),
        "to_weigh": quantity_text(planned.to_weigh, READING),
        "was_weighed": weighed is not None,
        "reason": discarding.reason,
    }
    kind, before = EntryKind.WEIGHING_DISCARDED, bench.standing
    entry = enter(connection, discarding.act, discarding.lot_number, kind, document, before)
    if weighed is None:
        stock.use(connection, discarding.site, jar.lot_id, maker, lost, entry.number)
    reservation = Reservation(lot_id=jar.lot_id, maker=maker, mass=planned.to_weigh, journal_number=entry.number)
    stock.reserve_again(connection, discarding.site, reservation)
    return entry


def _read(mass: str) -> Reading:
    try:
        lost: Reading = parse_quantity(mass, READING)
    except CompoundingError as refusal:
        raise refusal.at("/mass") from None
    if not lost.magnitude:
        raise NotAccepted(read=mass, accepted="what was lost, more than nothing,", field_name="mass")
    return lost
