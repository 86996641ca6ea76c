"""The lots of a long history: one in use of each powder at a time, and the next as soon as it is used up.

Three lots of drug are in a number of batches that is known, for recalls to be measured by; the largest is in capsules
of which every bottle was given out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bench.filling.book import Book
from bench.filling.lot_acts import KEPT_FOR
from bench.filling.opening import TECHNICIANS
from bench.filling.templates import Template, Values, iso, spelled

RECALLED: Final = (50, 800, 5_000)
"""In so many batches the lots RECALL-50, RECALL-800 and RECALL-5000 are."""
RECALLED_FULLY: Final = RECALLED[-1]
UNTIL: Final = Decimal("0.96")
"""Of all batches, when the last of these lots is used up: what it is in was dispensed since."""
MAKERS: Final = ("Hillcrest", "Crème & Søn", "Meyer Feinchemie", "Pacific Powders", "Sigma Compounding", "Old Mill")
DAYS: Final = 3_650
"""How long the history is."""
KEEPS_FOR: Final = 364
"""Days from making to the beyond-use date, by which no powder in it may expire."""
LASTS: Final = {"active": 250, "filler": 1_000}
A_BATCH_TAKES: Final = {"active": 750_000_000, "filler": 17_000_000_000}
"""Nanograms of which no batch takes more."""
NANOGRAMS_IN_MG: Final = Decimal(1_000_000)


@dataclass
class Lot:
    """A lot in use, and how many more batches it is for."""

    values: Values
    number: int
    name: str
    maker: str
    expires: int
    left: int
    on_hand: int
    reserved: int = 0

    def named(self, role: str) -> Mapping[str, object]:
        """What every order says of it."""
        return {
            f"{role} id": self.number,
            f"{role} number": self.name,
            f"{role} maker": self.maker,
            f"{role} id as key": f'"lot_id":"{self.number}"',
        }

    def described(self, role: str) -> Mapping[str, object]:
        """What the large documents of an order say of it too."""
        free = Decimal(self.on_hand - self.reserved) / NANOGRAMS_IN_MG
        return {
            f"{role} expires": iso(self.expires),
            f"{role} expires in words": spelled(self.expires),
            f"{role} free": f'"free":"{free.normalize():f} mg"',
        }


class Shelves:
    """The lots: the one of each powder that is in use."""

    def __init__(self, book: Book, received: Mapping[str, Template], used_up: Mapping[str, Template]) -> None:
        self._book, self._received, self._used_up = book, received, used_up
        self.in_use: dict[str, Lot] = {}
        self._recalled = dict(_when_recalled(book.batches))

    def take(self, day: int, made: int) -> Mapping[str, Lot]:
        """The lots for the next batch, of which so many were made."""
        for role in self._received:
            count = self._recalled.pop(made, 0) if role == "active" else 0
            lot = self.in_use.get(role)
            if count or lot is None or not lot.left or lot.expires <= day + KEEPS_FOR:
                self._open(role, day, count)
        return self.in_use

    def room(self, made: int) -> int:
        """For how many more batches the lots in use are."""
        until = min((start - made for start in self._recalled), default=self._book.batches)
        return min(until, *(lot.left for lot in self.in_use.values()))

    def close(self) -> None:
        """Put in the lots that are still in use."""
        for role in self.in_use:
            self._put_away(role, "in-use")

    def _use_up(self, role: str, day: int) -> None:
        given = {**self._named(self.in_use[role]), "technician": self._book.chance.choice(TECHNICIANS).name}
        self._book.write(self._used_up[role], day, given)
        self._put_away(role, "used-up")

    def _open(self, role: str, day: int, count: int) -> None:
        if role in self.in_use:
            self._use_up(role, day)
        number = self._book.next_id("ingredient_lots")
        lasts = count or LASTS[role]
        quantity = lasts * A_BATCH_TAKES[role]
        lot = Lot(
            values=[],
            number=number,
            name=f"RECALL-{count}" if count else f"{'NTX' if role == 'active' else 'MCC'}-{number:05d}",
            maker=MAKERS[number % len(MAKERS)],
            expires=day + max(KEPT_FOR[role], KEEPS_FOR + 2 + count * DAYS // self._book.batches),
            left=lasts,
            on_hand=quantity,
        )
        given = {
            **self._named(lot),
            "technician": self._book.chance.choice(TECHNICIANS).name,
            "id": number,
            "id in words": str(number),
            "quantity": f'"quantity":"{quantity // NANOGRAMS_IN_MG:f} mg"',
            "received": quantity,
            "expires": iso(lot.expires),
        }
        lot.values = self._book.write(self._received[role], day, given)
        substance = "naltrexone hydrochloride" if role == "active" else "microcrystalline cellulose PH-102"
        self._book.find_by(
            "lot", number, [substance, lot.maker, lot.name, f"{lot.name}-COA" if role == "active" else ""]
        )
        self.in_use[role] = lot

    def _put_away(self, role: str, status: str) -> None:
        lot, template = self.in_use[role], self._received[role]
        for name, value in (("on hand", lot.on_hand), ("reserved", lot.reserved), ("status", status)):
            template.change(lot.values, name, value)
        self._book.put(template, lot.values, "ingredient_lots")

    def _named(self, lot: Lot) -> Mapping[str, object]:
        return {"number": lot.name, "maker": lot.maker, "id as key": f'"lot_id":"{lot.number}"'}


def _when_recalled(batches: int) -> Iterator[tuple[int, int]]:
    """Before which batch each known lot comes into use, as far as so many batches have room for it."""
    end = int(batches * UNTIL)
    for count in reversed([count for count in RECALLED if count * 2 <= batches]):
        end -= count
        if end >= 0:
            yield end, count
