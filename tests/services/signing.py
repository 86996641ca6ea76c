"""People who sign, and what they do to a batch: each in a transaction of its own, as a form would."""

import atexit
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from compounder.database import batches
from compounder.database.engine import Connection, Database
from compounder.domain.people.person import Person, Role, Signatory
from compounder.domain.record.amendments import Amended, Correction
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.units import MASS_PER_CAPSULE, READING, percent_text, quantity_text
from compounder.services.acting import Acting
from compounder.services.batches import BatchFile, batch_file
from compounder.services.corrections import amend_batch
from compounder.services.deciding import share_decision
from compounder.services.releasing import release_batch
from compounder.services.signatures import Signing
from compounder.services.standings import enter, standing_of
from compounder.services.verifying import verify_batch
from tests.services.orders import ANNA, MORNING, SITE, Bench

TOM = Person(sign_in_name="tom", name="Tom Weber", role=Role.TECHNICIAN)
CLARA = Person(sign_in_name="clara", name="Clara Kühn", role=Role.PHARMACIST)
OLGA = Person(sign_in_name="olga", name="Olga Petrova", role=Role.OWNER)
AUGUST = Person(sign_in_name="august", name="August Prüfer", role=Role.AUDITOR)
NOON = MORNING + timedelta(hours=3)


def share(bench: Bench, lot_number: str, person: Person = CLARA, reason: str = "Seen with the prescriber.") -> None:
    """Somebody decides as well."""
    with bench.database.writing() as writing:
        share_decision(writing, SITE, lot_number, person=person, reason=reason, at=NOON)


def right_answers(record: CompoundingRecord) -> dict[str, str]:
    """What a second person enters who makes no slip, for a batch of powder on the anhydrous basis."""
    powder, plan = record.order.active, record.plan
    answers = {
        "strength": quantity_text(plan.strength, MASS_PER_CAPSULE),
        "capsules": str(plan.capsules_to_make),
        "substance": powder.substance.name,
        "assay": percent_text(powder.assay),
        "water": percent_text(powder.water or Decimal(0)),
        "residual_solvent": percent_text(powder.residual_solvent),
    }
    for number, used in enumerate(record.triturations, 1):
        answers[f"trituration_{number}"] = quantity_text(used.plan.weighings[0].to_weigh, READING)
    drug = plan.weighings[0]
    return {**answers, f"weigh_{drug.role}": quantity_text(drug.to_weigh, READING)}


def signing_of(person: Person, keys: Path, at: datetime = NOON, shown: str | None = None) -> Signing:
    """One act of signing by this person, at noon, of what they were shown."""
    return Signing(site=SITE, signatory=Signatory(person=person), keys=keys, at=at, shown_sha256=shown)


def signing_as(name: str, at: datetime = NOON) -> Signing:
    """One act of signing by a pharmacist of this name, with keys that every such act shares."""
    return signing_of(Person(sign_in_name="somebody", name=name, role=Role.PHARMACIST), _shared_keys(), at)


@lru_cache(maxsize=1)
def _shared_keys() -> Path:
    folder = TemporaryDirectory(prefix="compounder-keys-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def verified(database: Database, lot_number: str, keys: Path, person: Person = TOM, **slips: str) -> tuple[str, ...]:
    """The keys of the figures that a second person got otherwise; none where the batch is verified now."""
    with database.writing() as writing:
        answers = right_answers(batches.load(writing, SITE, lot_number).record) | slips
        wrong = verify_batch(writing, lot_number, answers, signing_of(person, keys))
    return tuple(asked.key for asked in wrong)


def release(database: Database, lot_number: str, keys: Path, person: Person = CLARA) -> None:
    """A pharmacist signs that it may be dispensed."""
    with database.writing() as writing:
        release_batch(writing, lot_number, signing_of(person, keys))


def file_of(database: Database, lot_number: str, keys: Path) -> BatchFile:
    """Everything kept of one batch, its signatures held against the keys."""
    with database.reading() as reading:
        return batch_file(reading, SITE, lot_number, keys=keys)


def amend(
    database: Database, lot_number: str, what: Amended, value: str, label: str = "", person: Person = TOM
) -> None:
    """Somebody corrects what the record says."""
    correction = Correction(what=what, value=value, label=label, reason="Written down wrongly")
    with database.writing() as writing:
        amend_batch(writing, SITE, lot_number, correction, person=person, at=NOON)


def cannot_be_made(connection: Connection, lot_number: str, reason: str) -> None:
    """The journal says that the batch's trituration turned out so."""
    kind, before = EntryKind.PLAN_NOT_REVISED, standing_of(connection, SITE, lot_number)
    enter(connection, Acting(site=SITE, actor=ANNA, at=MORNING), lot_number, kind, {"reason": reason}, before)
