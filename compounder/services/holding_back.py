"""What a recall holds back of all that something went into: each lot, trituration and batch that may still be used."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compounder.codec.documents import canonical
from compounder.database import batches, journal, lots, tracing
from compounder.database.engine import Connection
from compounder.database.journal import Happened
from compounder.database.origins import Found
from compounder.database.tracing import Start
from compounder.domain.care.recall import (
    WHY_PAST_STAYS,
    HeldBack,
    by_why,
    why_batch_stays,
    why_lot_stays,
    why_trituration_stays,
)
from compounder.domain.care.trace import OriginKind, TracedLot, TracedTrituration
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.trituration_record import TriturationStatus
from compounder.domain.stock.lots import LotStatus
from compounder.services.lots import change_status
from compounder.services.signatures import Signing
from compounder.services.tracing import made_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that a recall would hold back, unless `why` it stays; `lot_id` of a lot, or of what became one."""

    kind: OriginKind
    name: str
    why: str
    lot_id: str = ""
    on_shelf: int = 0


def candidates(connection: Connection, site: str, start: Start, found: Found) -> tuple[Candidate, ...]:
    """Everything that is to be held back; of a bottle nothing is here any more."""
    if start.kind is OriginKind.BOTTLE:
        return ()
    itself = [found] if isinstance(found, TracedTrituration) else []
    mixed = [*itself, *tracing.triturations(connection, start)]
    past = _made_before(connection, site, found)
    return (*_lots(found), *_triturations(connection, site, mixed), *_batches(connection, start), *past)


def _lots(found: Found) -> Iterator[Candidate]:
    if isinstance(found, TracedLot):
        name, why = f"{found.maker}: {found.lot_number}", why_lot_stays(LotStatus(found.status))
        yield Candidate(kind=OriginKind.LOT, name=name, why=why, lot_id=found.lot_id)


def _triturations(connection: Connection, site: str, mixed: Sequence[TracedTrituration]) -> Iterator[Candidate]:
    statuses = lots.statuses(connection, site, [each.lot_id for each in mixed if each.lot_id])
    for each in mixed:
        status = statuses.get(each.lot_id or "")
        why = why_lot_stays(status) if status else why_trituration_stays(TriturationStatus(each.status))
        yield Candidate(kind=OriginKind.TRITURATION, name=each.lot_number, why=why, lot_id=each.lot_id or "")


def _batches(connection: Connection, start: Start) -> Iterator[Candidate]:
    for batch in tracing.every_batch(connection, start):
        why = why_batch_stays(BatchStatus(batch.status))
        yield Candidate(kind=OriginKind.BATCH, name=batch.lot_number, why=why, on_shelf=batch.on_shelf or 0)


def _made_before(connection: Connection, site: str, found: Found) -> Iterator[Candidate]:
    for batch in made_before(connection, site, found):
        yield Candidate(kind=OriginKind.BATCH, name=batch.lot_number, why=WHY_PAST_STAYS)


def held_of(found: Iterable[Candidate]) -> HeldBack:
    """What is held back, and what is left as it is."""
    each = tuple(found)
    held = {kind: tuple(one for one in each if one.kind is kind and not one.why) for kind in OriginKind}
    return HeldBack(
        lots=tuple(one.lot_id for one in held[OriginKind.LOT]),
        triturations=tuple(one.name for one in held[OriginKind.TRITURATION]),
        batches=tuple(one.name for one in held[OriginKind.BATCH]),
        left=by_why((one.why, f"{one.kind} {one.name}") for one in each if one.why),
    )


def hold_back(connection: Connection, signing: Signing, found: Iterable[Candidate], reason: str) -> None:
    """Hold back what is to be, an entry each, by whom and when the recall was opened."""
    person, at, site = signing.signatory.person, signing.at, signing.site
    to_hold = [each for each in found if not each.why]
    for each in to_hold:
        if each.lot_id:
            change_status(connection, site, each.lot_id, LotStatus.QUARANTINED, reason=reason, person=person, at=at)
    numbers = [each.name for each in to_hold if each.kind is OriginKind.BATCH]
    if numbers:
        said = canonical({"reason": reason})
        happened = [Happened(number, EntryKind.BATCH_QUARANTINED, said) for number in numbers]
        journal.append_each(connection, happened, at=at, actor=person.actor, site=site)
        batches.stand_each(connection, site, numbers, BatchStatus.QUARANTINED, reason)
