"""Ingredient lots: received into quarantine, measured, released, counted; each act is one entry of the journal."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from compounder.codec.documents import canonical
from compounder.database import lots, one_time_keys, past_batches, stock, triturations
from compounder.database.engine import Connection
from compounder.database.past_batches import MadeBefore
from compounder.database.triturations import TriturationRow
from compounder.domain.batch.derivation import potency_line
from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.batch.potency import corrected_potency, uncorrected_potency
from compounder.domain.bounds import require_reason
from compounder.domain.people.person import Person
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.readings import require_balance_calibrated, require_each_shown_by
from compounder.domain.stock.lot_status import require_may_set, require_open
from compounder.domain.stock.lots import IngredientLot, LotStatus, PackMeasurement, TriturationFacts
from compounder.domain.stock.movements import Movement
from compounder.domain.stock.substances import NALTREXONE_HYDROCHLORIDE
from compounder.domain.stock.tablets import TabletFacts
from compounder.domain.units import MASS, Mass, MassPerCapsule, format_shown, quantity_text, ratio, shown
from compounder.services.acting import Acting, append
from compounder.services.errors import NothingChanged
from compounder.services.lot_corrections import LotCorrection, PlannedFrom, corrections_in, outdated
from compounder.services.lot_journal import entries_about, subject_of
from compounder.services.once import once
from compounder.services.workspace import balance_named, site_settings

__all__ = [
    "LotFile",
    "LotPotency",
    "MadeBefore",
    "Movement",
    "adjust_stock",
    "change_status",
    "lot_file",
    "measure_lot",
    "receive_lot",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPotency:
    """Naltrexone hydrochloride per mass of the powder, with how it came about."""

    value: Decimal
    line: DerivationLine


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFile:
    """Everything kept of one lot: as received or corrected, its stock and measurements, and what happened to it.

    `potency` is None for a filler. `triturations` are those it is in, `made_before` the past batches; `made_as` is our
    lot number of the trituration that it is itself, empty for one that was not made here. `outdated` was planned before
    a figure was corrected that a dose or a date comes from, or from a lot that is rejected.
    """

    stored: lots.StoredLot
    potency: LotPotency | None
    movements: tuple[Movement, ...]
    triturations: tuple[TriturationRow, ...]
    made_before: tuple[MadeBefore, ...]
    made_as: str
    corrections: tuple[LotCorrection, ...]
    outdated: PlannedFrom
    entries: tuple[JournalEntry, ...]


def lot_file(connection: Connection, site: str, lot_id: str) -> LotFile:
    """The file of an ingredient lot; refuses with `NotFound`."""
    stored = lots.load(connection, site, lot_id)
    entries = entries_about(connection, site, stored)
    corrections = corrections_in(entries)
    return LotFile(
        stored=stored,
        potency=_potency(stored.lot, is_corrected=site_settings(connection, site).correct_for_potency),
        movements=stock.movements(connection, site, lot_id),
        triturations=triturations.holding(connection, site, lot_id),
        made_before=past_batches.holding(connection, site, lot_id, stored.lot.lot_number),
        made_as=triturations.number_of_lot(connection, site, lot_id),
        corrections=corrections,
        outdated=outdated(connection, site, stored, corrections),
        entries=entries,
    )


def _potency(lot: IngredientLot, *, is_corrected: bool) -> LotPotency | None:
    """Tablets by their label; powder corrected by its certificate or not, as the site has it; of a trituration, what a
    share of it holds."""
    if lot.tablets:
        drug = _of_tablets(lot.tablets)
    elif lot.certificate:
        work_out = corrected_potency if is_corrected else uncorrected_potency
        potency = work_out(lot.certificate, NALTREXONE_HYDROCHLORIDE)
        drug = LotPotency(value=potency.value, line=potency_line(lot.certificate, NALTREXONE_HYDROCHLORIDE, potency))
    else:
        return None
    return _of_trituration(lot.trituration, drug) if lot.trituration else drug


def _of_tablets(tablets: TabletFacts) -> LotPotency:
    value = ratio(tablets.tablet_strength / tablets.mean)
    line = derivation_line(
        "Potency of the crushed tablets",
        "tablet strength ÷ mean tablet mass",
        f"{format_shown(tablets.tablet_strength, MASS)} ÷ {format_shown(tablets.mean, MASS)}",
        shown(value),
        "tablets' label; mean of the tablets weighed",
    )
    return LotPotency(value=value, line=line)


def _of_trituration(trituration: TriturationFacts, drug: LotPotency) -> LotPotency:
    value = trituration.active_fraction * drug.value
    line = derivation_line(
        "Strength of the trituration",
        "active fraction × potency of the drug",
        f"{shown(trituration.active_fraction)} × {shown(drug.value)}",
        shown(value),
        f"weights taken; {drug.line.source}",
    )
    return LotPotency(value=value, line=line)


def receive_lot(
    connection: Connection, site: str, lot: IngredientLot, *, one_time_key: str, actor: Actor, at: datetime
) -> str:
    """The id of the lot now in stock, quarantined; a second click on the same form gets the first one's."""
    act = once(one_time_key, lot)
    known = one_time_keys.subject_of(connection, site, act)
    if known is not None:
        return known
    entry = append(connection, Acting(site=site, actor=actor, at=at), subject_of(lot), EntryKind.LOT_RECEIVED, lot)
    lot_id = lots.add(connection, site, lot, LotStatus.QUARANTINED, entry.number)
    one_time_keys.use(connection, site, act, lot_id, entry.number)
    return lot_id


def measure_lot(
    connection: Connection, site: str, lot_id: str, measurement: PackMeasurement, *, actor: Actor, at: datetime
) -> MassPerCapsule:
    """The pack statistic worked out from filled capsules of the lot, kept with their weights; kept once, not twice.

    Refuses a balance that the site does not have, one whose calibration had ended on the day, and weights that it does
    not show.
    """
    balance = balance_named(connection, site, measurement.balance)
    require_balance_calibrated(balance, measurement.measured_on)
    require_each_shown_by(balance, measurement.filled_weights, "filled_weights")
    stored = lots.load(connection, site, lot_id)
    kept = stored.measurements
    if kept and canonical(kept[-1].measurement) == canonical(measurement):
        return kept[-1].pack_statistic
    document = {"lot_id": lot_id, "measurement": measurement}
    act = Acting(site=site, actor=actor, at=at)
    entry = append(connection, act, subject_of(stored.lot), EntryKind.LOT_MEASURED, document)
    return lots.add_measurement(connection, site, lot_id, measurement, entry.number)


def change_status(
    connection: Connection, site: str, lot_id: str, status: LotStatus, *, reason: str, person: Person, at: datetime
) -> None:
    """Release a lot to use, quarantine it, reject it for good, or say that it is used up.

    Refuses to do so without a reason, with `NotForThisRole` whoever may not say so, with `NothingChanged` what the lot
    is already, and any change of a rejected lot.
    """
    require_reason(reason)
    require_may_set(person.role, status)
    stored = lots.load(connection, site, lot_id)
    if stored.status is status:
        raise NothingChanged(already=f"Lot {stored.lot.lot_number} is {status.value.replace('-', ' ')}")
    require_open(stored.lot.lot_number, stored.status)
    document = {"lot_id": lot_id, "status": status, "reason": reason}
    act = Acting(site=site, actor=person.actor, at=at)
    append(connection, act, subject_of(stored.lot), EntryKind.LOT_STATUS_CHANGED, document)
    lots.set_status(connection, site, lot_id, status)


def adjust_stock(
    connection: Connection, site: str, lot_id: str, counted: Mass, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Put the mass on hand to what was counted; refuses less than is reserved, and a count without a reason."""
    require_reason(reason)
    stored = lots.load(connection, site, lot_id)
    document = {"lot_id": lot_id, "counted": quantity_text(counted, MASS), "reason": reason}
    act = Acting(site=site, actor=actor, at=at)
    entry = append(connection, act, subject_of(stored.lot), EntryKind.STOCK_ADJUSTED, document)
    stock.adjust(connection, site, lot_id, counted - stored.on_hand, reason, entry.number)
