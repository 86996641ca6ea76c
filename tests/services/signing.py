"""People who sign, and what they do to a batch: each in a transaction of its own, as a form would."""

from datetime import timedelta

from compounder.database.engine import Connection
from compounder.domain.people.person import Person, Role
from compounder.domain.record.journal import EntryKind
from compounder.services.deciding import share_decision
from compounder.services.standings import Act, enter, standing_of
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


def cannot_be_made(connection: Connection, lot_number: str, reason: str) -> None:
    """The journal says that the batch's trituration turned out so."""
    kind, before = EntryKind.PLAN_NOT_REVISED, standing_of(connection, SITE, lot_number)
    act = Act(site=SITE, lot_number=lot_number, kind=kind, document={"reason": reason}, actor=ANNA, at=MORNING)
    enter(connection, act, before)
