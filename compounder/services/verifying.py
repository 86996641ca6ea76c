"""Verifying: a second person enters the figures that matter, and signs if they are the record's own."""

from collections.abc import Iterator, Mapping
from typing import Final

from compounder.database import journal
from compounder.database.engine import Connection
from compounder.domain.batch.source import TriturationLot
from compounder.domain.errors import CompoundingError
from compounder.domain.people.person import Person
from compounder.domain.record.decisions import SamePerson, is_named, require_decided
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.second_entry import FigureAsked, differing, figures_to_enter
from compounder.domain.record.signatures import MAY_SIGN, Meaning, NotForThisRole
from compounder.domain.record.standing import Standing
from compounder.services.acting import append
from compounder.services.batch_lots import require_lots_as_planned
from compounder.services.bench import Bench, bench_of, require_powders
from compounder.services.errors import CannotBeMade
from compounder.services.signatures import Signing, sign_batch
from compounder.services.standings import require_possible
from compounder.services.weighing_errors import StillToBeDone

MOST_SLIPS: Final = 3


class TooManySlips(CompoundingError):
    """A second person whose figures differed again and again."""

    code = "too-many-slips"
    title = "Entered otherwise too often"
    lot_number: str
    name: str
    most: int

    def __str__(self) -> str:
        return f"{self.name} entered other figures {self.most} times; somebody else verifies batch {self.lot_number}."


def to_be_entered(connection: Connection, site: str, lot_number: str, person: Person) -> tuple[FigureAsked, ...]:
    """What this second person is asked to enter, without a figure of the first's; refuses as `verify_batch` does."""
    bench = bench_of(connection, site, lot_number)
    _require_verifiable(connection, bench, person)
    return figures_to_enter(bench.record)


def verify_batch(
    connection: Connection, lot_number: str, entered: Mapping[str, str], signing: Signing
) -> tuple[FigureAsked, ...]:
    """The figures that were entered otherwise than the record has them; the batch is verified where there is none.

    What differed is in the journal, so the caller commits it. Refuses whoever had a hand in the making, what waits for
    a decision or cannot be made, and figures that are missing or cannot be read.
    """
    site, person = signing.site, signing.signatory.person
    bench = bench_of(connection, site, lot_number)
    record = bench.record
    _require_verifiable(connection, bench, person)
    wrong = differing(record, entered)
    said = {asked.key: entered[asked.key].strip() for asked in figures_to_enter(record)}
    if not wrong:
        sign_batch(connection, signing, lot_number, EntryKind.BATCH_VERIFIED, bench.standing, entered=said)
        return ()
    differed = {"entered": said, "differing": [asked.key for asked in wrong]}
    append(connection, signing.act, lot_number, EntryKind.BATCH_ENTRY_DIFFERED, differed)
    return wrong


def _require_verifiable(connection: Connection, bench: Bench, person: Person) -> None:
    """Refuses a batch that is not to be verified now, or whose lots are held back, and whoever cannot verify it."""
    record, before, may = bench.record, bench.standing, MAY_SIGN[Meaning.VERIFIED]
    if person.role not in may:
        raise NotForThisRole(role=person.role, act=Meaning.VERIFIED, may=may)
    require_possible(before, record.lot_number, EntryKind.BATCH_VERIFIED)
    if before.reason:
        raise CannotBeMade(lot_number=record.lot_number, reason=before.reason)
    _require_made(bench)
    require_decided(record, before.shared)
    require_lots_as_planned(connection, record)
    _require_few_slips(bench, person)
    if is_named(person.name, _makers_of(connection, record, before)):
        raise SamePerson(lot_number=record.lot_number, name=person.name, did="had a hand in")


def _require_few_slips(bench: Bench, person: Person) -> None:
    """Refuses with `TooManySlips` whoever entered other figures so often that the next ones could be guesses."""
    slips = [entry for entry in bench.entries if entry.kind is EntryKind.BATCH_ENTRY_DIFFERED]
    if sum(is_named(entry.actor.name, [person.name]) for entry in slips) >= MOST_SLIPS:
        raise TooManySlips(lot_number=bench.record.lot_number, name=person.name, most=MOST_SLIPS)


def _require_made(bench: Bench) -> None:
    """What was begun at the bench is finished there, its weighings and then its steps; a batch that was made on paper
    has nothing to show."""
    require_powders(bench)
    steps = bench.steps
    if bench.standing.place.was_begun and steps.was_begun and steps.following:
        raise StillToBeDone(lot_number=bench.record.lot_number, step=steps.following.number)


def _makers_of(connection: Connection, record: CompoundingRecord, now: Standing) -> tuple[str, ...]:
    """Who planned it, weighed it, revised its plan or amended it, and who made a trituration that it draws on."""
    return (*now.makers, *_mixed_by(connection, record))


def _mixed_by(connection: Connection, record: CompoundingRecord) -> Iterator[str]:
    source = record.order.source
    in_stock = (source.name,) if isinstance(source, TriturationLot) else ()
    for number in (*in_stock, *(used.lot_number for used in record.triturations)):
        for entry in journal.entries_of(connection, record.site, number):
            if entry.kind is EntryKind.TRITURATION_MADE:
                yield entry.actor.name
