"""The stock ledger: every movement follows from its entry, and every lot's columns are the sums of its movements."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, TypeAlias

from sqlalchemy import Connection, func, select

from compounder.codec.documents import NO_DOCUMENT
from compounder.database.audit.columns import Document, drug_lot
from compounder.database.audit.entries import AT_ONCE, Told, every_entry, raw
from compounder.database.audit.finding import Finding
from compounder.database.schema import BatchTable, LotTable, MovementTable, TriturationTable
from compounder.database.types import AnyRow, nanograms_in
from compounder.domain.record.journal import EntryKind

Movement: TypeAlias = tuple[int, str, str, int, int, str]
"""Lot, our lot number of the batch or trituration it is for, kind, nanograms on hand, nanograms reserved, reason."""
_MOVED: Final = (
    select(
        raw(MovementTable.journal_number),
        raw(MovementTable.lot_id),
        func.coalesce(BatchTable.lot_number, TriturationTable.lot_number, "").label("maker"),
        raw(MovementTable.kind),
        raw(MovementTable.on_hand_ng),
        raw(MovementTable.reserved_ng),
        raw(MovementTable.reason),
    )
    .join(BatchTable, BatchTable.id == MovementTable.batch_id, isouter=True)
    .join(TriturationTable, TriturationTable.id == MovementTable.trituration_id, isouter=True)
    .order_by(MovementTable.journal_number, MovementTable.id)
)
_STOCK: Final = select(
    LotTable.id, LotTable.journal_number, LotTable.lot_number, raw(LotTable.on_hand_ng), raw(LotTable.reserved_ng)
).order_by(LotTable.id)


@dataclass(frozen=True, slots=True)
class Chain:
    """A trituration that is still to be made: what it starts from, how much of it, and the two jars."""

    made_from: str | None
    start: int
    jar: int
    filler: int


@dataclass
class Ledger:
    """Stock as the entries so far make it; masses in nanograms."""

    lots_made: Mapping[int, int]
    on_hand: Counter[int] = field(default_factory=Counter)
    reserved: Counter[int] = field(default_factory=Counter)
    held: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    planned: dict[str, Chain] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    fillers: dict[str, int] = field(default_factory=dict)

    def movements(self, told: Told) -> list[Movement]:
        """What this entry moves, in the sequence it does; nothing for most kinds."""
        rule = _RULES.get(told.kind)
        return list(rule(self, told, json.loads(told.document))) if rule else []

    def apply(self, movements: list[Movement]) -> None:
        """Let the stock be what it is afterwards."""
        for lot, maker, _, on_hand, reserved, _ in movements:
            self.on_hand[lot] += on_hand
            self.reserved[lot] += reserved
            if maker:
                self.held[maker][lot] += reserved

    def freed(self, maker: str, reason: str) -> Iterator[Movement]:
        """Everything still reserved for a batch or a trituration, given back."""
        for lot, reserved in self.held[maker].items():
            if reserved > 0:
                yield lot, maker, "released", 0, -reserved, reason


def _received(ledger: Ledger, told: Told, document: Document) -> Iterator[Movement]:
    yield ledger.lots_made[told.number], "", "received", nanograms_in(document["quantity"]), 0, ""


def _adjusted(ledger: Ledger, _: Told, document: Document) -> Iterator[Movement]:
    lot = int(document["lot_id"])
    yield lot, "", "adjusted", nanograms_in(document["counted"]) - ledger.on_hand[lot], 0, document["reason"]


def _jars(order: Document) -> Mapping[str, int]:
    """The lot of each role's powder."""
    jar, filler = drug_lot(order), int(order["filler"]["lot"]["lot_id"])
    lots = {"active": jar, "aliquot": jar, "filler": filler, "diluent": filler}
    second = order.get("next_active")
    return {**lots, "next-active": int(second["powder"]["lot"]["lot_id"])} if second else lots


def _batch_planned(ledger: Ledger, told: Told, document: Document) -> Iterator[Movement]:
    jars, first = _jars(document["order"]), document.get("triturations", ())
    if first:
        ledger.fillers[told.subject] = jars["filler"]
    planned = {used["plan"]["name"] for used in first}
    for weighing in document["plan"]["weighings"]:
        if weighing["role"] != "aliquot" or weighing["trituration"] not in planned:
            yield _reserved(jars[weighing["role"]], told.subject, weighing)


def _reserved(lot: int, maker: str, weighing: Document) -> Movement:
    return lot, maker, "reserved", 0, nanograms_in(weighing["to_weigh"]), ""


def _trituration_planned(ledger: Ledger, told: Told, document: Document) -> Iterator[Movement]:
    jars, made_from = _jars(document["order"]), document["made_from"]
    start, diluent = document["plan"]["weighings"]
    mass = nanograms_in(start["to_weigh"])
    ledger.planned[told.subject] = Chain(made_from, mass, jars[start["role"]], jars["filler"])
    for weighing in (diluent,) if made_from else (start, diluent):
        yield _reserved(jars[weighing["role"]], told.subject, weighing)


def _trituration_made(ledger: Ledger, told: Told, document: Document) -> Iterator[Movement]:
    chain, maker, weights = ledger.planned.pop(told.subject), told.subject, document["weights"]
    jar = ledger.made[chain.made_from] if chain.made_from else chain.jar
    held = ledger.held[maker]
    for lot, weight in ((jar, weights["started_with"]), (chain.filler, weights["diluent"])):
        yield lot, maker, "used", -nanograms_in(weight), -held[lot], ""
    ledger.made[maker] = lot = ledger.lots_made[told.number]
    yield lot, "", "received", nanograms_in(document["total"]), 0, ""
    for following, next_chain in ledger.planned.items():
        if next_chain.made_from == maker:
            yield lot, following, "reserved", 0, next_chain.start, ""


def _plan_revised(ledger: Ledger, told: Told, document: Document) -> Iterator[Movement]:
    yield from ledger.freed(told.subject, "Plan revised")
    if "order" in document:
        yield from _revised_at_bench(told, document)
        return
    jars = {"aliquot": ledger.made[document["trituration"]], "filler": ledger.fillers[told.subject]}
    for weighing in document["plan"]["weighings"]:
        yield _reserved(jars[weighing["role"]], told.subject, weighing)


def _revised_at_bench(told: Told, document: Document) -> Iterator[Movement]:
    """What was weighed before is off the stock, what was over is taken by the next entry; the rest is reserved."""
    jars, recovered = _jars(document["order"]), document.get("recovered")
    weighed = {recovered["line"], *recovered["carried"]} if recovered else {*document["returned"]["carried"]}
    for line, weighing in enumerate(document["plan"]["weighings"]):
        if line not in weighed:
            yield _reserved(jars[weighing["role"]], told.subject, weighing)


def _weighed(ledger: Ledger, told: Told, document: Document) -> Iterator[Movement]:
    lot, maker = int(document["lot_id"]), told.subject
    yield lot, maker, "used", -nanograms_in(document["reading"]), -ledger.held[maker][lot], ""


def _weighing_discarded(ledger: Ledger, told: Told, document: Document) -> Iterator[Movement]:
    """What was not weighed into the batch before is taken now; what the line weighs is reserved again, as far as it is
    free."""
    lot, maker = int(document["lot_id"]), told.subject
    free = ledger.on_hand[lot] - ledger.reserved[lot]
    if not document["was_weighed"]:
        taken, held = nanograms_in(document["reading"]), ledger.held[maker][lot]
        yield lot, maker, "used", -taken, -held, ""
        free += held - taken
    again = min(nanograms_in(document["to_weigh"]), free)
    if again:
        yield lot, maker, "reserved", 0, again, ""


def _released(ledger: Ledger, told: Told, _: Document) -> Iterator[Movement]:
    """What was weighed on paper is used up by plan; what was weighed at the bench was taken there."""
    for lot, reserved in ledger.held[told.subject].items():
        if reserved > 0:
            yield lot, told.subject, "used", -reserved, -reserved, ""


def _voided(ledger: Ledger, told: Told, document: Document) -> Iterator[Movement]:
    ledger.planned.pop(told.subject, None)
    yield from ledger.freed(told.subject, document["reason"])


_RULES: Final[Mapping[str, Callable[[Ledger, Told, Document], Iterator[Movement]]]] = {
    EntryKind.LOT_RECEIVED: _received,
    EntryKind.STOCK_ADJUSTED: _adjusted,
    EntryKind.BATCH_PLANNED: _batch_planned,
    EntryKind.BATCH_WEIGHED: _weighed,
    EntryKind.WEIGHING_DISCARDED: _weighing_discarded,
    EntryKind.BATCH_RELEASED: _released,
    EntryKind.BATCH_VOIDED: _voided,
    EntryKind.BATCH_REJECTED: _voided,
    EntryKind.TRITURATION_PLANNED: _trituration_planned,
    EntryKind.TRITURATION_MADE: _trituration_made,
    EntryKind.TRITURATION_VOIDED: _voided,
    EntryKind.PLAN_REVISED: _plan_revised,
}


def reckoned(connection: Connection) -> Iterator[Finding]:
    """Every movement that does not follow from its entry, and every lot whose stock is not their sum."""
    lots = list(connection.execute(_STOCK))
    ledger = Ledger(lots_made={lot.journal_number: lot.id for lot in lots})
    yield from _moved(connection, ledger)
    for lot in lots:
        if (lot.on_hand_ng, lot.reserved_ng) != (ledger.on_hand[lot.id], ledger.reserved[lot.id]):
            yield Finding(f"The stock of ingredient lot {lot.lot_number} is not the sum of what its entries moved.")


def _moved(connection: Connection, ledger: Ledger) -> Iterator[Finding]:
    rows = connection.execute(_MOVED, execution_options={"yield_per": AT_ONCE})
    groups = ((number, [_movement(row) for row in group]) for number, group in groupby(rows, lambda row: row[0]))
    number, found = next(groups, (None, []))
    for told in every_entry(connection):
        while number is not None and number < told.number:
            yield _made_by_none(number)
            number, found = next(groups, (None, []))
        yield from _entry(ledger, told, found if number == told.number else [])
        if number == told.number:
            number, found = next(groups, (None, []))
    while number is not None:
        yield _made_by_none(number)
        number, found = next(groups, (None, []))


def _made_by_none(number: int) -> Finding:
    return Finding(f"No entry of the journal made the stock movement that names entry {number:,}.", number)


def _entry(ledger: Ledger, told: Told, found: list[Movement]) -> Iterator[Finding]:
    try:
        wanted = ledger.movements(told)
    except NO_DOCUMENT:
        yield Finding(f"{told.name} cannot be read, so its stock movements cannot be held against it.", told.number)
        wanted = found
    ledger.apply(wanted)
    if sorted(wanted, key=str) != sorted(found, key=str):
        yield Finding(
            f"The stock movements of entry {told.number:,} ({told.subject}) are not what it says.", told.number
        )


def _movement(row: AnyRow) -> Movement:
    return row.lot_id, row.maker, row.kind, row.on_hand_ng, row.reserved_ng, row.reason
