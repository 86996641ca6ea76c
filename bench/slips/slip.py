"""A slip: what stands in the forms instead, or what is done at the bench instead, and what the capsules then hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import product

from bench.slips.orders import Order
from bench.slips.reckoning import (
    Filled,
    Powder,
    Texts,
    diluted,
    filled,
    mass,
    planned,
    powder,
    readings,
    statistic,
)

ANOTHER_TRITURATION = "another trituration"
LEAST = Fraction(1, 10**6)
POWERS = frozenset(Fraction(10) ** power for power in (-3, -2, -1, 1, 2, 3))


class Step(StrEnum):
    """A weighing: of the drug or its aliquot, of the filler; of what starts a trituration, and of its diluent."""

    DRUG = "drug"
    FILLER = "filler"
    START = "start"
    DILUENT = "diluent"


@dataclass(frozen=True)
class Act:
    """A weighing of one row's batch that goes otherwise: from another jar, on another balance, with other readings,
    into a vessel that shows a mass of its own, by a page that is not the newest, or as the balance's own `line`."""

    step: Step
    reading: str = ""
    again: str = ""
    jar: str = ""
    balance: str = ""
    tared: str = "0.0 mg"
    is_stale: bool = False
    line: str = ""


@dataclass(frozen=True)
class Slip:
    """One slip. `where` is the field or the weighing, `told` what was meant and what it became; `effect` says of each
    row what its capsules hold, None where nothing changes; `acted_on` are the texts that an older result was for."""

    kind: str
    where: str
    told: str
    order: Order
    effect: tuple[Filled | None, ...]
    texts: Texts = field(default_factory=dict)
    act: Act | None = None
    row: int = 0
    acted_on: Texts | None = None
    is_power: bool = False

    @property
    def moved(self) -> tuple[int, ...]:
        """The rows whose capsules are more than a tenth off."""
        rows = enumerate(zip(self.effect, self.order.prescribed, strict=True))
        return tuple(row for row, (found, wanted) in rows if found and found.moves(wanted))


def on_paper(kind: str, order: Order, changed: Mapping[str, str], where: str = "") -> Slip:
    """A slip in a form: whoever follows the plan weighs what comes of it from the jars as they are."""
    first = next(iter(changed))
    told = "; ".join(f"{order.texts.get(name, '')!r} became {text!r}" for name, text in changed.items())
    texts = {**order.texts, **changed}
    return Slip(
        kind=kind,
        where=where or said_of(first),
        told=told,
        order=order,
        effect=tuple(_worst(order, changed, row) for row in range(len(order.strengths))),
        texts=texts,
        is_power=len(changed) == 1 and _is_power(order.texts.get(first, ""), changed[first]),
    )


def said_of(name: str) -> str:
    """A form's field in words: `order.strengths-2-strength` is the order's strength."""
    form, _, field_name = name.partition(".")
    return f"{form.replace('-', ' ')}: {field_name.rpartition('-')[2].replace('_', ' ')}"


def _is_power(meant: str, typed: str) -> bool:
    if len(meant.split()) > 2 or not mass(meant):
        return False
    return any(mass(read) / mass(meant) in POWERS for read in readings(typed))


def _worst(order: Order, changed: Mapping[str, str], row: int) -> Filled:
    """Of every way to read what was typed, the one that moves the dose most."""
    ways = product(*(readings(text) for text in changed.values()))
    wanted = order.prescribed[row]
    found = (by_papers(order, {**order.texts, **dict(zip(changed, way, strict=True))}, row) for way in ways)
    return max(found, key=lambda each: abs(each.content / wanted - 1))


def by_papers(order: Order, texts: Texts, row: int) -> Filled:
    """The row's capsules, weighed by a plan from these texts out of the order's own jars."""
    typed, filler = powder(texts), Powder(Fraction(0), 1 / max(statistic(texts, "filler"), LEAST))
    strength = mass(texts[f"order.strengths-{row}-strength"])
    of_drug, of_filler = planned(strength, typed, filler)
    return filled(order.true_drug, of_drug, order.true_filler, of_filler)


def weighed(kind: str, order: Order, row: int, act: Act, told: str, found: Filled, *, is_power: bool = False) -> Slip:
    """A slip at the bench."""
    effect = tuple(found if each == row else None for each in range(len(order.strengths)))
    where = f"bench: {act.step}"
    return Slip(kind, where, told, order, effect, act=act, row=row, is_power=is_power)


@dataclass(frozen=True)
class Mixture:
    """What is put together for one capsule of a row: the aliquot's own drug and diluent, and the filler.

    `parts` is 1 where the drug is weighed as it is."""

    order: Order
    row: int
    parts: int = 1

    def after(
        self,
        times: Mapping[Step, Fraction],
        jar: Callable[[Powder], Powder] = lambda drug: drug,
    ) -> Filled:
        """The capsules where each weighing is so many times what was planned, and the drug's jar another."""
        drug, filler = self.order.true_drug, self.order.true_filler
        of_drug, of_filler = planned(self.order.prescribed[self.row], drug, filler)
        start, diluent = (times.get(step, Fraction(1)) for step in (Step.START, Step.DILUENT))
        whole = start + (self.parts - 1) * diluent
        part = start / whole if whole else Fraction(0)
        taken = of_drug * self.parts * times.get(Step.DRUG, Fraction(1))
        own = of_filler - of_drug * (self.parts - 1)
        added = max(own * times.get(Step.FILLER, Fraction(1)), Fraction(0))
        return filled(jar(diluted(drug, filler, part)), taken, filler, added)
