"""A pharmacy on its first day: its key, its people, its balances and its formulation, all by the program's services.

The same seed gives the same key, so that what is signed is the same every time.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from compounder.database.engine import Database
from compounder.domain.people.person import Person, Role, Signatory
from compounder.domain.site import Pharmacy
from compounder.domain.stock.equipment import ElectronicBalance
from compounder.domain.units import READING, parse_mass, parse_quantity
from compounder.services.formulations import approve_formulation
from compounder.services.people import Act, add_person
from compounder.services.settings import revise_settings
from compounder.services.signatures import Signing
from compounder.services.workspace import open_workspace, site_settings
from compounder.settings import Settings

SITE = "A"
PASSWORD = "only to be measured"  # noqa: S105 - nothing in such a pharmacy is real
OWNER = Person(sign_in_name="olga.owens", name="Olga Owens", role=Role.OWNER)
PHARMACIST = Person(sign_in_name="petra.payne", name="Petra Payne", role=Role.PHARMACIST)
TECHNICIANS = tuple(
    Person(sign_in_name=sign_in_name, name=name, role=Role.TECHNICIAN)
    for sign_in_name, name in (
        ("anna.muller", "Anna Müller"),
        ("bela.garcia", "Béla García"),
        ("ines.ivanova", "Ines Ivanova"),
        ("erik.sondergaard", "Erik Søndergaard"),
    )
)
BALANCE = ElectronicBalance(
    name="B1",
    readability=parse_quantity("0.1 mg", READING),
    repeatability=parse_mass("0.1 mg"),
    capacity=parse_mass("220 g"),
)
PHARMACY = Pharmacy(name="Measured Pharmacy", address="1 Long Street, 12345 Exampleton", telephone="555 0100")
_KEY_FILE = "journal.key"


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """The moment on that day."""
    return datetime.combine(day, time(hour, minute), UTC)


def where(url: str, home: Path, keys: Path) -> Settings:
    """A workspace with its database at `url`."""
    return Settings(home=home, database_url=url, keys=keys, site=SITE, hosts=())


def open_pharmacy(workspace: Settings, day: date, seed: int, people: tuple[Person, ...]) -> Database:
    """Its database, ready to compound from that day on; to hash the passwords of its people takes a while."""
    _lay_key(workspace.keys, seed)
    database = open_workspace(workspace, at=at(day))
    with database.writing() as writing:
        for person in people:
            add_person(writing, Act(site=SITE, actor=OWNER.actor, at=at(day)), person, PASSWORD)
        first = site_settings(writing, SITE)
        revised = replace(
            first, version=2, pharmacy=PHARMACY, balances=(BALANCE,), is_example=True, reason="To be measured"
        )
        revise_settings(writing, SITE, revised, actor=PHARMACIST.actor, at=at(day))
        signing = Signing(site=SITE, signatory=Signatory(person=PHARMACIST), keys=workspace.keys, at=at(day))
        approve_formulation(writing, "NTX-CAPS", 1, signing, reason="A study over a year.")
    return database


def _lay_key(keys: Path, seed: int) -> None:
    """The key that this seed has, where there is none yet."""
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (keys / _KEY_FILE).exists():
        private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"seed {seed}".encode()).digest())
        written = private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
        (keys / _KEY_FILE).write_bytes(written)
