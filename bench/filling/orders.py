"""The orders of a long history: which comes on which day, from which lots, and who will come for its capsules."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Final

from bench.filling.book import Book
from bench.filling.counter import Counter, Due
from bench.filling.opening import TECHNICIANS
from bench.filling.order_acts import A_BOTTLE, Story
from bench.filling.shelves import DAYS, KEEPS_FOR, RECALLED_FULLY, Lot, Shelves
from bench.filling.templates import Captured, Template, Values, thinned
from compounder.database.types import batch_id_of
from compounder.domain.record.journal import EntryKind
from compounder.services.lot_numbers import lot_number

LAST_DAY: Final = date(2026, 11, 21)
OPENED: Final = LAST_DAY - timedelta(days=DAYS)
UNSOLD: Final = 0.03
COMES_WITHIN: Final = range(2, 60)
LARGE: Final = frozenset(
    {
        EntryKind.ORDER_STORED,
        EntryKind.BATCH_PLANNED,
        EntryKind.PLAN_REVISED,
        EntryKind.TRITURATION_PLANNED,
        EntryKind.CAPSULES_WEIGHED,
        EntryKind.CAPSULES_COUNTED,
        EntryKind.BATCH_VERIFIED,
        EntryKind.BATCH_RELEASED,
        EntryKind.BATCH_RECALLED,
        EntryKind.BATCH_VOIDED,
    }
)
"""Entries whose documents are left out of older batches: a million batches would have 25 GB of them."""
WORDS: Final = (
    "Naltrexone hydrochloride capsules",
    "NTX-CAPS",
    "naltrexone hydrochloride",
    "microcrystalline cellulose",
)


class Kind:
    """A kind of order: its templates, whole and thin, and what it takes of each lot, on hand and reserved."""

    def __init__(
        self, story: Story, lots: Mapping[str, str], captured: Captured, template: Callable[[Captured], Template]
    ) -> None:
        self.story, self.batches = story, len(story.strengths)
        self.whole, self.thin = template(captured), template(thinned(captured, LARGE))
        self.takes = {role: _taken(captured, int(lot_id)) for role, lot_id in lots.items()}
        self.triturates = any(table == "triturations" for table, _ in captured.rows)


def _taken(captured: Captured, lot_id: int) -> tuple[int, int]:
    moved = [row for table, row in captured.rows if table == "stock_movements" and row["lot_id"] == lot_id]
    return sum(int(row["on_hand_ng"] or 0) for row in moved), sum(int(row["reserved_ng"] or 0) for row in moved)


class Orders:
    """Orders as they come, day by day; those before `whole_from` batches keep no large documents."""

    def __init__(self, book: Book, shelves: Shelves, counter: Counter, kinds: Sequence[Kind], whole_from: int) -> None:
        self._book, self._shelves, self._counter, self._whole_from = book, shelves, counter, whole_from
        self._usual = [kind for kind in kinds if kind.story.often]
        self._often = list(accumulate(kind.story.often for kind in self._usual))
        self._large = [kind for kind in kinds if kind.story.bottles == max(each.story.bottles for each in kinds)]
        (self._planned,) = (kind for kind in kinds if kind.story.ends == "planned")
        self._count = 0

    def make(self, day: int, until: int) -> int:
        """A day's orders, until so many batches are made of all, and its bottles; how many batches it added."""
        before = self._count
        while self._count < until:
            lots = self._shelves.take(day, self._count)
            room = min(self._shelves.room(self._count), self._book.batches - self._count)
            self._order(day, self._chosen(day, lots["active"], room), lots)
        self._counter.serve(day)
        self._book.turn()
        return self._count - before

    def close(self) -> None:
        """Put in what is still open."""
        self._counter.close()
        self._shelves.close()

    def _chosen(self, day: int, active: Lot, room: int) -> Kind:
        chance = self._book.chance
        if day == LAST_DAY.toordinal():
            return self._planned
        if active.name == f"RECALL-{RECALLED_FULLY}":
            return chance.choice(self._large)
        while True:
            (kind,) = chance.choices(self._usual, cum_weights=self._often)
            if kind.batches <= room:
                return kind

    def _order(self, day: int, kind: Kind, lots: Mapping[str, Lot]) -> None:
        given, template = self._given(day, kind, lots), kind.thin
        if self._count >= self._whole_from:
            template = kind.whole
            for role, lot in lots.items():
                given |= lot.described(role)
        values = self._book.write(template, day, given)
        self._book.put(template, values, "ingredient_lots")
        self._find_by(kind, given)
        self._shelve(template, values, self._dispensed(day, kind, given))
        for role, lot in lots.items():
            on_hand, reserved = kind.takes[role]
            lot.on_hand, lot.reserved, lot.left = (
                lot.on_hand + on_hand,
                lot.reserved + reserved,
                lot.left - kind.batches,
            )
        self._count += kind.batches

    def _given(self, day: int, kind: Kind, lots: Mapping[str, Lot]) -> dict[str, Any]:
        """What differs in this order from any other of its kind."""
        book, on = self._book, date.fromordinal(day)
        order = book.next_number("orders")
        given: dict[str, Any] = {
            "order": order,
            "order number": f"{on:%y%m}-{order:03d}",
            "technician": book.chance.choice(TECHNICIANS).name,
        }
        for role, lot in lots.items():
            given |= lot.named(role)
        numbers = book.next_number(f"lots {on}", many=kind.batches + kind.triturates)
        if kind.triturates:
            made, trituration = book.next_id("ingredient_lots"), book.next_id("triturations")
            given |= {"trituration": trituration, "lot of the trituration": lot_number(on, "A", numbers)}
            given |= {"made id": made, "made id in words": str(made), "made id as key": f'"lot_id":"{made}"'}
        first = book.next_number(f"batches {on}", site="*", many=kind.batches)
        for place in range(kind.batches):
            given[f"batch {place}"] = batch_id_of(on, first + place)
            given[f"lot {place}"] = lot_number(on, "A", numbers + kind.triturates + place)
        return given

    def _find_by(self, kind: Kind, given: Mapping[str, Any]) -> None:
        """Let its batches be found by the words that the program would find them by, and what it made on the way."""
        names = ("active number", "active maker", "filler number", "filler maker", "technician")
        texts = [*WORDS, *(str(given[name]) for name in names)]
        made = str(given.get("lot of the trituration", ""))
        for place in range(kind.batches):
            self._book.find_by("batch", given[f"batch {place}"], texts, made)
        if made:
            self._book.find_by("lot", given["made id"], ["naltrexone hydrochloride"], made)

    def _dispensed(self, day: int, kind: Kind, given: Mapping[str, Any]) -> Sequence[int]:
        """How many capsules of each batch will be given out by the last day; somebody is expected for each bottle."""
        all_of_it = given["active number"] == f"RECALL-{RECALLED_FULLY}"
        dispensed = [0] * kind.batches
        for place, strength in enumerate(kind.story.strengths):
            due = Due(given[f"batch {place}"], str(given[f"lot {place}"]), strength, day + KEEPS_FOR)
            for _ in range(kind.story.bottles):
                on = day + self._book.chance.choice(COMES_WITHIN)
                is_wanted = self._book.chance.random() >= UNSOLD or all_of_it
                if is_wanted and on <= LAST_DAY.toordinal():
                    self._counter.expect(on, due)
                    dispensed[place] += A_BOTTLE
        return dispensed

    def _shelve(self, template: Template, values: Values, dispensed: Sequence[int]) -> None:
        """What is left of each batch; the capsules are the last column."""
        shelved = template.rows(values, "capsule_stock")
        rows = [(*row[:-1], row[-1] - gone) for row, gone in zip(shelved, dispensed, strict=False)]
        self._book.tables.add("capsule_stock", rows)
