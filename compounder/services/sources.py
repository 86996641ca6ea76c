"""Where an order's drug comes from: a lot of powder, of tablets, or a trituration made here, as the order says it."""

from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal

from compounder.database.lots import StoredLot
from compounder.domain.batch.order import ActivePowder
from compounder.domain.batch.source import DrugSource, Tablets, TriturationLot
from compounder.domain.stock.lots import AssayBasis, Certificate, IngredientLot, LotFacts, LotStatus
from compounder.domain.units import mg, of


def active_powder(stored: StoredLot) -> ActivePowder:
    """The drug of a lot. Tablets have no certificate: their label stands, as 100 % of what it claims.

    A trituration is no jar of drug; what is free of it stands with the source.
    """
    lot = stored.lot
    certificate = lot.certificate or _label_of(lot)
    return ActivePowder(
        **{field.name: getattr(certificate, field.name) for field in fields(certificate)},
        expires_on=lot.expires_on,
        pack_statistics=stored.pack_statistics,
        density=lot.density,
        lot=None if lot.trituration else facts_of(stored),
    )


def source_of(stored: StoredLot, within: Sequence[StoredLot] = ()) -> DrugSource | None:
    """Tablets or a trituration, naming the lots `within` it that may not be used; None for pure powder."""
    lot = stored.lot
    if lot.trituration is None:
        return _tablets(stored)
    return TriturationLot(
        name=lot.lot_number,
        active_fraction=lot.trituration.active_fraction,
        expires_on=lot.expires_on,
        budget=lot.trituration.budget,
        tablets=_tablets(stored),
        held_back=_numbers(within, LotStatus.QUARANTINED),
        rejected=_numbers(within, LotStatus.REJECTED),
        lot=facts_of(stored),
    )


def _numbers(within: Sequence[StoredLot], status: LotStatus) -> tuple[str, ...]:
    return tuple(each.lot.lot_number for each in within if each.status is status)


def _tablets(stored: StoredLot) -> Tablets | None:
    facts = stored.lot.tablets
    if facts is None:
        return None
    return Tablets(
        tablet_strength=facts.tablet_strength,
        mean_tablet_mass=facts.mean,
        pack_statistics=stored.pack_statistics,
    )


def _label_of(lot: IngredientLot) -> Certificate:
    return Certificate(substance=lot.substance, assay=Decimal(1), assay_basis=AssayBasis.AS_IS)


def facts_of(stored: StoredLot) -> LotFacts:
    """A lot that is used up has nothing free, whatever the ledger still counts."""
    return replace(stored.facts, free=of(0, mg)) if stored.status is LotStatus.USED_UP else stored.facts
