"""The uncertainty of the mean content: the formula against errors drawn at random, and by hand."""

import random
from decimal import Decimal
from statistics import fmean, stdev
from typing import Any

import pytest

from compounder.domain.batch.uncertainty import combined, drug_share
from compounder.services.calculations import calculate
from tests.domain.orders import Document, a_balance, an_active, an_order
from tests.domain.small_masses import in_mg

DRAWS = 40_000
COARSE = a_balance(repeatability="0.4 mg")
WIDE: Document = {"weighing_tolerance_percent": "10", "uncertainty_target_percent": "50"}
SET = [{"strength": text, "capsules": 30} for text in ("0.5 mg", "1.5 mg", "3 mg")]
ORDERS: dict[str, Document] = {
    "direct": an_order("0.5 mg", 30, balances=[COARSE]),
    "one stage": an_order(strengths=SET, balances=[COARSE], trituration="shared", ratios=["1:10"]),
    "one stage, little diluted": an_order("4.5 mg", 10, balances=[COARSE], trituration="each", ratios=["1:2"], **WIDE),
    "two stages": an_order("0.5 mg", 5, trituration="each", ratios=["1:2", "1:4"]),
    "two balances": an_order(
        "0.5 mg",
        20,
        balances=[a_balance(capacity="200 mg"), a_balance(name="B2", repeatability="2 mg")],
        trituration="each",
        ratios=["1:20"],
    ),
    "two lots": an_order(
        "0.5 mg", 60, next_active={"powder": an_active(assay_percent="80"), "first_gives": "12 mg"}, balances=[COARSE]
    ),
    "tablets": an_order(
        "0.5 mg",
        60,
        trituration="each",
        ratios=["1:10"],
        source={"tablet_strength": "50 mg", "mean_tablet_mass": "140 mg", "pack_statistics": {"3": "150 mg"}},
    ),
}
POTENCY = {"active": 1.0, "aliquot": 1.0, "next-active": 0.8}


class Mortar:
    """One making of an order: every weighing in it is off by a normal error of its balance's standard uncertainty."""

    def __init__(self, order: Document, chance: random.Random) -> None:
        self.chance = chance
        self.uncertainty = {
            each["name"]: float(max(in_mg(each["repeatability"]), Decimal("0.41") * in_mg(each["readability"])))
            for each in order["balances"]
        }

    def weighed(self, weighing: Document) -> float:
        return self.chance.gauss(float(weighing["mg"]), self.uncertainty[weighing["balance"]])

    def contents(self, answer: Document) -> list[float]:
        """Drug in each batch, in mg."""
        fractions: dict[Any, float] = {None: 1.0}
        for made in answer["triturations"]:
            start, added = (self.weighed(each) for each in made["weighings"])
            fractions[made["name"]] = fractions[made["made_from"]] * start / (start + added)
        drawn = ([each for each in batch["weighings"] if each["role"] in POTENCY] for batch in answer["batches"])
        return [
            sum(POTENCY[each["role"]] * fractions[each["trituration"]] * self.weighed(each) for each in weighings)
            for weighings in drawn
        ]


def with_floats(answer: Document) -> Document:
    """The answer, each exact mass read once."""
    for part in (*answer["triturations"], *answer["batches"]):
        for weighing in part["weighings"]:
            weighing["mg"] = float(in_mg(weighing["exact"]))
    return answer


@pytest.mark.parametrize("name", ORDERS)
def test_errors_drawn_at_random_spread_the_content_as_the_formula_says(name: str) -> None:
    answer = with_floats(calculate(ORDERS[name]))
    mortar = Mortar(ORDERS[name], random.Random(name))
    drawn = zip(*(mortar.contents(answer) for _ in range(DRAWS)), strict=True)
    for batch, contents in zip(answer["batches"], drawn, strict=True):
        spread = 200 * stdev(contents) / fmean(contents)
        assert spread == pytest.approx(float(batch["uncertainty"]["percent"]), rel=0.02)


def test_the_stages_and_lots_that_are_drawn_at_random_are_what_they_are_called() -> None:
    answers = {name: calculate(order) for name, order in ORDERS.items()}
    stages = {name: len(answer["triturations"]) for name, answer in answers.items()}
    assert stages == dict.fromkeys(ORDERS, 1) | {"direct": 0, "two lots": 0, "two stages": 2}
    roles = [weighing["role"] for weighing in answers["two lots"]["batches"][0]["weighings"]]
    assert roles == ["active", "next-active", "filler"]
    (made,) = answers["two balances"]["triturations"]
    assert [weighing["balance"] for weighing in made["weighings"]] == ["B1", "B2"]


def test_each_physical_weighing_stands_once_in_the_budget() -> None:
    terms = {
        name: [each["term"] for each in calculate(order)["batches"][0]["uncertainty"]["budget"]]
        for name, order in ORDERS.items()
    }
    assert terms["direct"] == ["naltrexone hydrochloride"]
    assert terms["one stage"] == [
        "T1: naltrexone hydrochloride",
        "T1: microcrystalline cellulose",
        "trituration T1",
    ]
    assert terms["two lots"] == ["naltrexone hydrochloride", "naltrexone hydrochloride, second lot"]
    assert [len(found) for found in terms.values()] == [1, 3, 3, 5, 3, 2, 3]


def test_half_of_the_drugs_error_is_taken_back_where_it_is_half_of_the_trituration() -> None:
    assert drug_share(Decimal("0.5"), Decimal("0.02")) == Decimal("0.01")
    assert combined([Decimal("0.06"), Decimal("0.08"), Decimal(0)]) == Decimal("0.1")
