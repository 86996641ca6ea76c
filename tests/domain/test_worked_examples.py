"""The worked examples of the trade, recomputed: orders as documents, and the figures that must come out."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compounder.domain.stock.tablets import TabletFacts
from compounder.domain.units import parse_mass
from compounder.services.calculations import calculate
from tests.domain.orders import Document, a_filler, an_active, an_order, planned

EXAMPLES = json.loads(Path(__file__).with_name("worked_examples.json").read_text(encoding="utf-8"))


def the_example(name: str) -> Document:
    """The example of this name."""
    (example,) = (each for each in EXAMPLES if each["name"] == name)
    return dict(example)


def the_order(changes: Document) -> Document:
    """The usual order with the example's inputs put in."""
    powders = {"active": an_active(**changes.get("active", {})), "filler": a_filler(**changes.get("filler", {}))}
    return an_order(**(changes | powders))


def at(document: Any, path: str) -> Any:
    """The figure at a path such as `weighings/0/exact`."""
    for step in path.split("/"):
        document = document[int(step) if isinstance(document, list) else step]
    return document


def as_given(figure: Any, given: Any) -> Any:
    """A quantity rounded to the digits the example states; anything else as it is."""
    number, _, unit = str(given).partition(" ")
    if not isinstance(given, str) or unit not in {"", "mg", "mL"} or not number.replace(".", "").isdecimal():
        return figure
    found, _, its_unit = str(figure).partition(" ")
    return f"{Decimal(found).quantize(Decimal(number))} {its_unit}".strip()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_a_worked_example_gives_its_figures(example: Document) -> None:
    (batch,) = planned(the_order(example["changes"]))
    assert figures_of(batch, example["figures"]) == example["figures"]


def figures_of(document: Document, given: Document) -> Document:
    """The figures at the example's paths, to the digits that it states."""
    return {path: as_given(at(document, path), figure) for path, figure in given.items()}


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if "trituration" in each], ids=lambda example: example["name"]
)
def test_a_worked_example_gives_its_trituration(example: Document) -> None:
    answer = calculate(the_order(example["changes"]))
    (trituration,), (batch,) = answer["triturations"], answer["batches"]
    assert figures_of(trituration, example["trituration"]) == example["trituration"]
    assert len(batch["weighings"]) == example.get("weighings", 2)
    assert [finding["code"] for finding in batch["findings"]] == []


def test_e13_one_stock_makes_every_strength_of_the_set_certain() -> None:
    lines = [{"strength": text, "capsules": 30} for text in ("0.5 mg", "1.5 mg", "3 mg")]
    balance = {"name": "B1", "readability": "0.1 mg", "repeatability": "0.4 mg"}
    answer = calculate(an_order(strengths=lines, balances=[balance], trituration="shared", ratios=["1:10"]))
    (stock,) = answer["triturations"]
    assert [weighing["exact"] for weighing in stock["weighings"]] == ["150 mg", "1350 mg"]
    assert (stock["total"], stock["used_by"]) == ("1500 mg", ["0.5 mg", "1.5 mg", "3 mg"])
    reached = [as_given(batch["uncertainty"]["percent"], "0.001") for batch in answer["batches"]]
    assert reached == ["0.720", "0.515", "0.491"]


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
    (batch,) = planned(the_order(example["changes"]))
    displaced = Decimal("530") - Decimal(batch["filler_per_capsule"].removesuffix(" mg"))
    assert f"{displaced:.3f} mg" == example["displaced"]


def test_both_strengths_of_an_order_come_out_in_its_sequence() -> None:
    lines = [{"strength": "3 mg", "capsules": 100}, {"strength": "1500 mcg", "capsules": 30}]
    assert [batch["strength"] for batch in planned(an_order(strengths=lines))] == ["3 mg", "1.5 mg"]


def test_computed_figures_carry_at_least_twelve_significant_digits() -> None:
    (batch,) = planned(the_order(the_example("the calculation as a document")["changes"]))
    assert batch["active_per_capsule"] == "1.53668371361133 mg"
    assert batch["weighings"][0]["residual"] == "0.0215774980330448 mg"
