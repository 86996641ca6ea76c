"""A pharmacy to measure: a new workspace in a folder, its formulation approved, its lots too large to run out."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from secrets import token_urlsafe

from compounder import clock
from compounder.database.engine import Connection, Database
from compounder.domain.batch.order import StrengthLine
from compounder.domain.people.person import Signatory
from compounder.domain.stock.equipment import ElectronicBalance
from compounder.domain.stock.lots import AssayBasis, Certificate, IngredientLot, LotStatus
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import MICROCRYSTALLINE_CELLULOSE, NALTREXONE_HYDROCHLORIDE, Substance
from compounder.domain.units import MASS_PER_CAPSULE, READING, parse_mass, parse_quantity
from compounder.services import example_people
from compounder.services.formulations import approve_formulation
from compounder.services.lots import change_status, receive_lot
from compounder.services.orders import OrderRequest, preview
from compounder.services.settings import revise_settings
from compounder.services.signatures import Signing
from compounder.services.storing import Storing, store_order
from compounder.services.workspace import open_workspace, site_settings
from compounder.settings import LOOPBACK_NAMES, Settings

SITE = "A"
DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PHARMACIST = example_people.PHARMACIST.actor
BALANCE = ElectronicBalance(
    name="B1", readability=parse_quantity("0.1 mg", READING), repeatability=parse_mass("0.1 mg")
)
CERTIFICATE = Certificate(
    substance=NALTREXONE_HYDROCHLORIDE,
    assay=Decimal("0.992"),
    assay_basis=AssayBasis.ANHYDROUS,
    water=Decimal("0.016"),
)


@dataclass(frozen=True)
class Pharmacy:
    """The workspace and the ids of its two lots; goes from one process to another."""

    settings: Settings
    active: str
    filler: str


def a_pharmacy(folder: Path) -> Pharmacy:
    """A pharmacy that may compound at once, in a new SQLite file."""
    home = folder / "workspace"
    where = Settings(
        home=home,
        database_url=f"sqlite:///{home / 'compounder.db'}",
        keys=home / "keys",
        site=SITE,
        hosts=LOOPBACK_NAMES,
    )
    database = open_workspace(where, at=clock.now())
    with database.writing() as writing:
        active, filler = prepare(writing, where.keys)
    database.close()
    return Pharmacy(where, active, filler)


def prepare(writing: Connection, keys: Path) -> tuple[str, str]:
    """A balance, an approval, and the ids of a drug lot and a filler lot in use."""
    first = site_settings(writing, SITE)
    revised = replace(first, version=first.version + 1, balances=(BALANCE,), reason="To be measured")
    revise_settings(writing, SITE, revised, actor=PHARMACIST, at=NOW)
    signing = Signing(site=SITE, signatory=Signatory(person=example_people.PHARMACIST), keys=keys, at=NOW)
    approve_formulation(writing, "NTX-CAPS", 1, signing, reason="A study over a year.")
    active = a_lot(NALTREXONE_HYDROCHLORIDE, "180 mg", CERTIFICATE)
    filler = a_lot(MICROCRYSTALLINE_CELLULOSE, "120 mg", None)
    return in_use(writing, active), in_use(writing, filler)


def in_use(writing: Connection, lot: IngredientLot) -> str:
    """The id of the lot, received and released."""
    lot_id = receive_lot(writing, SITE, lot, one_time_key=token_urlsafe(16), actor=PHARMACIST, at=NOW)
    change_status(writing, SITE, lot_id, LotStatus.IN_USE, reason="Checked", person=example_people.PHARMACIST, at=NOW)
    return lot_id


def a_lot(substance: Substance, pack_statistic: str, certificate: Certificate | None) -> IngredientLot:
    """A hundred kilograms of a powder."""
    return IngredientLot(
        substance=substance,
        maker="Hillcrest",
        lot_number="L-1",
        received_on=date(2026, 9, 1),
        expires_on=date(2029, 1, 31),
        quantity=parse_mass("100 kg"),
        certificate=certificate,
        pack_statistics={CapsuleSize.THREE: parse_quantity(pack_statistic, MASS_PER_CAPSULE)},
    )


def an_order(pharmacy: Pharmacy, *strengths: str) -> OrderRequest:
    """A hundred capsules of each strength."""
    return OrderRequest(
        formulation="NTX-CAPS",
        version=1,
        active_lot=pharmacy.active,
        filler_lot=pharmacy.filler,
        compounded_on=DAY,
        balances=(),
        capsule_size=CapsuleSize.THREE,
        strengths=tuple(
            StrengthLine(strength=parse_quantity(strength, MASS_PER_CAPSULE), capsules=100) for strength in strengths
        ),
    )


def worked_out(database: Database, request: OrderRequest) -> str:
    """The name of the result of a request, as the form shows it before it is stored."""
    with database.reading() as reading:
        return preview(reading, SITE, request).sha256


def store(database: Database, request: OrderRequest, shown_sha256: str) -> str:
    """Store the order as the form does; our number of it."""
    with database.writing() as writing:
        return store_in(writing, request, shown_sha256)


def store_in(writing: Connection, request: OrderRequest, shown_sha256: str) -> str:
    """The same, in a turn to write that is somebody else's."""
    storing = Storing(
        site=SITE,
        request=request,
        decisions={},
        shown_sha256=shown_sha256,
        one_time_key=token_urlsafe(16),
        actor=PHARMACIST,
        at=NOW,
    )
    return store_order(writing, storing)
