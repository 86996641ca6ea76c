"""The worked examples of the trade, recomputed: orders as documents, and the figures that must come out."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.domain.orders import Document, a_filler, an_active, an_order, planned

EXAMPLES = json.loads(Path(__file__).with_name("worked_examples.json").read_text(encoding="utf-8"))


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
    found = {path: as_given(at(batch, path), given) for path, given in example["figures"].items()}
    assert found == example["figures"]


def test_a_drug_displaces_filler_by_its_own_statistic() -> None:
    (example,) = (example for example in EXAMPLES if example["name"] == "E6")
    (batch,) = planned(the_order(example["changes"]))
    displaced = Decimal("530") - Decimal(batch["filler_per_capsule"].removesuffix(" mg"))
    assert f"{displaced:.3f} mg" == example["displaced"]


def test_both_strengths_of_an_order_come_out_in_its_sequence() -> None:
    lines = [{"strength": "3 mg", "capsules": 100}, {"strength": "1500 mcg", "capsules": 30}]
    assert [batch["strength"] for batch in planned(an_order(strengths=lines))] == ["3 mg", "1.5 mg"]


def test_computed_figures_carry_at_least_twelve_significant_digits() -> None:
    (batch,) = planned(the_order(EXAMPLES[-1]["changes"]))
    assert batch["active_per_capsule"] == "1.53668371361133 mg"
    assert batch["weighings"][0]["residual"] == "0.0215774980330448 mg"
