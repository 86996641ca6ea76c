"""Sixty orders as pharmacies write them: the standard titrations, from every jar, small ones through a trituration."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import cycle

from bench.slips.jars import DRUGS, FILLERS
from bench.slips.reckoning import Powder, Texts, mass, powder, statistic

DAY = "2026-11-21"
COURSES = (
    ("1.5 mg", "3 mg", "4.5 mg"),
    ("1.5 mg",),
    ("0.5 mg", "1 mg"),
    ("4.5 mg",),
    ("1.5 mg", "3 mg"),
    ("3 mg",),
    ("2 mg", "2.5 mg"),
    ("0.5 mg",),
    ("3.5 mg", "4 mg"),
    ("1 mg",),
)
COUNTS = (100, 90, 30, 60, 28, 200, 84, 30, 45, 28, 300, 24, 120)
TIMES = 6
BALANCES = ("", "B1", "")
FOR_THE_SHELF = 5
"""One order in so many is made ahead, for no prescription; the others for open ones."""


@dataclass(frozen=True)
class Order:
    """What prescriptions ask for, and the jars it is made from. `texts` is what is typed of it without a slip."""

    number: int
    drug: str
    filler: str
    strengths: tuple[str, ...]
    counts: tuple[int, ...]
    balance: str

    @property
    def is_for_the_shelf(self) -> bool:
        return self.number % FOR_THE_SHELF == 0

    @property
    def name(self) -> str:
        asked = ", ".join(f"{count} × {strength}" for strength, count in zip(self.strengths, self.counts, strict=True))
        return f"order {self.number}: {asked} of {self.drug} in {self.filler}"

    @cached_property
    def texts(self) -> Texts:
        rows = enumerate(zip(self.strengths, self.counts, strict=True))
        strengths = {f"order.strengths-{row}-strength": strength for row, (strength, _) in rows}
        counts = {f"order.strengths-{row}-capsules": f"{count}" for row, count in enumerate(self.counts)}
        chosen = {
            "order.active_lot": self.drug,
            "order.filler_lot": self.filler,
            "order.compounded_on": DAY,
            "order.balance": self.balance,
            "order.capsule_size": "3",
            "order.trituration": "when-needed",
        }
        jars = {**DRUGS[self.drug].texts("drug"), **FILLERS[self.filler].texts("filler")}
        return {**jars, **chosen, **strengths, **counts}

    @cached_property
    def prescribed(self) -> tuple[Fraction, ...]:
        """What each line's capsules are to hold, in mg."""
        return tuple(mass(strength) for strength in self.strengths)

    @cached_property
    def true_drug(self) -> Powder:
        return powder(self.texts)

    @cached_property
    def true_filler(self) -> Powder:
        return Powder(Fraction(0), 1 / statistic(self.texts, "filler"))


def the_orders() -> Iterator[Order]:
    """Every course six times, each time from other jars and in other numbers."""
    drugs, fillers, balances, counts = cycle(DRUGS), cycle(FILLERS), cycle(BALANCES), cycle(COUNTS)
    wanted = [course for _ in range(TIMES) for course in COURSES]
    for number, course in enumerate(wanted, start=1):
        if number % len(COURSES) == 0:
            next(drugs), next(fillers), next(counts)
        made = tuple(next(counts) for _ in course)
        yield Order(number, next(drugs), next(fillers), course, made, next(balances))


ORDERS = tuple(the_orders())
