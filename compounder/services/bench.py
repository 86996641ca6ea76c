"""The bench of one batch: where its making stands, from which jar each powder is weighed, and whether it may go on.

Lots, dates, decisions and triturations are looked at again at every step, not only when the order was stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from compounder.database import batches, journal, lots, triturations
from compounder.database.engine import Connection
from compounder.database.lots import StoredLot
from compounder.domain.batch.source import TriturationLot
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Finding
from compounder.domain.people.person import Person
from compounder.domain.record.amendments import as_amended
from compounder.domain.record.decisions import require_decided, waiting
from compounder.domain.record.deviations import Deviation, deviations_in
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.making import Making, making
from compounder.domain.record.offered import OfferedReading
from compounder.domain.record.readings import CalibrationOverdue, UsedBalanceOverdue, require_balance_calibrated
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.domain.record.signatures import EVERYBODY_AT_WORK, NotForThisRole
from compounder.domain.record.standing import Standing, standing
from compounder.domain.record.steps import Steps, steps_at_bench
from compounder.domain.record.trituration_record import TriturationStatus
from compounder.domain.stock.equipment import Balance
from compounder.domain.stock.lots import LotFacts
from compounder.services.errors import CannotBeMade, StillToBeMade
from compounder.services.lot_use import require_each_usable
from compounder.services.offering import offered_now
from compounder.services.standings import require_possible
from compounder.services.weighing_errors import (
    EverythingWeighed,
    ExpiresBefore,
    LotExpired,
    NotTheNext,
    PastBeyondUse,
    StillToBeWeighed,
)
from compounder.services.workspace import site_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One batch at the bench: its record as amended, where it stands, what was weighed of it, how far its method's
    steps are, what went otherwise, and the entries that tell all of it, the oldest first."""

    batch_id: int
    record: CompoundingRecord
    standing: Standing
    making: Making
    steps: Steps
    deviations: tuple[Deviation, ...]
    entries: tuple[JournalEntry, ...]

    @property
    def status(self) -> BatchStatus:
        """Where it stands now, by the journal."""
        return self.standing.status

    @property
    def status_reason(self) -> str:
        """Why it is held, or why a planned one cannot be made; otherwise empty."""
        return self.standing.reason

    @property
    def undecided(self) -> tuple[Finding, ...]:
        """The findings that no second person has decided on yet."""
        return waiting(self.record, self.standing.shared)

    @property
    def mixed_lines(self) -> tuple[int, ...]:
        """The lines of the plan that are one powder by now: none of them can be discarded without the others."""
        return tuple(range(len(self.making.taken))) if self.steps.are_mixing else ()


def bench_of(connection: Connection, site: str, lot_number: str) -> Bench:
    """The bench of the batch with our lot number; refuses with `NotFound`."""
    stored = batches.load(connection, site, lot_number)
    entries = journal.entries_of(connection, site, lot_number)
    now = standing(entries)
    record = as_amended(stored.record, now.amendments)
    made = making(record, entries)
    return Bench(
        batch_id=stored.batch_id,
        record=record,
        standing=now,
        making=made,
        steps=steps_at_bench(record, made, entries),
        deviations=deviations_in(entries),
        entries=entries,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What somebody sees who comes to the bench: how far it is, from which jar the next powder comes, which balances
    there are and what they offer, and why nothing may be weighed now, where that is so."""

    bench: Bench
    jar: StoredLot | None
    balances: tuple[Balance, ...]
    refusal: CompoundingError | None
    offered: tuple[OfferedReading, ...] = ()


def look(connection: Connection, site: str, lot_number: str, person: Person, at: datetime) -> Looked:
    """The bench as this person meets it at this moment; refuses with `NotFound`."""
    bench, balances = bench_of(connection, site, lot_number), site_settings(connection, site).balances
    line = bench.making.next_line
    try:
        if line is None:
            return Looked(bench=bench, jar=None, balances=balances, refusal=None)
        require_theirs(bench, EntryKind.BATCH_WEIGHED, person)
        jar = require_open(connection, bench, at)[line]
    except CompoundingError as refusal:
        return Looked(bench=bench, jar=None, balances=balances, refusal=refusal)
    offered = offered_now(connection, site, at, since=bench.making.moved_at)
    return Looked(bench=bench, jar=jar, balances=balances, refusal=None, offered=offered)


def jar_of(connection: Connection, record: CompoundingRecord, weighing: Weighing) -> StoredLot:
    """The lot that this is weighed from, as it is now; refuses with `StillToBeMade` a trituration that is not one."""
    return lots.load(connection, record.site, _lot_id(connection, record, weighing))


def _lot_id(connection: Connection, record: CompoundingRecord, weighing: Weighing) -> str:
    if weighing.role is Role.ALIQUOT:
        return _trituration(connection, record, weighing)
    return _lot_of(record, weighing.role)


def _trituration(connection: Connection, record: CompoundingRecord, weighing: Weighing) -> str:
    """The id of the lot that a trituration is: one of this order, by its plan's name or our number, or one in stock."""
    for used in record.triturations:
        if weighing.trituration in (used.plan.name, used.lot_number):
            lot_id = triturations.load(connection, record.site, used.lot_number).lot_id
            if lot_id is None:
                raise StillToBeMade(lot_number=record.lot_number, trituration=used.lot_number)
            return lot_id
    source = record.order.source
    return _id(source.lot) if isinstance(source, TriturationLot) else ""


def _lot_of(record: CompoundingRecord, role: Role) -> str:
    order = record.order
    match role:
        case Role.ACTIVE:
            return _id(order.active.lot)
        case Role.NEXT_ACTIVE if order.next_active:
            return _id(order.next_active.powder.lot)
        case _:
            return _id(order.filler.lot)


def _id(lot: LotFacts | None) -> str:
    return lot.lot_id if lot else ""


def require_powders(bench: Bench) -> None:
    """Refuses with `StillToBeWeighed` what was begun at the bench and is not all weighed there; what is made on paper
    has nothing to show."""
    made = bench.making
    if bench.standing.place.was_begun and made.next_line is not None:
        ingredient = made.weighings[made.next_line].ingredient
        raise StillToBeWeighed(lot_number=bench.record.lot_number, ingredient=ingredient)


def require_theirs(bench: Bench, kind: EntryKind, person: Person) -> None:
    """Refuses whoever does not weigh, and with `StatusForbids` where the batch stands elsewhere."""
    if person.role not in EVERYBODY_AT_WORK:
        raise NotForThisRole(role=person.role, act="weighed", may=EVERYBODY_AT_WORK)
    require_possible(bench.standing, bench.record.lot_number, kind)


def require_open(connection: Connection, bench: Bench, at: datetime) -> tuple[StoredLot, ...]:
    """The jar of each line of the plan, as it is now.

    Refuses to go on at the bench, weighing or with a step, with what is undecided or cannot be made, where a
    trituration is not made, where a lot is held back, has expired, or expires before the batch, past its beyond-use
    date, and where a balance that something was weighed on is not calibrated any more.
    """
    record, number = bench.record, bench.record.lot_number
    if bench.standing.reason:
        raise CannotBeMade(lot_number=number, reason=bench.standing.reason)
    require_decided(record, bench.standing.shared)
    for row in triturations.of_batch(connection, record.site, number):
        if row.status is not TriturationStatus.MADE:
            raise StillToBeMade(lot_number=number, trituration=row.lot_number)
    ids = [_lot_id(connection, record, weighing) for weighing in record.plan.weighings]
    jars = lots.load_each(connection, record.site, ids)
    require_each_usable(connection, record.site, jars)
    _require_in_date(record, jars, at)
    try:
        require_calibrated(connection, record, (taken.balance for taken in bench.making.taken if taken), at)
    except CalibrationOverdue as overdue:
        raise UsedBalanceOverdue(balance=overdue.balance, ended=overdue.ended) from None
    return jars


def require_calibrated(connection: Connection, record: CompoundingRecord, names: Iterable[str], at: datetime) -> None:
    """Refuses with `CalibrationOverdue` a balance of this name, as the settings have it now, whose calibration ended
    before today. One that the pharmacy has no more was calibrated when it was read."""
    today, used = day_of(record, at), frozenset(names)
    for balance in site_settings(connection, record.site).balances:
        if balance.name in used:
            require_balance_calibrated(balance, today)


def day_of(record: CompoundingRecord, at: datetime) -> date:
    """The calendar day that it is for the pharmacy, by the time zone on the record."""
    return at.astimezone(ZoneInfo(record.time_zone)).date()


def _require_in_date(record: CompoundingRecord, jars: Sequence[StoredLot], at: datetime) -> None:
    """Everything is usable through its day."""
    today, beyond_use = day_of(record, at), record.plan.beyond_use_date
    if beyond_use < today:
        raise PastBeyondUse(lot_number=record.lot_number, beyond_use_date=format_day(beyond_use))
    for jar in jars:
        lot = jar.lot
        if lot.expires_on < today:
            raise LotExpired(lot_number=lot.lot_number, expired_on=format_day(lot.expires_on))
        if lot.expires_on < beyond_use:
            dates = format_day(lot.expires_on), format_day(beyond_use)
            raise ExpiresBefore(lot_number=lot.lot_number, expires_on=dates[0], beyond_use_date=dates[1])


def require_next(bench: Bench, plan_number: int, line: int) -> Weighing:
    """The weighing of the line that is next; refuses with `EverythingWeighed`, or `NotTheNext` any other line."""
    following = bench.making.next_line
    if following is None:
        raise EverythingWeighed(lot_number=bench.record.lot_number)
    if (plan_number, line) != (bench.record.plan_number, following):
        raise NotTheNext(lot_number=bench.record.lot_number)
    return bench.making.weighings[following]
