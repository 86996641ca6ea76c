"""The example's lots: powders with their pack statistics, tablets, and one that waits for its release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from compounder.database.engine import Connection
from compounder.domain.stock.lots import AssayBasis, Certificate, IngredientLot, LotStatus, PackMeasurement
from compounder.domain.stock.shells import EMPTY_SHELLS, CapsuleSize
from compounder.domain.stock.substances import MICROCRYSTALLINE_CELLULOSE, NALTREXONE_HYDROCHLORIDE
from compounder.domain.stock.tablets import TabletFacts
from compounder.domain.units import MASS_PER_CAPSULE, parse_mass, parse_quantity
from compounder.services.example_people import PHARMACIST, SITE, TECHNICIAN, morning
from compounder.services.lots import change_status, measure_lot, receive_lot


@dataclass(frozen=True, slots=True)
class Shelf:
    """The lots that the example's orders are made from."""

    drug: str
    filler: str


def stocked(connection: Connection, opened: date, today: date) -> Shelf:
    """The lots that the example starts with, and those that came lately."""
    drug = _received(connection, _drug("EXAMPLE-NTX-1", opened, today + timedelta(days=570), "60 g"), opened)
    filler = _received(connection, _filler("EXAMPLE-MCC-1", opened, today + timedelta(days=800), "5 kg"), opened)
    _measure(connection, drug, opened, ("227.4", "229.1", "228.6", "226.9", "228.3", "227.8", "228.9", "227.0"))
    _measure(connection, filler, opened, ("167.2", "168.9", "168.1", "167.6", "168.4", "167.9", "168.6", "167.3"))
    for lot in (drug, filler):
        _release(connection, lot, opened)
    soon = _received(connection, _drug("EXAMPLE-NTX-2", today, today + timedelta(days=90), "10 g"), today)
    _measure(connection, soon, today, ("226.1", "227.3", "226.8", "227.9", "226.4", "227.0"))
    _release(connection, soon, today)
    tablets = _received(connection, _tablets("EXAMPLE-TAB-1", today, today + timedelta(days=500)), today)
    _release(connection, tablets, today)
    _received(connection, _filler("EXAMPLE-MCC-2", today, today + timedelta(days=900), "5 kg"), today)
    return Shelf(drug=drug, filler=filler)


def _drug(number: str, received: date, expires: date, quantity: str) -> IngredientLot:
    return IngredientLot(
        substance=NALTREXONE_HYDROCHLORIDE,
        maker="Example Chemicals",
        lot_number=number,
        received_on=received,
        expires_on=expires,
        quantity=parse_mass(quantity),
        certificate_number=f"{number}-COA",
        cas_number=NALTREXONE_HYDROCHLORIDE.cas_number,
        certificate=Certificate(
            substance=NALTREXONE_HYDROCHLORIDE,
            assay=Decimal("0.992"),
            assay_basis=AssayBasis.ANHYDROUS,
            water=Decimal("0.016"),
        ),
    )


def _tablets(number: str, received: date, expires: date) -> IngredientLot:
    """A box of a hundred tablets of 50 mg, twenty of them weighed."""
    weights = ("140.2", "139.6", "141.0", "140.4", "139.9", "140.8", "139.4", "140.1", "140.6", "139.8") * 2
    return IngredientLot(
        substance=NALTREXONE_HYDROCHLORIDE,
        grade="50 mg tablets",
        maker="Example Tablets",
        lot_number=number,
        received_on=received,
        expires_on=expires,
        quantity=parse_mass("14 g"),
        pack_statistics={CapsuleSize.THREE: parse_quantity("170 mg", MASS_PER_CAPSULE)},
        tablets=TabletFacts(
            tablet_strength=parse_mass("50 mg"), weights=tuple(parse_mass(f"{weight} mg") for weight in weights)
        ),
    )


def _filler(number: str, received: date, expires: date, quantity: str) -> IngredientLot:
    return IngredientLot(
        substance=MICROCRYSTALLINE_CELLULOSE,
        grade="PH-102",
        maker="Example Excipients",
        lot_number=number,
        received_on=received,
        expires_on=expires,
        quantity=parse_mass(quantity),
    )


def _received(connection: Connection, lot: IngredientLot, day: date) -> str:
    key = f"example {lot.lot_number}"
    return receive_lot(connection, SITE, lot, one_time_key=key, actor=TECHNICIAN.actor, at=morning(day))


def _measure(connection: Connection, lot_id: str, day: date, weights: Sequence[str]) -> None:
    size = CapsuleSize.THREE
    measurement = PackMeasurement(
        capsule_size=size,
        measured_on=day,
        filled_weights=tuple(parse_mass(f"{weight} mg") for weight in weights),
        mean_empty_shell=EMPTY_SHELLS[size],
        balance="B1",
    )
    measure_lot(connection, SITE, lot_id, measurement, actor=TECHNICIAN.actor, at=morning(day))


def _release(connection: Connection, lot_id: str, day: date) -> None:
    reason = "Certificate checked against the monograph"
    change_status(connection, SITE, lot_id, LotStatus.IN_USE, reason=reason, person=PHARMACIST, at=morning(day))
