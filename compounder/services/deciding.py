"""A decision shared: what one person decided, a second one decides as well, and only then the batch goes on."""

from datetime import datetime

from compounder.database import batches
from compounder.database.engine import Connection
from compounder.domain.bounds import require_reason
from compounder.domain.people.person import Person
from compounder.domain.record.decisions import require_second, waiting
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.signatures import PHARMACISTS, NotForThisRole
from compounder.services.acting import Acting, append
from compounder.services.errors import NothingToDecide
from compounder.services.standings import standing_of


def share_decision(
    connection: Connection, site: str, lot_number: str, *, person: Person, reason: str, at: datetime
) -> None:
    """Decide as well, as somebody else, on every finding that waits for it.

    Refuses with `NotForThisRole` whoever is no pharmacist, with `SamePerson` whoever planned it or decided already.
    """
    require_reason(reason)
    if person.role not in PHARMACISTS:
        raise NotForThisRole(role=person.role, act="decided together", may=PHARMACISTS)
    record, now = batches.load(connection, site, lot_number).record, standing_of(connection, site, lot_number)
    findings = waiting(record, now.shared)
    if not findings:
        raise NothingToDecide(lot_number=lot_number)
    require_second(record, now.shared, person.name)
    document = {"codes": [finding.code for finding in findings], "reason": reason}
    act = Acting(site=site, actor=person.actor, at=at)
    append(connection, act, lot_number, EntryKind.DECISION_SHARED, document)
