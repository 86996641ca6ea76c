"""An example workspace: marked settings and lots, an approved formulation, a year of orders, patients."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from compounder import clock
from compounder.database.engine import Connection
from compounder.domain.batch.order import StrengthLine
from compounder.domain.findings import Severity
from compounder.domain.people.person import Signatory
from compounder.domain.record.record import Decision
from compounder.domain.record.second_entry import right_figures
from compounder.domain.record.trituration_record import as_planned
from compounder.domain.site import Pharmacy
from compounder.domain.stock.equipment import ElectronicBalance
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS_PER_CAPSULE, READING, parse_mass, parse_quantity, quantity_text
from compounder.services.batches import batch_file, void_batch
from compounder.services.corrections import quarantine_batch, recall_batch
from compounder.services.deciding import share_decision
from compounder.services.errors import FolderNotEmpty
from compounder.services.example_capsules import assay_three, finish_capsules
from compounder.services.example_care import dispense_example, prescribe_example
from compounder.services.example_people import PHARMACIST, SITE, TECHNICIAN, add_example_people, morning
from compounder.services.example_shelf import Shelf, stocked
from compounder.services.formulations import approve_formulation
from compounder.services.making import Making, make_trituration
from compounder.services.orders import OrderRequest, Preview, lot_numbers_of, preview
from compounder.services.releasing import release_batch
from compounder.services.settings import revise_settings
from compounder.services.signatures import Signing
from compounder.services.storing import Storing, store_order
from compounder.services.triturations import of_batch, trituration_file
from compounder.services.verifying import verify_batch
from compounder.services.workspace import open_workspace, site_settings
from compounder.settings import Settings

A_YEAR_AGO = timedelta(days=360)
PHARMACY = Pharmacy(
    name="Example Compounding Pharmacy", address="1 Example Street, 12345 Exampleton", telephone="555 0100"
)
STANDARD, GRADUAL = ("1.5", "3", "4.5"), ("0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5")
ORDERS: Sequence[tuple[int, tuple[str, ...], int]] = (
    (352, STANDARD, 100),
    (341, ("1.5", "3"), 60),
    (338, ("4.5",), 200),
    (290, STANDARD, 100),
    (240, GRADUAL, 60),
    (185, STANDARD, 120),
    (150, ("2.2", "4.5"), 90),
    (96, STANDARD, 100),
    (61, GRADUAL, 50),
    (40, ("3", "4.5"), 180),
    (23, STANDARD, 100),
    (9, ("1.5", "4.5"), 90),
    (5, ("0.5", "1.5", "3"), 30),
    (2, STANDARD, 100),
    (1, ("0.5", "1"), 20),
)
"""Days before today, strengths in mg, capsules of each."""
ORDERED_TWICE, TRITURATED = 9, 5
RECALLED, HELD_BACK = 290, 61
WEIGHED_SINCE = 185
"""Capsules of older orders were weighed on paper."""
ASSAYED = (96, 40, 23)
"""The first batch of each was sent to a laboratory."""
CHECKED = 5
"""Orders at least so many days old are verified and released; what is younger waits for its second person."""


def make_example(folder: Path) -> int:
    """The number of batches in the example workspace now in `folder`; refuses a folder that holds anything."""
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=str(folder))
    home = folder.absolute()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "keys").mkdir(mode=0o700)
    where = Settings(
        home=home, database_url=f"sqlite:///{home / 'compounder.db'}", keys=home / "keys", site=SITE, hosts=()
    )
    opened = clock.now().date() - A_YEAR_AGO
    database = open_workspace(where, at=morning(opened))
    try:
        with database.writing() as writing:
            return _fill(writing, where.keys, opened, clock.now().date())
    finally:
        database.close()


def _fill(connection: Connection, keys: Path, opened: date, today: date) -> int:
    add_example_people(connection, SITE, at=morning(opened))
    equip_example(connection, morning(opened))
    reason = "The study follows this formula for 360 days; we accept its authors' year."
    approve_formulation(connection, "NTX-CAPS", 1, _signing(keys, opened), reason=reason)
    shelf = stocked(connection, opened, today)
    made = {
        ago: _order(connection, shelf, today - timedelta(days=ago), list(lines), count) for ago, lines, count in ORDERS
    }
    _triturate(connection, made[TRITURATED][0], today - timedelta(days=TRITURATED))
    twice = made[ORDERED_TWICE].pop()
    void_batch(connection, twice, _signing(keys, today), reason="Example: ordered twice")
    for ago in made:
        _check(connection, keys, made[ago], today - timedelta(days=ago), today)
    assay_three(connection, [made[ago][0] for ago in ASSAYED], today - timedelta(days=ASSAYED[-1] - 14))
    spotted, held = made[RECALLED][1], made[HELD_BACK][0]
    recall_batch(connection, spotted, _signing(keys, today), reason="Example: grey specks seen in two capsules")
    reason = "Example: the prescriber asked about it"
    quarantine_batch(connection, SITE, held, reason=reason, person=PHARMACIST, at=morning(today))
    dispense_example(connection, prescribe_example(connection, today), today)
    return 1 + sum(len(numbers) for numbers in made.values())


def _signing(keys: Path, day: date) -> Signing:
    """The pharmacist's, on that day."""
    signatory = Signatory(person=PHARMACIST)
    return Signing(site=SITE, signatory=signatory, keys=keys, at=morning(day))


def _check(connection: Connection, keys: Path, numbers: Sequence[str], day: date, today: date) -> None:
    """What becomes of an order's batches: decided on together, and released once they are weighed and verified."""
    for turn, number in enumerate(numbers, start=day.toordinal()):
        file = batch_file(connection, SITE, number)
        if file.undecided:
            reason = "Seen with the prescriber"
            share_decision(connection, SITE, number, person=PHARMACIST, reason=reason, at=morning(day))
        if day <= today - timedelta(days=CHECKED):
            signing = _signing(keys, day)
            if day >= today - timedelta(days=WEIGHED_SINCE):
                finish_capsules(connection, file.record, day, turn)
            verify_batch(connection, number, right_figures(file.record), signing)
            release_batch(connection, number, signing)


def _triturate(connection: Connection, batch: str, day: date) -> None:
    """Make what a batch draws on: its masses as planned."""
    for row in of_batch(connection, SITE, batch):
        making = Making(
            site=SITE,
            lot_number=row.lot_number,
            weights=as_planned(trituration_file(connection, SITE, row.lot_number).stored.record.plan),
            made_on=day,
            one_time_key=f"example {row.lot_number}",
            actor=TECHNICIAN.actor,
            at=morning(day),
        )
        make_trituration(connection, making)


def equip_example(connection: Connection, at: datetime) -> None:
    """Give the site a pharmacy's name and two balances, and mark all that it makes as an example."""
    first = site_settings(connection, SITE)
    balances = (_balance("B1", "0.1 mg", "0.1 mg", "220 g"), _balance("B2", "0.001 g", "0.001 g", "3 kg"))
    example = replace(
        first,
        version=first.version + 1,
        pharmacy=PHARMACY,
        balances=balances,
        is_example=True,
        reason="Example workspace",
    )
    revise_settings(connection, SITE, example, actor=PHARMACIST.actor, at=at)


def _balance(name: str, readability: str, repeatability: str, capacity: str) -> ElectronicBalance:
    return ElectronicBalance(
        name=name,
        readability=parse_quantity(readability, READING),
        repeatability=parse_mass(repeatability),
        capacity=parse_mass(capacity),
    )


def _order(connection: Connection, shelf: Shelf, day: date, strengths: Sequence[str], capsules: int) -> list[str]:
    """The lot numbers of an order stored as its form would have stored it on that day."""
    lines = [
        StrengthLine(strength=parse_quantity(f"{strength} mg", MASS_PER_CAPSULE), capsules=capsules)
        for strength in strengths
    ]
    request = OrderRequest(
        formulation="NTX-CAPS",
        version=1,
        active_lot=shelf.drug,
        filler_lot=shelf.filler,
        compounded_on=day,
        balances=(),
        capsule_size=CapsuleSize.THREE,
        strengths=tuple(lines),
    )
    shown = preview(connection, SITE, request)
    storing = Storing(
        site=SITE,
        request=request,
        decisions=_decisions(shown),
        shown_sha256=shown.sha256,
        one_time_key=f"example {day}",
        actor=TECHNICIAN.actor,
        at=morning(day),
    )
    return list(lot_numbers_of(connection, SITE, store_order(connection, storing)))


def _decisions(shown: Preview) -> dict[str, tuple[Decision, ...]]:
    reason = "Prescribed so: slow titration, prescriber telephoned"
    return {
        quantity_text(plan.strength, MASS_PER_CAPSULE): tuple(
            Decision(code=finding.code, name=TECHNICIAN.name, reason=reason)
            for finding in plan.findings_of(Severity.DECIDE)
        )
        for plan in shown.plans
    }
