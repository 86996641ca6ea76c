"""Weighing at the bench: the right jar, a fit balance, a reading in the window; the stock goes down by what was read.

Each accepted weighing is one entry of the journal. Writers take turns, so that a line is weighed once whoever sends it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from compounder.database import lots, one_time_keys, stock
from compounder.database.engine import Connection
from compounder.database.lots import StoredLot
from compounder.database.stock import Maker
from compounder.domain.batch.weighing import Weighing as PlannedWeighing
from compounder.domain.people.person import Person
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.readings import read_twice, require_accepted, require_fit, require_shown_by
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.stock.equipment import Balance
from compounder.domain.units import READING, Reading, quantity_text
from compounder.instruments.scan_errors import ScanRefused, UnreadableScan
from compounder.instruments.scans import read_scan
from compounder.services.bench import Bench, bench_of, require_next, require_open, require_theirs
from compounder.services.errors import NoSuchBalance
from compounder.services.lot_numbers import is_lot_number
from compounder.services.once import once
from compounder.services.standings import Act, enter
from compounder.services.weighing_errors import WrongLot
from compounder.services.workspace import site_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One weighing as somebody says it: of which batch, plan and line (from 0), the jar as scanned or typed, the
    balance, and the reading typed twice."""

    site: str
    lot_number: str
    plan_number: int
    line: int
    lot: str
    balance: str
    reading: str
    again: str
    one_time_key: str
    person: Person
    at: datetime


def weigh(connection: Connection, weighing: Weighing) -> None:
    """Keep one weighing; a second click on the same form changes nothing.

    Refuses what `bench.require_theirs` and `require_open` do, another line than the next (`NotTheNext`), another jar
    (`WrongLot`), a balance that is not the site's or too coarse, a reading that differs when typed again, that the
    balance cannot show, or outside the window, and with `LotInsufficient` more than there is.
    """
    asked = (weighing.lot_number, weighing.line, weighing.lot, weighing.balance, weighing.reading, weighing.again)
    act = once(weighing.one_time_key, asked)
    if one_time_keys.subject_of(connection, weighing.site, act) is not None:
        return
    bench = bench_of(connection, weighing.site, weighing.lot_number)
    require_theirs(bench, EntryKind.BATCH_WEIGHED, weighing.person)
    jars = require_open(connection, bench, weighing.at)
    planned = require_next(bench, weighing.plan_number, weighing.line)
    jar = jars[weighing.line]
    require_scanned(connection, weighing, bench.record, planned, jar)
    reading = fit_reading(connection, weighing, bench.record, planned)
    require_accepted(planned, reading)
    entry = keep_weighing(connection, weighing, bench, jar, reading)
    one_time_keys.use(connection, weighing.site, act, weighing.lot_number, entry.number)


def keep_weighing(
    connection: Connection, weighing: Weighing, bench: Bench, jar: StoredLot, reading: Reading
) -> JournalEntry:
    """The entry of a weighing, and the stock that goes down by it."""
    document: dict[str, Any] = {
        "plan_number": weighing.plan_number,
        "line": weighing.line,
        "lot_id": jar.lot_id,
        "lot_number": jar.lot.lot_number,
        "lot_read": weighing.lot,
        "balance": weighing.balance,
        "typed": [weighing.reading, weighing.again],
        "reading": quantity_text(reading, READING),
    }
    act = Act(
        site=weighing.site,
        lot_number=weighing.lot_number,
        kind=EntryKind.BATCH_WEIGHED,
        document=document,
        actor=weighing.person.actor,
        at=weighing.at,
    )
    entry = enter(connection, act, bench.standing)
    stock.use(connection, weighing.site, jar.lot_id, Maker(batch_id=bench.batch_id), reading, entry.number)
    return entry


def require_scanned(
    connection: Connection, weighing: Weighing, record: CompoundingRecord, planned: PlannedWeighing, jar: StoredLot
) -> None:
    """Refuses with `WrongLot` any jar but the plan's, by its name."""
    number = _lot_number_in(weighing.lot, _day(weighing, record))
    if number.upper() == jar.lot.lot_number.upper():
        return
    found = lots.numbered(connection, weighing.site, number)
    raise WrongLot(
        read=number,
        found=" or ".join(f"{each.substance} of {each.maker}" for each in found),
        wanted=f"lot {jar.lot.lot_number}, {planned.ingredient} of {jar.lot.maker}",
    )


def _lot_number_in(scanned: str, today: date) -> str:
    """The lot number that a scan or a typed text names; refuses with `ScanRefused` what names none."""
    try:
        scan = read_scan(scanned, is_ours=is_lot_number, today=today)
        if scan.lot_number is None:
            raise UnreadableScan(read=scanned)
    except ScanRefused as refusal:
        raise refusal.at("/lot") from None
    return scan.lot_number


def fit_reading(
    connection: Connection, weighing: Weighing, record: CompoundingRecord, planned: PlannedWeighing
) -> Reading:
    """What a fit balance showed, whatever the plan makes of it."""
    balance = _balance(connection, weighing)
    reading = read_twice(weighing.reading, weighing.again)
    named = next(each for each in record.order.balances if each.name == planned.balance)
    require_fit(balance, named, reading, _day(weighing, record))
    require_shown_by(balance, reading, "reading")
    return reading


def _day(weighing: Weighing, record: CompoundingRecord) -> date:
    """The pharmacy's own calendar day."""
    return weighing.at.astimezone(ZoneInfo(record.time_zone)).date()


def _balance(connection: Connection, weighing: Weighing) -> Balance:
    """The balance as the site's settings have it now; refuses with `NoSuchBalance`."""
    known = site_settings(connection, weighing.site).balances
    found = next((each for each in known if each.name == weighing.balance), None)
    if found is None:
        raise NoSuchBalance(read=weighing.balance, known=tuple(each.name for each in known))
    return found
