"""Complaints: every field's at once, each with the pointer to its field; and nothing but complaints, whatever comes."""

import copy
import json
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.codec.documents import canonical, parse_json
from compounder.codec.problems import problem
from compounder.domain.batch.order import BatchOrder
from compounder.domain.errors import CompoundingError
from tests.domain.orders import a_balance, a_filler, an_active, an_order, plan_order, refusals

LOT = {"lot_id": "1", "lot_number": "N-1", "maker": "Maker", "status": "in-use", "free": "1 kg"}
FULL = an_order(
    strengths=[{"strength": "1.5 mg", "capsules": 100}, {"strength": "3 mg", "capsules": 100}],
    extra_capsules={"percent": "3"},
    active_overage_percent="0",
    correct_for_potency=True,
    weighing_tolerance_percent="1",
    active=an_active(
        assay_basis="anhydrous",
        water_percent="1.6",
        loss_on_drying_percent="1",
        residual_solvent_percent="0.1",
        assay_expressed_as="naltrexone hydrochloride",
        density="0.7 g/mL",
        lot=dict(LOT),
    ),
    filler=a_filler(density="0.4 g/mL", tapped_density="0.45 g/mL", lot=dict(LOT)),
    balances=[a_balance(capacity="120 g"), {"name": "P", "readability": "1 mg", "sensitivity_requirement": "6 mg"}],
    beyond_use={"days": 365, "day_of_compounding": 1, "study_days": 360},
    formulation={
        "strength_range": ["0.1 mg", "6 mg"],
        "usual_strengths": ["1.5 mg", "3 mg"],
        "capsule_sizes": ["3", "4"],
        "minimum_filler_fraction": "0.1",
    },
    capsule_volumes={"3": "0.3 mL", "4": "0.21 mL"},
)
WRITTEN = json.dumps(FULL)
MUTATIONS = 8_000 if not os.environ.get("COMPOUNDER_LONG") else 1_000_000
RUBBISH: list[Any] = [None, True, False, 0, -1, 1.5, 1e400, 10**400, 10**5000, "", " ", "1,5 mg", "1e1000000", "-1 mg"]
RUBBISH += ["0 mg", "9999999.999999 kg", "0.000001 mcg", "0000-00-00", "9999-12-31", "0001-01-01", "9999-12", "\ud800"]
RUBBISH += [
    "x" * 10_000,
    "١ mg",
    "NaN",
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"3": "1 mg"},
    ["1 mg"],
    [{}],
    {"a": {"b": []}},
]
RUBBISH += [
    "naltrexone",
    "microcrystalline cellulose",
    "as-is",
    "dried",
    "000",
    "6",
    "1 mg",
    "100",
    100_000,
    3_650,
    "30",
]
RUBBISH += [
    "naltrexone hydrochloride dihydrate",
    "0.000001",
    "9999999.999999",
    "1 kg",
    "0.5 mL",
    "30 g/mL",
    "quarantined",
]


def test_every_fields_complaint_comes_at_once() -> None:
    order = FULL | {
        "compounded_on": "today",
        "capsule_size": "9",
        "balances": [a_balance(readability="0.1")],
        "extra": 1,
    }
    order |= {"active": an_active(water_percent="1,6", pack_statistics={"3": "180", "9": "1 mg"})}
    assert {(each.code, each.pointer) for each in refusals(order)} == {
        ("not-a-date", "/compounded_on"),
        ("not-accepted", "/capsule_size"),
        ("not-a-number", "/balances/0/readability"),
        ("not-a-number", "/active/water_percent"),
        ("not-a-number", "/active/pack_statistics/3"),
        ("not-accepted", "/active/pack_statistics/9"),
        ("unknown-key", "/extra"),
    }


def children(document: Any) -> Iterator[tuple[str, Any]]:
    """The steps down from an object or a list, and what is there."""
    if isinstance(document, dict):
        yield from document.items()
    if isinstance(document, list):
        yield from ((str(index), child) for index, child in enumerate(document))


def objects(document: Any, pointer: str = "") -> Iterator[str]:
    """The pointer of every object in the document that has keys of ours."""
    if isinstance(document, dict):
        yield pointer
    for step, child in children(document):
        yield from objects(child, f"{pointer}/{step}")


def parent_and_step(document: Any, pointer: str) -> tuple[Any, Any]:
    """The object or list that holds the place, and the place in it."""
    *way, last = pointer.split("/")[1:]
    for step in way:
        document = document[int(step) if isinstance(document, list) else step]
    return document, int(last) if isinstance(document, list) else last


def places(document: Any, pointer: str = "") -> Iterator[str]:
    """The pointer of every value in the document but the whole."""
    for step, child in children(document):
        yield f"{pointer}/{step}"
        yield from places(child, f"{pointer}/{step}")


def replaced(pointer: str, value: Any) -> dict[str, Any]:
    """The full order with another value at the pointer."""
    order = copy.deepcopy(FULL)
    parent, step = parent_and_step(order, pointer)
    parent[step] = value
    return order


MAPPINGS = ("/active/pack_statistics", "/filler/pack_statistics", "/capsule_volumes")


@pytest.mark.parametrize("pointer", list(objects(FULL)))
def test_an_unknown_key_is_refused_by_name_at_every_level(pointer: str) -> None:
    order = copy.deepcopy(FULL)
    parent, step = parent_and_step(order, pointer) if pointer else ({"": order}, "")
    parent[step]["colour"] = "1 mL" if pointer == "/capsule_volumes" else "1 mg"
    (refusal,) = refusals(order)
    assert (refusal.code, refusal.pointer) == (
        "not-accepted" if pointer in MAPPINGS else "unknown-key",
        f"{pointer}/colour",
    )
    assert '"colour"' in str(refusal)


@pytest.mark.parametrize("pointer", list(places(FULL)))
@pytest.mark.parametrize("wrong", [True, 1.5, [[]], {"": []}], ids=["true", "float", "list", "object"])
def test_a_value_of_the_wrong_kind_is_refused_at_its_place(pointer: str, wrong: Any) -> None:
    if pointer == "/correct_for_potency" and wrong is True:
        return
    complaints = refusals(replaced(pointer, wrong))
    assert complaints
    assert [each.pointer for each in complaints if not each.pointer.startswith(pointer)] == []


@pytest.mark.parametrize("whole", [None, True, 1, 1.5, "order", [], [{}], {}])
def test_a_whole_document_of_the_wrong_kind_is_refused(whole: Any) -> None:
    assert refusals(whole)


@pytest.mark.parametrize("key", ["\ud800", "x" * 65_536, "a/b~c", "", "\n", "\u202e"])
def test_a_strange_key_is_named_in_a_document_that_can_be_sent(key: str) -> None:
    (refusal,) = refusals(FULL | {key: 1})
    assert len(canonical(problem(refusal)).encode()) < 1_000
    assert refusal.code == "unknown-key"


def test_a_document_nested_too_deep_is_refused() -> None:
    deep: Any = "1 mg"
    for _ in range(100_000):
        deep = [deep]
    assert [each.pointer for each in refusals(FULL | {"fill_per_capsule": deep})] == ["/fill_per_capsule"]
    with pytest.raises(CompoundingError):
        parse_json('{"strengths":' + "[" * 100_000 + "]" * 100_000 + "}")


def mutated(chance: random.Random, known: list[str]) -> Any:
    """The full order with one to three of its places replaced, emptied, doubled or renamed."""
    order = json.loads(WRITTEN)
    for pointer in chance.sample(known, chance.randint(1, 3)):
        try:
            parent, step = parent_and_step(order, pointer)
            mutate(chance, parent, step)
        except (KeyError, IndexError, TypeError, ValueError):
            continue  # an earlier mutation took the place away
    return order


def mutate(chance: random.Random, parent: Any, step: Any) -> None:
    """One change at one place."""
    value = parent[step]
    match chance.randrange(6):
        case 0:
            del parent[step]
        case 1 if isinstance(value, str) and value:
            at = chance.randrange(len(value))
            parent[step] = value[:at] + chance.choice("0.,9 eE-+mgµ\x00\ud800١") + value[at + chance.randint(0, 1) :]
        case 2 if isinstance(parent, list):
            parent.append(copy.deepcopy(value))
        case 3 if isinstance(parent, dict):
            parent[chance.choice(("colour", "percent", "count", "months", "3", f"{step} "))] = value
        case _:
            parent[step] = copy.deepcopy(chance.choice(RUBBISH))


@pytest.mark.parametrize("part", range(4))
def test_a_mutated_order_is_answered_or_refused_and_nothing_else_happens(part: int) -> None:
    chance, known, refused = random.Random(part), list(places(FULL)), 0
    for _ in range(MUTATIONS // 4):
        order = mutated(chance, known)
        try:
            canonical(list(plan_order(read(order, BatchOrder)))).encode()
        except CompoundingError as refusal:
            json.dumps(problem(refusal), ensure_ascii=False).encode()
            refused += 1
    assert MUTATIONS // 8 < refused < MUTATIONS // 4
