"""Calculating without storing: documents in, documents out, a refusal in its own place."""

import json
from pathlib import Path
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError, OutOfBounds
from compounder.services import calculations
from compounder.services.calculations import calculate, require_an_end

EXAMPLE = json.loads((Path(__file__).parents[1] / "cli" / "order.json").read_text(encoding="utf-8"))


def test_the_example_gives_its_figures() -> None:
    """Worked example E10's potency at 1.5 mg, and at twice that."""
    half, whole = calculate(EXAMPLE)["batches"]
    assert (half["potency"], half["active_per_capsule"]) == ("0.976128", "1.53668371361133 mg")
    assert half["filler_per_capsule"] == "118.975544190926 mg"
    assert [weighing["exact"] for weighing in half["weighings"]] == ["158.278422501967 mg", "12254.4810516654 mg"]
    assert [weighing["to_weigh"] for weighing in half["weighings"]] == ["158.3 mg", "12254.5 mg"]
    assert half["weighings"][0]["residual"] == "0.0215774980330448 mg"
    assert (half["beyond_use_date"], whole["beyond_use_date"]) == ("2027-11-20", "2027-11-20")


def test_a_refusal_stands_in_its_own_place() -> None:
    wrong: dict[str, Any] = {**EXAMPLE, "capsule_size": "9"}
    first, second, third = calculate([EXAMPLE, wrong, EXAMPLE])
    assert first == third == calculate(EXAMPLE)
    assert (second["code"], second["pointer"]) == ("not-accepted", "/capsule_size")


def test_every_strength_without_an_answer_is_named() -> None:
    strengths = [{"strength": text, "capsules": 10} for text in ("200 mg", "1.5 mg", "300 mg")]
    with pytest.raises(CompoundingError) as refused:
        calculate({**EXAMPLE, "strengths": strengths})
    assert [part.pointer for part in refused.value.errors()] == ["/strengths/0", "/strengths/2"]


@pytest.mark.parametrize("document", [None, 1, "x", True, {}, [[]], [None]], ids=str)
def test_what_is_no_order_is_refused_or_a_problem(document: object) -> None:
    if isinstance(document, list):
        assert calculate(document)[0]["status"] == 422
    else:
        with pytest.raises(CompoundingError):
            calculate(document)


@pytest.mark.parametrize("count", [10_001, 300_000])
def test_an_array_of_too_many_orders_is_refused_before_any_is_worked_out(count: int) -> None:
    with pytest.raises(OutOfBounds) as refused:
        calculate([{}] * count)
    assert refused.value.pointer == ""
    assert str(refused.value) == f"An array of {count:,} orders was read; 0 to 10,000 is accepted."


def test_the_most_orders_of_an_array_have_an_answer_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculations, "MOST_ORDERS", 2)
    assert calculate([EXAMPLE, {}])[0] == calculate(EXAMPLE)
    with pytest.raises(OutOfBounds):
        calculate([EXAMPLE] * 3)


def test_a_server_refuses_an_array_of_too_many_strengths_and_counts_triturated_ones_ten_times() -> None:
    many = {**EXAMPLE, "strengths": [{"strength": f"{tenths / 10} mg", "capsules": 1} for tenths in range(1, 41)]}
    triturated = {**many, "trituration": "when-needed"}
    for orders in ([many] * 1_000, [triturated] * 100):
        require_an_end(orders)
        with pytest.raises(OutOfBounds) as refused:
            require_an_end([*orders, EXAMPLE, {}, None, {"strengths": 7}])
        assert refused.value.pointer == ""
        said = "An array with 40,002 strengths in all its orders was read; 0 to 40,000 is accepted."
        assert str(refused.value) == said


def test_no_order_at_all_gives_no_answer() -> None:
    assert calculate([]) == []
