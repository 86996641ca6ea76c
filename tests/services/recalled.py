"""Recalls for the tests: what a supplier's notice says, and who starts and closes one."""

from contextlib import closing
from datetime import date
from pathlib import Path

from compounder.database import lots
from compounder.database.engine import open_database
from compounder.domain.care.recall import (
    Answer,
    Contact,
    ContactWay,
    Notice,
    RecallClass,
    RecallSource,
)
from compounder.domain.care.trace import Origin, OriginKind
from compounder.domain.people.person import Person, Role
from compounder.domain.stock.lots import LotStatus
from compounder.services.acting import Acting
from compounder.services.recall_contacts import note_contact
from compounder.services.recall_files import RecallFile, recall_file
from compounder.services.recalling import Starting, close_recall, preview_recall, start_recall
from compounder.settings import Settings
from tests.services.dispensing import dispensed_there
from tests.services.orders import DAY, SITE, Bench
from tests.services.signing import CLARA, NOON, TOM, signing_of

NOTICE = Notice(
    recall_class=RecallClass.II,
    source=RecallSource.SUPPLIER,
    reference="HC-2026-17",
    reason="Hillcrest found another substance in it",
    told="The powder in them was not pure enough.",
)


def starting(bench: Bench, origin: Origin, keys: Path, person: Person = CLARA, key: str = "recall") -> Starting:
    """What a pharmacist does who looked at it."""
    with bench.database.reading() as reading:
        shown = preview_recall(reading, SITE, origin)
    signing = signing_of(person, keys, shown=shown.sha256)
    return Starting(origin=origin, notice=NOTICE, one_time_key=key, signing=signing)


def started(bench: Bench, kind: OriginKind, name: str, keys: Path) -> str:
    """The number of a recall of this."""
    act = starting(bench, Origin(kind=kind, name=name), keys)
    with bench.database.writing() as writing:
        return start_recall(writing, act)


def looked_at(bench: Bench, number: str, role: Role = Role.PHARMACIST, *, only_waiting: bool = False) -> RecallFile:
    """One recall."""
    with bench.database.reading() as reading:
        return recall_file(reading, SITE, number, role, only_waiting=only_waiting)


def contact(answer: Answer = Answer.TOLD, *, patient: str = "", prescriber: str = "", on: date = DAY) -> Contact:
    """By telephone."""
    return Contact(patient=patient, prescriber=prescriber, told_on=on, way=ContactWay.TELEPHONE, answer=answer)


def noted(bench: Bench, number: str, said: Contact, key: str = "contact") -> None:
    """The technician writes down who was told."""
    with bench.database.writing() as writing:
        note_contact(writing, Acting(site=SITE, actor=TOM.actor, at=NOON), number, said, one_time_key=key)


def closed(bench: Bench, number: str, keys: Path, person: Person = CLARA) -> None:
    """A pharmacist signs that it is over."""
    with bench.database.writing() as writing:
        close_recall(writing, number, signing_of(person, keys), reason="Everybody was told")


def recalled_there(where: Settings) -> None:
    """The powder in a bottle is recalled, its patient told, the recall closed."""
    dispensed_there(where)
    with closing(open_database(where.database_url)) as database:
        bench = Bench(database, "1", "2")
        number = started(bench, OriginKind.LOT, bench.active, where.keys)
        (affected,) = looked_at(bench, number).affected
        noted(bench, number, contact(patient=affected.reached.identifier))
        noted(bench, number, contact(prescriber="Dr. Ada Example"), "prescriber")
        closed(bench, number, where.keys)


def lot_status(bench: Bench, lot_id: str) -> LotStatus:
    """Whether a lot may be used."""
    with bench.database.reading() as reading:
        return lots.load(reading, SITE, lot_id).status
