"""The people of an example workspace: one of each role, all with a password that everybody may know."""

from datetime import UTC, date, datetime, time
from typing import Final

from compounder.database.engine import Connection
from compounder.domain.people.person import Person, Role
from compounder.services.acting import Acting
from compounder.services.people import add_person

SITE: Final = "A"
EXAMPLE_PASSWORD: Final = "only for the example"  # noqa: S105 - nothing in an example workspace is real
TECHNICIAN: Final = Person(sign_in_name="t.example", name="T. Example", role=Role.TECHNICIAN)
PHARMACIST: Final = Person(sign_in_name="a.example", name="A. Example", role=Role.PHARMACIST)
OWNER: Final = Person(sign_in_name="o.example", name="O. Example", role=Role.OWNER)
AUDITOR: Final = Person(sign_in_name="i.example", name="I. Example", role=Role.AUDITOR)
OFFERED: Final = (TECHNICIAN, PHARMACIST)
"""Those whom the sign-in page offers by name."""


def add_example_people(connection: Connection, site: str, *, at: datetime) -> None:
    """The owner adds everybody."""
    for person in (OWNER, PHARMACIST, TECHNICIAN, AUDITOR):
        add_person(connection, Acting(site=site, actor=OWNER.actor, at=at), person, EXAMPLE_PASSWORD)


def morning(day: date) -> datetime:
    """When things are done in the example: at nine."""
    return datetime.combine(day, time(9), UTC)
