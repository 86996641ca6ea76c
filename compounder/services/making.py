"""Making a trituration: the weights taken say what it is, it becomes a lot, and what draws on it is planned anew."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from compounder.codec.documents import canonical
from compounder.database import lots, one_time_keys, stock, triturations
from compounder.database.engine import Connection
from compounder.database.stock import Maker, Reservation
from compounder.database.triturations import StoredTrituration
from compounder.database.types import nanograms
from compounder.domain.batch.source import TriturationLot
from compounder.domain.batch.weighing import Role
from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError, MissingKey, OutOfBounds
from compounder.domain.record.journal import Actor, EntryKind
from compounder.domain.record.readings import require_every_digit, require_fit, require_shown_by, require_tared
from compounder.domain.record.trituration_record import (
    Start,
    TriturationMade,
    TriturationRecord,
    TriturationStatus,
    WeightsTaken,
    made,
)
from compounder.domain.stock.lots import IngredientLot, LotStatus, TriturationFacts
from compounder.services.acting import Acting, append
from compounder.services.errors import MadeFirst, NotPlanned
from compounder.services.jar_in_hand import require_jar
from compounder.services.lot_use import require_usable
from compounder.services.once import once
from compounder.services.replanning import plan_anew
from compounder.services.workspace import balance_named, site_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """One act of making: which trituration, what was weighed, on which day, who says so and when."""

    site: str
    lot_number: str
    weights: WeightsTaken
    made_on: date
    one_time_key: str
    actor: Actor
    at: datetime

    @property
    def act(self) -> Acting:
        """Who makes it, where and when."""
        return Acting(site=self.site, actor=self.actor, at=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """What a trituration is started with, and the lot it is taken from."""

    lot_id: str
    start: Start


@dataclass(frozen=True, slots=True, kw_only=True)
class JarsInHand:
    """What was scanned, or typed, of the two jars: of what it is started with, and of the diluent."""

    start_lot: str
    diluent_lot: str


def make_from_jars(connection: Connection, making: Making, jars: JarsInHand) -> str:
    """`make_trituration` by somebody at the mortar: from the plan's own jars, into tared vessels, with every digit of
    the balances.

    Refuses also what `require_jar`, `require_tared` and `require_every_digit` do, each at its field.
    """
    stored = triturations.load(connection, making.site, making.lot_number)
    if stored.status is TriturationStatus.PLANNED:
        _require_jars(connection, making, stored, jars)
        _require_tared_and_whole(connection, making.site, making.weights)
    return make_trituration(connection, making)


def _require_jars(connection: Connection, making: Making, stored: StoredTrituration, jars: JarsInHand) -> None:
    filler = stored.record.order.filler.lot
    planned = (_jar(connection, making.site, stored).lot_id, filler.lot_id if filler else "")
    found = lots.load_each(connection, making.site, planned)
    read = {"start_lot": jars.start_lot, "diluent_lot": jars.diluent_lot}
    for (field, text), jar, weighing in zip(read.items(), found, stored.record.plan.weighings, strict=True):
        try:
            require_jar(connection, making.site, text, jar, weighing.ingredient, making.made_on)
        except CompoundingError as refusal:
            raise refusal.at(f"/{field}") from None


def _require_tared_and_whole(connection: Connection, site: str, weights: WeightsTaken) -> None:
    """By the balance that is named; one that is not the site's is refused with the rest."""
    balances = {balance.name: balance for balance in site_settings(connection, site).balances}
    for field_name, reading, used, tared in weights.each:
        if tared is None:
            raise MissingKey(missing=f"{field_name}_tared", field_name=f"{field_name}_tared")
        if used in balances:
            require_tared(balances[used], tared, f"{field_name}_tared")
            require_every_digit(balances[used], reading, field_name)


def make_trituration(connection: Connection, making: Making) -> str:
    """The id of the lot that the trituration is now; a second click on the same form gets the first one's.

    Refuses what is not planned, weights outside the plan's windows, a balance that is not the site's, overdue or
    coarser than the planned one, a reading that it cannot show, a day to come or before the order, a lot that is
    quarantined or rejected, and one whose own start is not made.
    """
    act = once(making.one_time_key, (making.lot_number, making.weights, making.made_on))
    known = one_time_keys.subject_of(connection, making.site, act)
    if known is not None:
        return known
    stored = triturations.load(connection, making.site, making.lot_number)
    if stored.status is not TriturationStatus.PLANNED:
        raise NotPlanned(lot_number=making.lot_number, status=stored.status.value)
    jar = _jar(connection, making.site, stored)
    _require_possible_day(making, stored, site_settings(connection, making.site).zone)
    _require_usable(connection, making.site, stored, jar)
    result = made(stored.record, jar.start, making.weights, making.made_on)
    _require_fit_balances(connection, making, stored.record)
    return _become_a_lot(connection, making, act, stored, jar, result)


def _require_possible_day(making: Making, stored: StoredTrituration, zone: ZoneInfo) -> None:
    """Refuses a day before the order, and one to come, by the pharmacy's own calendar."""
    record = stored.record
    stored_on, last = (at.astimezone(zone).date() for at in (record.stored_at, making.at))
    first = min(record.order.compounded_on, stored_on)
    if not first <= making.made_on <= last:
        read, least, most = (format_day(day) for day in (making.made_on, first, last))
        raise OutOfBounds(read=read, least=least, most=most, field_name="made_on")


def _require_fit_balances(connection: Connection, making: Making, record: TriturationRecord) -> None:
    """Refuses what `require_fit` and `require_shown_by` do of each weight's balance, on the day it is made."""
    planned = {each.name: each for each in record.order.balances}
    for (field_name, reading, used, _), weighing in zip(making.weights.each, record.plan.weighings, strict=True):
        try:
            balance = balance_named(connection, making.site, used)
            require_fit(balance, planned[weighing.balance], reading, making.made_on)
        except CompoundingError as refusal:
            raise refusal.at(f"/{field_name}_balance") from None
        require_shown_by(balance, reading, field_name)


def _require_usable(connection: Connection, site: str, stored: StoredTrituration, jar: Jar) -> None:
    """Refuses what was quarantined or rejected meanwhile."""
    filler = stored.record.order.filler.lot
    require_usable(connection, site, [jar.lot_id, *([filler.lot_id] if filler else [])])


def _jar(connection: Connection, site: str, stored: StoredTrituration) -> Jar:
    """Another trituration of the same order, one in stock, or the drug itself."""
    if stored.record.made_from:
        before = triturations.load(connection, site, stored.record.made_from)
        if before.made is None or before.lot_id is None:
            raise MadeFirst(lot_number=stored.record.lot_number, first=before.record.lot_number)
        dates = ((f"trituration {before.record.lot_number}", before.made.beyond_use_date),)
        start = Start(active_fraction=before.made.active_fraction, budget=before.made.budget, expires_on=dates)
        return Jar(lot_id=before.lot_id, start=start)
    match stored.record.order.source:
        case TriturationLot(active_fraction=fraction, budget=budget, lot=lot) if lot:
            return Jar(lot_id=lot.lot_id, start=Start(active_fraction=fraction, budget=budget))
        case _:
            active = stored.record.order.active.lot
            return Jar(lot_id=active.lot_id if active else "", start=Start())


def _become_a_lot(
    connection: Connection, making: Making, act: str, stored: StoredTrituration, jar: Jar, result: TriturationMade
) -> str:
    entry = append(connection, making.act, making.lot_number, EntryKind.TRITURATION_MADE, result)
    _take(connection, making, stored, jar, entry.number)
    lot = _lot(stored, lots.load(connection, making.site, jar.lot_id).lot, result)
    lot_id = lots.add(connection, making.site, lot, LotStatus.IN_USE, entry.number)
    triturations.set_made(
        connection, making.site, stored.trituration_id, lot_id, result.beyond_use_date, canonical(result)
    )
    one_time_keys.use(connection, making.site, act, lot_id, entry.number)
    _reserve_for_the_next(connection, making.site, stored, lot_id, entry.number)
    plan_anew(connection, making.site, stored, lot_id, actor=making.actor, at=making.at)
    return lot_id


def _take(connection: Connection, making: Making, stored: StoredTrituration, jar: Jar, journal_number: int) -> None:
    """What went into the mortar comes off the lots it was weighed from."""
    maker, filler = Maker(trituration_id=stored.trituration_id), stored.record.order.filler.lot
    stock.use(connection, making.site, jar.lot_id, maker, making.weights.started_with, journal_number)
    if filler:
        stock.use(connection, making.site, filler.lot_id, maker, making.weights.diluent, journal_number)


def _lot(stored: StoredTrituration, started_with: IngredientLot, result: TriturationMade) -> IngredientLot:
    """The ingredient lot that it is: the drug's certificate and packing, in this dilution."""
    record = stored.record
    return IngredientLot(
        substance=record.order.active.substance,
        grade=f"trituration {record.plan.ratio}",
        maker=record.pharmacy.name,
        lot_number=record.lot_number,
        received_on=result.made_on,
        expires_on=result.beyond_use_date,
        quantity=result.total,
        certificate_number=started_with.certificate_number,
        certificate=started_with.certificate,
        pack_statistics=record.order.active.pack_statistics,
        density=record.order.active.density,
        tablets=started_with.tablets,
        trituration=TriturationFacts(
            ratio=str(record.plan.ratio),
            active_fraction=result.active_fraction,
            diluent=record.order.filler.substance,
            budget=result.budget,
        ),
    )


def _reserve_for_the_next(
    connection: Connection, site: str, stored: StoredTrituration, lot_id: str, journal_number: int
) -> None:
    """The next stage of a chain starts from this one."""
    for row in triturations.made_from(connection, site, stored.trituration_id):
        following = triturations.load(connection, site, row.lot_number)
        if following.status is not TriturationStatus.PLANNED:
            continue
        (aliquot,) = (each for each in following.record.plan.weighings if each.role is Role.ALIQUOT)
        reservation = Reservation(
            lot_id=lot_id,
            maker=Maker(trituration_id=following.trituration_id),
            mass=aliquot.to_weigh,
            journal_number=journal_number,
        )
        stock.reserve(connection, site, [reservation])
        triturations.hold(connection, site, following.trituration_id, {lot_id: nanograms(aliquot.to_weigh)})
