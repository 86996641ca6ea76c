"""People for the tests: in a database at once, with one password that is hashed once."""

from datetime import datetime
from functools import lru_cache

from compounder.codec.documents import digest
from compounder.database import journal, people
from compounder.database.engine import Connection
from compounder.domain.people.person import Person, Role
from compounder.domain.record.journal import EntryKind
from compounder.services.people import subject_of
from tests.fixtures.passwords import QUICK
from tests.services.orders import MORNING, SITE

PASSWORD = "four words of our own"
ANNA = Person(sign_in_name="a.mueller", name="Anna Müller", role=Role.PHARMACIST)
BERTA = Person(sign_in_name="b.weiss", name="Berta Weiß", role=Role.PHARMACIST)
TOM = Person(sign_in_name="t.braun", name="Tom Braun", role=Role.TECHNICIAN)
OLGA = Person(sign_in_name="o.sand", name="Olga Sand", role=Role.OWNER)
IDA = Person(sign_in_name="i.lang", name="Ida Lang", role=Role.AUDITOR)


@lru_cache(maxsize=1)
def kept_password() -> str:
    """The hash of everybody's password, made at a small part of the cost that real ones have."""
    return QUICK.hash(PASSWORD)


def add(connection: Connection, person: Person, *, at: datetime = MORNING) -> int:
    """The id of a person who may sign in."""
    kept = kept_password()
    entry = journal.append(
        connection,
        at=at,
        actor=OLGA.actor,
        site=SITE,
        subject=subject_of(person.sign_in_name),
        kind=EntryKind.PERSON_ADDED,
        document={
            "name": person.name,
            "role": person.role,
            "password_sha256": digest(kept),
            "is_password_long": True,
        },
    )
    return people.add(connection, SITE, person, password_hash=kept, is_password_long=True, entry=entry.number)
