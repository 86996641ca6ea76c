"""Orders that need small masses weighed, and their answers read back: what is drawn, and what it holds."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from compounder.domain.errors import CompoundingError
from compounder.domain.units import MASS, kept_quantity
from compounder.services.calculations import calculate
from tests.domain.orders import Document, a_balance, an_order

EXACT = Decimal("1e-12")
A_PICOGRAM = Decimal("1e-9")
COARSE = a_balance(name="B2", readability="1 mg", repeatability="1 mg")
SMALL = a_balance(capacity="5 g")
BENCHES = ([a_balance()], [COARSE], [SMALL, COARSE], [COARSE, SMALL, a_balance(name="B3", readability="5 mg")])
STRENGTHS = ("0.1 mg", "0.5 mg", "0.75 mg", "1.5 mg", "3 mg", "4.5 mg", "6 mg")
RATIOS = ("1:2", "1:3", "1:4", "1:5", "1:10", "1:20", "1:50", "1:100")
MODES = ("each", "shared", "when-needed")


@st.composite
def small_orders(draw: st.DrawFn, modes: tuple[str, ...] = MODES) -> Document:
    """One to three strengths of few capsules, on one of four benches, by some of the ratios."""
    strengths = draw(st.lists(st.sampled_from(STRENGTHS), min_size=1, max_size=3, unique=True))
    return an_order(
        strengths=[{"strength": text, "capsules": draw(st.integers(1, 120))} for text in strengths],
        balances=draw(st.sampled_from(BENCHES)),
        trituration=draw(st.sampled_from(modes)),
        ratios=draw(st.lists(st.sampled_from(RATIOS), min_size=1, max_size=4, unique=True)),
        trituration_excess_percent=draw(st.sampled_from(("0", "5", "12.5"))),
        uncertainty_target_percent=draw(st.sampled_from(("0.2", "1", "5"))),
    )


def answered(order: Document) -> Document:
    """The answer; an order that has none is left out of a property."""
    try:
        return dict(calculate(order))
    except CompoundingError as refusal:
        assume(refusal.code != "aliquot-exceeds-filler")
        raise


def in_mg(text: str) -> Decimal:
    """The milligrams in a document's quantity."""
    return Decimal(kept_quantity(text, MASS).magnitude)


def fractions_of(answer: Document, in_stock: Mapping[str, Decimal] = MappingProxyType({})) -> dict[Any, Decimal]:
    """Drug powder in a mass of each trituration, from what is weighed into it, the way a mortar would tell."""
    found: dict[Any, Decimal] = {None: Decimal(1), **in_stock}
    for made in answer["triturations"]:
        first, diluent = made["weighings"]
        start, added = in_mg(first["exact"]), in_mg(diluent["exact"])
        found[made["name"]] = found[made["made_from"]] * start / (start + added)
    return found


def drug_of(batch: Document, fractions: dict[Any, Decimal]) -> Decimal:
    """Drug powder weighed for a batch, in mg, pure or in an aliquot."""
    drawn = (each for each in batch["weighings"] if each["role"] in ("active", "aliquot"))
    return sum((in_mg(each["exact"]) * fractions[each["trituration"]] for each in drawn), Decimal(0))


def whole_of(batch: Document) -> Decimal:
    """Everything weighed for a batch, in mg."""
    return sum((in_mg(each["exact"]) for each in batch["weighings"]), Decimal(0))


def all_weighings(answer: Document) -> Iterator[Document]:
    """Every weighing of an answer, those of its triturations first."""
    for part in (*answer["triturations"], *answer["batches"]):
        yield from part["weighings"]


def taken_way(answer: Document) -> Document:
    """The alternative that was taken; an order that nothing weighs is left out of a property."""
    taken = [each for each in answer["alternatives"] if each["is_taken"]]
    assume(taken)
    (way,) = taken
    return dict(way)


def is_near(one: Decimal, other: Decimal) -> bool:
    """Equal to twelve significant digits."""
    return abs(one - other) <= max(EXACT * abs(other), A_PICOGRAM)
