"""The counter of a pharmacy: who comes for a bottle, with a new prescription or for the next one on theirs."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from bench.filling.book import Book
from bench.filling.care_acts import SUPPLIES
from bench.filling.opening import TECHNICIANS
from bench.filling.order_acts import A_BOTTLE
from bench.filling.templates import Template, Values, iso
from compounder.domain.care.patients import IDENTIFIER_LENGTH, IDENTIFIER_LETTERS, parts_of
from compounder.services.dispensing import bottle_number

FIRST: Final = ("Anna", "Béla", "Chloé", "Dörte", "Erik", "Fátima", "Gül", "Håkon", "Ines", "Jürgen", "Kai", "Lara")
LAST: Final = ("Müller", "Okafor", "Nguyen", "Søndergaard", "Smith", "García", "Ivanova", "Kowalski", "Rossi", "Tanaka")
MEDICINES: Final = ("", "", "levothyroxine 75 mcg", "vitamin D", "pantoprazole 20 mg\nvitamin D", "sertraline 50 mg")
ALLERGIES: Final = ("", "", "", "penicillin", "lactose, badly borne")
CONDITIONS: Final = ("Crohn's disease", "Fibromyalgia", "Hashimoto's thyroiditis", "Multiple sclerosis", "Psoriasis")
PRESCRIBERS: Final = ("Dr. A. Alder", "Dr. B. Birch", "Dr. C. Cedar", "Dr. D. Dogwood", "Dr. E. Elm")
NEW_PATIENTS: Final = 0.3
OFTEN: Final = (2, 2, 6)
"""How often each supply is prescribed."""
NEXT_BOTTLE: Final = 28
BORN: Final = range(date(1940, 1, 1).toordinal(), date(2000, 1, 1).toordinal())
"""Days on which patients were born."""


@dataclass(frozen=True, slots=True)
class Due:
    """A bottle that somebody will come for: of which batch, its lot number, strength and beyond-use date."""

    batch: int
    lot_number: str
    strength: str
    beyond_use: int


@dataclass(slots=True)
class Open:
    """A prescription of which something is left, and the day when its next bottle is wanted."""

    template: Template
    values: Values
    number: int
    named: str
    patient: tuple[int, str]
    supply: int
    dispensed: int
    next_day: int


class Counter:
    """Patients, their prescriptions, and the bottles they came for."""

    def __init__(self, book: Book, acts: Mapping[str, Template]) -> None:
        self._book, self._acts = book, acts
        self._waiting: defaultdict[str, deque[Open]] = defaultdict(deque)
        self._back: deque[tuple[int, str]] = deque()
        self._due: defaultdict[int, list[Due]] = defaultdict(list)

    def expect(self, day: int, due: Due) -> None:
        """Somebody will come for a bottle on that day."""
        self._due[day].append(due)

    def serve(self, day: int) -> None:
        """Give out the bottles of a day."""
        for due in self._due.pop(day, ()):
            waiting = self._waiting[due.strength]
            known = waiting.popleft() if waiting and waiting[0].next_day <= day else self._prescribe(due.strength, day)
            self._give_out(known, due, day)

    def close(self) -> None:
        """Put in the prescriptions that are still open."""
        for waiting in self._waiting.values():
            self._put_away(waiting, "open")

    def _put_away(self, prescriptions: Iterable[Open], status: str) -> None:
        for each in prescriptions:
            each.template.change(each.values, "status", status)
            each.template.change(each.values, "dispensed", each.dispensed)
            for table in ("prescriptions", "prescribed_capsules"):
                self._book.put(each.template, each.values, table)

    def _give_out(self, known: Open, due: Due, day: int) -> None:
        number = self._book.next_number("bottles")
        given = {
            "bottle": number,
            "bottle number": bottle_number("A", number),
            "prescription": known.number,
            "prescription number": known.named,
            "batch": due.batch,
            "lot": due.lot_number,
            "beyond use": iso(due.beyond_use),
            **_of_strength(due.strength),
        }
        self._book.write(self._acts["bottle"], day, given)
        known.dispensed += A_BOTTLE
        if known.dispensed < known.supply:
            known.next_day = day + NEXT_BOTTLE
            self._waiting[due.strength].append(known)
            return
        self._book.write(self._acts["filled"], day, {"prescription number": known.named, **self._technician()})
        self._put_away([known], "filled")
        self._back.append(known.patient)

    def _prescribe(self, strength: str, day: int) -> Open:
        patient = self._patient(day)
        (supply,) = self._book.chance.choices(SUPPLIES, OFTEN)
        template, number = self._acts[f"prescription of {supply}"], self._book.next_number("prescriptions")
        named = f"RX{iso(day)[2:4]}{iso(day)[5:7]}-{number:03d}"
        given = {
            "prescription": number,
            "prescription number": named,
            "patient": patient[0],
            "identifier": patient[1],
            "prescriber": self._book.chance.choice(PRESCRIBERS),
            "dispensed": 0,
            **_of_strength(strength),
            **self._technician(),
        }
        values = self._book.write(template, day, given)
        return Open(template, values, number, named, patient, supply, 0, day)

    def _patient(self, day: int) -> tuple[int, str]:
        """The id and the identifier of one who has nothing left, or of somebody new."""
        chance = self._book.chance
        if self._back and chance.random() >= NEW_PATIENTS:
            return self._back.popleft()
        number, name = self._book.next_id("patients"), f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        identifier = "".join(chance.choices(IDENTIFIER_LETTERS, k=IDENTIFIER_LENGTH))
        given = {
            "patient": number,
            "identifier": identifier,
            "name": name,
            "sought": "".join(f" {part}" for part in parts_of(name)),
            "born_on": iso(chance.choice(BORN)),
            "contact": f"{chance.randrange(1, 200)} Long Street, 12345 Exampleton",
            "medicines": chance.choice(MEDICINES),
            "allergies": chance.choice(ALLERGIES),
            "conditions": chance.choice(CONDITIONS),
            **self._technician(),
        }
        self._book.write(self._acts["patient"], day, given)
        return number, identifier

    def _technician(self) -> Mapping[str, str]:
        return {"technician": self._book.chance.choice(TECHNICIANS).name}


def _of_strength(strength: str) -> Mapping[str, object]:
    return {"strength": strength, "strength_ng": int(Decimal(strength.removesuffix(" mg")) * 1_000_000)}
