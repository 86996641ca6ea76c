"""What people did before they signed in: acts by a typed name, without a signature, as older journals have them."""

from datetime import datetime

from compounder.database import formulations, journal
from compounder.database.engine import Connection
from compounder.domain.formulary.formulation import Approval
from compounder.domain.record.journal import Actor, EntryKind
from compounder.services.acting import Acting
from compounder.services.batches import give_back
from compounder.services.standings import enter, standing_of
from tests.services.orders import SITE


def void_by_typed_name(connection: Connection, lot_number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Give a batch up."""
    act, before = Acting(site=SITE, actor=actor, at=at), standing_of(connection, SITE, lot_number)
    entry = enter(connection, act, lot_number, EntryKind.BATCH_VOIDED, {"reason": reason}, before)
    give_back(connection, entry, reason)


def approve_by_typed_name(
    connection: Connection, code: str, version: int, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Allow batches by a version."""
    stored = formulations.version(connection, SITE, code, version)
    journal.append(
        connection,
        at=at,
        actor=actor,
        site=SITE,
        subject=code,
        kind=EntryKind.FORMULATION_APPROVED,
        document={"version": version, "sha256": stored.sha256, "reason": reason},
    )
    formulations.approve(connection, SITE, code, version, Approval(name=actor.name, at=at, reason=reason))
