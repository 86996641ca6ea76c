"""Documents: strict reading, canonical writing, and the same bytes after every round."""

import json
from typing import Any

import pytest

from compounder.codec.converter import read, read_stored, write
from compounder.codec.documents import canonical, digest, from_stored, parse_json
from compounder.codec.problems import problem
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.errors import CompoundingError
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.stock.equipment import PrescriptionBalance
from compounder.domain.stock.lots import AssayBasis, LotStatus
from compounder.domain.stock.shells import CapsuleSize
from tests.domain.orders import a_balance, a_filler, an_active, an_order, plan_order

NOT_JSON = ["", "{", "nonsense", "NaN", '{"a": Infinity}', "[" * 100_000, '{"a":' * 100_000, "9" * 5_000, "\ud800"]
NOT_JSON += ["x" * 65_536, '{"a": 1} {"b": 2}', "'single'", "{a: 1}"]
LOT = {"lot_id": "1", "lot_number": "N-1", "maker": "Maker", "status": "quarantined", "free": "1 kg"}
ORDERS = {
    "usual": an_order(),
    "months, base, dried": an_order(
        strength_basis="naltrexone",
        beyond_use={"months": 6, "day_of_compounding": 0},
        active=an_active(assay_basis="dried", loss_on_drying_percent="0.5", lot=LOT),
    ),
    "prescription balance": an_order(
        balances=[a_balance(), {"name": "P", "readability": "0.001 g", "sensitivity_requirement": "6 mg"}],
        extra_capsules={"percent": "3"},
        capsule_size=None,
        active_overage_percent="2.5",
    ),
    "densities": an_order(
        active=an_active(pack_statistics=None, density="0.7 g/mL"),
        filler=a_filler(pack_statistics=None, density="0.85 g/mL", tapped_density="0.45 g/mL"),
        capsule_volumes={"3": "0.3 mL"},
        formulation={"strength_range": ["0.1 mg", "6 mg"], "capsule_sizes": ["3", "4"]},
    ),
    "fixed fill": an_order(fill_per_capsule="120 mg", balances=[a_balance(capacity="120 g")]),
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_an_order_keeps_its_canonical_form_through_every_round(order: dict[str, Any]) -> None:
    first = read(order, BatchOrder)
    text = canonical(first)
    assert canonical(read(parse_json(text), BatchOrder)) == text
    assert canonical(from_stored(text, BatchOrder)) == text
    assert write(read_stored(write(first), BatchOrder)) == write(first)


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_a_plan_keeps_its_canonical_form_when_stored_and_read(order: dict[str, Any]) -> None:
    for plan in plan_order(read(order, BatchOrder)):
        text = canonical(plan)
        assert canonical(from_stored(text, BatchPlan)) == text
        assert digest(text) == digest(canonical(json.loads(text)))


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_an_order_written_and_sent_again_is_answered_alike(order: dict[str, Any]) -> None:
    again = read(parse_json(canonical(read(order, BatchOrder))), BatchOrder)
    assert write(list(plan_order(again))) == write(list(plan_order(read(order, BatchOrder))))


def test_the_spelling_of_an_order_does_not_change_its_canonical_form() -> None:
    respelled = dict(reversed(an_order("4500 mcg").items())) | {"weighing_tolerance_percent": "1.00"}
    assert canonical(read(respelled, BatchOrder)) == canonical(read(an_order("4.5 mg"), BatchOrder))


def test_a_reading_keeps_the_digits_it_was_written_with() -> None:
    order = read(an_order(balances=[a_balance(readability="0.100 mg")]), BatchOrder)
    assert write(order)["balances"][0]["readability"] == "0.100 mg"


def test_the_first_formulation_is_a_document_too() -> None:
    text = canonical(first_formulation(1))
    assert canonical(from_stored(text, Formulation)) == text
    assert json.loads(text)["active_overage_percent"] == "0"


def test_words_are_read_as_the_kinds_they_are() -> None:
    order = read(ORDERS["months, base, dried"], BatchOrder)
    assert order.active.assay_basis is AssayBasis.DRIED
    assert order.active.lot is not None
    assert order.active.lot.status is LotStatus.QUARANTINED
    assert [type(size) for size in order.active.pack_statistics] == [CapsuleSize]
    assert isinstance(order.capsule_size, CapsuleSize)


def test_a_balance_is_known_by_the_key_that_only_its_kind_has() -> None:
    assert isinstance(read(ORDERS["prescription balance"], BatchOrder).balances[1], PrescriptionBalance)


def test_canonical_text_has_sorted_keys_no_spaces_and_no_floats() -> None:
    text = canonical({"b": [1, "é"], "a": {"d": None, "c": True}})
    assert text == '{"a":{"c":true,"d":null},"b":[1,"é"]}'
    assert len(digest(text)) == 64


@pytest.mark.parametrize(
    "text",
    NOT_JSON,
    ids=lambda text: text[:12].encode("ascii", "replace").decode() + f" {len(text)}",
)
def test_what_is_not_json_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(CompoundingError) as refused:
        parse_json(text)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '[{"b": {"a": 1, "c": 2, "a": 3}}]'])
def test_a_key_that_stands_twice_is_refused_by_name(text: str) -> None:
    with pytest.raises(CompoundingError, match='The key "a" stands twice'):
        parse_json(text)


def test_a_body_of_many_keys_is_read_in_time() -> None:
    keys = ",".join(f'"{number}":1' for number in range(100_000))
    with pytest.raises(CompoundingError, match="stands twice"):
        parse_json(f'{{{keys},"99999":1}}')


def test_a_problem_document_says_code_detail_and_pointer() -> None:
    with pytest.raises(CompoundingError) as refused:
        read(an_order("1,5 mg", capsules=0), BatchOrder)
    document = problem(refused.value)
    assert (document["status"], document["code"], document["pointer"]) == (422, "not-a-number", "/strengths/0/strength")
    assert document["type"] == "urn:compounder:not-a-number"


def test_the_problem_of_several_complaints_lists_each() -> None:
    with pytest.raises(CompoundingError) as refused:
        read(an_order("1,5 mg", capsule_size="9"), BatchOrder)
    assert [each["pointer"] for each in problem(refused.value)["errors"]] == ["/strengths/0/strength", "/capsule_size"]
