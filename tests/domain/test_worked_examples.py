"""The worked examples of the trade, recomputed: orders as documents, and the figures that must come out."""

from decimal import Decimal
from typing import Any

import pytest

from compounder.checking.examples import differing, order_of, worked_examples
from compounder.domain.stock.tablets import TabletFacts
from compounder.domain.units import parse_mass
from compounder.services.calculations import calculate
from tests.domain.orders import Document, an_order, planned

EXAMPLES = worked_examples()


def the_example(name: str) -> Document:
    """The example of this name."""
    (example,) = (each for each in EXAMPLES if each["name"] == name)
    return dict(example)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_a_worked_example_gives_its_figures(example: Document) -> None:
    assert differing(example) == []


@pytest.mark.parametrize("part", ["answer", "figures", "trituration"])
def test_an_example_with_another_figure_is_told_apart(part: str) -> None:
    example = next(each for each in EXAMPLES if part in each)
    path = next(iter(example[part]))
    changed: dict[str, Any] = {**example, part: {**example[part], path: "another"}}
    (sentence,) = differing(changed)
    assert sentence.startswith(f"{example['name']}: {path} is ")
    assert sentence.endswith(", not another.")


@pytest.mark.parametrize("name", ["E2", "E3"])
def test_a_trituration_of_the_trade_makes_nobody_look(name: str) -> None:
    example = the_example(name)
    (batch,) = calculate(order_of(example["changes"]))["batches"]
    assert len(batch["weighings"]) == example.get("weighings", 2)
    assert batch["findings"] == []


def test_e12_tablets_tell_their_mean_and_how_they_spread() -> None:
    """Ten weights, each twice, as at least twenty are weighed: the spread of the ten is √(19 ÷ 18) times theirs."""
    texts = ("248.2", "251.7", "249.8", "250.5", "252.1", "248.9", "251.3", "249.6", "250.8", "251.0")
    weights = tuple(parse_mass(f"{text} mg") for text in texts * 2)
    tablets = TabletFacts(tablet_strength=parse_mass("50 mg"), weights=weights)
    spread = tablets.relative_standard_deviation * (Decimal(19) / 18).sqrt()
    assert tablets.mean == parse_mass("250.39 mg")
    assert (f"{spread * tablets.mean.magnitude:.4f} mg", f"{spread:.3%}") == ("1.2476 mg", "0.498%")


def test_a_drug_displaces_filler_by_its_own_statistic() -> None:
    example = the_example("E6")
    (batch,) = planned(order_of(example["changes"]))
    displaced = Decimal("530") - Decimal(batch["filler_per_capsule"].removesuffix(" mg"))
    assert f"{displaced:.3f} mg" == example["displaced"]


def test_both_strengths_of_an_order_come_out_in_its_sequence() -> None:
    lines = [{"strength": "3 mg", "capsules": 100}, {"strength": "1500 mcg", "capsules": 30}]
    assert [batch["strength"] for batch in planned(an_order(strengths=lines))] == ["3 mg", "1.5 mg"]


def test_computed_figures_carry_at_least_twelve_significant_digits() -> None:
    (batch,) = planned(order_of(the_example("the calculation as a document")["changes"]))
    assert batch["active_per_capsule"] == "1.53668371361133 mg"
    assert batch["weighings"][0]["residual"] == "0.0215774980330448 mg"
