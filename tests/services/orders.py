"""Plain makers for the services: a site that may compound at once, and requests that become orders of its lots."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from compounder.codec.converter import read
from compounder.database import formulations, journal, lots, settings
from compounder.database.engine import Connection, Database, open_database
from compounder.domain.batch.order import StrengthLine
from compounder.domain.formulary.formulation import Approval
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.record.journal import Actor, EntryKind
from compounder.domain.record.record import Decision
from compounder.domain.site import Pharmacy, SiteSettings
from compounder.domain.stock.equipment import ElectronicBalance
from compounder.domain.stock.lots import IngredientLot, LotStatus
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS_PER_CAPSULE, READING, mg, of, parse_mass, parse_quantity
from compounder.services.orders import OrderRequest, preview
from compounder.services.storing import Storing, store_order
from compounder.services.workspace import start_site

SITE = "A"
MORNING = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
DAY = date(2026, 11, 21)
ANNA = Actor(name="Anna Müller", is_authenticated=False)
HYDROCHLORIDE: Mapping[str, Any] = {
    "substance": "naltrexone hydrochloride",
    "maker": "Hillcrest",
    "lot_number": "NTX-2411",
    "received_on": "2026-10-01",
    "expires_on": "2028-06-30",
    "quantity": "25 g",
    "certificate": {
        "substance": "naltrexone hydrochloride",
        "assay_percent": "99.2",
        "assay_basis": "anhydrous",
        "water_percent": "1.6",
    },
    "pack_statistics": {"3": "180 mg"},
}
CELLULOSE: Mapping[str, Any] = {
    "substance": "microcrystalline cellulose",
    "grade": "PH-102",
    "maker": "Crème & Søn",
    "lot_number": "MCC-118",
    "received_on": "2026-10-01",
    "expires_on": "2029-01-31",
    "quantity": "5 kg",
    "pack_statistics": {"3": "120 mg"},
}


@dataclass(frozen=True)
class Bench:
    """A database with a site in it that may compound at once: balances, an approved formulation, two lots in use."""

    database: Database
    active: str
    filler: str

    def request(self, *strengths: str, capsules: int = 100, **changes: Any) -> OrderRequest:
        """An order of so many capsules of each strength in size 3; 1.5 mg if none is named."""
        lines = tuple(
            StrengthLine(strength=parse_quantity(text, MASS_PER_CAPSULE), capsules=capsules)
            for text in strengths or ("1.5 mg",)
        )
        usual = OrderRequest(
            formulation="NTX-CAPS",
            version=1,
            active_lot=self.active,
            filler_lot=self.filler,
            compounded_on=DAY,
            balances=("B1",),
            capsule_size=CapsuleSize.THREE,
            strengths=lines,
        )
        return replace(usual, **changes)

    def storing(self, request: OrderRequest, key: str = "first", **changes: Any) -> Storing:
        """Storing what is shown now."""
        with self.database.reading() as reading:
            shown = preview(reading, SITE, request)
        usual = Storing(
            site=SITE,
            request=request,
            decisions={},
            shown_sha256=shown.sha256,
            one_time_key=key,
            actor=ANNA,
            at=MORNING,
        )
        return replace(usual, **changes)

    def store(self, storing: Storing) -> str:
        """The number of the order stored."""
        with self.database.writing() as writing:
            return store_order(writing, storing)

    def order(self, *strengths: str, key: str = "first", **changes: Any) -> str:
        """The number of an order of these strengths, worked out, looked at and stored."""
        return self.store(self.storing(self.request(*strengths, **changes), key))


def a_bench(url: str, **changed_settings: Any) -> Bench:
    """A site that may compound at once, in the database at `url`."""
    database = open_database(url)
    with database.writing() as writing:
        start_site(
            writing, SITE, some_settings(**changed_settings), first_formulation(1), at=MORNING - timedelta(days=30)
        )
        formulations.approve(writing, SITE, "NTX-CAPS", 1, approval())
        active, filler = add_lot(writing, HYDROCHLORIDE), add_lot(writing, CELLULOSE)
    return Bench(database, active, filler)


def approval() -> Approval:
    """Anna's, with her reason."""
    return Approval(name=ANNA.name, at=MORNING - timedelta(days=30), reason="The study covers a year.")


def some_settings(**changes: Any) -> SiteSettings:
    """A site's first settings, with an analytical balance and a coarser one."""
    usual = SiteSettings(
        version=1,
        pharmacy=Pharmacy(name="Example Pharmacy", address="1 Example Street", telephone="555 0100"),
        letter="A",
        time_zone="Europe/Berlin",
        balances=(a_balance("B1", "0.1 mg"), a_balance("B2", "0.01 g")),
        reason="First settings",
    )
    return replace(usual, **changes)


def a_balance(name: str, readability: str) -> ElectronicBalance:
    """A balance whose repeatability is its readability."""
    step = parse_quantity(readability, READING)
    return ElectronicBalance(name=name, readability=step, repeatability=parse_mass(readability))


def add_lot(
    connection: Connection, lot: Mapping[str, Any], status: LotStatus = LotStatus.IN_USE, **changes: Any
) -> str:
    """The id of a lot, received."""
    received = read({**lot, **changes}, IngredientLot)
    return lots.add(connection, SITE, received, status, an_entry(connection, EntryKind.LOT_RECEIVED, received))


def an_entry(connection: Connection, kind: EntryKind = EntryKind.FORMULATION_REVISED, document: object = None) -> int:
    """The number of an entry of Anna's, just appended."""
    entry = journal.append(
        connection, at=MORNING, actor=ANNA, site=SITE, subject="made for a test", kind=kind, document=document
    )
    return entry.number


def revise_settings(bench: Bench, **changes: Any) -> None:
    """The next version of the site's settings."""
    with bench.database.writing() as writing:
        revised = some_settings(version=2, reason="Changed", **changes)
        settings.add(writing, SITE, revised, an_entry(writing, EntryKind.SETTINGS_REVISED, revised))


def a_decision(code: str = "strength-not-usual") -> Decision:
    """What Berta decided."""
    return Decision(code=code, name="Berta Weiß", reason="The prescriber was telephoned.")


def reserved(bench: Bench, lot_id: str) -> Decimal:
    """What planned batches hold of a lot, in mg."""
    with bench.database.reading() as reading:
        stored = lots.load(reading, SITE, lot_id)
    milligrams: Decimal = (stored.reserved + of(0, mg)).magnitude
    return milligrams


def entries(bench: Bench) -> int:
    """How many entries the journal has."""
    with bench.database.reading() as reading:
        return journal.newest(reading, SITE, limit=1)[0].number
