"""A lot that comes, is measured and released, and in the end is used up."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from bench.filling.capturing import DAY, TECHNICIAN, Pharmacy
from bench.filling.opening import BALANCE, PHARMACIST, SITE, at
from bench.filling.templates import Captured
from compounder.database.engine import Connection
from compounder.domain.stock.lots import AssayBasis, Certificate, IngredientLot, LotStatus, PackMeasurement
from compounder.domain.stock.shells import EMPTY_SHELLS, CapsuleSize
from compounder.domain.stock.substances import MICROCRYSTALLINE_CELLULOSE, NALTREXONE_HYDROCHLORIDE
from compounder.domain.units import MASS, parse_mass, quantity_text
from compounder.services.lots import change_status, measure_lot, receive_lot

RECEIVED: Final = date(2026, 3, 2)
KEPT_FOR: Final = {"active": 1_000, "filler": 1_200}
"""Days from a delivery to its expiry."""
LOTS: Final[Mapping[str, IngredientLot]] = {
    "active": IngredientLot(
        substance=NALTREXONE_HYDROCHLORIDE,
        maker="Maker of the drug",
        lot_number="NUMBER-OF-THE-DRUG",
        received_on=RECEIVED,
        expires_on=RECEIVED + timedelta(days=KEPT_FOR["active"]),
        quantity=parse_mass("777.7 g"),
        certificate_number="NUMBER-OF-THE-DRUG-COA",
        certificate=Certificate(
            substance=NALTREXONE_HYDROCHLORIDE,
            assay=Decimal("0.992"),
            assay_basis=AssayBasis.ANHYDROUS,
            water=Decimal("0.016"),
        ),
    ),
    "filler": IngredientLot(
        substance=MICROCRYSTALLINE_CELLULOSE,
        grade="PH-102",
        maker="Maker of the filler",
        lot_number="NUMBER-OF-THE-FILLER",
        received_on=RECEIVED,
        expires_on=RECEIVED + timedelta(days=KEPT_FOR["filler"]),
        quantity=parse_mass("77.7 kg"),
    ),
}
FILLED: Final = {
    "active": ("227.4", "229.1", "228.6", "226.9", "228.3", "227.8", "228.9", "227.0"),
    "filler": ("167.2", "168.9", "168.1", "167.6", "168.4", "167.9", "168.6", "167.3"),
}


def lot_received(pharmacy: Pharmacy, role: str) -> Captured:
    """A lot that came and is used for what it is from now on."""
    lot = LOTS[role]

    def receive(writing: Connection) -> None:
        key = f"a template: {role}"
        lot_id = receive_lot(writing, SITE, lot, one_time_key=key, actor=TECHNICIAN.actor, at=at(RECEIVED, 9))
        measure_lot(writing, SITE, lot_id, _measured(role), actor=TECHNICIAN.actor, at=at(RECEIVED, 10))
        reason, status = "Certificate checked against the monograph", LotStatus.IN_USE
        change_status(writing, SITE, lot_id, status, reason=reason, person=PHARMACIST, at=at(RECEIVED, 11))
        pharmacy.lots[role] = lot_id

    rows = pharmacy.captured(receive)
    number = int(pharmacy.lots[role])
    return Captured(
        rows=rows,
        day=RECEIVED,
        texts={
            **_named(pharmacy, role),
            f'"quantity":"{quantity_text(lot.quantity, MASS)}"': "quantity",
            lot.expires_on.isoformat(): "expires",
        },
        cells={
            ("ingredient_lots", "on_hand_ng"): "on hand",
            ("ingredient_lots", "reserved_ng"): "reserved",
            ("ingredient_lots", "status"): "status",
            ("stock_movements", "on_hand_ng"): "received",
            ("one_time_keys", "subject"): "id in words",
        },
        numbers={("id", number): "id", ("lot_id", number): "id"},
    )


def lot_used_up(pharmacy: Pharmacy, role: str) -> Captured:
    """The end of a lot, said of the one that is in use."""

    def end(writing: Connection) -> None:
        lot_id, status, reason = pharmacy.lots[role], LotStatus.USED_UP, "The jar is empty"
        change_status(writing, SITE, lot_id, status, reason=reason, person=PHARMACIST, at=at(DAY, 17))

    return Captured(rows=pharmacy.captured(end), day=DAY, texts=_named(pharmacy, role))


def _named(pharmacy: Pharmacy, role: str) -> dict[str, str]:
    lot = LOTS[role]
    as_key = f'"lot_id":"{pharmacy.lots[role]}"'
    return {lot.lot_number: "number", lot.maker: "maker", as_key: "id as key", TECHNICIAN.name: "technician"}


def _measured(role: str) -> PackMeasurement:
    return PackMeasurement(
        capsule_size=CapsuleSize.THREE,
        filled_weights=tuple(parse_mass(f"{weight} mg") for weight in FILLED[role]),
        mean_empty_shell=EMPTY_SHELLS[CapsuleSize.THREE],
        measured_on=RECEIVED,
        balance=BALANCE.name,
    )
