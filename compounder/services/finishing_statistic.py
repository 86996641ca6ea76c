"""What a batch's capsules say of its filler may become that lot's pack statistic: a decision with a name and a reason.

It changes no dose: from the next order on it says how much filler fills a capsule.
"""

from decimal import Decimal

from compounder.codec.documents import canonical, from_stored
from compounder.database import batches, lots
from compounder.database.engine import Connection
from compounder.domain.bounds import require_reason
from compounder.domain.quality.pack_statistic import MixtureFacts
from compounder.domain.quality.spread import Spread
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.record.finished import Finished, require_capsules_decided
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.signatures import PHARMACISTS, NotForThisRole
from compounder.domain.record.standing import HELD
from compounder.domain.stock.lot_status import require_open
from compounder.domain.stock.lots import PackMeasurement
from compounder.domain.units import MASS, MassPerCapsule, in_unit, magnitude, mg, of
from compounder.services.acting import append
from compounder.services.bench import day_of
from compounder.services.finishing import Finishing, finished_of
from compounder.services.finishing_errors import NotAtTheBench, SaysNothingOfItsFiller
from compounder.services.lot_journal import subject_of
from compounder.services.standings import standing_of


def shown_by(record: CompoundingRecord, finished: Finished) -> PackMeasurement | None:
    """What the capsules that hold say of the filler; None where they say nothing: not weighed, drawn on a trituration
    or tablets, or without a pack statistic of the drug in this size.

    Refuses weights that are not of one powder, as a measurement of a pure one does.
    """
    size, order = record.plan.capsule_size, record.order
    statistic = order.active.pack_statistics.get(size) if size else None
    if finished.weighed is None or size is None or statistic is None or order.filler.lot is None:
        return None
    if order.source or order.next_active or record.triturations:
        return None
    weights = finished.weighed.said.weights
    plan = record.plan
    mixture = MixtureFacts(
        batch=record.lot_number,
        fill=plan.fill_per_capsule,
        active=plan.active_per_capsule,
        active_statistic=statistic,
    )
    measured = PackMeasurement(
        capsule_size=size,
        measured_on=day_of(record, finished.weighed.at),
        filled_weights=tuple(in_unit(filled, MASS) for filled in weights.filled),
        mean_empty_shell=of(_mean_shell(weights), mg),
        mixture=mixture,
        balance=finished.weighed.said.balance,
    )
    return from_stored(canonical(measured), PackMeasurement)


def _mean_shell(weights: CapsuleWeights) -> Decimal:
    return Spread(tuple(magnitude(shell, MASS) for shell in weights.shells)).mean


def take_statistic(connection: Connection, finishing: Finishing) -> MassPerCapsule:
    """The pack statistic that the filler's lot has now, by these capsules; kept once, not twice.

    Refuses with `NotForThisRole` whoever is no pharmacist, with `NotAtTheBench` a batch that is held, with
    `SaysNothingOfItsFiller` capsules that say nothing, with `CapsulesUndecided` those that wait for a decision.
    """
    require_reason(finishing.reason)
    if finishing.person.role not in PHARMACISTS:
        raise NotForThisRole(role=finishing.person.role, act="taken as a pack statistic", may=PHARMACISTS)
    measured, lot_id = _to_take(connection, finishing)
    stored = lots.load(connection, finishing.site, lot_id)
    require_open(stored.lot.lot_number, stored.status)
    if not stored.measurements or canonical(stored.measurements[-1].measurement) != canonical(measured):
        _keep(connection, finishing, stored, measured)
    return lots.load(connection, finishing.site, lot_id).measurements[-1].pack_statistic


def _to_take(connection: Connection, finishing: Finishing) -> tuple[PackMeasurement, str]:
    """What the capsules say, and the id of the filler's lot."""
    site, lot_number = finishing.site, finishing.lot_number
    now = standing_of(connection, site, lot_number)
    if now.status in HELD:
        raise NotAtTheBench(lot_number=lot_number, status=now.status)
    record, finished = batches.load(connection, site, lot_number).record, finished_of(connection, site, lot_number)
    measured, filler = shown_by(record, finished), record.order.filler.lot
    if measured is None or filler is None:
        raise SaysNothingOfItsFiller(lot_number=lot_number)
    require_capsules_decided(finished, lot_number)
    return measured, filler.lot_id


def _keep(connection: Connection, finishing: Finishing, stored: lots.StoredLot, measured: PackMeasurement) -> None:
    document = {"lot_id": stored.lot_id, "measurement": measured, "reason": finishing.reason}
    entry = append(connection, finishing.act, subject_of(stored.lot), EntryKind.LOT_MEASURED, document)
    lots.add_measurement(connection, finishing.site, stored.lot_id, measured, entry.number)
