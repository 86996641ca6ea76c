"""A pharmacy on its first day: its key, its people, its balances and its formulation, all by the program's services.

The same seed gives the same key, so that what is signed is the same every time.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from compounder.codec.documents import digest
from compounder.database import people, tree
from compounder.database.engine import Connection, Database, address_of
from compounder.database.errors import DatabaseUnusable
from compounder.domain.people.person import Person, Role, Signatory
from compounder.domain.record.journal import EntryKind
from compounder.domain.site import Pharmacy
from compounder.domain.stock.equipment import ElectronicBalance
from compounder.domain.units import READING, parse_mass, parse_quantity
from compounder.services.acting import Acting
from compounder.services.formulations import approve_formulation
from compounder.services.people import enter
from compounder.services.settings import revise_settings
from compounder.services.signatures import Signing
from compounder.services.workspace import open_workspace, site_settings
from compounder.settings import Settings

SITE = "A"
PASSWORD_HASH = "$argon2id$v=19$m=65536,t=3,p=4$0KHiqdnVluvQztombykJlA$ecpk+jN+ynmFX1PfsuTblYRCZEA6YGfumfe5VU4tuvc"
"""Of "only to be measured", which everybody has; the same every time, as no new hash would be."""
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
ENTRIES_OF_A_NEW_ONE = 2
_KEY_FILE = "journal.key"


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """The moment on that day."""
    return datetime.combine(day, time(hour, minute), UTC)


def where(url: str, home: Path, keys: Path) -> Settings:
    """A workspace with its database at `url`."""
    return Settings(home=home, database_url=url, keys=keys, site=SITE, hosts=())


def open_pharmacy(workspace: Settings, day: date, seed: int, everybody: tuple[Person, ...]) -> Database:
    """Its database, ready to compound from that day on.

    Refuses with `DatabaseUnusable` one that is not new.
    """
    _lay_key(workspace.keys, seed)
    database = open_workspace(workspace, at=at(day))
    with database.writing() as writing:
        if tree.edge(writing).size > ENTRIES_OF_A_NEW_ONE:
            raise DatabaseUnusable(address=address_of(workspace.database_url), reason="somebody works in it already")
        for person in everybody:
            _add(writing, person, day)
        first = site_settings(writing, SITE)
        revised = replace(
            first, version=2, pharmacy=PHARMACY, balances=(BALANCE,), is_example=True, reason="To be measured"
        )
        revise_settings(writing, SITE, revised, actor=PHARMACIST.actor, at=at(day))
        signing = Signing(site=SITE, signatory=Signatory(person=PHARMACIST), keys=workspace.keys, at=at(day))
        approve_formulation(writing, "NTX-CAPS", 1, signing, reason="A study over a year.")
    return database


def _add(connection: Connection, person: Person, day: date) -> None:
    document = {
        "name": person.name,
        "role": person.role,
        "password_sha256": digest(PASSWORD_HASH),
        "is_password_long": True,
    }
    act = Acting(site=SITE, actor=OWNER.actor, at=at(day))
    entry = enter(connection, act, person.sign_in_name, EntryKind.PERSON_ADDED, document)
    people.add(connection, SITE, person, password_hash=PASSWORD_HASH, is_password_long=True, entry=entry.number)


def _lay_key(keys: Path, seed: int) -> None:
    """The key that this seed has, where there is none yet."""
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (keys / _KEY_FILE).exists():
        private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"seed {seed}".encode()).digest())
        written = private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
        (keys / _KEY_FILE).write_bytes(written)
