"""Weighing at the bench: the right jar, a fit balance, a reading in the window; the stock goes down by what was read.

Each accepted weighing is one entry of the journal. Writers take turns, so that a line is weighed once whoever sends it.
"""

from dataclasses import dataclass
from typing import Any

from compounder.database import offered_readings, one_time_keys, stock
from compounder.database.engine import Connection
from compounder.database.lots import StoredLot
from compounder.database.stock import Maker
from compounder.domain.batch.weighing import Weighing as PlannedWeighing
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.readings import (
    read_at,
    read_twice,
    require_accepted,
    require_fit,
    require_shown_by,
    require_tared,
    require_usual_unit,
)
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.units import READING, Reading, quantity_text
from compounder.services.acting import Deed
from compounder.services.bench import Bench, bench_of, day_of, require_next, require_open, require_theirs
from compounder.services.jar_in_hand import require_jar
from compounder.services.offering import offered_now, require_offered
from compounder.services.once import once
from compounder.services.standings import enter
from compounder.services.workspace import balance_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing(Deed):
    """One weighing as somebody says it: of which batch, plan and line (from 0), the jar as scanned or typed, the
    balance, what it showed with the empty vessel on it, and the reading typed twice; or in the place of that `offered`,
    the id of one that the balance sent."""

    lot_number: str
    plan_number: int
    line: int
    lot: str
    balance: str
    tared: str
    reading: str
    again: str
    one_time_key: str
    offered: str = ""


def weigh(connection: Connection, weighing: Weighing) -> Reading | None:
    """Keep one weighing, and say what the balance showed; a second click on the same form changes nothing: None.

    Refuses what `bench.require_theirs` and `require_open` do, another line than the next (`NotTheNext`), another jar
    (`WrongLot`), a balance that is not the site's, too coarse, or not at zero with the empty vessel (`NotTared`), a
    reading that differs when typed again, that the balance cannot show, in another unit (`OtherUnit`) or outside the
    window, one that is not offered any more or by another balance (`NotOfferedAnyMore`, `OfAnotherBalance`), and with
    `LotInsufficient` more than there is.
    """
    act = once(weighing.one_time_key, _asked(weighing))
    if one_time_keys.subject_of(connection, weighing.site, act) is not None:
        return None
    bench = bench_of(connection, weighing.site, weighing.lot_number)
    require_theirs(bench, EntryKind.BATCH_WEIGHED, weighing.person)
    jars = require_open(connection, bench, weighing.at)
    planned = require_next(bench, weighing.plan_number, weighing.line)
    jar = jars[weighing.line]
    require_scanned(connection, weighing, bench.record, planned, jar)
    shown = fit_reading(connection, weighing, bench, planned)
    require_accepted(planned, shown.reading)
    entry = keep_weighing(connection, weighing, bench, jar, shown)
    one_time_keys.use(connection, weighing.site, act, weighing.lot_number, entry.number)
    return shown.reading


def _asked(weighing: Weighing) -> tuple[str | int, ...]:
    """What makes a second click the same act."""
    read = (weighing.offered,) if weighing.offered else (weighing.reading, weighing.again)
    return (weighing.lot_number, weighing.line, weighing.lot, weighing.balance, weighing.tared, *read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the balance showed, empty and then, and what the entry says of how that is known."""

    tared: Reading
    reading: Reading
    evidence: dict[str, Any]


def keep_weighing(
    connection: Connection, weighing: Weighing, bench: Bench, jar: StoredLot, shown: Shown
) -> JournalEntry:
    """The entry of a weighing, and the stock that goes down by it. What lies on the balance's dish is this batch's:
    whatever the balance sent of it is offered to no other."""
    document: dict[str, Any] = {
        "plan_number": weighing.plan_number,
        "line": weighing.line,
        "lot_id": jar.lot_id,
        "lot_number": jar.lot.lot_number,
        "lot_read": weighing.lot,
        "balance": weighing.balance,
        "tared": quantity_text(shown.tared, READING),
        **shown.evidence,
        "reading": quantity_text(shown.reading, READING),
    }
    entry = enter(connection, weighing.act, weighing.lot_number, EntryKind.BATCH_WEIGHED, document, bench.standing)
    stock.use(connection, weighing.site, jar.lot_id, Maker(batch_id=bench.batch_id), shown.reading, entry.number)
    offered_readings.void(connection, weighing.site, weighing.balance, at=weighing.at)
    return entry


def require_scanned(
    connection: Connection, weighing: Weighing, record: CompoundingRecord, planned: PlannedWeighing, jar: StoredLot
) -> None:
    """Refuses, as `require_jar` does, any jar but the plan's."""
    require_jar(connection, weighing.site, weighing.lot, jar, planned.ingredient, day_of(record, weighing.at))


def fit_reading(connection: Connection, weighing: Weighing, bench: Bench, planned: PlannedWeighing) -> Shown:
    """What a fit balance showed, whatever the plan makes of it."""
    shown, record = _shown(connection, weighing, bench), bench.record
    balance = balance_named(connection, weighing.site, weighing.balance)
    require_tared(balance, shown.tared)
    named = next(each for each in record.order.balances if each.name == planned.balance)
    require_usual_unit(planned, shown.reading)
    require_fit(balance, named, shown.reading, day_of(record, weighing.at))
    require_shown_by(balance, shown.reading, "reading")
    return shown


def _shown(connection: Connection, weighing: Weighing, bench: Bench) -> Shown:
    """The reading that the balance sent, from its own line; or the one that was typed twice."""
    tared = read_at(weighing.tared, "tared")
    if not weighing.offered:
        typed = [weighing.reading, weighing.again]
        return Shown(tared=tared, reading=read_twice(*typed), evidence={"typed": typed})
    offered = offered_now(connection, weighing.site, weighing.at, since=bench.making.moved_at)
    found = require_offered(offered, weighing.offered, weighing.balance)
    sent = found.sent
    evidence = {"line": sent.line, "protocol": sent.protocol, "at": sent.at, "by": sent.by}
    return Shown(tared=tared, reading=found.reading, evidence={"sent": evidence})
